#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/error.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/trellis.hpp>

#include <algorithm>
#include <array>

namespace relapse::infer {

RELAPSE_INLINE PanelLaw::PanelLaw(const Panel& panel, Model model, Kept kept)
    : panel_(&panel), model_(std::move(model)) {
  const auto stages = static_cast<std::size_t>(model_.stages());
  for (int item = 0; item < model_.items(); ++item) {
    first_row_.push_back(answers_.size() / row_width);
    for (const double value : panel.values(item)) {
      answers_.resize(answers_.size() + row_width, 0.0);
      model_.sign(item)->add_log_likelihood(
          value, std::span<double>(answers_).last(row_width).first(stages));
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
  first_matrix_.assign(panel.intervals().size(), -1);
  if (kept == Kept::nothing) return;
  keep_matrices();
  if (kept == Kept::occupations) keep_occupations();
}

RELAPSE_INLINE void PanelLaw::keep_matrices() {
  // A matrix costs as much as a few actions.
  constexpr std::size_t frequent = 6;
  const auto& intervals = panel_->intervals();
  for (std::size_t j = 0; j < intervals.size(); ++j) {
    if (intervals[j].count < frequent) continue;
    first_matrix_[j] = static_cast<int>(matrix_interval_.size()) * model_.nodes();
    matrix_interval_.push_back(static_cast<int>(j));
  }
  matrices_ = matrix_interval_.size() * static_cast<std::size_t>(model_.nodes());
  ahead_.assign(place_of(static_cast<int>(matrices_)), 0.0);
  back_ = ahead_;
  double* ahead = ahead_.data();
  double* back = back_.data();
  for (const int j : matrix_interval_) {
    const auto& interval = intervals[static_cast<std::size_t>(j)];
    for (int i = 0; i < model_.nodes(); ++i) {
      const auto matrix =
          ctmc::transition_matrix(generator(interval, i), Days{interval.days});
      for (Eigen::Index r = 0; r < matrix.rows(); ++r) {
        for (Eigen::Index s = 0; s < matrix.cols(); ++s) {
          *(ahead + s) = matrix(r, s);
          *(back + s) = matrix(s, r);
        }
        ahead += row_width;
        back += row_width;
      }
    }
  }
}

RELAPSE_INLINE void PanelLaw::keep_occupations() {
  const auto stages = static_cast<std::size_t>(model_.stages());
  for (std::size_t j = 0; j < matrices_; ++j) {
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

RELAPSE_INLINE Trellis::Trellis(const PanelLaw& law)
    : law_(&law), now_(law.model().nodes(), law.model().stages()) {}

RELAPSE_INLINE double Trellis::forward(const Sequence& person) {
  const std::size_t visits = person.visits.size();
  if (after_.size() < visits) {
    after_.resize(visits, now_);
    arriving_.resize(visits, now_);
    log_normaliser_.resize(visits);
    weight_.resize(visits * row_width);
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
  const int first = law_->matrices_of(interval);
  if (first >= 0) {
    kernel().carry(belief.joint.data(), belief.nodes, belief.stages,
                   law_->from_matrix(first));
  } else {
    for (int i = 0; i < belief.nodes; ++i) {
      ctmc::advance(belief.node(i), law_->generator(length, i), Days{length.days});
    }
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
  // Where the filter leaves next to nothing, the likelihood may exceed every double; what
  // is lost there has no weight.
  constexpr double most = 690.0;
  constexpr double most_weight = 1e299;
  const auto stages = static_cast<std::size_t>(now_.stages);
  std::array<double, row_width> logs{};
  for (const auto& evidence : visit.evidence) {
    const double* answer = law_->padded_log_likelihood(evidence);
    for (std::size_t s = 0; s < row_width; ++s) logs[s] += answer[s];
  }
  const auto mass = now_.stage_masses();
  double shift = nothing;
  for (std::size_t s = 0; s < stages; ++s) {
    if (mass[s] > 0.0) shift = std::max(shift, logs[s]);
  }
  if (!(shift > nothing)) return nothing;
  const auto weight = std::span<double>(weight_).subspan(k * row_width, row_width);
  for (std::size_t s = 0; s < stages; ++s) weight[s] = std::min(most, logs[s] - shift);
  kernel().exponentials(weight.data(), stages);
  double sum = 0.0;
  for (std::size_t s = 0; s < stages; ++s) {
    if (mass[s] > 0.0) sum += mass[s] * weight[s];
  }
  if (sum > safe) {
    for (double& each : weight) each = std::min(most_weight, each / sum);
    now_.scale_stages(weight.first(stages));
    return shift + elementary::log(sum);
  }
  const std::span<const double> by_stage(logs.data(), stages);
  const double log_normaliser = now_.weigh_in_logs(by_stage);
  if (!(log_normaliser > nothing)) return nothing;
  for (std::size_t s = 0; s < stages; ++s) {
    weight[s] = elementary::exp(std::min(most, logs[s] - log_normaliser));
  }
  return log_normaliser;
}

RELAPSE_INLINE void Trellis::back_over_evidence(std::size_t k, Belief& column) const {
  column.scale_stages(
      {weight_.data() + k * row_width, static_cast<std::size_t>(column.stages)});
}

}  // namespace relapse::infer
