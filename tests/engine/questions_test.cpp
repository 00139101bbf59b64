#include <relapse/engine/monitor.hpp>
#include <relapse/engine/questions.hpp>
#include <relapse/io/standard.hpp>

#include "close.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(questions_test)

namespace {

constexpr double rounding = 1e-12;

using Ids = std::vector<std::string>;

using test::at;

std::map<std::string, double> bits(const Monitor& monitor, const CheckIn& so_far) {
  std::map<std::string, double> found;
  for (const auto& each : monitor.information(so_far)) found[each.item] = each.bits;
  return found;
}

double entropy(double p) {
  return p <= 0.0 || p >= 1.0 ? 0.0 : -p * std::log2(p) - (1.0 - p) * std::log2(1.0 - p);
}

/// A monitor with some days behind it.
Monitor followed(const Model& model) {
  Monitor monitor(model);
  monitor.update(at(0.0, {{"used", 0.0}, {"isolating", 1.0}}));
  monitor.update(at(1.0, {{"used", 0.0}, {"isolating", 2.0}}));
  return monitor;
}

bool among(const std::string& item, const Ids& chosen) {
  return std::find(chosen.begin(), chosen.end(), item) != chosen.end();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_information_of_a_yes_or_no_is_its_mutual_information) {
  const Model model{test::small_document()};
  const auto monitor = followed(model);
  // By hand: two answers, their probabilities and the risk after each.
  double risk = 0.0;
  double left = 0.0;
  double sum = 0.0;
  for (const double answer : {0.0, 1.0}) {
    Monitor trial(model, monitor.snapshot());
    const auto& after = trial.update(at(2.0, {{"used", answer}}));
    const double p = std::exp(after.log_likelihood);
    sum += p;
    risk += p * after.level_risk;
    left += p * entropy(after.level_risk);
  }
  BOOST_TEST(std::abs(sum - 1.0) < rounding);
  const double expected = entropy(risk) - left;
  BOOST_TEST(std::abs(bits(monitor, at(2.0))["used"] - expected) < rounding);
}

BOOST_AUTO_TEST_CASE(what_cannot_change_the_risk_tells_nothing) {
  auto document = test::small_document();
  document.items.push_back(test::sign("blood_group", Bernoulli{{0.3, 0.3, 0.3}}));
  document.items.push_back(test::asked("height", Scale{0.0, 10.0}));
  const auto found = bits(followed(Model(document)), at(2.0));
  BOOST_TEST(found.at("blood_group") < rounding);
  BOOST_TEST(found.at("height") < rounding);
  BOOST_TEST(found.at("isolating") > 1e-6);
  // Nor what was answered a moment ago and has not had the time to change.
  Monitor monitor{Model(test::rich_document())};
  monitor.update(at(0.0, {{"craving", 2.0}}));
  BOOST_TEST(bits(monitor, at(0.0)).at("craving") < rounding);
  BOOST_TEST(bits(monitor, at(3.0)).at("craving") > 1e-6);
}

BOOST_AUTO_TEST_CASE(asking_more_never_tells_less) {
  const Model model{test::small_document()};
  const auto monitor = followed(model);
  const auto alone = bits(monitor, at(2.0));
  for (const auto& [item, told] : alone) BOOST_TEST(told >= 0.0, item);
  // I(used, isolating) = I(used) + E I(isolating | used) >= I(used), and the same the
  // other way round: what is known jointly does not depend on the order.
  const auto jointly = [&](const char* first, const std::vector<double>& answers,
                           const char* second) {
    double together = alone.at(first);
    double sum = 0.0;
    double more = 0.0;
    for (const double answer : answers) {
      Monitor trial(model, monitor.snapshot());
      const double p = std::exp(trial.update(at(2.0, {{first, answer}})).log_likelihood);
      sum += p;
      const double conditional = bits(monitor, at(2.0, {{first, answer}})).at(second);
      BOOST_TEST(conditional >= 0.0);
      more += p * conditional;
    }
    together += more / sum;
    BOOST_TEST(together >= alone.at(first));
    return together;
  };
  const double one = jointly("used", {0.0, 1.0}, "isolating");
  const double other = jointly("isolating", {0.0, 1.0, 2.0}, "used");
  BOOST_TEST(std::abs(one - other) < 1e-9);
}

BOOST_AUTO_TEST_CASE(every_family_of_answers_is_gone_through) {
  const auto monitor = followed(Model(test::rich_document()));
  const auto found = bits(monitor, at(2.0));
  for (const char* item : {"used", "isolating", "nights", "drinks", "mood", "craving",
                           "stress", "exposure", "efficacy", "hearing_voices"})
    BOOST_TEST(found.count(item) == 1, item);
  BOOST_TEST(found.count("missed_check_in") == 0);
  for (const auto& [item, told] : found) BOOST_TEST((told >= 0.0 && told <= 1.0), item);
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_foretold_is_left_out) {
  auto document = test::rich_document();
  auto& craving = document.items[6].item;
  BOOST_REQUIRE_EQUAL(craving.id, "craving");
  craving.simulate.reset();  // any answer of the scale is as likely
  const auto found = bits(followed(Model(document)), at(2.0));
  BOOST_TEST(found.at("craving") > 0.0);
  craving.scale.reset();
  BOOST_TEST(bits(followed(Model(document)), at(2.0)).count("craving") == 0);
}

BOOST_AUTO_TEST_CASE(use_and_safety_are_always_among_them_and_come_first) {
  const Model& model = models::standard();
  const auto [least, most] = question_bounds(model);
  Monitor monitor(model);
  monitor.update(at(0.0, {{"craving", 1.0}}));
  for (const int count : {least, 5, most}) {
    const auto chosen = monitor.next_questions(count, at(1.0));
    BOOST_TEST(chosen.size() <= static_cast<std::size_t>(count));
    BOOST_TEST(std::set<std::string>(chosen.begin(), chosen.end()).size() ==
               chosen.size());
    BOOST_TEST(chosen[0] == "used");
    BOOST_TEST(chosen[1] == "self_harm");
  }
  const auto five = short_form(5, model);
  const auto nine = short_form(9, model);
  BOOST_TEST(five.size() == 5U);
  BOOST_TEST(nine.size() == 9U);
  // A longer form holds a shorter one.
  for (const auto& item : five) BOOST_TEST(among(item, nine), item);
  BOOST_TEST(short_form(least, model) == (Ids{"used", "self_harm"}));
}

BOOST_AUTO_TEST_CASE(every_safety_item_has_its_turn_in_a_week) {
  const Model& model = models::standard();
  Monitor monitor(model);
  monitor.update(at(100.0, {{"craving", 1.0}}));
  std::set<std::string> seen;
  for (int day = 101; day < 108; ++day) {
    for (const auto& item : monitor.next_questions(3, at(day))) seen.insert(item);
  }
  BOOST_TEST((seen == std::set<std::string>{"used", "self_harm", "psychosis", "violence",
                                            "dependant_at_risk"}));
}

BOOST_AUTO_TEST_CASE(what_belongs_after_use_is_asked_then_and_no_longer) {
  const Model& model = models::standard();
  Monitor monitor(model);
  monitor.update(at(0.0, {{"used", 1.0}}));
  const auto most = question_bounds(model).most;
  const auto soon = monitor.next_questions(5, at(1.0));
  for (const char* item : {"heavy_use", "overdose", "severe_withdrawal"})
    BOOST_TEST(among(item, soon), item);
  BOOST_TEST(among("guilt", monitor.next_questions(most, at(1.0))));
  const auto later = monitor.next_questions(most, at(9.0));
  for (const char* item : {"heavy_use", "overdose", "guilt", "efficacy_drop"})
    BOOST_TEST(!among(item, later), item);
}

BOOST_AUTO_TEST_CASE(what_was_answered_is_not_asked_again) {
  const Model& model = models::standard();
  const int most = question_bounds(model).most;
  Monitor monitor(model);
  const auto so_far = at(0.0, {{"used", 0.0}, {"craving", 3.0}});
  const auto chosen = monitor.next_questions(most, so_far);
  BOOST_TEST(!among("used", chosen));
  BOOST_TEST(!among("craving", chosen));
  BOOST_TEST(among("severity", chosen));
  monitor.update(at(0.0, {{"severity", 6.0}}));
  BOOST_TEST(!among("severity", monitor.next_questions(most, at(1.0))));
}

BOOST_AUTO_TEST_CASE(asking_changes_nothing) {
  const auto monitor = followed(Model(test::rich_document()));
  const auto before = monitor.snapshot();
  const auto first = monitor.next_questions(6, at(2.0));
  BOOST_TEST(first == monitor.next_questions(6, at(2.0)));
  BOOST_TEST((monitor.snapshot() == before));
}

BOOST_AUTO_TEST_CASE(counts_out_of_bounds_and_check_ins_that_go_back_are_refused) {
  const Model model{test::rich_document()};
  const auto [least, most] = question_bounds(model);
  const auto monitor = followed(model);
  BOOST_TEST(least == 3);  // used, drinks, hearing_voices
  BOOST_TEST(most == model.items() - 1);
  for (const int count : {-1, 0, least - 1, most + 1}) {
    BOOST_CHECK_THROW(monitor.next_questions(count, at(2.0)), InvalidInput);
    BOOST_CHECK_THROW(short_form(count, model), InvalidInput);
  }
  BOOST_CHECK_THROW(monitor.next_questions(5, at(0.5)), CheckInError);
  BOOST_CHECK_THROW(monitor.information(at(2.0, {{"nothing", 1.0}})), CheckInError);
}

BOOST_AUTO_TEST_SUITE_END()
