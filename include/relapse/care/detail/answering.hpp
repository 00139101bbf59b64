#pragma once

#include <relapse/care/detail/candidates.hpp>
#include <relapse/care/detail/needs.hpp>
#include <relapse/care/helpfulness.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/risk/counterfactuals.hpp>

#include <string_view>
#include <vector>

namespace relapse::care {

/// How well a candidate answers a need: by what it changes of the use ahead at its own
/// time scale, what has helped the person, what the person chose, whose turn it is and
/// what steps back. Looks and helpfulness must outlive it.
class Answering {
 public:
  Answering(risk::Counterfactuals& looks, const Helpfulness& helpfulness);

  /// 0 for not at all.
  double operator()(const Need& need, const Candidate& candidate);
  /// The same for reaching somebody now.
  double support(const Candidate& candidate);

 private:
  double value(const Need& need, const Candidate& candidate);
  double value_on(const Need& need, const Candidate& candidate);
  double value_in_stage(const Candidate& candidate);
  double whole(const Candidate& candidate);
  double relative_change(const std::vector<risk::Intervention>& done, Days lasts);
  double use_ahead(Days ahead, const std::vector<risk::Intervention>& done);
  double standing(const Candidate& candidate) const;

  const Model& model() const { return outlook_.model(); }

  risk::Counterfactuals& looks_;
  const risk::Outlook& outlook_;
  const Helpfulness& helpfulness_;
  double in_use_already_;
};

}  // namespace relapse::care

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/answering.ipp>
#endif
