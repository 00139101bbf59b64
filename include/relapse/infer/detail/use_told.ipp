#pragma once

#include <relapse/core/error.hpp>
#include <relapse/infer/detail/use_told.hpp>

#include <algorithm>

namespace relapse::infer {
namespace detail {

/// How far a time told in whole days may lie from the moment that is meant.
inline Days whole_day(Days ago) { return Days{ago.count >= 1.0 ? 1.0 : 0.0}; }

[[noreturn]] inline void contradicts(const char* item, const char* problem) {
  throw CheckInError({{}, {}, item}, problem);
}

}  // namespace detail

RELAPSE_INLINE UseTold use_told(const Answers& answers, std::optional<Time> last,
                                const Model& model) {
  if (!answers.use_reported().value_or(false)) return {};
  const Days ago = answers.used_days_ago.value_or(Days{0.0});
  UseTold told{UseTime::now, answers.time - ago, !answers.tells_use_by_answer()};
  if (answers.used_days_ago && answers.denies_use(model)) {
    const bool since = last ? told.at > *last + detail::whole_day(ago) : ago.count == 0.0;
    if (since) {
      detail::contradicts("used_days_ago",
                          "lies after the last check-in, but the answers deny use since "
                          "then; one of the two must be left out");
    }
    told.when = UseTime::earlier;
    if (last) told.at = std::min(told.at, *last);
  } else if (ago.count > 0.0) {
    told.when = last && told.at >= *last ? UseTime::since_last : UseTime::earlier;
  }
  const bool since_last = told.when != UseTime::earlier && (!last || told.at > *last);
  const bool entered_now = answers.entered && answers.known_in_use;
  if (answers.abstinent_since_last && since_last && !entered_now) {
    detail::contradicts("abstinent_since_last",
                        "is said beside use since the last check-in; one of the two must "
                        "be left out");
  }
  const bool elsewhere = answers.known && (*answers.known & model.use()).none();
  if (elsewhere && told.when == UseTime::now) {
    detail::contradicts("stage",
                        "is known to be one without use beside use now; one of the two "
                        "must be left out");
  }
  return told;
}

RELAPSE_INLINE bool rules_out_use(const Answers& answers, const UseTold& told) {
  return answers.abstinent_since_last && told.when != UseTime::since_last && !told.over;
}

RELAPSE_INLINE std::optional<ctmc::StateSet>
known_stages(const Answers& answers, const UseTold& told, const Model& model) {
  const bool in_use = told.when == UseTime::now && told.alone;
  if (!in_use && !told.over) return answers.known;
  const auto left = in_use ? model.use() : ~model.use();
  return answers.known ? *answers.known & left : left;
}

}  // namespace relapse::infer
