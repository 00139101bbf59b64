#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/stream.hpp>

#include <string>
#include <utility>

namespace relapse {

RELAPSE_INLINE Stream::Stream(Model model, ScoreSettings settings)
    : model_(std::move(model)), settings_(std::move(settings)) {}

RELAPSE_INLINE Scores Stream::score(const Batch& batch,
                                    std::span<const std::int64_t> keys) {
  std::vector<PersonRecord> records(keys.size());
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const auto found = records_.find(keys[k]);
    if (found != records_.end()) records[k] = found->second;
  }
  Scores scores = engine::score_on(batch, model_, settings_, records);
  for (std::size_t k = 0; k < keys.size(); ++k) {
    records_.insert_or_assign(keys[k], std::move(records[k]));
  }
  return scores;
}

RELAPSE_INLINE void Stream::keep_only(std::int64_t key) {
  auto kept = records_.extract(key);
  records_.clear();
  if (!kept.empty()) records_.insert(std::move(kept));
}

}  // namespace relapse
