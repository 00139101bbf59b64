#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/ctmc/generator.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/infer/detail/panel.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

/// The forward-backward algorithm over a panel. Sources: Baum et al. 1970; Rabiner 1989
/// (scaling); Jackson 2011 (panel data, exact times, censored states).
namespace relapse::infer {

/// What is kept of transitions that occur often: nothing, their matrices, or the
/// flows between any two stages as well, which pays where many persons are summed one by
/// one.
enum class Kept { nothing, matrices, flows };

/// A panel under the numbers of a model: what is asked again and again, tabulated.
class PanelLaw {
 public:
  /// @param model of the structure of the panel's own; only its numbers may differ
  PanelLaw(const Panel& panel, Model model, Kept kept = Kept::matrices);

  const Panel& panel() const noexcept { return *panel_; }
  const Model& model() const noexcept { return model_; }
  /// log p(answer | stage), by stage, in one of the ways of the habits.
  std::span<const double> log_likelihood(SignAnswer evidence, int way = 0) const {
    return {padded_log_likelihood(evidence, way),
            static_cast<std::size_t>(model_.stages())};
  }
  /// The same in a row of eight, padded with zeros.
  const double* padded_log_likelihood(SignAnswer evidence, int way = 0) const {
    const int ways = model_.sign(evidence.item)->ways();
    const std::size_t first = first_row_[static_cast<std::size_t>(evidence.item)];
    const int row = evidence.code * ways + (ways == 1 ? 0 : way);
    return answers_.data() + (first + static_cast<std::size_t>(row)) * row_width;
  }
  /// exp of the effects of the determinants, [point][move].
  std::span<const double> ratios(int regime) const;
  ctmc::Generator generator(int regime, int node) const;
  /// The generator of an interval, stopped in use where there was none.
  ctmc::Generator generator(const Interval& interval, int node) const;
  /// Position of the first of the matrices of an interval, one a node; -1 where the
  /// action is used.
  int matrices_of(int interval) const {
    return first_matrix_[static_cast<std::size_t>(interval)];
  }
  std::size_t matrices() const noexcept { return matrices_; }
  /// The matrices from one on, as the kernel takes them: rows of eight.
  const double* from_matrix(int first) const { return ahead_.data() + place_of(first); }
  /// The same transposed, for the way back.
  const double* from_transposed(int first) const {
    return back_.data() + place_of(first);
  }
  /// Leads lanes over an interval; the stages that are not left on it.
  ctmc::StateSet lead(const Interval& interval, NodePath& path) const;
  /// The flows over an interval that has matrices, at each node, between masses and
  /// likelihoods of which products are summed.
  /// @param first of the matrices
  /// @param joint [node][stage before][8], the sums
  /// @param path lanes of as many persons as there are stages
  /// @param use called as use(node, rate, flow), rate(move) in 1/day, flow(from, to) as
  ///   NodePath::flow
  template <class Use>
  void each_flow(std::size_t first, const double* joint, NodePath& path, Use&& use) const;
  /// Tells told.interval(length, node, rate, flow) what flows over an interval between
  /// masses before and a column after it, which `path` holds taken back then.
  template <class Told>
  void tell_flow(const Interval& length, const Belief& before, const Belief& column,
                 NodePath& path, Told& told) const;
  /// Interval of a matrix.
  int interval_of(std::size_t matrix) const {
    return matrix_interval_[matrix / static_cast<std::size_t>(model_.nodes())];
  }
  /// Belief at the first visit, before anything is known.
  const Belief& start(int index) const {
    return starts_[static_cast<std::size_t>(index)];
  }

 private:
  std::size_t ratios_of_a_regime() const;
  void keep_matrices();
  void keep_flows();
  std::size_t place_of(int matrix) const {
    return static_cast<std::size_t>(matrix) * static_cast<std::size_t>(model_.stages()) *
           row_width;
  }

  const Panel* panel_;
  Model model_;
  std::vector<std::size_t> first_row_;  // [item], of the answers to it
  std::vector<double> answers_;         // [item][code][way][8]
  std::vector<double> ratios_;          // [regime][point][move]
  std::vector<int> first_matrix_;       // [interval]
  std::vector<int> matrix_interval_;
  std::size_t matrices_ = 0;   // frequent intervals times nodes
  std::vector<double> ahead_;  // [matrix][stage][8]
  std::vector<double> back_;   // the same transposed
  std::vector<double> flows_;  // [matrix][stage before][stage after][from][to], if kept
  std::vector<Belief> starts_;
};

/// One person's way through the stages, forward and back.
class Trellis {
 public:
  explicit Trellis(const PanelLaw& law);

  /// Runs the filter. Returns the log-likelihood; -infinity when the person's check-ins
  /// are impossible under the model, `impossible()` is then the first such visit.
  double forward(const Sequence& person);
  std::size_t impossible() const noexcept { return impossible_; }
  /// The same; throws CheckInError when they are impossible, whose row is the visit.
  double require_possible(const Sequence& person);
  /// Belief just before anything is known at a visit.
  const Belief& arriving(std::size_t visit) const { return arriving_[visit]; }
  /// Filtered belief after a visit, and log-likelihood of the visit given the past.
  const Belief& filtered(std::size_t visit) const { return after_[visit]; }
  double log_likelihood(std::size_t visit) const { return log_normaliser_[visit]; }

  /// Goes back over the person last seen forward, and tells `told`
  /// - told.visit(k, posterior): stage and node at visit k given all visits,
  /// - told.jump(move, regime, node, rate, jumps): the expected number of times that an
  ///   exact entry was this move,
  /// - told.joint(first, masses, column): masses at the beginning of an interval and
  ///   likelihoods of what follows at its end, row exp(Q t) column summing to 1 over the
  ///   nodes, where exp(Q t) are matrices of the law, from `first` on,
  /// - told.interval(interval, node, rate, flow): everywhere else what flows between the
  ///   two, as of PanelLaw::each_flow.
  template <class Told>
  void backward(const Sequence& person, Told& told) const;

  /// Takes `column`, by node and stage what follows visit k is worth, back to just before
  /// anything was known at the visit.
  template <class Told>
  void back_over_visit(const Visit& visit, std::size_t k, Belief& column,
                       Told& told) const;
  /// From there back to the visit before.
  template <class Told>
  void back_over_way(const Visit& visit, std::size_t k, Belief& column, Told& told) const;

 private:
  void begin(const Sequence& person);
  void walk(const Visit& visit);
  void condition(const Visit& visit);
  double weigh(const Visit& visit, std::size_t k);
  double weigh_in_logs(std::span<double> weight);
  void advance(int interval, Belief& belief) const;
  template <class Told>
  void pull_back(int interval, const Belief& before, Belief& column, Told& told) const;
  template <class Told>
  void tell_jumps(const Visit& visit, std::size_t k, const Belief& column,
                  Told& told) const;
  void take_back(const Visit& visit, Belief& column) const;
  void back_over_evidence(std::size_t k, Belief& column) const;

  const PanelLaw* law_;
  std::size_t impossible_ = 0;
  Belief now_;
  std::vector<Belief> after_;     // [visit]
  std::vector<Belief> before_;    // [interval on the way], masses at its beginning
  std::vector<Belief> arriving_;  // [visit], masses before anything is known
  std::size_t ways_ = 1;          // of the habits
  std::vector<double> weight_;    // [visit][way][8], likelihood by the normaliser
  std::vector<double> logs_;      // [way][8], of a visit
  std::vector<double> log_normaliser_;
  std::vector<std::size_t> last_step_;  // [visit], intervals walked until there
  std::size_t steps_ = 0;
  mutable NodePath path_;  // overwritten by every step
};

template <class Told>
void Trellis::backward(const Sequence& person, Told& told) const {
  Belief column(now_.nodes, now_.stages);
  std::fill(column.joint.begin(), column.joint.end(), 1.0);
  Belief posterior = column;
  for (std::size_t k = person.visits.size(); k-- > 0;) {
    for (std::size_t j = 0; j < column.joint.size(); ++j) {
      posterior.joint[j] = after_[k].joint[j] * column.joint[j];
    }
    // They sum to 1; what rounding took from that is not carried on.
    const double total = posterior.total();
    posterior.scale(1.0 / total);
    column.scale(1.0 / total);
    told.visit(k, posterior);
    if (k == 0) return;
    back_over_visit(person.visits[k], k, column, told);
    back_over_way(person.visits[k], k, column, told);
  }
}

template <class Told>
void Trellis::back_over_visit(const Visit& visit, std::size_t k, Belief& column,
                              Told& told) const {
  back_over_evidence(k, column);
  if (visit.entered) tell_jumps(visit, k, column, told);
  take_back(visit, column);
}

template <class Told>
void Trellis::tell_jumps(const Visit& visit, std::size_t k, const Belief& column,
                         Told& told) const {
  const auto moves = law_->model().movement().moves();
  for (int i = 0; i < column.nodes; ++i) {
    const auto generator = law_->generator(visit.entry_regime, i);
    for (std::size_t m = 0; m < moves.size(); ++m) {
      const auto from = static_cast<std::size_t>(moves[m].from);
      const auto to = static_cast<std::size_t>(moves[m].to);
      if ((*visit.known)[from] || !(*visit.known)[to]) continue;
      const double rate = generator.rate(moves[m].from, moves[m].to);
      told.jump(m, visit.entry_regime, i, rate,
                arriving_[k].node(i)[from] * rate * column.node(i)[to]);
    }
  }
}

template <class Told>
void Trellis::back_over_way(const Visit& visit, std::size_t k, Belief& column,
                            Told& told) const {
  const auto outside = ~law_->model().use();
  std::size_t step = last_step_[k];
  for (std::size_t w = visit.way.size(); w-- > 0;) {
    const int interval = visit.way[w];
    const auto& before = before_[--step];
    const auto& length = law_->panel().intervals()[static_cast<std::size_t>(interval)];
    if (length.abstinent) column.keep_only(outside);
    pull_back(interval, before, column, told);
    if (length.abstinent) column.keep_only(outside);
  }
}

template <class Told>
void Trellis::pull_back(int interval, const Belief& before, Belief& column,
                        Told& told) const {
  const int first = law_->matrices_of(interval);
  if (first >= 0) {
    told.joint(first, before, column);
    kernel().carry(column.joint.data(), column.nodes, column.stages,
                   law_->from_transposed(first));
    return;
  }
  const auto& length = law_->panel().intervals()[static_cast<std::size_t>(interval)];
  law_->tell_flow(length, before, column, path_, told);
  path_.store_column(column);
}

template <class Told>
void PanelLaw::tell_flow(const Interval& length, const Belief& before,
                         const Belief& column, NodePath& path, Told& told) const {
  const auto stopped = lead(length, path);
  path.load(before, {});
  path.load_column(column);
  path.pull_back(stopped, Flows::found);
  for (int i = 0; i < column.nodes; ++i) {
    const std::size_t lane = path.lane(i);
    told.interval(
        length, i, [&](std::size_t move) { return path.rate(0, move, lane); },
        [&](int from, int to) { return path.flow(0, from, to, lane); });
  }
}

template <class Use>
void PanelLaw::each_flow(std::size_t first, const double* joint, NodePath& path,
                         Use&& use) const {
  const int stages = model_.stages();
  const auto width = static_cast<std::size_t>(stages);
  const auto index = static_cast<std::size_t>(interval_of(first));
  const auto stopped = lead(panel_->intervals()[index], path);
  const bool known = !flows_.empty();
  if (!known) {
    const auto row = path.row();
    const auto column = path.column();
    std::fill(row.begin(), row.end(), 0.0);
    for (int i = 0; i < model_.nodes(); ++i) {
      for (int r = 0; r < stages; ++r) {
        const std::size_t lane = path.lane(i, r);
        row[static_cast<std::size_t>(r) * path.lanes() + lane] = 1.0;
        const double* after = joint + (i * stages + r) * row_width;
        for (std::size_t s = 0; s < width; ++s)
          column[s * path.lanes() + lane] = after[s];
      }
    }
    path.pull_back(stopped, Flows::found);
  }
  const std::size_t pairs = width * width;
  const double* kept = flows_.data() + first * pairs * pairs;
  double flow[ctmc::lanes_together * ctmc::lanes_together];  // [from][to]
  for (int i = 0; i < model_.nodes(); ++i) {
    std::fill_n(flow, pairs, 0.0);
    const double* mass = joint + i * stages * row_width;
    for (int r = 0; r < stages; ++r, mass += row_width) {
      if (known) {
        for (std::size_t s = 0; s < width; ++s, kept += pairs)
          kernel().add_scaled(flow, kept, pairs, mass[s]);
        continue;
      }
      double* moved = flow;
      for (int from = 0; from < stages; ++from) {
        for (int to = 0; to < stages; ++to)
          *moved++ += path.flow(0, from, to, path.lane(i, r));
      }
    }
    use(
        i, [&](std::size_t move) { return path.rate(0, move, path.lane(i)); },
        [&](int from, int to) { return flow[from * stages + to]; });
  }
}

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/trellis.ipp>
#endif
