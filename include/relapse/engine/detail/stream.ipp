#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/detail/rows.hpp>
#include <relapse/engine/detail/score_on.hpp>
#include <relapse/engine/stream.hpp>

#include <unordered_map>
#include <utility>

namespace relapse {

/// What a stream keeps.
struct Stream::Persons {
  std::vector<PersonRecord> of(std::span<const std::int64_t> keys) const {
    std::vector<PersonRecord> found(keys.size());
    for (std::size_t k = 0; k < keys.size(); ++k) {
      const auto record = records.find(keys[k]);
      if (record != records.end()) found[k] = record->second;
    }
    return found;
  }

  Model model;
  ScoreSettings settings;
  std::unordered_map<std::int64_t, PersonRecord> records;
};

RELAPSE_INLINE Stream::Stream(Model model, ScoreSettings settings)
    : persons_(new Persons{std::move(model), std::move(settings), {}}) {}

RELAPSE_INLINE Stream::Stream(Stream&& other) noexcept = default;

RELAPSE_INLINE Stream& Stream::operator=(Stream&& other) noexcept = default;

RELAPSE_INLINE Stream::~Stream() = default;

RELAPSE_INLINE std::vector<FlagBits>
Stream::raise_flags(const Batch& batch, std::span<const std::int64_t> keys) {
  auto raised = raised_flags(batch, model());
  for (std::size_t row = 0; row < raised.size(); ++row) {
    const auto person = static_cast<std::size_t>(batch.person[row]);
    if (person >= keys.size())
      throw InvalidInput("person", "a number is beyond the keys given");
    if (raised[row].up == 0) continue;
    persons_->records[keys[person]].raise(raised[row], Time{batch.time[row]});
  }
  return raised;
}

RELAPSE_INLINE Scores Stream::score(const Batch& batch,
                                    std::span<const std::int64_t> keys) {
  auto records = persons_->of(keys);
  auto collecting = persons_->settings;
  collecting.on_error = OnError::collect;
  Scores scores = engine::score_on(batch, model(), collecting, records);
  if (persons_->settings.on_error == OnError::raise && !scores.errors.empty()) {
    const auto& [place, problem] = scores.errors.front();
    const FlagBits bits = raise_flags(batch, keys)[*place.row];
    throw CheckInError(place, problem,
                       {model().flags_in(bits.up), model().flags_in(bits.unreadable)});
  }
  for (std::size_t k = 0; k < keys.size(); ++k) {
    persons_->records.insert_or_assign(keys[k], std::move(records[k]));
  }
  return scores;
}

RELAPSE_INLINE void Stream::keep_only(std::span<const std::int64_t> keys) {
  std::unordered_map<std::int64_t, PersonRecord> kept;
  for (const std::int64_t key : keys) kept.insert(persons_->records.extract(key));
  persons_->records = std::move(kept);
}

RELAPSE_INLINE std::size_t Stream::kept() const noexcept {
  return persons_->records.size();
}

RELAPSE_INLINE const Model& Stream::model() const noexcept { return persons_->model; }

}  // namespace relapse
