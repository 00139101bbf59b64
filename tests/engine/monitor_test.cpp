#include <relapse/engine/monitor.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(monitor_test)

namespace {

CheckIn at(double time, std::vector<Answer> answers) {
  CheckIn check_in;
  check_in.person = "P07";
  check_in.time = Time{time};
  check_in.answers = std::move(answers);
  return check_in;
}

bool same(const Assessment& a, const Assessment& b) {
  return a.stages == b.stages && a.risks == b.risks && a.level == b.level &&
         a.propensity == b.propensity && a.log_likelihood == b.log_likelihood &&
         a.drivers == b.drivers && a.flags == b.flags && a.missing == b.missing;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_restored_snapshot_continues_with_identical_doubles) {
  for (const auto& model : test::models()) {
    const auto history = test::check_ins(model, 31);
    Monitor whole(model);
    Monitor restored(model);
    for (const auto& check_in : history) {
      restored = Monitor(model, restored.snapshot());
      BOOST_TEST(same(whole.update(check_in), restored.update(check_in)));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_another_model_is_refused) {
  const Monitor small(test::models()[0]);
  BOOST_CHECK_THROW(Monitor(test::models()[1], small.snapshot()), InvalidInput);
}

BOOST_AUTO_TEST_CASE(a_gap_without_end_names_the_person) {
  Monitor monitor(test::models()[1],
                  {.start = {.days_since_use = Days{3.0}, .days_in_recovery = {}}});
  monitor.update(at(-1.5e308, {}));
  const auto before = monitor.snapshot();
  BOOST_CHECK_EXCEPTION(monitor.update(at(1.5e308, {})), CheckInError,
                        [](const auto& error) { return error.place().person == "P07"; });
  BOOST_TEST((monitor.snapshot() == before));
}

BOOST_AUTO_TEST_CASE(nothing_has_changed_after_an_error) {
  const auto& model = test::models()[1];
  Monitor monitor(model);
  monitor.update(at(1.0, {{"craving", 2.0}, {"used", 0.0}}));
  const auto before = monitor.snapshot();
  const std::vector<CheckIn> bad{
      at(2.0, {{"no_such_item", 1.0}}),
      at(2.0, {{"craving", 9.0}}),
      at(2.0, {{"craving", 1.0}, {"craving", 2.0}}),
      at(2.0, {{"mood", std::numeric_limits<double>::infinity()}}),
      at(2.0, {{"isolating", 1.5}}),
      at(2.0, {{"isolating", std::string("often")}}),
      at(2.0, {{"nights", -1.0}}),
      at(2.0, {{"missed_check_in", 1.0}}),
      at(0.5, {}),
      at(1.0, {}),
      at(std::numeric_limits<double>::quiet_NaN(), {})};
  for (const auto& check_in : bad) {
    BOOST_CHECK_EXCEPTION(monitor.update(check_in), CheckInError, [](const auto& error) {
      return error.place().person == "P07" && !error.place().item.empty();
    });
    BOOST_TEST((monitor.snapshot() == before));
  }
}

BOOST_AUTO_TEST_CASE(an_impossible_entry_changes_nothing) {
  Monitor monitor(test::models()[0]);
  auto first = at(0.0, {});
  first.known_stage = KnownStage{{"lapse"}, false};
  monitor.update(first);
  const auto before = monitor.snapshot();
  auto entry = at(1e-12, {});
  entry.known_stage = KnownStage{{"stable", "warning", "lapse"}, true};
  BOOST_CHECK_THROW(monitor.update(entry), CheckInError);
  BOOST_TEST((monitor.snapshot() == before));
}

BOOST_AUTO_TEST_CASE(built_in_flags_work_with_every_model_and_stay_until_acknowledged) {
  for (const auto& model : test::models()) {
    for (const auto flag : built_in_flags) {
      Monitor monitor(model);
      monitor.update(at(0.0, {{std::string(flag), 1.0}}));
      Monitor restored(model, monitor.snapshot());
      const auto& later = restored.update(at(50.0, {{std::string(flag), 0.0}}));
      BOOST_TEST((later.level == RiskLevel::critical));
      BOOST_TEST(later.flags == std::vector<std::string>{std::string(flag)},
                 boost::test_tools::per_element());
      restored.acknowledge(flag, Time{50.5});
      const auto& after = restored.update(at(51.0, {}));
      BOOST_TEST(after.flags.empty());
      BOOST_TEST((after.level == after.numeric_level));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_missing_safety_answer_is_unknown_and_raises_nothing) {
  Monitor monitor(test::models()[1]);
  auto check_in = at(0.0, {});
  check_in.missing = {{"self_harm", MissingReason::declined},
                      {"hearing_voices", MissingReason::declined}};
  BOOST_TEST(monitor.update(check_in).flags.empty());
}

BOOST_AUTO_TEST_CASE(an_added_flag_forces_its_level_and_never_lowers_one) {
  const auto& model = test::models()[1];
  for (const auto& history : {test::check_ins(model, 1), test::check_ins(model, 2)}) {
    Monitor plain(model);
    Monitor flagged(model);
    for (auto check_in : history) {
      const auto level = plain.update(check_in).level;
      check_in.answers.push_back({"hearing_voices", 1.0});
      const auto& with = flagged.update(check_in);
      BOOST_TEST((with.level >= RiskLevel::high));
      BOOST_TEST((with.level >= level || with.numeric_level != level));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_forced_level_never_enters_the_hysteresis) {
  const auto& model = test::models()[0];
  Monitor plain(model);
  Monitor flagged(model);
  const auto history = test::check_ins(model, 3);
  for (const auto& check_in : history) {
    auto with = check_in;
    if (&check_in == &history[2]) with.answers.push_back({"overdose", 1.0});
    if (&check_in == &history[3]) with.acknowledge = {"overdose"};
    const auto level = plain.update(check_in).numeric_level;
    BOOST_TEST((flagged.update(with).numeric_level == level));
  }
}

BOOST_AUTO_TEST_CASE(looking_without_a_check_in_changes_nothing) {
  const auto& model = test::models()[1];
  Monitor monitor(model);
  monitor.update(at(1.0, {{"craving", 4.0}, {"stress", 9.0}}));
  const auto before = monitor.snapshot();
  const auto now = monitor.at(Time{1.0});
  const auto later = monitor.at(Time{30.0});
  BOOST_TEST((monitor.snapshot() == before));
  BOOST_TEST(now.risks[1].probability != later.risks[1].probability);
  BOOST_CHECK_THROW(monitor.at(Time{0.0}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(the_lost_tolerance_notice_stays_after_use_of_an_opioid_or_unknown) {
  const auto& model = test::models()[1];
  Monitor monitor(model);
  BOOST_TEST(!monitor.update(at(0.0, {{"used", 0.0}})).lost_tolerance_notice);
  BOOST_TEST(monitor.update(at(1.0, {{"used", 1.0}})).lost_tolerance_notice);
  BOOST_TEST(monitor.update(at(9.0, {{"used", 0.0}})).lost_tolerance_notice);
  auto document = test::rich_document();
  for (auto& rule : document.items) {
    if (rule.item.role == Role::use) rule.item.substance = "alcohol";
  }
  Monitor alcohol{Model(document)};
  BOOST_TEST(!alcohol.update(at(0.0, {{"used", 1.0}})).lost_tolerance_notice);
}

BOOST_AUTO_TEST_CASE(use_known_from_outside_brings_the_lost_tolerance_notice) {
  for (const auto& model : test::models()) {
    Monitor monitor(model);
    monitor.update(at(0.0, {}));
    auto somewhere = at(1.0, {});
    somewhere.known_stage = KnownStage{{"stable", "lapse"}, false};
    BOOST_TEST(!monitor.update(somewhere).lost_tolerance_notice);
    auto in_use = at(2.0, {});
    in_use.known_stage = KnownStage{{"lapse"}, false};
    BOOST_TEST(monitor.update(in_use).lost_tolerance_notice);
    BOOST_TEST(monitor.update(at(3.0, {})).lost_tolerance_notice);
  }
  auto document = test::rich_document();
  for (auto& rule : document.items) {
    if (rule.item.role == Role::use) rule.item.substance = "alcohol";
  }
  Monitor alcohol{Model(document)};
  auto in_use = at(0.0, {});
  in_use.known_stage = KnownStage{{"lapse"}, false};
  BOOST_TEST(!alcohol.update(in_use).lost_tolerance_notice);
}

BOOST_AUTO_TEST_CASE(answers_too_large_to_be_averaged_change_nothing) {
  auto document = test::rich_document();
  for (auto& rule : document.items) {
    if (rule.item.id == "stress") rule.item.scale.reset();
  }
  for (auto& move : document.transitions) move.effects.clear();
  Monitor monitor{Model(document)};
  monitor.update(at(0.0, {{"stress", -1e308}}));
  const auto before = monitor.snapshot();
  BOOST_CHECK_EXCEPTION(
      monitor.update(at(1.0, {{"stress", -1e308}})), CheckInError,
      [](const CheckInError& error) { return error.place().item == "stress"; });
  BOOST_TEST((monitor.snapshot() == before));
}

BOOST_AUTO_TEST_CASE(a_horizon_that_the_model_has_not_is_refused) {
  Monitor monitor(test::models()[0]);
  const auto& assessment = monitor.update(at(0.0, {}));
  BOOST_TEST(assessment.risk_within(Days{7.0}).probability > 0.0);
  BOOST_CHECK_THROW(assessment.risk_within(Days{8.0}), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
