#pragma once

#include <relapse/infer/detail/kernel.hpp>
#include <relapse/risk/detail/horizons_abreast.hpp>

#include <algorithm>
#include <utility>

namespace relapse::risk {

RELAPSE_INLINE HorizonsAbreast::HorizonsAbreast(Model model,
                                                std::span<const double> horizons)
    : model_(std::move(model)),
      horizons_(horizons.begin(), horizons.end()),
      ways_(model_) {
  const infer::PathLaw law(model_);
  const auto nodes = static_cast<std::size_t>(model_.nodes());
  const auto stages = static_cast<std::size_t>(model_.stages());
  targets_.push_back({model_.use(), law, {}, {}});
  if (model_.relapse().any()) targets_.push_back({model_.relapse(), law, {}, {}});
  for (auto& target : targets_) {
    target.joint.assign(nodes * stages * infer::row_width, 0.0);
    target.entered.piece_step = nodes * infer::row_width;
    target.entered.node_step = infer::row_width;
  }
  detail::reserve(detail::most_pieces(horizons_.size()), model_, path_);
}

RELAPSE_INLINE void HorizonsAbreast::clear() {
  ways_.clear();
  for (auto& target : targets_) std::fill(target.joint.begin(), target.joint.end(), 0.0);
  size_ = 0;
}

RELAPSE_INLINE void HorizonsAbreast::add(const infer::Belief& belief,
                                         const infer::Covariates& covariates,
                                         double now) {
  const auto lane = static_cast<std::size_t>(size_);
  const auto stages = static_cast<std::size_t>(model_.stages());
  for (auto& target : targets_) {
    double* to = target.joint.data() + lane;
    for (int i = 0; i < model_.nodes(); ++i) {
      const auto node = belief.node(i);
      for (std::size_t s = 0; s < stages; ++s, to += infer::row_width) {
        *to = target.stages[s] ? 0.0 : node[s];
      }
    }
  }
  detail::fill_masses(belief, model_, masses_[lane]);
  detail::lay_path(covariates, now, horizons_, {}, model_, path_);
  const auto count = static_cast<std::size_t>(model_.determinants().count());
  const std::span<const double> centred(path_.centred);
  for (int piece = 0; piece < path_.pieces(); ++piece) {
    ways_.lay(size_, piece, path_.length(piece),
              centred.subspan(static_cast<std::size_t>(piece) * count, count));
  }
  piece_[lane].clear();
  for (const double horizon : horizons_) {
    piece_[lane].push_back(detail::piece_of(path_, horizon));
  }
  ++size_;
}

RELAPSE_INLINE bool HorizonsAbreast::look_ahead() {
  infer::AheadTask task;
  task.size = size_;
  for (auto& target : targets_) {
    auto& entered = target.entered;
    entered.mass.assign(static_cast<std::size_t>(ways_.pieces()) * entered.piece_step,
                        0.0);
    if (target.stages.count() == static_cast<std::size_t>(model_.stages())) continue;
    task.target[task.targets++] = {target.law.task(target.stages), target.joint.data(),
                                   entered.mass.data()};
  }
  if (task.targets == 0) return true;
  task.ways = ways_.ways(task.target[0].path);
  const unsigned here = (1U << size_) - 1U;
  return (infer::kernel().look_ahead(task) & here) == 0;
}

RELAPSE_INLINE void HorizonsAbreast::estimates_of(int index,
                                                  std::vector<RiskEstimate>& estimates) {
  const auto lane = static_cast<std::size_t>(index);
  for (auto& target : targets_) target.entered.begin = lane;
  const EnteredMass* relapse = targets_.size() > 1 ? &targets_[1].entered : nullptr;
  estimates.resize(horizons_.size());
  for (std::size_t h = 0; h < horizons_.size(); ++h) {
    estimates[h] = detail::estimate_from(masses_[lane], targets_[0].entered, relapse,
                                         piece_[lane][h]);
    estimates[h].within = Days{horizons_[h]};
  }
}

}  // namespace relapse::risk
