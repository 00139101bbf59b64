#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/trellis.hpp>

#include "close.hpp"
#include "panels.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(trellis_test)

namespace {

/// Two ways of summing the same numbers.
constexpr double rounding = 1e-11;

void expect_the_filter(const Model& model, const test::People& people) {
  const auto panel = test::panel_of(model, people);
  const infer::PanelLaw law(panel, model);
  infer::Trellis trellis(law);
  infer::Workspace workspace(model);
  Answers answers(model);
  for (std::size_t p = 0; p < people.size(); ++p) {
    trellis.forward(panel.persons()[p]);
    infer::PersonState state;
    for (std::size_t k = 0; k < people[p].size(); ++k) {
      answers.read(people[p][k], model);
      const double step = infer::step(state, answers, {}, model, workspace);
      BOOST_TEST(test::close(trellis.log_likelihood(k), step, rounding));
      BOOST_TEST(test::close(trellis.filtered(k).joint, state.belief.joint, rounding));
    }
  }
}

/// Asks at each step back whether row exp(Q t) column sums to 1.
struct Balance {
  void visit(std::size_t, const infer::Belief& posterior) {
    BOOST_TEST(test::close(posterior.total(), 1.0, rounding));
    ++visits;
  }
  void jump(std::size_t, int, int, double, double jumps) { BOOST_TEST(jumps >= 0.0); }
  void joint(int, const infer::Belief&, const infer::Belief&) {}
  template <class Rate, class Flow>
  void interval(const infer::Interval&, int, Rate, Flow flow) {
    for (int from = 0; from < stages; ++from) {
      for (int to = 0; to < stages; ++to) {
        if (from != to) BOOST_TEST(flow(from, to) >= 0.0);
      }
    }
  }
  int stages = 0;
  std::size_t visits = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_way_forward_is_the_filter) {
  for (const auto& model : test::models()) {
    expect_the_filter(model, test::people(model, 4));
    expect_the_filter(model, test::on_whole_days(test::people(model, 12)));
  }
}

BOOST_AUTO_TEST_CASE(posteriors_are_probabilities_all_the_way_back) {
  for (const auto& model : test::models()) {
    const auto panel = test::panel_of(model, test::people(model, 3));
    const infer::PanelLaw law(panel, model);
    infer::Trellis trellis(law);
    for (const auto& person : panel.persons()) {
      trellis.forward(person);
      Balance balance{.stages = model.stages()};
      trellis.backward(person, balance);
      BOOST_TEST(balance.visits == person.visits.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(matrices_change_nothing_but_the_rounding) {
  const auto& model = test::models()[0];
  const auto panel = test::panel_of(model, test::on_whole_days(test::people(model, 12)));
  const infer::PanelLaw with(panel, model);
  const infer::PanelLaw without(panel, model, infer::Kept::nothing);
  BOOST_TEST(with.matrices() > 0U);
  BOOST_TEST(without.matrices() == 0U);
  infer::Trellis a(with);
  infer::Trellis b(without);
  for (const auto& person : panel.persons())
    BOOST_TEST(test::close(a.forward(person), b.forward(person), rounding));
}

BOOST_AUTO_TEST_CASE(what_cannot_happen_is_named_by_its_visit) {
  auto document = test::small_document();
  document.items[1].emission =
      Categorical{{{0.7, 0.3, 0.0}, {0.2, 0.4, 0.4}, {0.3, 0.4, 0.3}}};
  const Model model(document);
  auto history = test::check_ins(model, 3);
  for (auto& check_in : history) check_in.answers.clear();
  history[4].answers = {{"isolating", 2.0}};
  history[4].known_stage = KnownStage{{"stable"}, false};
  const auto panel = test::panel_of(model, {history});
  const infer::PanelLaw law(panel, model);
  infer::Trellis trellis(law);
  BOOST_TEST(trellis.forward(panel.persons()[0]) ==
             -std::numeric_limits<double>::infinity());
  BOOST_TEST(trellis.impossible() == 4U);
}

BOOST_AUTO_TEST_CASE(tiny_probabilities_do_not_vanish) {
  auto document = test::small_document();
  document.items.clear();
  for (int i = 0; i < 200; ++i) {
    document.items.push_back(
        test::sign("item" + std::to_string(i),
                   Categorical{{{1e-300, 1.0}, {2e-300, 1.0}, {1e-290, 1.0}}}));
  }
  document.items.push_back(test::sign("used", Bernoulli{{0.01, 0.02, 0.9}}, Role::use));
  const Model model(document);
  CheckIn check_in;
  for (int i = 0; i < 200; ++i)
    check_in.answers.push_back({"item" + std::to_string(i), 0.0});
  test::People people(1);
  for (int day = 0; day < 50; ++day) {
    check_in.time = Time{static_cast<double>(day)};
    people[0].push_back(check_in);
  }
  const auto panel = test::panel_of(model, people);
  const infer::PanelLaw law(panel, model);
  infer::Trellis trellis(law);
  const double log_likelihood = trellis.forward(panel.persons()[0]);
  BOOST_TEST(std::isfinite(log_likelihood));
  Balance balance;
  trellis.backward(panel.persons()[0], balance);
}

BOOST_AUTO_TEST_SUITE_END()
