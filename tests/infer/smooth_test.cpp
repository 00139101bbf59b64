#include <relapse/ctmc/transition.hpp>
#include <relapse/infer/detail/decode.hpp>
#include <relapse/infer/detail/smooth.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "close.hpp"
#include "panels.hpp"

#include <Eigen/Core>
#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(smooth_test)

namespace {

constexpr double rounding = 1e-11;

double log_evidence(const infer::Visit& visit, int node, const infer::PanelLaw& law,
                    int stage) {
  const int way = node % law.model().answer_ways();
  double sum = 0.0;
  for (const auto& answer : visit.evidence)
    sum += law.log_likelihood(answer, way)[static_cast<std::size_t>(stage)];
  return sum;
}

bool may_be(const infer::Visit& visit, int stage) {
  return !visit.known || (*visit.known)[static_cast<std::size_t>(stage)];
}

bool is_use(const infer::PanelLaw& law, int stage) {
  return law.model().use()[static_cast<std::size_t>(stage)];
}

/// Probability, or density where a stage was entered, of going from stage to stage since
/// the visit before.
Eigen::MatrixXd moved(const infer::Visit& visit, int node, const infer::PanelLaw& law) {
  const int stages = law.model().stages();
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(stages, stages);
  for (const int index : visit.way) {
    const auto& interval = law.panel().intervals()[static_cast<std::size_t>(index)];
    Eigen::MatrixXd step =
        ctmc::transition_matrix(law.generator(interval, node), Days{interval.days});
    for (int s = 0; s < stages && interval.abstinent; ++s) {
      if (!is_use(law, s)) continue;
      step.row(s).setZero();
      step.col(s).setZero();
    }
    matrix *= step;
  }
  Eigen::MatrixXd known = Eigen::MatrixXd::Zero(stages, stages);
  for (int r = 0; r < stages; ++r) {
    for (int s = 0; s < stages; ++s) {
      if (visit.entered && !may_be(visit, r) && may_be(visit, s))
        known(r, s) = law.generator(visit.entry_regime, node).rate(r, s);
      if (!visit.entered && r == s && may_be(visit, s)) known(r, s) = 1.0;
    }
  }
  return matrix * known;
}

/// Every way through the stages of a few visits, one after the other.
struct EveryWay {
  EveryWay(const infer::Sequence& person, const infer::PanelLaw& law)
      : stages(law.model().stages()),
        mass(person.visits.size(),
             std::vector<double>(static_cast<std::size_t>(stages), 0.0)),
        person_(person),
        law_(law),
        way_(person.visits.size(), 0) {
    for (node_ = 0; node_ < law.model().nodes(); ++node_) go(0, 1.0);
    for (auto& visit : mass) {
      for (double& part : visit) part /= total;
    }
  }

  int stages;
  double total = 0.0;
  double best = 0.0;
  std::vector<int> best_way;
  int best_node = 0;
  std::vector<std::vector<double>> mass;  // [visit][stage]

 private:
  void go(std::size_t k, double probability) {
    if (probability == 0.0) return;
    if (k == person_.visits.size()) {
      total += probability;
      for (std::size_t v = 0; v < k; ++v)
        mass[v][static_cast<std::size_t>(way_[v])] += probability;
      if (probability > best) {
        best = probability;
        best_way = way_;
        best_node = node_;
      }
      return;
    }
    const auto& visit = person_.visits[k];
    Eigen::MatrixXd since;
    if (k > 0) since = moved(visit, node_, law_);
    const auto start = law_.start(person_.start).node(node_);
    for (int s = 0; s < stages; ++s) {
      way_[k] = s;
      const bool out = !may_be(visit, s) || (visit.without_use && is_use(law_, s));
      const double first = out ? 0.0 : start[static_cast<std::size_t>(s)];
      const double there = k == 0 ? first : since(way_[k - 1], s);
      go(k + 1, probability * there * std::exp(log_evidence(visit, node_, law_, s)));
    }
  }

  const infer::Sequence& person_;
  const infer::PanelLaw& law_;
  std::vector<int> way_;
  int node_ = 0;
};

test::People short_people(const Model& model) {
  auto people = test::people(model, 9);
  for (auto& history : people) history.resize(4);
  return people;
}

}  // namespace

BOOST_AUTO_TEST_CASE(smoothing_is_the_sum_over_every_way) {
  for (const auto& model : test::models()) {
    const auto panel = test::panel_of(model, short_people(model));
    const infer::PanelLaw law(panel, model);
    for (const auto& person : panel.persons()) {
      const EveryWay every(person, law);
      const auto smoothed = infer::smooth(person, law);
      BOOST_TEST(test::close(smoothed.log_likelihood, std::log(every.total), rounding));
      for (std::size_t k = 0; k < person.visits.size(); ++k) {
        for (int s = 0; s < model.stages(); ++s) {
          BOOST_TEST(test::close(smoothed.beliefs[k].stage_mass(s),
                                 every.mass[k][static_cast<std::size_t>(s)], rounding));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(decoding_is_the_best_of_every_way) {
  for (const auto& model : test::models()) {
    const auto panel = test::panel_of(model, short_people(model));
    const infer::PanelLaw law(panel, model);
    for (const auto& person : panel.persons()) {
      const EveryWay every(person, law);
      const auto decoded = infer::decode(person, law);
      BOOST_TEST(test::close(decoded.log_probability, std::log(every.best), rounding));
      BOOST_TEST(decoded.stages == every.best_way, boost::test_tools::per_element());
      BOOST_TEST(decoded.node == every.best_node);
    }
  }
}

BOOST_AUTO_TEST_CASE(smoothing_the_last_visit_is_filtering) {
  for (const auto& model : test::models()) {
    const auto panel = test::panel_of(model, test::people(model, 3));
    const infer::PanelLaw law(panel, model);
    infer::Trellis trellis(law);
    for (const auto& person : panel.persons()) {
      trellis.forward(person);
      const std::size_t last = person.visits.size() - 1;
      BOOST_TEST(test::close(infer::smooth(person, law).beliefs[last].joint,
                             trellis.filtered(last).joint, rounding));
    }
  }
}

BOOST_AUTO_TEST_CASE(days_and_jumps_between_visits_balance) {
  for (const auto& model : test::models()) {
    const auto panel = test::panel_of(model, test::people(model, 3));
    const infer::PanelLaw law(panel, model);
    const auto moves = model.movement().moves();
    for (const auto& person : panel.persons()) {
      const auto smoothed = infer::smooth(person, law);
      for (std::size_t k = 1; k < person.visits.size(); ++k) {
        const auto& [days, jumps] = smoothed.between[k];
        double total = 0.0;
        for (const double part : days) total += part;
        BOOST_TEST(
            test::close(total, person.visits[k].time - person.visits[k - 1].time, 1e-9));
        for (int s = 0; s < model.stages(); ++s) {
          double change = 0.0;
          for (std::size_t m = 0; m < moves.size(); ++m) {
            if (moves[m].to == s) change += jumps[m];
            if (moves[m].from == s) change -= jumps[m];
          }
          BOOST_TEST(test::close(change,
                                 smoothed.beliefs[k].stage_mass(s) -
                                     smoothed.beliefs[k - 1].stage_mass(s),
                                 1e-9));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_happen_is_refused_by_its_visit) {
  const auto& model = test::models()[1];
  auto history = test::check_ins(model, 5);
  history[3].answers.clear();
  history[3].missing = {{"isolating", MissingReason::declined}};
  history[3].known_stage = KnownStage{{"stable"}, false};
  const auto panel = test::panel_of(model, {history});
  const infer::PanelLaw law(panel, model);
  const auto names_it = [](const CheckInError& error) { return error.place().row == 3U; };
  BOOST_CHECK_EXCEPTION(infer::smooth(panel.persons()[0], law), CheckInError, names_it);
  BOOST_CHECK_EXCEPTION(infer::decode(panel.persons()[0], law), CheckInError, names_it);
}

BOOST_AUTO_TEST_SUITE_END()
