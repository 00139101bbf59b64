#pragma once

#include <relapse/core/error.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace relapse {

RELAPSE_INLINE SituationSet::SituationSet(std::vector<std::string> codes,
                                          std::optional<std::string> primary)
    : codes_(std::move(codes)), primary_(std::move(primary)) {
  const auto place_of = [this](auto code) {
    return "entry " + std::to_string(code - codes_.begin() + 1);
  };
  for (auto code = codes_.begin(); code != codes_.end(); ++code) {
    if (find_situation(*code) == nullptr) {
      throw InvalidInput("situations", place_of(code) + " is not a code of the taxonomy");
    }
    if (std::find(codes_.begin(), code, *code) != code) {
      throw InvalidInput("situations", place_of(code) + " stands before");
    }
  }
  if (primary_ && std::find(codes_.begin(), codes_.end(), *primary_) == codes_.end()) {
    throw InvalidInput("situations", "the primary one is not among the codes");
  }
}

RELAPSE_INLINE bool SituationSet::covers(std::string_view code) const {
  const auto* category = find_situation(code);
  return category != nullptr &&
         std::any_of(codes_.begin(), codes_.end(),
                     [&](const auto& own) { return find_situation(own) == category; });
}

}  // namespace relapse
