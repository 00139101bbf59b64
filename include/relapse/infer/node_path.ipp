#pragma once

#include <relapse/core/error.hpp>
#include <relapse/ctmc/series.hpp>
#include <relapse/infer/node_path.hpp>

#include <algorithm>
#include <bit>
#include <limits>

namespace relapse::infer {
namespace detail {

static_assert(sizeof(ctmc::detail::SeriesLength) == 2);

/// The lengths of the series of exp(Q t), as the kernel reads them.
inline void set_series(PathTask& task) {
  task.series_limit = ctmc::detail::series_limit;
  task.first_place = std::bit_cast<std::uint64_t>(0x1p-12) >> 48;
  task.lengths = &ctmc::detail::series_lengths[0].of_whole;
}

}  // namespace detail

namespace detail {

inline MoveEffects effects_of(const Model& model) {
  const auto& movement = model.movement();
  return {.weights = movement.weights(),
          .determinants = model.determinants().count(),
          .moves = static_cast<int>(movement.moves().size()),
          .padded_moves = movement.padded_moves()};
}

}  // namespace detail

RELAPSE_INLINE void fill_effects(std::span<const double> centred, const Model& model,
                                 std::span<double> sums) {
  const auto effects = detail::effects_of(model);
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
  const auto effects = detail::effects_of(model);
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
  const auto moves = model.movement().moves();
  const std::vector<double> unchanged(moves.size(), 1.0);
  moves_.clear();
  // Nodes that are not there do not move.
  factor_.assign(moves.size() * padded_, 0.0);
  for (std::size_t m = 0; m < moves.size(); ++m) {
    const auto& move = moves[m];
    const bool capped = move.max_rate < std::numeric_limits<double>::infinity();
    moves_.push_back({move.from, move.to, move.rate, capped ? move.max_rate : 0.0});
    for (std::size_t i = 0; i < nodes; ++i) {
      factor_[m * padded_ + i] =
          model.movement().ratio(unchanged, static_cast<int>(m), static_cast<int>(i));
    }
  }
  const auto stages = static_cast<std::size_t>(model.stages());
  move_between_.assign(stages * stages, static_cast<std::int32_t>(moves.size()));
  for (std::size_t m = 0; m < moves.size(); ++m) {
    const auto from = static_cast<std::size_t>(moves[m].from);
    move_between_[from * stages + static_cast<std::size_t>(moves[m].to)] =
        static_cast<std::int32_t>(m);
  }
  row_.assign(stages * padded_, 0.0);
  passage_ = row_;
  longest_path_.fill(-1);
  reserve(1);
}

/// The most jumps that the shortest way from one stage to another takes.
RELAPSE_INLINE int NodePath::longest_path(ctmc::StateSet stopped) {
  auto& known = longest_path_[stopped.to_ulong()];
  if (known >= 0) return known;
  known = 0;
  for (int from = 0; from < model_->stages(); ++from) {
    ctmc::StateSet reached;
    reached.set(static_cast<std::size_t>(from));
    for (std::int8_t jumps = 1;; ++jumps) {
      auto next = reached;
      for (const auto& move : moves_) {
        const auto start = static_cast<std::size_t>(move.from);
        if (reached[start] && !stopped[start])
          next.set(static_cast<std::size_t>(move.to));
      }
      if (next == reached) break;
      reached = next;
      known = std::max(known, jumps);
    }
  }
  return known;
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
  rates_.reserve(pieces * (moves_.size() + 1) * padded_);
}

RELAPSE_INLINE void NodePath::lead_through(std::span<const double> ratios,
                                           std::span<const double> days) {
  ratios_ = ratios;
  days_ = days;
  rates_.resize(days.size() * (moves_.size() + 1) * padded_);
  kernel().move_rates({.nodes = static_cast<int>(padded_),
                       .pieces = static_cast<int>(days.size()),
                       .moves = static_cast<int>(moves_.size()),
                       .move = moves_.data(),
                       .ratios = ratios.data(),
                       .factor = factor_.data(),
                       .rates = rates_.data()});
}

RELAPSE_INLINE PathTask NodePath::make_task(ctmc::StateSet stopped) {
  PathTask task;
  task.stages = model_->stages();
  task.nodes = static_cast<int>(padded_);
  task.pieces = static_cast<int>(days_.size());
  task.moves = static_cast<int>(moves_.size());
  task.move = moves_.data();
  task.move_between = move_between_.data();
  task.rates = rates_.data();
  task.days = days_.data();
  task.longest_path = longest_path(stopped);
  task.stopped = static_cast<unsigned>(stopped.to_ulong());
  task.row = row_.data();
  detail::set_series(task);
  return task;
}

RELAPSE_INLINE void NodePath::follow(ctmc::StateSet stopped, std::span<double> entered) {
  PathTask task = make_task(stopped);
  task.entered = entered.empty() ? nullptr : entered.data();
  if (kernel().follow_path(task)) return;
  // Says which one it is.
  const std::size_t moves = moves_.size();
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
