#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <optional>
#include <span>
#include <vector>

namespace relapse::infer {

/// The determinants of the time ahead as far as they are told: weeks of treatment that
/// are planned, phases of a study.
struct Course {
  /// How they stand from a time on.
  struct Piece {
    Time from;
    Covariates covariates;
  };

  std::vector<Piece> pieces;  ///< in the order of time
  std::optional<Time> until;  ///< where it ends; empty: nothing is told
};

/// Throws CheckInError, or InvalidInput, for what is no answer to a determinant: nobody
/// knows what a person will answer, only what is arranged.
void require_determinants(const Answers& told, const Model& model);

/// @param told answers to determinants (see `require_determinants`), in the order of
/// time: each holds until the next, and the last says where the course ends. What is told
/// from before `now` on holds at once. Throws InvalidInput for times in another order.
Course lay_course(const Covariates& covariates, Time now, std::span<const Answers> told,
                  const Model& model);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/course.ipp>
#endif
