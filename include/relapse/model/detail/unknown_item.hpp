#pragma once

#include <relapse/core/spelling.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace relapse {

/// What is said about a name that no item of the model has.
inline std::string unknown_item(std::string_view name, const Model& model) {
  const std::string meant(model.safety_name(name));
  if (!meant.empty()) {
    return "is another name of the safety item '" + meant + "', but must be '" + meant +
           "'";
  }
  std::vector<std::string_view> known(built_in_flags.begin(), built_in_flags.end());
  for (int item = 0; item < model.items(); ++item) {
    if (item != model.missed_item()) known.push_back(model.item(item).id);
  }
  return unknown_name("item", name, known);
}

}  // namespace relapse
