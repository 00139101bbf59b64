#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <optional>

namespace relapse::infer {

/// When the use happened that a check-in tells of: not at all, at the check-in, since the
/// check-in before, or earlier than that.
enum class UseTime { none, now, since_last, earlier };

struct UseTold {
  UseTime when = UseTime::none;
  Time at = {};        ///< of the use
  bool alone = false;  ///< told by its time alone, by no answer to a use item
  /// No use since the last check-in, which told of use at its moment: it is over by now.
  bool over = false;

  /// Whether the answers to use items speak of another moment than the check-in.
  bool apart() const { return when == UseTime::since_last || when == UseTime::earlier; }
};

/// What a check-in tells of use, in the light of the time of the check-in before. Use at
/// the moment itself is told by the answers; use since the last check-in is a fact of its
/// own time; earlier use moves the clocks alone, since the belief has gone on.
/// Throws CheckInError for what cannot be true together: use since the last check-in
/// beside abstinence since then, a stage without use at the moment of use, answers that
/// deny use since the last check-in beside a time of use that lies in it.
UseTold use_told(const Answers& answers, std::optional<Time> last, const Model& model);

/// Whether there was no use on the whole way from the last check-in.
bool rules_out_use(const Answers& answers, const UseTold& told);

/// The stages that are possible at the check-in by what is known from outside, use told
/// by its time alone and use that is over among it; empty: nothing is known.
std::optional<ctmc::StateSet> known_stages(const Answers& answers, const UseTold& told,
                                           const Model& model);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/use_told.ipp>
#endif
