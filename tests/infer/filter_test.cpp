#include <relapse/core/error.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/infer/detail/filter.hpp>

#include "close.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(filter_test)

namespace {

/// Smallest difference that counts: a few hundred roundings.
constexpr double rounding = 1e-12;

struct Run {
  infer::PersonState state;
  std::vector<double> log_likelihood;
};

Run run(const Model& model, const std::vector<CheckIn>& check_ins) {
  Run result;
  infer::Workspace workspace(model);
  Answers answers(model);
  for (const auto& check_in : check_ins) {
    answers.read(check_in, model);
    result.log_likelihood.push_back(
        infer::step(result.state, answers, {}, model, workspace));
  }
  return result;
}

CheckIn empty_at(double time) {
  CheckIn check_in;
  check_in.time = Time{time};
  return check_in;
}

/// The rich model without the items that make an empty check-in mean something.
Model silent_model() {
  auto document = test::rich_document();
  document.items.erase(document.items.begin() + 5);
  std::erase_if(document.determinants,
                [](const auto& rule) { return rule.id == "missed"; });
  for (auto& rule : document.transitions) {
    std::erase_if(rule.effects,
                  [](const auto& effect) { return effect.determinant == "missed"; });
  }
  return Model(document);
}

double sum(const std::vector<double>& values) {
  double total = 0.0;
  for (const double value : values) total += value;
  return total;
}

}  // namespace

BOOST_AUTO_TEST_CASE(splitting_an_interval_with_nothing_observed_changes_nothing) {
  for (const auto& model : {test::models()[0], silent_model()}) {
    const auto whole = test::check_ins(model, 4);
    std::vector<CheckIn> split;
    for (std::size_t k = 0; k < whole.size(); ++k) {
      if (k > 0) {
        const double from = whole[k - 1].time.days;
        const double gap = whole[k].time.days - from;
        split.push_back(empty_at(from + 0.31 * gap));
        split.push_back(empty_at(from + 0.77 * gap));
      }
      split.push_back(whole[k]);
    }
    const auto a = run(model, whole);
    const auto b = run(model, split);
    BOOST_TEST(test::close(a.state.belief.joint, b.state.belief.joint, rounding));
    BOOST_TEST(std::abs(sum(a.log_likelihood) - sum(b.log_likelihood)) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(a_second_propensity_that_moves_nothing_changes_nothing) {
  auto document = test::two_propensities();
  document.propensity.recovery = 0.0;
  const Model two(document);
  document.propensity.dimensions = 1;
  const Model one(document);
  infer::Workspace of_two(two);
  infer::Workspace of_one(one);
  infer::PersonState in_two;
  infer::PersonState in_one;
  Answers answers(one);
  for (const auto& check_in : test::check_ins(one, 11)) {
    answers.read(check_in, one);
    const double left = infer::step(in_two, answers, {}, two, of_two);
    BOOST_TEST(test::close(left, infer::step(in_one, answers, {}, one, of_one), 1e-12));
    for (int s = 0; s < one.stages(); ++s) {
      BOOST_TEST(
          test::close(in_two.belief.stage_mass(s), in_one.belief.stage_mass(s), 1e-13));
    }
    BOOST_TEST(test::close(in_two.belief.mean(two.propensity()),
                           in_one.belief.mean(one.propensity()), 1e-12));
    BOOST_TEST(std::abs(in_two.belief.mean(two.recovery_propensity())) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(beliefs_are_probabilities) {
  for (const auto& model : test::models()) {
    const auto result = run(model, test::check_ins(model, 7));
    BOOST_TEST(std::abs(result.state.belief.total() - 1.0) < rounding);
    for (const double mass : result.state.belief.joint) BOOST_TEST(mass >= 0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_missing_answer_is_the_same_as_an_absent_one) {
  const auto& model = test::models()[1];
  auto absent = test::check_ins(model, 9);
  auto missing = absent;
  for (auto& check_in : missing) {
    const bool has_mood = std::any_of(check_in.answers.begin(), check_in.answers.end(),
                                      [](const auto& a) { return a.item == "mood"; });
    if (!has_mood) check_in.missing.push_back({"mood", MissingReason::declined});
  }
  const auto a = run(model, absent);
  const auto b = run(model, missing);
  BOOST_TEST((a.state == b.state));
}

BOOST_AUTO_TEST_CASE(missing_can_be_a_level) {
  const auto& model = test::models()[1];
  auto declined = empty_at(0.0);
  declined.missing = {{"isolating", MissingReason::declined}};
  auto not_asked = empty_at(0.0);
  not_asked.missing = {{"isolating", MissingReason::not_asked}};
  const auto silent = run(model, {empty_at(0.0)});
  BOOST_TEST((run(model, {not_asked}).state == silent.state));
  const double stable = run(model, {declined}).state.belief.stage_mass(0);
  BOOST_TEST(stable == 0.0);
}

BOOST_AUTO_TEST_CASE(a_known_stage_is_certain_and_its_probability_is_in_the_likelihood) {
  for (const auto& model : test::models()) {
    auto second = empty_at(3.0);
    second.known_stage = KnownStage{{"lapse"}, false};
    const auto free = run(model, {empty_at(0.0), empty_at(3.0)});
    const auto known = run(model, {empty_at(0.0), second});
    const auto lapse = model.stage("lapse");
    BOOST_TEST(std::abs(known.state.belief.stage_mass(lapse) - 1.0) < rounding);
    BOOST_TEST(std::abs(known.log_likelihood[1] - free.log_likelihood[1] -
                        std::log(free.state.belief.stage_mass(lapse))) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(an_exact_entry_is_the_density_of_the_jump) {
  const auto& model = test::models()[0];
  auto entry = empty_at(5.0);
  entry.known_stage = KnownStage{{"lapse"}, true};
  const auto free = run(model, {empty_at(0.0), empty_at(5.0)});
  const double density = free.state.belief.stage_mass(1) * 0.04;
  const auto exact = run(model, {empty_at(0.0), entry});
  BOOST_TEST(std::abs(exact.log_likelihood[1] - std::log(density)) < rounding);
}

BOOST_AUTO_TEST_CASE(known_abstinence_carries_through_the_stages_without_use_alone) {
  const auto& model = test::models()[0];
  auto abstinent = empty_at(10.0);
  abstinent.abstinent_since_last = true;
  const auto result = run(model, {empty_at(0.0), abstinent});
  BOOST_TEST(result.state.belief.stage_mass(2) == 0.0);
  // Two stages without use: the probability of never entering use is a closed form of the
  // sub-generator [[-.05, .05], [.10, -.14]].
  const double a = -0.05, b = 0.05, c = 0.10, d = -0.14;
  const double mean = 0.5 * (a + d);
  const double root = std::sqrt(0.25 * (a - d) * (a - d) + b * c);
  const double t = 10.0;
  const double even = std::exp(mean * t) * std::cosh(root * t);
  const double odd = std::exp(mean * t) * std::sinh(root * t) / root;
  const double kept = 0.7 * (even + odd * (a - mean) + odd * b) +
                      0.25 * (odd * c + even + odd * (d - mean));
  BOOST_TEST(std::abs(result.log_likelihood[1] - std::log(kept)) < rounding);
}

BOOST_AUTO_TEST_CASE(an_impossible_check_in_is_a_named_error) {
  auto document = test::small_document();
  document.items[0].emission = Bernoulli{{0.0, 0.0, 1.0}};
  document.transitions[3].rate = 1e-9;
  document.initial = {0.0, 0.0, 1.0};
  const Model model(document);
  auto second = empty_at(0.5);
  second.answers = {{"used", 0.0}};
  second.known_stage = KnownStage{{"lapse"}, false};
  BOOST_CHECK_EXCEPTION(
      run(model, {empty_at(0.0), second}), CheckInError, [](const auto& e) {
        return std::string(e.what()).find("impossible") != std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(two_hundred_signs_do_not_underflow) {
  auto document = test::small_document();
  for (int k = 0; k < 200; ++k) {
    document.items.push_back(
        test::sign("s" + std::to_string(k), Bernoulli{{1e-5, 2e-5, 3e-5}}));
  }
  const Model model(document);
  auto all = empty_at(0.0);
  for (int k = 0; k < 200; ++k) all.answers.push_back({"s" + std::to_string(k), 1.0});
  const auto result = run(model, {all});
  BOOST_TEST(std::isfinite(result.log_likelihood[0]));
  BOOST_TEST(result.state.belief.stage_mass(2) > 0.999);
}

BOOST_AUTO_TEST_CASE(the_order_of_stages_and_items_does_not_matter) {
  const auto& model = test::models()[1];
  auto document = test::rich_document();
  std::reverse(document.items.begin(), document.items.end());
  std::reverse(document.determinants.begin(), document.determinants.end());
  std::reverse(document.transitions.begin(), document.transitions.end());
  const Model reversed(document);
  const auto history = test::check_ins(model, 21);
  const auto a = run(model, history);
  const auto b = run(reversed, history);
  BOOST_TEST(test::close(a.state.belief.joint, b.state.belief.joint, rounding));
}

BOOST_AUTO_TEST_CASE(the_order_of_the_stages_does_not_matter) {
  const auto straight = test::small_document();
  auto turned = straight;
  const auto turn = [](auto& values) { std::reverse(values.begin(), values.end()); };
  turn(turned.stages);
  turn(turned.initial);
  turn(std::get<Bernoulli>(*turned.items[0].emission).probability);
  turn(std::get<Categorical>(*turned.items[1].emission).probability);
  turn(std::get<Poisson>(*turned.items[2].emission).mean);
  const Model model(straight);
  const Model other(turned);
  const auto history = test::check_ins(model, 17);
  auto a = run(model, history).state.belief.joint;
  const auto b = run(other, history).state.belief.joint;
  turn(a);
  BOOST_TEST(test::close(a, b, rounding));
}

BOOST_AUTO_TEST_CASE(time_that_goes_back_is_refused) {
  const auto& model = test::models()[0];
  BOOST_CHECK_THROW(run(model, {empty_at(2.0), empty_at(1.0)}), CheckInError);
}

BOOST_AUTO_TEST_CASE(a_share_and_a_weight_of_nothing_change_no_bit) {
  for (auto document : {test::small_document(), test::rich_document()}) {
    const Model plain(document);
    for (auto& rule : document.items) {
      if (rule.emission && family_of(*rule.emission) != Family::normal)
        rule.persistence = Persistence{{0.0}, {3.0}};
    }
    document.habits = {{"style", {{"isolating", 0.0}}, 5, "test"}};
    const Model other(document);
    infer::PersonState one;
    infer::PersonState two;
    infer::Workspace first(plain);
    infer::Workspace second(other);
    Answers answers(plain);
    for (const auto& check_in : test::check_ins(plain, 5)) {
      answers.read(check_in, plain);
      const double found = infer::step(one, answers, {}, plain, first);
      BOOST_TEST(found == infer::step(two, answers, {}, other, second));
      BOOST_TEST((one == two));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
