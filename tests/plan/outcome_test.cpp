#include <relapse/core/error.hpp>
#include <relapse/plan/outcome.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <string_view>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(outcome_test)

namespace {

/// A pattern written as in trials: + and - urine, o missing, _ not scheduled.
std::vector<UseStatus> pattern(std::string_view word) {
  std::vector<UseStatus> statuses;
  for (const char c : word) {
    statuses.push_back(c == '+'   ? UseStatus::positive
                       : c == '-' ? UseStatus::negative
                       : c == 'o' ? UseStatus::missing
                                  : UseStatus::not_scheduled);
  }
  return statuses;
}

constexpr MissingUse every_rule[] = {MissingUse::positive, MissingUse::last,
                                     MissingUse::left_out, MissingUse::negative};

/// All words of some length over four letters.
std::vector<std::string> words(int length) {
  std::vector<std::string> all{""};
  for (int k = 0; k < length; ++k) {
    std::vector<std::string> longer;
    for (const auto& word : all) {
      for (const char c : {'+', '-', 'o', '_'}) longer.push_back(word + c);
    }
    all = longer;
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(first_use_by_each_rule_for_what_is_missing) {
  const auto word = pattern("--o-+-");
  BOOST_TEST((first_use(word, MissingUse::positive) == FirstTime{true, 2}));
  BOOST_TEST((first_use(word, MissingUse::last) == FirstTime{true, 4}));
  BOOST_TEST((first_use(word, MissingUse::left_out) == FirstTime{true, 4}));
  BOOST_TEST((first_use(word, MissingUse::negative) == FirstTime{true, 4}));
}

BOOST_AUTO_TEST_CASE(without_an_event_the_time_is_that_of_the_last_period_that_counts) {
  BOOST_TEST((first_use(pattern("---oo"), MissingUse::left_out) == FirstTime{false, 3}));
  BOOST_TEST((first_use(pattern("---oo"), MissingUse::last) == FirstTime{false, 5}));
  BOOST_TEST((first_use(pattern("--_"), MissingUse::positive) == FirstTime{false, 2}));
  BOOST_TEST((first_use(pattern(""), MissingUse::positive) == FirstTime{false, 0}));
}

BOOST_AUTO_TEST_CASE(four_missing_or_positive_weeks_are_a_return_to_use_at_the_first) {
  BOOST_TEST(
      (first_run(pattern("-+o+-+o++"), 4, MissingUse::positive) == FirstTime{true, 5}));
  BOOST_TEST(
      (first_run(pattern("-+o+-"), 4, MissingUse::positive) == FirstTime{false, 5}));
  BOOST_TEST(
      (first_run(pattern("-+o++-"), 4, MissingUse::left_out) == FirstTime{false, 6}));
  BOOST_TEST(
      (first_run(pattern("-+_+++-"), 4, MissingUse::left_out) == FirstTime{true, 1}));
  BOOST_CHECK_THROW(first_run(pattern("-"), 0, MissingUse::positive), InvalidInput);
}

BOOST_AUTO_TEST_CASE(abstinence_and_shares_by_hand) {
  const auto word = pattern("--o-+_---o");
  BOOST_TEST(longest_abstinence(word, MissingUse::positive) == 3);
  BOOST_TEST(longest_abstinence(word, MissingUse::left_out) == 3);
  BOOST_TEST(longest_abstinence(word, MissingUse::last) == 4);
  BOOST_TEST(longest_abstinence(word, MissingUse::negative) == 4);
  BOOST_TEST(*share_negative(word, MissingUse::positive) == 6.0 / 9.0);
  BOOST_TEST(*share_negative(word, MissingUse::left_out) == 6.0 / 7.0);
  BOOST_TEST(*share_negative(word, MissingUse::last) == 8.0 / 9.0);
  BOOST_TEST(!share_negative(pattern("_o"), MissingUse::left_out).has_value());
  BOOST_TEST(!*abstinent_throughout(pattern("--o"), MissingUse::positive));
  BOOST_TEST(*abstinent_throughout(pattern("--o"), MissingUse::left_out));
  BOOST_TEST(!abstinent_throughout(pattern("oo"), MissingUse::last).has_value());
}

BOOST_AUTO_TEST_CASE(missing_as_use_and_as_none_bound_the_other_rules) {
  for (const auto& word : words(5)) {
    const auto seen = pattern(word);
    const auto worst = longest_abstinence(seen, MissingUse::positive);
    const auto best = longest_abstinence(seen, MissingUse::negative);
    for (const auto rule : every_rule) {
      BOOST_REQUIRE(longest_abstinence(seen, rule) >= worst);
      BOOST_REQUIRE(longest_abstinence(seen, rule) <= best);
      const auto share = share_negative(seen, rule);
      if (share) {
        BOOST_REQUIRE(*share >= *share_negative(seen, MissingUse::positive));
        BOOST_REQUIRE(*share <= *share_negative(seen, MissingUse::negative));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(endpoints_agree_with_each_other) {
  for (const auto& word : words(5)) {
    const auto seen = pattern(word);
    for (const auto rule : every_rule) {
      const bool used = first_use(seen, rule).happened;
      const auto share = share_negative(seen, rule);
      BOOST_REQUIRE(used == (share.has_value() && *share < 1.0));
      for (int run = 2; run <= 5; ++run) {
        const auto longer = first_run(seen, run, rule);
        const auto shorter = first_run(seen, run - 1, rule);
        if (longer.happened) {
          BOOST_REQUIRE(shorter.happened);
          BOOST_REQUIRE(shorter.period <= longer.period);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(without_missing_periods_the_rule_changes_nothing) {
  for (const auto& word : words(4)) {
    if (word.find('o') != std::string::npos) continue;
    for (const auto rule : every_rule)
      BOOST_REQUIRE((resolve(pattern(word), rule) == pattern(word)));
  }
}

BOOST_AUTO_TEST_CASE(amounts_by_hand) {
  const Amounts days{0.0, 6.0, std::nullopt, 2.0, 0.0};
  const auto summary = summarise_amounts(days, 5.0);
  BOOST_TEST(summary.observed == 4);
  BOOST_TEST(*summary.share_abstinent == 0.5);
  BOOST_TEST(*summary.share_heavy == 0.25);
  BOOST_TEST(*summary.any_heavy);
  BOOST_TEST(*summary.mean == 2.0);
  BOOST_TEST(*summary.mean_on_use_days == 4.0);
  BOOST_TEST((summarise_amounts(Amounts(3), 5.0) == AmountSummary{}));
  BOOST_TEST(!summarise_amounts(Amounts{0.0}, 5.0).mean_on_use_days.has_value());
  BOOST_TEST((status_of(days, 0.0) == pattern("-+o+-")));
  BOOST_TEST((status_of(days, 5.0) == pattern("-+o--")));
  BOOST_CHECK_THROW(summarise_amounts(Amounts{-1.0}, 5.0), InvalidInput);
  BOOST_CHECK_THROW(summarise_amounts(days, 0.0), InvalidInput);
  BOOST_CHECK_THROW(status_of(Amounts{std::nan("")}, 0.0), InvalidInput);
}

BOOST_AUTO_TEST_CASE(drinking_risk_at_its_limits) {
  const auto men = [](double grams) { return drinking_risk(grams, drinking_limits_men); };
  BOOST_TEST((men(0.0) == DrinkingRisk::abstinent));
  BOOST_TEST((men(40.0) == DrinkingRisk::low));
  BOOST_TEST((men(40.5) == DrinkingRisk::medium));
  BOOST_TEST((men(100.0) == DrinkingRisk::high));
  BOOST_TEST((men(101.0) == DrinkingRisk::very_high));
  BOOST_TEST((drinking_risk(41.0, drinking_limits_women) == DrinkingRisk::high));
  BOOST_CHECK_THROW(men(-1.0), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
