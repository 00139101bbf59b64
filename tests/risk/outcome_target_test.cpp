#include <relapse/engine/detail/assessor.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/risk/detail/outcome_target.hpp>
#include <relapse/risk/outlook.hpp>

#include "reasons.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace relapse;
using test::at;

BOOST_AUTO_TEST_SUITE(outcome_target_test)

namespace {

/// Contributions are promised to 1e-9, each and in sum.
constexpr double promised = 1e-9;

OutcomeRule answer(std::string item, std::vector<double> answers, double after_days) {
  OutcomeRule rule;
  rule.item = std::move(item);
  rule.answers = std::move(answers);
  rule.after_days = after_days;
  return rule;
}

OutcomeRule on_line(OutcomeRule rule, double intercept, double slope) {
  rule.recalibration = Recalibration{intercept, slope, "test"};
  return rule;
}

OutcomeRule observed(OutcomeRule rule) {
  rule.given = OutcomeGiven::observed;
  return rule;
}

OutcomeRule threshold(std::string item, double least, double after_days) {
  auto rule = answer(std::move(item), {}, after_days);
  rule.at_least = least;
  return rule;
}

OutcomeRule run_of(std::string item, std::vector<double> answers, int run, int weeks) {
  auto rule = answer(std::move(item), std::move(answers), 0.0);
  rule.after_days.reset();
  rule.run = run;
  rule.weeks = weeks;
  return rule;
}

ModelDocument with_outcomes(ModelDocument document, std::vector<OutcomeRule> outcomes) {
  for (auto& rule : outcomes) {
    rule.id = "outcome_" + std::to_string(document.outcomes.size());
    document.outcomes.push_back(rule);
  }
  return document;
}

/// One of every kind that a model of the tests allows.
ModelDocument with_all_kinds(const ModelDocument& document) {
  const auto asked = [&](const char* id) {
    return std::find_if(document.items.begin(), document.items.end(),
                        [&](const auto& rule) { return rule.item.id == id; });
  };
  std::vector<OutcomeRule> outcomes{
      answer("used", {1.0}, 3.0),
      on_line(answer("used", {1.0}, 20.0), 0.4, 0.7),
      answer("isolating", {1.0, 2.0}, 2.0),
      observed(on_line(answer("isolating", {2.0}, 9.0), -0.5, 1.6)),
      threshold("nights", 2.0, 5.0),
      observed(threshold("isolating", 1.0, 4.0))};
  const auto isolating = asked("isolating");
  if (isolating->item.missing_is_a_level) {
    outcomes.push_back(answer("isolating", {2.0}, 6.0));
    outcomes.back().or_missing = true;
  }
  const bool fades =
      isolating->persistence && !isolating->persistence->half_life_days.empty();
  if (!fades || !isolating->item.missing_is_a_level) {
    outcomes.push_back(run_of("isolating", {1.0, 2.0}, 2, 4));
    outcomes.push_back(on_line(run_of("isolating", {2.0}, 3, 5), 0.2, 0.9));
    outcomes.back().or_missing = isolating->item.missing_is_a_level;
  }
  if (!asked("nights")->persistence) {
    outcomes.push_back(run_of("nights", {1.0, 2.0}, 2, 3));
  }
  if (asked("mood") != document.items.end()) {
    outcomes.push_back(threshold("mood", 5.5, 3.0));
  }
  return with_outcomes(document, outcomes);
}

using test::contribution;
using test::sum;

bool has_remainder(const std::vector<Driver>& drivers) {
  return std::any_of(drivers.begin(), drivers.end(), [](const auto& driver) {
    return driver.kind == DriverKind::remainder;
  });
}

double shown(const OutcomeRule& rule, const infer::PersonState& state,
             const Model& model) {
  return risk::Outlook(state, state.time, model).outcome(rule);
}

struct Follower {
  explicit Follower(Model of)
      : model(of), assessor(of, {.outcome_drivers = true}), answers(of), assessment(of) {}

  /// What each outcome was before a check-in; before the first one it is the start with
  /// every determinant at its reference.
  std::vector<double> before() const {
    std::vector<double> values;
    for (const auto& rule : model.document().outcomes) {
      values.push_back(record.state.started ? shown(rule, record.state, model)
                                            : baseline(rule));
    }
    return values;
  }
  double baseline(const OutcomeRule& rule) const {
    infer::PersonState nobody;
    nobody.given.resize(model.lasting_signs().size());
    infer::StepTrace trace;
    trace.given = nobody.given;
    const auto target = risk::target_of(rule, {nobody, trace, answers, true}, model);
    risk::DriverWorkspace workspace;
    return risk::baseline(*target, model, workspace);
  }
  /// The largest distance between the contributions and the change that they explain.
  double gap(const CheckIn& check_in) {
    const auto values = before();
    answers.read(check_in, model);
    assessor.step(record, answers, assessment);
    double largest = 0.0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      const auto& outcome = assessment.outcomes[k];
      if (has_remainder(outcome.drivers)) return 1.0;
      largest = std::max(
          largest, std::abs(outcome.probability - values[k] - sum(outcome.drivers)));
    }
    return largest;
  }

  Model model;
  PersonRecord record;
  Assessor assessor;
  Answers answers;
  Assessment assessment;
};

/// The integral over [0, 1] by Simpson's rule.
template <class Integrand>
double integral(Integrand integrand) {
  constexpr int halves = 24;
  constexpr double width = 1.0 / (2 * halves);
  double total = 0.0;
  for (int k = 0; k < halves; ++k) {
    const double begin = 2 * k * width;
    total += integrand(begin) + 4.0 * integrand(begin + width) +
             integrand(begin + 2.0 * width);
  }
  return total * width / 3.0;
}

/// What differences of the outlook see of a contribution.
constexpr double step = 1e-4;
constexpr double by_differences = 1e-6;

/// Two determinants that stay where they were told, and no sign that speaks of them.
ModelDocument two_determinants() {
  auto document = test::small_document();
  document.items.push_back(test::asked("craving", Scale{0.0, 4.0}));
  document.items.push_back(test::asked("stress", Scale{0.0, 4.0}));
  document.items.push_back(test::asked("weather", Scale{0.0, 4.0}));
  for (const char* id : {"craving", "stress", "weather"})
    document.determinants.push_back(
        DeterminantRule{id, "", FromItem{id}, 0.0, {}, {}, {}, ""});
  document.transitions[0].effects = {{"craving", 1.5}, {"stress", -0.8}};
  document.transitions[1].effects = {{"stress", 0.9}};
  document.transitions[2].effects = {{"craving", 0.7}, {"stress", 1.1}};
  return document;
}

}  // namespace

BOOST_AUTO_TEST_CASE(contributions_add_up_to_the_change_they_explain) {
  for (const auto& plain : test::models()) {
    const Model model(with_all_kinds(plain.document()));
    BOOST_REQUIRE(model.document().outcomes.size() > 5U);
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      Follower follower(model);
      for (const auto& check_in : test::check_ins(model, seed, 15.0)) {
        BOOST_TEST(follower.gap(check_in) < promised);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(they_do_with_answers_that_persist_and_habits_of_any_kind) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto lasting = test::lasting(test::small_document(), seed);
    for (const auto& document : {lasting, test::habitual(lasting, seed),
                                 test::habitual(test::rich_document(), seed)}) {
      const Model model(with_all_kinds(document));
      Follower follower(model);
      for (const auto& check_in : test::check_ins(model, seed, 10.0)) {
        BOOST_TEST(follower.gap(check_in) < promised);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(they_do_after_silence_and_with_what_is_known_from_outside) {
  for (const auto& plain : test::models()) {
    auto document = with_all_kinds(plain.document());
    document.expected_every_days = 2.0;
    const Model model(document);
    Follower follower(model);
    auto first = at(0.0, {{"nights", 1.0}});
    first.known_stage = KnownStage{{"stable", document.stages[1].id}, false};
    BOOST_TEST(follower.gap(first) < promised);
    BOOST_TEST(follower.gap(at(9.0, {{"isolating", 2.0}})) < promised);
    auto abstinent = at(20.0, {{"nights", 4.0}});
    abstinent.abstinent_since_last = true;
    BOOST_TEST(follower.gap(abstinent) < promised);
    auto used = at(25.0, {{"isolating", 1.0}});
    used.used_days_ago = Days{2.0};
    BOOST_TEST(follower.gap(used) < promised);
    // The answer tells of use two days ago, and is what a later one may repeat.
    auto told = at(28.0, {{"used", 1.0}, {"nights", 2.0}});
    told.used_days_ago = Days{2.0};
    BOOST_TEST(follower.gap(told) < promised);
    auto earlier = at(29.0, {{"used", 1.0}});
    earlier.used_days_ago = Days{6.0};
    BOOST_TEST(follower.gap(earlier) < promised);
    auto entry = at(31.0, {});
    entry.known_stage = KnownStage{{"lapse"}, true};
    BOOST_TEST(follower.gap(entry) < promised);
  }
}

BOOST_AUTO_TEST_CASE(a_first_check_in_begins_where_nothing_is_said) {
  // Nothing moves the rates, so an empty check-in says what the start says.
  const Model model(with_all_kinds(test::small_document()));
  Follower follower(model);
  std::vector<double> baselines;
  for (const auto& rule : model.document().outcomes)
    baselines.push_back(follower.baseline(rule));
  BOOST_TEST(follower.gap(at(0.0, {})) < promised);
  for (std::size_t k = 0; k < baselines.size(); ++k) {
    const auto& outcome = follower.assessment.outcomes[k];
    BOOST_TEST(std::abs(outcome.probability - baselines[k]) < promised);
    BOOST_TEST(sum(outcome.drivers) == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_sign_has_the_integral_of_its_part) {
  const auto rules = {answer("used", {1.0}, 3.0),
                      observed(on_line(answer("isolating", {2.0}, 6.0), -0.5, 1.6)),
                      run_of("isolating", {1.0, 2.0}, 2, 4)};
  for (const auto& plain : test::models()) {
    const Model model(with_outcomes(plain.document(), rules));
    Follower follower(model);
    follower.gap(at(0.0, {{"isolating", 1.0}}));
    // Of the items of the outcomes none is answered, so that what persists stays.
    const bool feels = model.find_item("mood") >= 0;
    auto both = at(3.0, {{"nights", 4.0}});
    if (feels) both.answers.push_back({"mood", 3.0});
    follower.gap(both);
    const auto& after = follower.record.state;
    // Lowers the power of each sign that spoke from 1.
    const auto lower = [&](double nights, double others, infer::PersonState& state) {
      for (const auto& driver : follower.assessment.drivers) {
        if (driver.kind != DriverKind::sign) continue;
        const int item = model.find_item(driver.id);
        const auto& sign = *model.sign(item);
        const auto repeat = infer::last_given(item, after.given, model).repeated;
        const double power = (driver.id == "nights" ? nights : others) - 1.0;
        std::vector<double> weights;
        for (int way = 0; way < model.answer_ways(); ++way) {
          for (int s = 0; s < model.stages(); ++s) {
            weights.push_back(power *
                              sign.log_likelihood(*follower.answers.evidence(item, model),
                                                  repeat, s, way));
          }
        }
        state.belief.weigh_in_logs(weights);
      }
    };
    for (std::size_t k = 0; k < rules.size(); ++k) {
      const auto value = [&](double nights, double others) {
        auto state = after;
        lower(nights, others, state);
        return shown(model.document().outcomes[k], state, model);
      };
      const double expected = integral([&](double tau) {
        return (value(tau + step, tau) - value(tau - step, tau)) / (2.0 * step);
      });
      const auto& drivers = follower.assessment.outcomes[k].drivers;
      const double found = contribution(drivers, DriverKind::sign, "nights");
      BOOST_TEST(std::abs(expected) > 1e-4);
      BOOST_TEST(std::abs(found - expected) < by_differences);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_determinant_has_the_integral_of_its_part) {
  const auto rules = {answer("used", {1.0}, 5.0),
                      observed(on_line(answer("isolating", {2.0}, 30.0), -0.5, 1.6)),
                      threshold("nights", 2.0, 9.0),
                      run_of("isolating", {1.0, 2.0}, 2, 4)};
  auto documents = {two_determinants(), test::habitual(two_determinants(), 1)};
  for (auto document : documents) {
    document.items[1].item.missing_is_a_level = true;
    document.items[1].emission =
        Categorical{{{0.5, 0.3, 0.1, 0.1}, {0.2, 0.3, 0.3, 0.2}, {0.2, 0.2, 0.2, 0.4}}};
    const Model model(with_outcomes(document, rules));
    const auto told = [](double time, double craving, double stress) {
      return at(time,
                {{"craving", craving}, {"stress", stress}, {"weather", 4.0 - stress}});
    };
    Follower follower(model);
    follower.gap(told(0.0, 1.0, 0.5));
    const auto before = follower.record;
    constexpr double at_once = 1e-9;
    follower.gap(told(at_once, 3.5, 3.0));
    const auto after = follower.record.state;
    for (std::size_t k = 0; k < rules.size(); ++k) {
      const auto& drivers = follower.assessment.outcomes[k].drivers;
      const auto value = [&](double craving, double stress) {
        Follower other(model);
        other.record = before;
        other.answers.read(told(at_once, craving, stress), model);
        other.assessor.step(other.record, other.answers, other.assessment);
        // What the missing answers say is that of the signs.
        other.record.state.belief = before.state.belief;
        return shown(model.document().outcomes[k], other.record.state, model);
      };
      const double expected = integral([&](double tau) {
        const double craving = 1.0 + 2.5 * tau;
        const double stress = 0.5 + 2.5 * tau;
        return 2.5 * (value(craving + step, stress) - value(craving - step, stress)) /
               (2.0 * step);
      });
      const double found = contribution(drivers, DriverKind::determinant, "craving");
      BOOST_TEST(std::abs(expected) > 1e-4);
      BOOST_TEST(std::abs(found - expected) < by_differences);
      BOOST_TEST(contribution(drivers, DriverKind::determinant, "stress") != 0.0);
      BOOST_TEST(contribution(drivers, DriverKind::determinant, "weather") == 0.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_remembered_belongs_to_its_own_sign) {
  // What was answered says nothing of the stage, so that memory alone moves the outcome.
  auto document = test::lasting_answers();
  document.items[1].emission =
      Categorical{{{0.5, 0.3, 0.2}, {0.5, 0.3, 0.2}, {0.5, 0.3, 0.2}}};
  const Model model(
      with_outcomes(document, {answer("isolating", {2.0}, 1.0),
                               on_line(answer("isolating", {2.0}, 1.0), 0.3, 0.6),
                               run_of("isolating", {2.0}, 2, 3)}));
  Follower follower(model);
  follower.gap(at(0.0, {{"isolating", 0.0}}));
  std::vector<double> before;
  for (const auto& outcome : follower.assessment.outcomes)
    before.push_back(outcome.probability);
  follower.gap(at(1e-9, {{"isolating", 2.0}, {"nights", 1.0}}));
  for (std::size_t k = 0; k < before.size(); ++k) {
    const auto& outcome = follower.assessment.outcomes[k];
    const double own = contribution(outcome.drivers, DriverKind::sign, "isolating");
    BOOST_TEST(own > 0.05);
    BOOST_TEST(std::abs(own - outcome.probability + before[k]) < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(use_told_of_another_day_is_known_and_remembered) {
  auto document = test::lasting_answers();
  document.items[0].persistence = Persistence{{0.9}, {}};
  const Model model(with_outcomes(document, {answer("used", {1.0}, 40.0)}));
  Follower follower(model);
  follower.gap(at(0.0, {{"used", 0.0}}));
  auto told = at(4.0, {{"used", 1.0}});
  told.used_days_ago = Days{2.0};
  BOOST_TEST(follower.gap(told) < promised);
  const auto& outcome = follower.assessment.outcomes[0];
  BOOST_TEST(contribution(outcome.drivers, DriverKind::known, "known") > 0.5);
  BOOST_TEST(contribution(outcome.drivers, DriverKind::sign, "used") == 0.0);
}

BOOST_AUTO_TEST_CASE(a_model_without_outcomes_has_none_to_explain) {
  Follower follower(test::models()[1]);
  for (const auto& check_in : test::check_ins(follower.model, 1, 10.0)) {
    follower.gap(check_in);
    BOOST_TEST(follower.assessment.outcomes.empty());
    BOOST_TEST(!follower.assessment.drivers.empty());
  }
}

BOOST_AUTO_TEST_CASE(the_drivers_of_the_risk_are_the_same_beside_those_of_outcomes) {
  const Model model(with_all_kinds(test::rich_document()));
  Monitor both(model, {.outcome_drivers = true});
  Monitor usual(model);
  Monitor alone(model, {.drivers = false, .outcome_drivers = true});
  for (const auto& check_in : test::check_ins(model, 2, 10.0)) {
    const auto& seen = both.update(check_in);
    const auto& without = usual.update(check_in);
    const auto& outcomes = alone.update(check_in);
    BOOST_TEST((seen.drivers == without.drivers));
    BOOST_TEST(outcomes.drivers.empty());
    BOOST_TEST((seen.outcomes == outcomes.outcomes));
    for (std::size_t k = 0; k < seen.outcomes.size(); ++k) {
      BOOST_TEST(without.outcomes[k].drivers.empty());
      BOOST_TEST(without.outcomes[k].probability == seen.outcomes[k].probability);
      BOOST_TEST(!seen.outcomes[k].drivers.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_left_for_later_is_the_same) {
  const Model model(with_all_kinds(test::rich_document()));
  Monitor at_once(model, {.outcome_drivers = true});
  Monitor later(model, {.explain_later = true});
  BOOST_TEST(later.explain("outcome_0").empty());
  BOOST_CHECK_THROW(later.explain("nothing"), InvalidInput);
  double last = 0.0;
  for (const auto& check_in : test::check_ins(model, 2, 8.0)) {
    const auto& seen = at_once.update(check_in);
    later.update(check_in);
    last = check_in.time.days;
    // A check-in that is refused takes nothing away.
    BOOST_CHECK_THROW(later.update(at(last - 1.0)), CheckInError);
    for (const auto& outcome : seen.outcomes)
      BOOST_TEST((later.explain(outcome.id) == outcome.drivers));
  }
  const auto seen = at_once.at(Time{last + 3.0});
  const auto before = at_once.outlook();
  for (std::size_t k = 0; k < seen.outcomes.size(); ++k) {
    const auto& outcome = seen.outcomes[k];
    BOOST_REQUIRE(outcome.drivers.size() == 1U);
    BOOST_TEST((outcome.drivers[0].kind == DriverKind::time));
    const double change =
        outcome.probability - before.outcome(model.document().outcomes[k]);
    BOOST_TEST(outcome.drivers[0].contribution == change);
  }
}

BOOST_AUTO_TEST_SUITE_END()
