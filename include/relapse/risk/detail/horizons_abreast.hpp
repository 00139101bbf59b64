#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/infer/detail/laid_ways.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/risk/detail/horizon.hpp>

#include <array>
#include <span>
#include <vector>

namespace relapse::risk {

/// Risks of several check-ins looked up side by side, one a lane: the same doubles as
/// those of `estimate`, which looks up those of one.
class HorizonsAbreast {
 public:
  static constexpr int most = infer::row_width;

  /// @param horizons as `estimate` takes them
  HorizonsAbreast(Model model, std::span<const double> horizons);

  /// Check-ins added since they were forgotten.
  int size() const noexcept { return size_; }
  void clear();
  /// Adds a check-in; `most` at most.
  /// @param now age of the determinants, days since their last update
  void add(const infer::Belief& belief, const infer::Covariates& covariates, double now);
  /// Looks ahead from all of them. False when a rate of any is not finite.
  bool look_ahead();
  /// The estimates of one of them, in the order of adding.
  void estimates_of(int index, std::vector<RiskEstimate>& estimates);

 private:
  /// A set of stages, and what enters it.
  struct Target {
    ctmc::StateSet stages;
    EnteredMass entered;
  };

  Model model_;
  std::vector<double> horizons_;
  infer::LaidWays ways_;
  infer::NodePath lanes_;
  std::array<infer::Belief, most> beliefs_;
  std::vector<Target> targets_;
  Path path_;
  std::array<std::vector<NodeMasses>, most> masses_;
  std::array<std::vector<std::size_t>, most> piece_;  // by horizon
  int size_ = 0;
};

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/horizons_abreast.ipp>
#endif
