#pragma once

#include <relapse/core/error.hpp>
#include <relapse/infer/detail/node_path.hpp>

#include <algorithm>
#include <limits>

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

RELAPSE_INLINE void NodePath::fit(const Model& model, int persons, Grid grid) {
  const auto count = static_cast<std::size_t>(persons);
  const int step = grid == Grid::whole ? 1 : model.ways();
  const int nodes = model.nodes() / step;
  const int ways = grid == Grid::ways ? step : 1;
  const bool same = model_ && &model_->movement() == &model.movement();
  if (same && count == persons_ && nodes == nodes_) {
    if (ways != places_.ways) set_places(ways);
    return;
  }
  constexpr std::size_t together = ctmc::lanes_together;
  model_ = model;
  persons_ = count;
  nodes_ = nodes;
  stages_ = static_cast<std::size_t>(model.stages());
  const std::size_t used = static_cast<std::size_t>(nodes) * persons_;
  lanes_ = (used + together - 1) / together * together;
  law_ = PathLaw(model);
  // In lanes that are not there nothing moves.
  factor_.assign(law_.moves().size() * lanes_, 0.0);
  for (std::size_t m = 0; m < law_.moves().size(); ++m) {
    for (std::size_t l = 0; l < used; ++l) {
      const int node = static_cast<int>(l / persons_) * step;
      factor_[m * lanes_ + l] = model.movement().factor(static_cast<int>(m), node);
    }
  }
  column_.assign(stages_ * lanes_, 0.0);
  set_places(ways);
  flow_.reserve(stages_ * stages_ * lanes_);
  reserve(1);
}

/// Makes room for so many rows in each lane; the rates do not depend on it.
RELAPSE_INLINE void NodePath::set_places(int ways) {
  constexpr std::size_t together = ctmc::lanes_together;
  places_.ways = ways;
  places_.together = static_cast<int>(persons_ == together ? together : lanes_);
  place_.clear();
  for (int i = 0; i < nodes_; ++i) {
    const int first = places_.of(static_cast<int>(lane(i)));
    for (int way = 0; way < ways; ++way)
      place_.push_back(static_cast<std::size_t>(first + way * places_.together));
  }
  row_.assign(stages_ * lanes_ * static_cast<std::size_t>(ways), 0.0);
}

RELAPSE_INLINE void NodePath::load(const Belief& belief, ctmc::StateSet without,
                                   int person) {
  const std::size_t step = row_.size() / stages_;
  const auto of_person = static_cast<std::size_t>(person);
  for (int i = 0; i < belief.nodes; ++i) {
    const auto node = belief.node(i);
    double* to = &row_[place_[static_cast<std::size_t>(i)] + of_person];
    for (std::size_t s = 0; s < stages_; ++s) to[s * step] = without[s] ? 0.0 : node[s];
  }
}

RELAPSE_INLINE void NodePath::store(Belief& belief, ctmc::StateSet without,
                                    int person) const {
  const std::size_t step = row_.size() / stages_;
  const auto of_person = static_cast<std::size_t>(person);
  for (int i = 0; i < belief.nodes; ++i) {
    const auto node = belief.node(i);
    const double* from = &row_[place_[static_cast<std::size_t>(i)] + of_person];
    for (std::size_t s = 0; s < stages_; ++s) node[s] = without[s] ? 0.0 : from[s * step];
  }
}

RELAPSE_INLINE void NodePath::load_column(const Belief& column) {
  for (int i = 0; i < column.nodes; ++i) {
    for (std::size_t s = 0; s < stages_; ++s) {
      column_[s * lanes_ + lane(i)] = column.node(i)[s];
    }
  }
}

RELAPSE_INLINE void NodePath::store_column(Belief& column) const {
  for (int i = 0; i < column.nodes; ++i) {
    for (std::size_t s = 0; s < stages_; ++s) {
      column.node(i)[s] = column_[s * lanes_ + lane(i)];
    }
  }
}

RELAPSE_INLINE void NodePath::reserve(std::size_t pieces) {
  rates_.reserve(pieces * (law_.moves().size() + 1) * lanes_);
  days_.reserve(pieces * lanes_);
  repeated_.reserve(pieces * law_.moves().size() * persons_);
}

RELAPSE_INLINE void NodePath::lead_through(std::span<const double> ratios,
                                           std::span<const double> days) {
  ratios_ = ratios;
  alike_ = persons_ == 1 ? ratios : std::span<const double>{};
  pieces_ = days.size() / persons_;
  days_.resize(pieces_ * lanes_);
  for (std::size_t piece = 0; piece < pieces_; ++piece) {
    for (std::size_t l = 0; l < lanes_; ++l) {
      days_[piece * lanes_ + l] = days[piece * persons_ + l % persons_];
    }
  }
  kernel().move_rates(rate_task());
}

RELAPSE_INLINE void NodePath::lead_through(std::span<const double> ratios, double days) {
  repeated_.clear();
  for (const double ratio : ratios) repeated_.insert(repeated_.end(), persons_, ratio);
  ratios_ = persons_ == 1 ? ratios : repeated_;
  alike_ = ratios;
  pieces_ = 1;
  days_.assign(lanes_, days);
  kernel().move_rates(rate_task());
}

RELAPSE_INLINE RateTask NodePath::rate_task() {
  rates_.resize(pieces_ * (law_.moves().size() + 1) * lanes_);
  const std::size_t of_a_point = pieces_ * law_.moves().size() * persons_;
  const auto& weights = model::cell_weights(
      of_a_point == 0 ? 1 : static_cast<int>(ratios_.size() / of_a_point));
  return {.persons = static_cast<int>(persons_),
          .nodes = nodes_,
          .lanes = static_cast<int>(lanes_),
          .pieces = static_cast<int>(pieces_),
          .points = static_cast<int>(weights.size()),
          .moves = static_cast<int>(law_.moves().size()),
          .move = law_.moves().data(),
          .weights = weights.data(),
          .ratios = ratios_.data(),
          .factor = factor_.data(),
          .rates = rates_.data()};
}

RELAPSE_INLINE ctmc::Bundle NodePath::bundle(ctmc::StateSet stopped) {
  return {.map = law_.map(stopped),
          .lanes = static_cast<int>(lanes_),
          .used = nodes_ * static_cast<int>(persons_),
          .pieces = static_cast<int>(pieces_),
          .rates = rates_.data(),
          .days = days_.data()};
}

RELAPSE_INLINE bool NodePath::try_follow(ctmc::StateSet stopped,
                                         std::span<double> entered) {
  return ctmc::chain_kernel().ahead(
      {.bundle = bundle(stopped),
       .places = places_,
       .row = row_.data(),
       .entered = entered.empty() ? nullptr : entered.data()});
}

RELAPSE_INLINE void NodePath::follow(ctmc::StateSet stopped, std::span<double> entered) {
  if (!try_follow(stopped, entered)) refuse_rates();
}

RELAPSE_INLINE bool NodePath::is_lost(int person) const {
  for (std::size_t piece = 0; piece < pieces_; ++piece) {
    for (int i = 0; i < nodes_; ++i) {
      double sum = 0.0;
      for (std::size_t m = 0; m < law_.moves().size(); ++m) {
        sum += rate(piece, m, lane(i, person));
      }
      if (!(sum <= std::numeric_limits<double>::max())) return true;
    }
  }
  return false;
}

RELAPSE_INLINE void NodePath::refuse_rates() const {
  // Says which one it is.
  const std::size_t of_a_piece = pieces_ == 0 ? 0 : ratios_.size() / pieces_;
  for (std::size_t piece = 0; persons_ == 1 && piece < pieces_; ++piece) {
    for (int i = 0; i < nodes_; ++i) {
      model_->movement().generator(ratios_.subspan(piece * of_a_piece, of_a_piece),
                                   i * (model_->nodes() / nodes_));
    }
  }
  throw InvalidInput("movement", "the determinants make the sum of the rates infinite");
}

RELAPSE_INLINE void NodePath::pull_back(ctmc::StateSet stopped, Flows flows) {
  ctmc::BackTask task{.bundle = bundle(stopped), .column = column_.data()};
  if (flows == Flows::found) {
    rows_.resize(pieces_ * stages_ * lanes_);
    flow_.resize(rows_.size() * stages_);
    task.row = row_.data();
    task.flow = flow_.data();
    task.rows = rows_.data();
  }
  if (!ctmc::chain_kernel().back(task)) refuse_rates();
}

RELAPSE_INLINE void NodePath::find_matrices(ctmc::StateSet without) {
  for (std::size_t m = 0; m < law_.moves().size(); ++m) {
    if (!without[static_cast<std::size_t>(law_.moves()[m].from)]) continue;
    std::fill_n(rates_.begin() + static_cast<std::ptrdiff_t>(m * lanes_), lanes_, 0.0);
  }
  flow_.resize(stages_ * stages_ * lanes_);
  if (!ctmc::chain_kernel().matrices({.bundle = bundle({}), .matrix = flow_.data()})) {
    refuse_rates();
  }
}

RELAPSE_INLINE void NodePath::find_passage(ctmc::StateSet stopped,
                                           std::span<double> passage,
                                           std::span<double> gains) {
  for (std::size_t s = 0; s < stages_; ++s) {
    std::fill_n(column_.begin() + static_cast<std::ptrdiff_t>(s * lanes_), lanes_,
                stopped[s] ? 1.0 : 0.0);
  }
  pull_back(stopped, gains.empty() ? Flows::none : Flows::found);
  for (std::size_t k = 0; k < passage.size(); ++k) {
    passage[k] = column_[k % stages_ * lanes_ + lane(static_cast<int>(k / stages_))];
  }
  if (!gains.empty()) find_gains(stopped, gains);
}

RELAPSE_INLINE void NodePath::find_gains(ctmc::StateSet stopped,
                                         std::span<double> gains) {
  RateTask rates = rate_task();
  rates.ratios = alike_.data();
  kernel().find_gains({.rates = rates,
                       .stages = static_cast<int>(stages_),
                       .stopped = static_cast<unsigned>(stopped.to_ulong()),
                       .flow = flow_.data(),
                       .gains = gains.data(),
                       .gain_step = model_->movement().padded_moves()});
}

}  // namespace relapse::infer
