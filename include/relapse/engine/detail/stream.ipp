#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/stream.hpp>

#include <string>
#include <utility>

namespace relapse {

RELAPSE_INLINE Stream::Stream(Model model, ScoreSettings settings)
    : model_(std::move(model)), settings_(std::move(settings)) {}

RELAPSE_INLINE std::vector<PersonRecord>
Stream::records_of(std::span<const std::int64_t> keys) const {
  std::vector<PersonRecord> records(keys.size());
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const auto found = records_.find(keys[k]);
    if (found != records_.end()) records[k] = found->second;
  }
  return records;
}

RELAPSE_INLINE std::vector<FlagBits>
Stream::raise_flags(const Batch& batch, std::span<const std::int64_t> keys) {
  const auto raised = engine::Rows(batch, model_).raised();
  for (std::size_t row = 0; row < raised.size(); ++row) {
    const auto person = static_cast<std::size_t>(batch.person[row]);
    if (person >= keys.size())
      throw InvalidInput("person", "a number is beyond the keys given");
    if (raised[row].up == 0) continue;
    records_[keys[person]].raise(raised[row], Time{batch.time[row]});
  }
  return raised;
}

RELAPSE_INLINE Scores Stream::score(const Batch& batch,
                                    std::span<const std::int64_t> keys) {
  auto records = records_of(keys);
  auto collecting = settings_;
  collecting.on_error = OnError::collect;
  Scores scores = engine::score_on(batch, model_, collecting, records);
  if (settings_.on_error == OnError::raise && !scores.errors.empty()) {
    const auto& [place, problem] = scores.errors.front();
    const FlagBits bits = raise_flags(batch, keys)[*place.row];
    throw CheckInError(place, problem,
                       {model_.flags_in(bits.up), model_.flags_in(bits.unreadable)});
  }
  for (std::size_t k = 0; k < keys.size(); ++k) {
    records_.insert_or_assign(keys[k], std::move(records[k]));
  }
  return scores;
}

RELAPSE_INLINE void Stream::keep_only(std::span<const std::int64_t> keys) {
  std::unordered_map<std::int64_t, PersonRecord> kept;
  for (const std::int64_t key : keys) kept.insert(records_.extract(key));
  records_ = std::move(kept);
}

}  // namespace relapse
