#include <relapse/engine/monitor.hpp>
#include <relapse/engine/score.hpp>

#include "portable/grid.hpp"
#include "remembered.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

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

/// Check-ins after one at day 1, each refused for something else than safety.
std::vector<CheckIn> refused_check_ins() {
  std::vector<CheckIn> bad{at(2.0, {{"no_such_item", 1.0}}),
                           at(2.0, {{"used", 1.0}, {"used", 0.0}}),
                           at(2.0, {{"used", 9.0}}),
                           at(2.0, {{"used", std::string("canary")}}),
                           at(2.0, {{"used", std::numeric_limits<double>::infinity()}}),
                           at(0.5, {}),
                           at(1.0, {}),
                           at(std::numeric_limits<double>::quiet_NaN(), {})};
  bad.push_back(at(2.0, {{"used", 1.0}}));
  bad.back().missing = {{"used", MissingReason::declined}};
  bad.push_back(at(2.0, {}));
  bad.back().known_stage = KnownStage{{"nowhere"}, false};
  bad.push_back(at(2.0, {}));
  bad.back().used_days_ago = Days{-1.0};
  bad.push_back(at(2.0, {}));
  bad.back().acknowledge = {"no_such_flag"};
  return bad;
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

BOOST_AUTO_TEST_CASE(no_check_in_that_is_refused_loses_a_flag) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& model : test::models()) {
    const std::vector<CheckIn> bad = refused_check_ins();
    for (std::size_t k = 0; k < bad.size(); ++k) {
      for (const auto flag : built_in_flags) {
        for (const bool readable : {true, false}) {
          Monitor monitor(model);
          monitor.update(at(1.0, {}));
          const auto before = monitor.snapshot();
          auto check_in = bad[k];
          const std::string name(flag);
          check_in.answers.push_back({name, readable ? 1.0 : nan});
          const std::vector<std::string> one{name};
          const std::vector<std::string> unreadable(readable ? 0 : 1, name);
          BOOST_CHECK_EXCEPTION(
              monitor.update(check_in), CheckInError, [&](const CheckInError& error) {
                return error.flags() == one && error.unreadable_flags() == unreadable;
              });
          const auto now = monitor.at(Time{1.0});
          BOOST_TEST((now.level == RiskLevel::critical));
          BOOST_TEST(now.flags == one, boost::test_tools::per_element());
          BOOST_TEST(now.unreadable_flags == unreadable,
                     boost::test_tools::per_element());
          BOOST_TEST(monitor.suggest({}).front().action == "crisis");
          const auto after = monitor.snapshot();
          const auto& now_kept = after.remembered().record;
          BOOST_TEST(now_kept.flags != before.remembered().record.flags);
          const auto with_flags = test::changed(before, [&](auto& kept) {
            kept.record.flags = now_kept.flags;
            kept.record.unreadable = now_kept.unreadable;
            kept.record.raised_at = now_kept.raised_at;
            kept.record.up_since = now_kept.up_since;
          });
          BOOST_TEST((after == with_flags));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_flag_of_a_first_check_in_that_is_refused_is_seen) {
  const auto& model = test::models()[1];
  Monitor monitor(model);
  BOOST_CHECK_THROW(monitor.at(Time{3.0}), InvalidInput);
  BOOST_CHECK_THROW(monitor.update(at(2.0, {{"overdose", 1.0}, {"unheard", 1.0}})),
                    CheckInError);
  Plan plan;
  plan.crisis_steps = {"call my sister"};
  for (Monitor followed : {monitor, Monitor(model, monitor.snapshot())}) {
    const auto now = followed.at(Time{3.0});
    BOOST_TEST((now.level == RiskLevel::critical));
    BOOST_TEST((now.flags == std::vector<std::string>{"overdose"}));
    BOOST_TEST(now.drivers.empty());
    const auto suggested = followed.suggest(plan);
    BOOST_REQUIRE(suggested.size() == 2U);
    BOOST_TEST(suggested[0].action == "crisis");
    BOOST_TEST(suggested[1].words == "call my sister");
    // The first check-in is still to come, and is taken as if nothing had been there.
    Monitor fresh(model);
    const auto& first = followed.update(at(2.5, {{"craving", 2.0}}));
    BOOST_TEST((first.stages == fresh.update(at(2.5, {{"craving", 2.0}})).stages));
    BOOST_TEST((first.flags == std::vector<std::string>{"overdose"}));
  }
}

BOOST_AUTO_TEST_CASE(a_flag_without_a_time_rises_at_the_last_check_in) {
  const auto& model = test::models()[0];
  Monitor monitor(model);
  monitor.update(at(5.0, {}));
  CheckIn timeless = at(std::numeric_limits<double>::infinity(), {{"overdose", 1.0}});
  BOOST_CHECK_THROW(monitor.update(timeless), CheckInError);
  BOOST_TEST(!monitor.acknowledge("overdose", Time{4.0}));
  BOOST_TEST(monitor.acknowledge("overdose", Time{5.5}));
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_lowers_what_rose_before_it_and_nothing_else) {
  std::mt19937_64 random(8);
  std::uniform_int_distribution<int> moment(0, 6);
  for (int run = 0; run < 200; ++run) {
    Monitor monitor(test::models()[0]);
    double now = 0.0;
    std::optional<double> rose;
    bool up = false;
    for (int step = 0; step < 12; ++step) {
      const double told = 0.5 * moment(random);
      switch (moment(random)) {
      case 0:
      case 1: {  // in time, or late and refused: it rises all the same
        const bool late = rose && told < now;
        const double of = late ? told : now + told + 0.5;
        const double when = std::max(of, now);  // what is told late is told now
        const auto check_in = at(of, {{"self_harm", 1.0}});
        if (late) {
          BOOST_CHECK_THROW(monitor.update(check_in), CheckInError);
        } else {
          monitor.update(check_in);
          now = when;
        }
        rose = std::max(rose.value_or(when), when);
        up = true;
        break;
      }
      case 2: {  // with a check-in
        now += 0.5 + told;
        auto check_in = at(now, {});
        check_in.acknowledge = {"self_harm"};
        monitor.update(check_in);
        up = up && !(now > *rose);
        break;
      }
      case 3:  // with a check-in that is refused: it counts for nothing
        if (rose) {
          auto check_in = at(now + 1.0, {{"unheard", 1.0}});
          check_in.acknowledge = {"self_harm"};
          BOOST_CHECK_THROW(monitor.update(check_in), CheckInError);
        }
        break;
      default: {
        const double when = now - 1.0 + told;
        BOOST_TEST(monitor.acknowledge("self_harm", Time{when}) == (!up || when > *rose));
        up = up && !(when > *rose);
        monitor = Monitor(monitor.model(), monitor.snapshot());
      }
      }
      BOOST_TEST(!monitor.flags().flags.empty() == up);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_at_the_moment_of_the_rise_leaves_the_flag_up) {
  Monitor monitor(test::models()[0]);
  auto both = at(1.0, {{"overdose", 1.0}});
  both.acknowledge = {"overdose"};
  BOOST_TEST(!monitor.update(both).flags.empty());
  BOOST_TEST(!monitor.acknowledge("overdose", Time{1.0}));
  BOOST_TEST(monitor.acknowledge("overdose", Time{std::nextafter(1.0, 2.0)}));
  // Nothing is up: there is nothing to see, and nothing to lower.
  BOOST_TEST(monitor.acknowledge("overdose", Time{0.5}));
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

BOOST_AUTO_TEST_CASE(since_when_a_flag_is_up_is_known_and_when_it_was_taken_down) {
  const Model& model = test::models()[0];
  Monitor monitor(model);
  monitor.update(at(1.0, {{"overdose", 1.0}}));
  const auto& again = monitor.update(at(2.0, {{"overdose", 1.0}}));
  BOOST_TEST((again.flag_times == std::vector<FlagTime>{{"overdose", Time{1.0}}}));
  BOOST_TEST(monitor.acknowledge("overdose", Time{3.0}));
  BOOST_TEST(monitor.acknowledge("overdose", Time{3.5}));
  Monitor restored(model, monitor.snapshot());
  const std::vector<FlagTime> down{{"overdose", Time{1.0}, Time{3.0}}};
  BOOST_TEST((restored.at(Time{4.0}).flag_times == down));
  const auto& risen = restored.update(at(5.0, {{"overdose", 1.0}}));
  BOOST_TEST((risen.flag_times == std::vector<FlagTime>{{"overdose", Time{5.0}}}));
  // Of an older snapshot the last rise is known alone.
  const auto older = test::changed(restored.snapshot(), [](auto& kept) {
    kept.record.up_since.clear();
    kept.record.down_at.clear();
  });
  BOOST_TEST((Monitor(model, older).at(Time{6.0}).flag_times == risen.flag_times));
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

BOOST_AUTO_TEST_CASE(a_level_falls_when_the_risk_was_below_for_long_though_nobody_came) {
  const auto& model = models::standard();
  const auto& rule = model.document().levels;
  Monitor monitor(model);
  monitor.update(at(0.0, {{"used", 0.0}, {"craving", 0.0}}));
  monitor.update(at(1.0, {{"used", 1.0}, {"craving", 4.0}}));
  int above = 0;
  for (double day = 1.0; day < 120.0; day += 0.5) {
    const auto now = monitor.at(Time{day});
    const double before = std::max(1.0, day - rule.lower_after.count);
    const auto then = monitor.at(Time{before});
    auto highest = RiskLevel::low;
    for (std::size_t l = 0; l < rule.cuts.size(); ++l) {
      const bool reached = std::max(now.level_risk, then.level_risk) >= rule.cuts[l];
      if (reached) highest = static_cast<RiskLevel>(l + 1);
    }
    BOOST_TEST((now.numeric_level == highest), day);
    above += now.numeric_level == RiskLevel::critical ? 1 : 0;
  }
  BOOST_TEST(above > 1);
  BOOST_TEST(above < 230);
}

BOOST_AUTO_TEST_CASE(after_a_gap_a_good_answer_shows_no_higher_level_than_the_gap_did) {
  const auto& model = models::standard();
  const std::vector<Answer> good{{"used", 0.0}, {"craving", 0.0}, {"confidence", 9.0}};
  for (const double gap : {2.0, 4.0, 7.0, 30.0, 60.0, 180.0}) {
    Monitor monitor(model);
    for (double day = 0.0; day < 10.0; ++day) monitor.update(at(day, good));
    monitor.update(at(10.0, {{"used", 1.0}, {"craving", 4.0}}));
    const auto before = monitor.at(Time{10.0 + gap}).numeric_level;
    BOOST_TEST((monitor.update(at(10.0 + gap, good)).numeric_level <= before), gap);
  }
}

BOOST_AUTO_TEST_CASE(flags_are_named_in_the_order_in_which_they_are_answered_to) {
  Monitor monitor(models::standard());
  const auto& now = monitor.update(
      at(1.0, {{"psychosis", 1.0}, {"self_harm", 1.0}, {"overdose", 1.0}}));
  const std::vector<std::string> flags{"overdose", "self_harm", "psychosis"};
  BOOST_TEST((now.flags == flags));
  BOOST_TEST((monitor.flags().flags == flags));
  BOOST_TEST(monitor.suggest({}).front().need == "overdose");
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

/// Here, and by tests/portable/run.sh on other platforms.
BOOST_AUTO_TEST_CASE(the_plain_kernel_computes_the_doubles_of_every_platform) {
  if (instruction_set() != "plain") return;
  std::ifstream file(RELAPSE_TEST_DATA "/portable/hashes.txt");
  std::vector<std::string> wanted;
  for (std::string line; std::getline(file, line);) wanted.push_back(line);
  const auto found = portable::hashes();
  BOOST_TEST(found == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lengths_of_time_that_no_life_has_are_refused) {
  const Model model(test::small_document());
  const auto said = [](auto&& call) {
    try {
      call();
    } catch (const InvalidInput& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string seconds =
      "is more than 36525 days, and looks like seconds, but must be 0 to 36525 days";
  constexpr double now = 1'772'344'800.0;
  BOOST_TEST(said([&] { Monitor(model, {.start = {.days_since_use = Days{now}}}); }) ==
             "days_since_use: " + seconds);
  BOOST_TEST(said([&] { Monitor(model, {.start = {.days_in_recovery = Days{now}}}); }) ==
             "days_in_recovery: " + seconds);
  Monitor monitor(model);
  BOOST_TEST(said([&] { monitor.expect_every(Days{366.5}); }) ==
             "expect_every: is more than 366 days, but must be 0 to 366 days");
  CheckIn check_in = at(1.0, {});
  check_in.used_days_ago = Days{now * 1000.0};
  BOOST_TEST(
      said([&] { monitor.update(check_in); }) ==
      "check-in of person 'P07', 'used_days_ago': is more than 36525 days, and looks "
      "like milliseconds, but must be 0 to 36525 days");
  const std::vector<std::int32_t> person{0};
  const std::vector<double> time{1.0};
  const std::vector<double> days{20'260'201.0};
  for (auto column :
       {&Batch::used_days_ago, &Batch::days_since_use, &Batch::days_in_recovery}) {
    Batch batch;
    batch.person = person;
    batch.time = time;
    batch.*column = days;
    BOOST_TEST(said([&] { score(batch, model); }).find("like a date, YYYYMMDD") !=
               std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
