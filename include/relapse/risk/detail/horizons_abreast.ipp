#pragma once

#include <relapse/risk/detail/horizons_abreast.hpp>

#include <algorithm>
#include <utility>

namespace relapse::risk {

RELAPSE_INLINE HorizonsAbreast::HorizonsAbreast(Model model,
                                                std::span<const double> horizons)
    : model_(std::move(model)),
      horizons_(horizons.begin(), horizons.end()),
      ways_(model_, model_.determinants().outlook_points()),
      lanes_(model_, most, infer::Grid::propensity) {
  targets_.push_back({model_.use(), {}});
  if (model_.relapse().any()) targets_.push_back({model_.relapse(), {}});
  for (auto& target : targets_) {
    target.entered.piece_step = lanes_.lanes();
    target.entered.node_step = most;
  }
  detail::reserve(detail::most_pieces(horizons_.size()), model_, path_);
}

RELAPSE_INLINE void HorizonsAbreast::clear() {
  ways_.clear();
  size_ = 0;
}

RELAPSE_INLINE void HorizonsAbreast::add(const infer::Belief& belief,
                                         const infer::Covariates& covariates,
                                         double now) {
  const auto lane = static_cast<std::size_t>(size_);
  belief.sum_over_ways(model_.ways(), beliefs_[lane]);
  detail::fill_masses(beliefs_[lane], model_, masses_[lane]);
  detail::lay_path({covariates, now}, horizons_, model_, path_);
  const auto count =
      static_cast<std::size_t>(path_.points * model_.determinants().count());
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
  ways_.lead(lanes_);
  for (auto& [stages, entered] : targets_) {
    for (int person = 0; person < size_; ++person) {
      lanes_.load(beliefs_[static_cast<std::size_t>(person)], stages, person);
    }
    entered.mass.resize(static_cast<std::size_t>(ways_.pieces()) * entered.piece_step);
    if (lanes_.try_follow(stages, entered.mass)) continue;
    for (int person = 0; person < size_; ++person) {
      if (lanes_.is_lost(person)) return false;
    }
  }
  return true;
}

RELAPSE_INLINE void HorizonsAbreast::estimates_of(int index,
                                                  std::vector<RiskEstimate>& estimates) {
  const auto lane = static_cast<std::size_t>(index);
  for (auto& target : targets_) target.entered.begin = lane;
  const EnteredMass* relapse = targets_.size() > 1 ? &targets_[1].entered : nullptr;
  estimates.resize(horizons_.size());
  for (std::size_t h = 0; h < horizons_.size(); ++h) {
    estimates[h] = detail::estimate_from(masses_[lane], targets_[0].entered, relapse,
                                         piece_[lane][h], horizons_[h], model_);
  }
}

}  // namespace relapse::risk
