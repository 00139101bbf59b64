#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/risk/outlook.hpp>

#include <memory>
#include <span>

namespace relapse::risk {

/// Looks from one outlook under one set of interventions after the other, as actions are
/// compared: the numbers of the outlook itself to the last bit, each found once, and what
/// no intervention changes laid once for all. Belongs to one thread at a time.
class Counterfactuals {
 public:
  explicit Counterfactuals(Outlook outlook);
  Counterfactuals(const Counterfactuals&) = delete;
  Counterfactuals& operator=(const Counterfactuals&) = delete;
  ~Counterfactuals();

  const Outlook& outlook() const noexcept { return outlook_; }
  /// The probability of `Outlook::risk_within`.
  double risk_within(Days horizon, std::span<const Intervention> interventions = {});
  /// As `Outlook::use_ahead`.
  double use_ahead(Days horizon, std::span<const Intervention> interventions = {});

 private:
  struct Known;
  double look(Days horizon, std::span<const Intervention> interventions);

  Outlook outlook_;
  std::unique_ptr<Known> known_;
};

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/counterfactuals.ipp>
#endif
