#pragma once

#include <relapse/care/helpfulness.hpp>
#include <relapse/engine/detail/lost_tolerance.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/risk/detail/floors.hpp>
#include <relapse/risk/detail/level.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace relapse::engine {

/// The last answer to an item, encoded, and when it was given.
struct LastAnswer {
  double answer = 0.0;
  Time at;

  bool operator==(const LastAnswer&) const = default;
};

/// What a snapshot holds, as plain values.
struct Remembered {
  infer::Start start;
  infer::PersonState state;
  risk::LevelMemory level;
  double last_risk = 0.0;
  std::uint64_t flags = 0;  ///< safety flags that are up, a bit each in the model's order
  std::vector<std::optional<double>> acknowledged;  ///< by flag: when last, in days
  bool use_reported = false;  ///< of an opioid, or of a substance that is not stated
  /// Empty in one taken before this was kept: the notice then counts from the snapshot.
  std::optional<LostTolerance> tolerance = {};
  care::Helpfulness helpfulness;
  std::map<std::string, LastAnswer, std::less<>> told = {};  ///< by item
  risk::FloorMemory floors;
  std::vector<std::optional<double>> raised_at;  ///< by flag: the last rise, in days
  std::uint64_t unreadable = 0;  ///< flags up of which an answer could not be read

  bool operator==(const Remembered&) const = default;
};

}  // namespace relapse::engine
