#pragma once

#include <relapse/core/error.hpp>
#include <relapse/infer/detail/node_path.hpp>

#include <algorithm>

namespace relapse::infer {

RELAPSE_INLINE void fill_effects(std::span<const double> centred, const Model& model,
                                 std::span<double> sums) {
  const auto effects = move_effects_of(model);
  if (effects.moves == 0) return;
  kernel().move_effects(effects, centred.data(),
                        static_cast<int>(sums.size()) / effects.moves, sums.data());
}

RELAPSE_INLINE void fill_ratios(std::span<const double> centred, const Model& model,
                                std::span<double> ratios) {
  fill_effects(centred, model, ratios);
  kernel().exponentials(ratios.data(), ratios.size());
}

RELAPSE_INLINE void add_effect_slopes(std::span<const double> shift,
                                      std::span<const double> gains, const Model& model,
                                      std::span<double> slopes) {
  const auto effects = move_effects_of(model);
  if (effects.moves == 0) return;
  kernel().pull_effects(effects, shift.data(), gains.data(),
                        static_cast<int>(gains.size()) / effects.padded_moves,
                        slopes.data());
}

RELAPSE_INLINE void NodePath::fit(const Model& model) {
  if (model_ && &model_->movement() == &model.movement()) return;
  model_ = model;
  const auto nodes = static_cast<std::size_t>(model.nodes());
  padded_ = (nodes + row_width - 1) / row_width * row_width;
  law_ = PathLaw(model);
  const std::vector<double> unchanged(law_.moves().size(), 1.0);
  // Nodes that are not there do not move.
  factor_.assign(unchanged.size() * padded_, 0.0);
  for (std::size_t m = 0; m < unchanged.size(); ++m) {
    for (std::size_t i = 0; i < nodes; ++i) {
      factor_[m * padded_ + i] =
          model.movement().ratio(unchanged, static_cast<int>(m), static_cast<int>(i));
    }
  }
  row_.assign(static_cast<std::size_t>(model.stages()) * padded_, 0.0);
  passage_ = row_;
  reserve(1);
}

RELAPSE_INLINE void NodePath::load(const Belief& belief, ctmc::StateSet without) {
  const auto stages = static_cast<std::size_t>(belief.stages);
  const auto nodes = static_cast<std::size_t>(belief.nodes);
  for (std::size_t s = 0; s < stages; ++s) {
    for (std::size_t i = 0; i < nodes; ++i) {
      row_[s * padded_ + i] = without[s] ? 0.0 : belief.joint[i * stages + s];
    }
  }
}

RELAPSE_INLINE void NodePath::store(Belief& belief, ctmc::StateSet without) const {
  const auto stages = static_cast<std::size_t>(belief.stages);
  const auto nodes = static_cast<std::size_t>(belief.nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    for (std::size_t s = 0; s < stages; ++s) {
      belief.joint[i * stages + s] = without[s] ? 0.0 : row_[s * padded_ + i];
    }
  }
}

RELAPSE_INLINE void NodePath::reserve(std::size_t pieces) {
  rates_.reserve(pieces * (law_.moves().size() + 1) * padded_);
}

RELAPSE_INLINE void NodePath::lead_through(std::span<const double> ratios,
                                           std::span<const double> days) {
  ratios_ = ratios;
  days_ = days;
  rates_.resize(days.size() * (law_.moves().size() + 1) * padded_);
  kernel().move_rates({.nodes = static_cast<int>(padded_),
                       .pieces = static_cast<int>(days.size()),
                       .moves = static_cast<int>(law_.moves().size()),
                       .move = law_.moves().data(),
                       .ratios = ratios.data(),
                       .factor = factor_.data(),
                       .rates = rates_.data()});
}

RELAPSE_INLINE PathTask NodePath::make_task(ctmc::StateSet stopped) {
  PathTask task = law_.task(stopped);
  task.nodes = static_cast<int>(padded_);
  task.pieces = static_cast<int>(days_.size());
  task.rates = rates_.data();
  task.days = days_.data();
  task.row = row_.data();
  return task;
}

RELAPSE_INLINE void NodePath::follow(ctmc::StateSet stopped, std::span<double> entered) {
  PathTask task = make_task(stopped);
  task.entered = entered.empty() ? nullptr : entered.data();
  if (kernel().follow_path(task)) return;
  // Says which one it is.
  const std::size_t moves = law_.moves().size();
  for (std::size_t piece = 0; piece < days_.size(); ++piece) {
    for (int i = 0; i < model_->nodes(); ++i) {
      model_->movement().generator(ratios_.subspan(piece * moves, moves), i);
    }
  }
  throw InvalidInput("movement", "the determinants make the sum of the rates infinite");
}

RELAPSE_INLINE bool NodePath::find_passage(ctmc::StateSet stopped,
                                           std::span<double> passage,
                                           std::span<double> gains) {
  std::fill(gains.begin(), gains.end(), 0.0);
  const PassageTask task{.path = make_task(stopped),
                         .passage = passage_.data(),
                         .gains = gains.empty() ? nullptr : gains.data(),
                         .gain_step = model_->movement().padded_moves()};
  if (!kernel().find_passage(task)) return false;
  const auto stages = static_cast<std::size_t>(model_->stages());
  for (std::size_t k = 0; k < passage.size(); ++k) {
    const std::size_t stage = k % stages;
    const std::size_t node = k / stages;
    passage[k] = stopped[stage] ? 1.0 : passage_[stage * padded_ + node];
  }
  return true;
}

}  // namespace relapse::infer
