#pragma once

#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/floor.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/wording.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace relapse {

/// The last answer to an item.
struct Told {
  int item = 0;
  double answer = 0.0;  ///< encoded: a level from 0, or scaled
  Time at;

  bool operator==(const Told&) const = default;
};

/// Use that a test, or somebody who is not sure, speaks of.
struct DoubtedUse {
  Time at;
  bool by_test = false;

  bool operator==(const DoubtedUse&) const = default;
};

/// What is at hand, and what is known beside the belief, where suggestions are wanted.
struct SuggestSettings {
  int count = 3;            ///< at most so many, crisis steps not counted
  Days horizon{1.0};        ///< ranking is by the risk within this time
  double minutes = 1440.0;  ///< time available
  bool contact_available = true;
  std::vector<std::string> flags =
      {};  ///< safety flags that are up; the crisis protocol comes first
  std::optional<std::vector<std::string>> places = {};  ///< at hand; absent: any place
  Days cool_down{0.0};  ///< not again so soon after it was tried
  /// Hours in which nothing is suggested that needs a contact or the day, unless the
  /// level is high, a flag is up or help is wanted.
  std::optional<DailyHours> quiet = {};
  /// Whether whom a contact rule names is left alone in its quiet hours, the same way.
  bool keep_rule_hours = false;
  Zone zone = {};                       ///< clock of the quiet hours, and of dates
  std::optional<RiskLevel> level = {};  ///< at `elevated` or above, support is among them
  bool help_wanted = false;  ///< the person asked for help: support comes first
  /// From 0, the best by what is known, to 1, chance in step with what is not known
  /// (Thompson sampling); the same for the same seed.
  double exploration = 0.0;
  std::uint64_t seed = 1;
  Wording wording = {};                     ///< words of what is not the person's own
  std::vector<Told> told = {};              ///< last answers to signs and determinants
  std::vector<std::string> coming = {};     ///< codes of situations that lie ahead
  std::vector<std::string> later = {};      ///< of these the ones that do not come today
  std::optional<Time> now = {};             ///< for when; the last check-in when absent
  std::optional<DoubtedUse> in_doubt = {};  ///< the last one that still counts
  /// When use was last told of, where that was later than in a check-in of its day.
  std::optional<Time> use_told = {};
  std::vector<std::string> done =
      {};  ///< actions of the catalogue, for the use that is meant
  /// In force: after a flag that was taken down, and after a silence, there is something
  /// to answer to. Those of the moment when empty.
  std::vector<Floor> floors = {};
};

}  // namespace relapse
