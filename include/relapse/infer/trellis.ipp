#pragma once

#include <relapse/core/error.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/infer/filter.hpp>
#include <relapse/infer/trellis.hpp>

#include <algorithm>
#include <array>

namespace relapse::infer {

RELAPSE_INLINE PanelLaw::PanelLaw(const Panel& panel, Model model, Kept kept)
    : panel_(&panel), model_(std::move(model)) {
  const auto stages = static_cast<std::size_t>(model_.stages());
  answers_.resize(static_cast<std::size_t>(model_.items()));
  for (int item = 0; item < model_.items(); ++item) {
    auto& table = answers_[static_cast<std::size_t>(item)];
    const auto values = panel.values(item);
    table.assign(values.size() * stages, 0.0);
    for (std::size_t code = 0; code < values.size(); ++code) {
      model_.sign(item)->add_log_likelihood(
          values[code], std::span<double>(table).subspan(code * stages, stages));
    }
  }
  const std::size_t moves = model_.movement().moves().size();
  ratios_.resize(static_cast<std::size_t>(panel.regimes()) * moves);
  for (int regime = 0; regime < panel.regimes(); ++regime) {
    model_.movement().ratios(panel.regime(regime),
                             std::span<double>(ratios_).subspan(
                                 static_cast<std::size_t>(regime) * moves, moves));
  }
  for (int start = 0; start < panel.starts(); ++start) {
    starts_.push_back(start_belief(panel.start(start), model_));
  }
  // A matrix costs as much as a few actions.
  constexpr std::size_t frequent = 6;
  first_matrix_.assign(panel.intervals().size(), -1);
  if (kept == Kept::nothing) return;
  for (std::size_t j = 0; j < panel.intervals().size(); ++j) {
    const auto& interval = panel.intervals()[j];
    if (interval.count < frequent) continue;
    first_matrix_[j] = static_cast<int>(matrices_.size());
    matrix_interval_.push_back(static_cast<int>(j));
    for (int i = 0; i < model_.nodes(); ++i) {
      matrices_.push_back(
          ctmc::transition_matrix(generator(interval, i), Days{interval.days}));
    }
  }
  if (kept == Kept::occupations) keep_occupations();
}

RELAPSE_INLINE void PanelLaw::keep_occupations() {
  const auto stages = static_cast<std::size_t>(model_.stages());
  for (std::size_t j = 0; j < matrices_.size(); ++j) {
    const auto& interval = panel_->intervals()[static_cast<std::size_t>(interval_of(j))];
    const auto law = generator(interval, static_cast<int>(j) % model_.nodes());
    for (std::size_t r = 0; r < stages; ++r) {
      for (std::size_t s = 0; s < stages; ++s) {
        std::array<double, ctmc::max_states> row{};
        std::array<double, ctmc::max_states> column{};
        row[r] = column[s] = 1.0;
        occupations_.push_back(ctmc::occupation_integral(
            std::span<const double>(row).first(stages),
            std::span<const double>(column).first(stages), law, Days{interval.days}));
      }
    }
  }
}

RELAPSE_INLINE ctmc::Matrix PanelLaw::occupation(std::size_t matrix,
                                                 const ctmc::Matrix& joint) const {
  const Eigen::Index stages = joint.rows();
  ctmc::Matrix sum = ctmc::Matrix::Zero(stages, stages);
  if (!occupations_.empty()) {
    const auto count = static_cast<std::size_t>(stages * stages);
    const ctmc::Matrix* each = occupations_.data() + matrix * count;
    for (Eigen::Index r = 0; r < stages; ++r) {
      for (Eigen::Index s = 0; s < stages; ++s) sum += joint(r, s) * *each++;
    }
    return sum;
  }
  const auto& interval =
      panel_->intervals()[static_cast<std::size_t>(interval_of(matrix))];
  const auto law = generator(interval, static_cast<int>(matrix) % model_.nodes());
  for (Eigen::Index r = 0; r < stages; ++r) {
    if (joint.row(r).isZero(0.0)) continue;
    std::array<double, ctmc::max_states> row{};
    row[static_cast<std::size_t>(r)] = 1.0;
    sum += ctmc::occupation_integral(
        std::span<const double>(row).first(static_cast<std::size_t>(stages)),
        {joint.row(r).data(), static_cast<std::size_t>(stages)}, law,
        Days{interval.days});
  }
  return sum;
}

RELAPSE_INLINE std::span<const double>
PanelLaw::log_likelihood(SignAnswer evidence) const {
  const auto stages = static_cast<std::size_t>(model_.stages());
  return std::span<const double>(answers_[static_cast<std::size_t>(evidence.item)])
      .subspan(static_cast<std::size_t>(evidence.code) * stages, stages);
}

RELAPSE_INLINE std::span<const double> PanelLaw::ratios(int regime) const {
  const std::size_t moves = model_.movement().moves().size();
  return std::span<const double>(ratios_).subspan(
      static_cast<std::size_t>(regime) * moves, moves);
}

RELAPSE_INLINE ctmc::Generator PanelLaw::generator(int regime, int node) const {
  return model_.movement().generator(ratios(regime), node);
}

RELAPSE_INLINE ctmc::Generator PanelLaw::generator(const Interval& interval,
                                                   int node) const {
  const auto generator = this->generator(interval.regime, node);
  return interval.abstinent ? ctmc::absorbing(generator, model_.use()) : generator;
}

RELAPSE_INLINE int PanelLaw::matrix_of(int interval, int node) const {
  const int first = first_matrix_[static_cast<std::size_t>(interval)];
  return first < 0 ? -1 : first + node;
}

RELAPSE_INLINE Trellis::Trellis(const PanelLaw& law)
    : law_(&law), now_(law.model().nodes(), law.model().stages()) {}

RELAPSE_INLINE double Trellis::forward(const Sequence& person) {
  const std::size_t visits = person.visits.size();
  const auto stages = static_cast<std::size_t>(now_.stages);
  if (after_.size() < visits) {
    after_.resize(visits, now_);
    arriving_.resize(visits, now_);
    log_normaliser_.resize(visits);
    weight_.resize(visits * stages);
  }
  steps_ = 0;
  last_step_.clear();
  double total = 0.0;
  for (std::size_t k = 0; k < visits; ++k) {
    const auto& visit = person.visits[k];
    if (k == 0) {
      begin(person);
    } else {
      walk(visit);
    }
    last_step_.push_back(steps_);
    arriving_[k] = now_;
    condition(visit);
    log_normaliser_[k] = weigh(visit, k);
    after_[k] = now_;
    total += log_normaliser_[k];
    if (!(log_normaliser_[k] > -std::numeric_limits<double>::infinity())) {
      impossible_ = k;
      return -std::numeric_limits<double>::infinity();
    }
  }
  return total;
}

RELAPSE_INLINE void Trellis::begin(const Sequence& person) {
  now_ = law_->start(person.start);
  if (person.visits.front().without_use) now_.keep_only(~law_->model().use());
}

RELAPSE_INLINE void Trellis::walk(const Visit& visit) {
  for (const int interval : visit.way) {
    if (steps_ == before_.size()) before_.push_back(now_);
    before_[steps_++] = now_;
    advance(interval, now_);
  }
}

RELAPSE_INLINE double Trellis::require_possible(const Sequence& person) {
  const double log_likelihood = forward(person);
  if (!(log_likelihood > -std::numeric_limits<double>::infinity())) {
    throw CheckInError({{}, impossible_, {}}, "is impossible under the model");
  }
  return log_likelihood;
}

RELAPSE_INLINE void Trellis::advance(int interval, Belief& belief) const {
  const auto& length = law_->panel().intervals()[static_cast<std::size_t>(interval)];
  if (length.abstinent) belief.keep_only(~law_->model().use());
  for (int i = 0; i < belief.nodes; ++i) {
    const auto row = belief.node(i);
    const int index = law_->matrix_of(interval, i);
    if (index < 0) {
      ctmc::advance(row, law_->generator(length, i), Days{length.days});
      continue;
    }
    const auto size = static_cast<std::size_t>(belief.stages);
    const double* entry = law_->matrix(index).data();
    std::array<double, ctmc::max_states> next{};
    for (std::size_t r = 0; r < size; ++r, entry += size) {
      for (std::size_t s = 0; s < size; ++s) next[s] += row[r] * entry[s];
    }
    std::copy_n(next.begin(), size, row.begin());
  }
  if (length.abstinent) belief.keep_only(~law_->model().use());
}

RELAPSE_INLINE void Trellis::condition(const Visit& visit) {
  if (!visit.known) return;
  if (!visit.entered) {
    now_.keep_only(*visit.known);
    return;
  }
  for (int i = 0; i < now_.nodes; ++i) {
    ctmc::jump_into(now_.node(i), law_->generator(visit.entry_regime, i), *visit.known);
  }
}

/// What is known from outside, the other way round.
RELAPSE_INLINE void Trellis::take_back(const Visit& visit, Belief& column) const {
  if (!visit.known) return;
  if (!visit.entered) {
    column.keep_only(*visit.known);
    return;
  }
  for (int i = 0; i < column.nodes; ++i) {
    ctmc::pull_back_jump_into(column.node(i), law_->generator(visit.entry_regime, i),
                              *visit.known);
  }
}

RELAPSE_INLINE double Trellis::weigh(const Visit& visit, std::size_t k) {
  constexpr double nothing = -std::numeric_limits<double>::infinity();
  constexpr double safe = 1e-200;
  const auto stages = static_cast<std::size_t>(now_.stages);
  const auto weight = std::span<double>(weight_).subspan(k * stages, stages);
  std::fill(weight.begin(), weight.end(), 0.0);
  for (const auto& evidence : visit.evidence) {
    const auto logs = law_->log_likelihood(evidence);
    for (std::size_t s = 0; s < stages; ++s) weight[s] += logs[s];
  }
  double shift = nothing;
  for (std::size_t s = 0; s < stages; ++s) {
    if (now_.stage_mass(static_cast<int>(s)) > 0.0) shift = std::max(shift, weight[s]);
  }
  if (!(shift > nothing)) return nothing;
  std::array<double, ctmc::max_states> factor{};
  for (std::size_t s = 0; s < stages; ++s) {
    factor[s] = std::exp(std::min(0.0, weight[s] - shift));
  }
  double sum = 0.0;
  for (int i = 0; i < now_.nodes; ++i) {
    const auto node = now_.node(i);
    for (std::size_t s = 0; s < stages; ++s) sum += node[s] * factor[s];
  }
  double log_normaliser = shift + std::log(sum);
  if (sum > safe) {
    for (int i = 0; i < now_.nodes; ++i) {
      const auto node = now_.node(i);
      for (std::size_t s = 0; s < stages; ++s) node[s] *= factor[s] / sum;
    }
  } else {
    log_normaliser = now_.weigh_in_logs(weight);
    if (!(log_normaliser > nothing)) return nothing;
  }
  for (double& log_weight : weight) log_weight -= log_normaliser;
  return log_normaliser;
}

RELAPSE_INLINE void Trellis::back_over_evidence(std::size_t k, Belief& column) const {
  // Where the filter left next to nothing, the likelihood may exceed every double; what
  // is lost there has no weight.
  constexpr double most = 690.0;
  std::array<double, ctmc::max_states> factor{};
  const auto stages = static_cast<std::size_t>(column.stages);
  for (std::size_t s = 0; s < stages; ++s) {
    factor[s] = std::exp(std::min(most, weight_[k * stages + s]));
  }
  for (int i = 0; i < column.nodes; ++i) {
    const auto node = column.node(i);
    for (std::size_t s = 0; s < stages; ++s) node[s] *= factor[s];
  }
}

}  // namespace relapse::infer
