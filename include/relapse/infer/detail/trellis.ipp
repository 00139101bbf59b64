#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/error.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/trellis.hpp>
#include <relapse/infer/detail/weigh.hpp>

#include <algorithm>
#include <cmath>

namespace relapse::infer {

RELAPSE_INLINE PanelLaw::PanelLaw(const Panel& panel, Model model, Kept kept)
    : panel_(&panel), model_(std::move(model)) {
  const auto stages = static_cast<std::size_t>(model_.stages());
  for (int item = 0; item < model_.items(); ++item) {
    first_row_.push_back(answers_.size() / row_width);
    const auto values = panel.values(item);
    for (std::size_t code = 0; code < values.size(); ++code) {
      const auto& sign = *model_.sign(item);
      const auto& [last, days] = panel.before(item)[code];
      const auto repeat = sign.repeat(last, days);
      for (int way = 0; way < sign.ways(); ++way) {
        answers_.resize(answers_.size() + row_width, 0.0);
        const auto row = std::span<double>(answers_).last(row_width);
        for (std::size_t s = 0; s < stages; ++s)
          row[s] = sign.log_likelihood(values[code], repeat, static_cast<int>(s), way);
      }
    }
  }
  const std::size_t width = ratios_of_a_regime();
  ratios_.resize(static_cast<std::size_t>(panel.regimes()) * width);
  for (int regime = 0; regime < panel.regimes(); ++regime) {
    model_.movement().ratios(panel.regime(regime),
                             std::span<double>(ratios_).subspan(
                                 static_cast<std::size_t>(regime) * width, width));
  }
  for (int start = 0; start < panel.starts(); ++start) {
    starts_.push_back(start_belief(panel.start(start), model_));
  }
  first_matrix_.assign(panel.intervals().size(), -1);
  if (kept == Kept::nothing) return;
  keep_matrices();
  if (kept == Kept::flows) keep_flows();
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
  NodePath path(model_);
  for (const int j : matrix_interval_) {
    const auto stopped = lead(intervals[static_cast<std::size_t>(j)], path);
    path.find_matrices(stopped);
    for (int i = 0; i < model_.nodes(); ++i) {
      for (int r = 0; r < model_.stages(); ++r, ahead += row_width, back += row_width) {
        for (int s = 0; s < model_.stages(); ++s) {
          ahead[s] = path.matrix(r, s, path.lane(i));
          back[s] = path.matrix(s, r, path.lane(i));
        }
      }
    }
  }
}

/// A lane for each node and pair of stages before and after.
RELAPSE_INLINE void PanelLaw::keep_flows() {
  const int stages = model_.stages();
  NodePath path(model_, stages * stages);
  for (const int j : matrix_interval_) {
    const auto stopped = lead(panel_->intervals()[static_cast<std::size_t>(j)], path);
    const auto row = path.row();
    const auto column = path.column();
    std::fill(row.begin(), row.end(), 0.0);
    std::fill(column.begin(), column.end(), 0.0);
    for (int i = 0; i < model_.nodes(); ++i) {
      for (int pair = 0; pair < stages * stages; ++pair) {
        const std::size_t lane = path.lane(i, pair);
        row[static_cast<std::size_t>(pair / stages) * path.lanes() + lane] = 1.0;
        column[static_cast<std::size_t>(pair % stages) * path.lanes() + lane] = 1.0;
      }
    }
    path.pull_back(stopped, Flows::found);
    for (int i = 0; i < model_.nodes(); ++i) {
      for (int pair = 0; pair < stages * stages; ++pair) {
        for (int moved = 0; moved < stages * stages; ++moved) {
          flows_.push_back(
              path.flow(0, moved / stages, moved % stages, path.lane(i, pair)));
        }
      }
    }
  }
}

RELAPSE_INLINE ctmc::StateSet PanelLaw::lead(const Interval& interval,
                                             NodePath& path) const {
  path.lead_through(ratios(interval.regime), interval.days);
  return interval.abstinent ? model_.use() : ctmc::StateSet{};
}

RELAPSE_INLINE std::span<const double> PanelLaw::ratios(int regime) const {
  const std::size_t width = ratios_of_a_regime();
  return std::span<const double>(ratios_).subspan(
      static_cast<std::size_t>(regime) * width, width);
}

RELAPSE_INLINE std::size_t PanelLaw::ratios_of_a_regime() const {
  return static_cast<std::size_t>(model_.determinants().points()) *
         model_.movement().moves().size();
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
    : law_(&law),
      now_(law.model().nodes(), law.model().stages()),
      ways_(static_cast<std::size_t>(law.model().answer_ways())),
      logs_(ways_ * row_width),
      path_(law.model()) {}

RELAPSE_INLINE double Trellis::forward(const Sequence& person) {
  const std::size_t visits = person.visits.size();
  if (after_.size() < visits) {
    after_.resize(visits, now_);
    arriving_.resize(visits, now_);
    log_normaliser_.resize(visits);
    weight_.resize(visits * logs_.size());
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
    const auto stopped = law_->lead(length, path_);
    path_.load(belief, stopped);
    path_.follow(stopped, {});
    path_.store(belief, stopped);
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
  const auto stages = static_cast<std::size_t>(now_.stages);
  std::fill(logs_.begin(), logs_.end(), 0.0);
  for (const auto& evidence : visit.evidence) {
    for (std::size_t way = 0; way < ways_; ++way) {
      const double* answer = law_->padded_log_likelihood(evidence, static_cast<int>(way));
      for (std::size_t s = 0; s < row_width; ++s) logs_[way * row_width + s] += answer[s];
    }
  }
  const auto weight = std::span<double>(weight_).subspan(k * logs_.size(), logs_.size());
  std::copy(logs_.begin(), logs_.end(), weight.begin());
  const double shift = detail::exponentiate(weight, stages);
  if (!std::isfinite(shift)) return shift;
  const model::PersonalSign all{.rows = weight.data(), .step = row_width};
  const model::Said said;
  const double total = kernel().weigh(now_.joint.data(), now_.nodes, now_.stages,
                                      {.personal = &all,
                                       .personal_count = 1,
                                       .said = &said,
                                       .ways = static_cast<int>(ways_)});
  if (!(total > smallest_total)) return weigh_in_logs(weight);
  for (double& each : weight) each /= total;
  return shift + elementary::log(total);
}

/// The same where products could vanish.
RELAPSE_INLINE double Trellis::weigh_in_logs(std::span<double> weight) {
  constexpr double most = 690.0;
  const auto stages = static_cast<std::size_t>(now_.stages);
  std::vector<double> logs;
  for (std::size_t way = 0; way < ways_; ++way) {
    const auto first = logs_.begin() + static_cast<std::ptrdiff_t>(way * row_width);
    logs.insert(logs.end(), first, first + now_.stages);
  }
  const double log_normaliser = now_.weigh_in_logs(logs);
  if (!std::isfinite(log_normaliser)) return log_normaliser;
  for (std::size_t r = 0; r < logs.size(); ++r) {
    weight[r / stages * row_width + r % stages] =
        elementary::exp(std::min(most, logs[r] - log_normaliser));
  }
  return log_normaliser;
}

RELAPSE_INLINE void Trellis::back_over_evidence(std::size_t k, Belief& column) const {
  const double* rows = weight_.data() + k * logs_.size();
  for (int i = 0; i < column.nodes; ++i) {
    const auto node = column.node(i);
    const double* row = rows + static_cast<std::size_t>(i) % ways_ * row_width;
    for (std::size_t s = 0; s < node.size(); ++s) node[s] *= row[s];
  }
}

}  // namespace relapse::infer
