#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/engine/detail/lost_tolerance.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/risk/detail/floors.hpp>
#include <relapse/risk/detail/level.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace relapse {

/// What is remembered of one person between check-ins.
struct PersonRecord {
  infer::Start start;
  infer::PersonState state;
  risk::LevelMemory level;
  double last_risk = 0.0;
  std::uint64_t flags = 0;  ///< safety flags that are up, a bit each in the model's order
  std::vector<std::optional<double>> acknowledged;  ///< by flag: when last, in days
  bool use_reported = false;  ///< of an opioid, or of a substance that is not stated
  risk::FloorMemory floors;
  std::vector<std::optional<double>> raised_at;  ///< by flag: the last rise, in days
  std::uint64_t unreadable = 0;  ///< flags up of which an answer could not be read
  LostTolerance tolerance = {};
  /// By flag, in days: since when it is up or was the last time, and when it was taken
  /// down, as far as that is known.
  std::vector<std::optional<double>> up_since;
  std::vector<std::optional<double>> down_at;

  /// Raises flags. A time that is not finite counts as that of the last check-in.
  void raise(const FlagBits& bits, Time at);
  /// Records that a flag was dealt with, and takes it down if that was after its last
  /// rise. False: it stays up. At the very moment of a rise nobody can know which of the
  /// two came first, so it stays up then.
  bool acknowledge(int flag, Time at);

  bool operator==(const PersonRecord&) const = default;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/person_record.ipp>
#endif
