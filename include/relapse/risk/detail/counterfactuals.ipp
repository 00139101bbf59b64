#pragma once

#include <relapse/risk/counterfactuals.hpp>
#include <relapse/risk/detail/outlook.ipp>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace relapse::risk {

/// What was found so far.
struct Counterfactuals::Known {
  infer::Belief tendency;  ///< over the propensity alone
  std::vector<NodeMasses> masses;
  std::vector<Path> paths;                       ///< without interventions, by their ends
  std::map<std::vector<double>, double> risks;   ///< by horizon and interventions
  std::map<std::vector<double>, double> in_use;  ///< the same, of being in use at the end
};

namespace detail {

inline std::vector<double> key_of(Days horizon,
                                  std::span<const Intervention> interventions) {
  std::vector<double> key{horizon.count};
  key.reserve(1 + 3 * interventions.size());
  for (const auto& each : interventions) {
    key.insert(key.end(),
               {static_cast<double>(each.determinant), each.factor, each.lasts.count});
  }
  return key;
}

}  // namespace detail

RELAPSE_INLINE Counterfactuals::Counterfactuals(Outlook outlook)
    : outlook_(std::move(outlook)), known_(std::make_unique<Known>()) {
  const auto& moment = *outlook_.moment_;
  moment.belief.sum_over_ways(moment.model.ways(), known_->tendency);
  detail::fill_masses(known_->tendency, moment.model, known_->masses);
}

RELAPSE_INLINE Counterfactuals::~Counterfactuals() = default;

RELAPSE_INLINE double
Counterfactuals::risk_within(Days horizon, std::span<const Intervention> interventions) {
  detail::require_horizon(horizon);
  const auto [at, is_new] =
      known_->risks.try_emplace(detail::key_of(horizon, interventions), 0.0);
  if (is_new) at->second = look(horizon, interventions);
  return at->second;
}

RELAPSE_INLINE double
Counterfactuals::use_ahead(Days horizon, std::span<const Intervention> interventions) {
  const auto& moment = *outlook_.moment_;
  if (!moment.model.use()[static_cast<std::size_t>(moment.stage())])
    return risk_within(horizon, interventions);
  detail::require_horizon(horizon);
  const auto [at, is_new] =
      known_->in_use.try_emplace(detail::key_of(horizon, interventions), 0.0);
  if (is_new) at->second = outlook_.use_ahead(horizon, interventions);
  return at->second;
}

/// As `use_within`, but for what is laid already.
RELAPSE_INLINE double Counterfactuals::look(Days horizon,
                                            std::span<const Intervention> interventions) {
  const auto& moment = *outlook_.moment_;
  const Model& model = moment.model;
  const auto ahead = moment.ahead(interventions);
  auto& work = detail::looking().horizon;
  auto& path = work.path;
  detail::lay_ends(ahead, {&horizon.count, 1}, model, path);
  auto bare = std::find_if(known_->paths.begin(), known_->paths.end(),
                           [&](const Path& each) { return each.ends == path.ends; });
  if (bare == known_->paths.end()) {
    fill_path(moment.ahead(), model, path);
    bare = known_->paths.insert(bare, path);
  }
  path = *bare;
  intervene(ahead, model, path);
  prepare(path, model, work.passage);
  enter(known_->tendency, model.use(), work.passage, work.entered);
  return detail::estimate_from(known_->masses, work.entered, nullptr,
                               detail::piece_of(path, horizon.count), horizon.count,
                               model)
      .probability;
}

}  // namespace relapse::risk
