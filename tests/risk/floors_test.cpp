#include <relapse/core/detail/index.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/risk/detail/floors.hpp>

#include "remembered.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(floors_test)

namespace {

FloorRule after_use(RiskLevel level, double days) {
  FloorRule rule;
  rule.id = "use_" + std::string(name_of(level));
  rule.level = level;
  rule.lasts = Days{days};
  rule.source = "test";
  return rule;
}

FloorRule after_item(std::string item, double at_least, RiskLevel level, double days) {
  FloorRule rule;
  rule.id = item + "_floor";
  rule.after = FloorCause::item;
  rule.of = std::move(item);
  rule.at_least = at_least;
  rule.level = level;
  rule.lasts = Days{days};
  rule.source = "test";
  return rule;
}

FloorRule after_flag(std::string flag, RiskLevel level, double days) {
  FloorRule rule;
  rule.id = flag + "_floor";
  rule.after = FloorCause::flag;
  rule.of = std::move(flag);
  rule.level = level;
  rule.lasts = Days{days};
  rule.source = "test";
  return rule;
}

FloorRule after_silence(double days, RiskLevel level) {
  FloorRule rule;
  rule.id = "silence_" + std::string(name_of(level));
  rule.after = FloorCause::silence;
  rule.silent = Days{days};
  rule.level = level;
  rule.source = "test";
  return rule;
}

/// Every kind of floor, in a model whose own levels hardly ever rise.
ModelDocument floored_document() {
  auto document = test::small_document();
  document.levels.cuts = {0.96, 0.97, 0.98, 0.99};
  document.levels.lower_after = Days{0.0};
  document.safety = {{"psychosis", RiskLevel::guarded, "", "test"}};
  ItemRule safety;
  safety.item.id = "psychosis";
  safety.item.role = Role::safety;
  safety.item.flag = "psychosis";
  document.items.push_back(safety);
  document.floors = {after_use(RiskLevel::critical, 3.0),
                     after_use(RiskLevel::high, 7.0),
                     after_item("isolating", 2.0, RiskLevel::elevated, 2.0),
                     after_flag("psychosis", RiskLevel::high, 4.0),
                     after_silence(5.0, RiskLevel::guarded),
                     after_silence(14.0, RiskLevel::elevated)};
  return document;
}

using test::at;

RiskLevel highest(const Assessment& assessment) {
  RiskLevel level = RiskLevel::low;
  for (const auto& floor : assessment.floors) level = std::max(level, floor.level);
  return level;
}

std::string refusal(const ModelDocument& document) {
  try {
    Model model(document);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_CASE(use_keeps_the_level_up_in_steps) {
  Monitor monitor{Model(floored_document())};
  monitor.update(at(0.0, {{"used", 0.0}}));
  BOOST_TEST((monitor.update(at(1.0, {{"used", 1.0}})).level == RiskLevel::critical));
  BOOST_TEST((monitor.at(Time{3.9}).level == RiskLevel::critical));
  BOOST_TEST((monitor.at(Time{4.0}).level == RiskLevel::high));
  const auto later = monitor.at(Time{5.0});
  BOOST_REQUIRE(later.floors.size() == 1);
  BOOST_TEST(later.floors[0].id == "use_high");
  BOOST_TEST(later.floors[0].since.days == 1.0);
  BOOST_TEST(later.floors[0].until->days == 8.0);
  BOOST_TEST(later.floors[0].of == "");
}

BOOST_AUTO_TEST_CASE(use_told_late_counts_from_its_own_day) {
  Monitor monitor{Model(floored_document())};
  monitor.update(at(0.0));
  auto told = at(10.0, {{"used", 1.0}});
  told.used_days_ago = Days{5.0};
  const auto& now = monitor.update(told);
  BOOST_TEST((highest(now) == RiskLevel::high));
  BOOST_TEST(!now.replay_needed);
  told = at(11.0, {{"isolating", 0.0}});
  told.used_days_ago = Days{4.0};
  BOOST_TEST(monitor.update(told).replay_needed);
}

BOOST_AUTO_TEST_CASE(silence_ends_with_the_next_answer) {
  Monitor monitor{Model(floored_document())};
  monitor.update(at(0.0, {{"isolating", 0.0}}));
  for (double day = 1.0; day < 5.0; day += 0.125) {
    BOOST_TEST((monitor.update(at(day)).level == RiskLevel::low));
  }
  BOOST_TEST((monitor.update(at(5.0)).level == RiskLevel::guarded));
  BOOST_TEST((monitor.at(Time{14.0}).level == RiskLevel::elevated));
  BOOST_TEST(!monitor.at(Time{14.0}).floors[0].until.has_value());
  BOOST_TEST((monitor.update(at(15.0, {{"isolating", 0.0}})).level == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(a_silence_is_none_before_an_expected_check_in_was_missed) {
  const std::pair<double, double> begins[] = {
      {0.5, 5.0}, {1.0, 5.0}, {3.0, 5.0}, {7.0, 10.5}, {14.0, 21.0}};
  for (const auto& [every, day] : begins) {
    Monitor monitor{Model(floored_document())};
    monitor.expect_every(Days{every});
    monitor.update(at(0.0, {{"isolating", 0.0}}));
    BOOST_TEST((monitor.at(Time{day - 0.01}).level == RiskLevel::low), every);
    BOOST_TEST((monitor.at(Time{day}).level >= RiskLevel::guarded), every);
    const Monitor again(monitor.model(), monitor.snapshot());
    BOOST_TEST((again.at(Time{day - 0.01}).level == RiskLevel::low), every);
  }
  Monitor monitor{Model(floored_document())};
  monitor.update(at(0.0, {{"isolating", 0.0}}));
  monitor.expect_every(Days{0.0});
  BOOST_TEST(monitor.at(Time{90.0}).floors.empty());
  for (const double wrong : {-1.0, std::nan(""), HUGE_VAL})
    BOOST_CHECK_THROW(monitor.expect_every(Days{wrong}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(what_an_answer_says_stands_until_the_person_is_heard_again) {
  Monitor monitor{Model(floored_document())};
  monitor.update(at(0.0, {{"isolating", 2.0}}));
  BOOST_TEST(monitor.at(Time{1.0}).floors[0].until->days == 2.0);
  for (double day = 2.0; day < 30.0; ++day) {
    const auto& shown = monitor.update(at(day));
    BOOST_TEST((shown.level == RiskLevel::elevated), day);
    BOOST_TEST(!shown.floors[0].until.has_value());
    const Monitor again(monitor.model(), monitor.snapshot());
    BOOST_TEST((again.at(Time{day + 0.5}).level == RiskLevel::elevated));
  }
  auto heard = monitor;
  BOOST_TEST((heard.update(at(30.0, {{"nights", 0.0}})).level == RiskLevel::low));
  // Where nobody is expected to answer, silence says nothing.
  monitor.expect_every(Days{0.0});
  BOOST_TEST((monitor.at(Time{31.0}).level == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(a_low_answer_can_be_the_fact) {
  auto document = floored_document();
  auto& rule = document.floors[2];
  rule.at_least.reset();
  rule.at_most = 0.0;
  Monitor monitor{Model(document)};
  BOOST_TEST((monitor.update(at(0.0, {{"isolating", 1.0}})).level == RiskLevel::low));
  BOOST_TEST(
      (monitor.update(at(1.0, {{"isolating", 0.0}})).level == RiskLevel::elevated));
}

BOOST_AUTO_TEST_CASE(who_is_heard_of_without_a_check_in_is_not_silent) {
  Monitor monitor{Model(floored_document())};
  monitor.update(at(0.0, {{"isolating", 0.0}}));
  BOOST_TEST((monitor.at(Time{20.0}).level == RiskLevel::elevated));
  const auto before = monitor.at(Time{20.0}).level_risk;
  monitor.hear(Time{19.0});
  monitor.hear(Time{3.0});
  BOOST_TEST((monitor.at(Time{20.0}).level == RiskLevel::low));
  BOOST_TEST(monitor.at(Time{20.0}).level_risk == before);
  BOOST_TEST((monitor.at(Time{24.0}).level == RiskLevel::guarded));
  BOOST_CHECK_THROW(monitor.hear(Time{std::nan("")}), InvalidInput);
  // Nor is who says that there was no use, and nothing more.
  CheckIn said = at(25.0);
  said.abstinent_since_last = true;
  BOOST_TEST((monitor.update(said).level == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(floors_do_not_enter_the_hysteresis) {
  auto document = floored_document();
  document.levels.lower_after = Days{30.0};
  Monitor monitor{Model(document)};
  monitor.update(at(0.0, {{"isolating", 0.0}}));
  monitor.update(at(1.0, {{"isolating", 2.0}}));
  BOOST_TEST((monitor.update(at(2.0, {{"nights", 0.0}})).level == RiskLevel::elevated));
  BOOST_TEST((monitor.at(Time{3.5}).level == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(a_snapshot_keeps_floors_and_one_without_them_is_taken) {
  const Model model(floored_document());
  Monitor monitor{model};
  monitor.update(at(0.0, {{"isolating", 2.0}}));
  const auto saved = monitor.snapshot();
  BOOST_TEST((Monitor(model, saved).at(Time{1.0}).level == RiskLevel::elevated));
  const auto older = test::changed(saved, [](auto& kept) { kept.record.floors = {}; });
  BOOST_TEST((Monitor(model, older).at(Time{1.0}).level == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(no_input_gives_a_level_below_a_flag_or_a_floor) {
  // All series of four check-ins, of these nine kinds, at two distances.
  const std::array<std::vector<Answer>, 8> kinds{
      std::vector<Answer>{},
      {{"used", 0.0}},
      {{"used", 1.0}},
      {{"isolating", 0.0}},
      {{"isolating", 2.0}},
      {{"psychosis", 1.0}},
      {{"self_harm", 1.0}},
      {{"used", 0.0}, {"isolating", 1.0}, {"nights", 0.0}, {"psychosis", 0.0}}};
  const Model model(floored_document());
  std::size_t looked_at = 0;
  for (const double step : {0.75, 4.0}) {
    for (std::size_t series = 0; series < 4096; ++series) {
      Monitor monitor(model, MonitorSettings{.drivers = false});
      double used = -1e9, isolating = -1e9, psychosis = -1e9, answered = 0.0;
      bool flagged = false, harmed = false;
      std::size_t left = series;
      for (int k = 0; k < 4; ++k, left /= 8) {
        const double now = k * step;
        const std::size_t kind = left % 8;
        const auto& shown = monitor.update(at(now, kinds[kind]));
        if (kind == 2) used = now;
        if (kind == 4) isolating = now;
        if (kind == 5) psychosis = now;
        if (kind != 0) answered = now;
        flagged |= kind == 5;
        harmed |= kind == 6;
        RiskLevel least = RiskLevel::low;
        const auto raise = [&](bool holds, RiskLevel level) {
          if (holds) least = std::max(least, level);
        };
        raise(harmed, RiskLevel::critical);
        raise(flagged, RiskLevel::guarded);
        raise(now - used < 3.0, RiskLevel::critical);
        raise(now - used < 7.0, RiskLevel::high);
        raise(now - isolating < 2.0 || isolating == answered, RiskLevel::elevated);
        raise(now - psychosis < 4.0, RiskLevel::high);
        raise(now - answered >= 5.0, RiskLevel::guarded);
        raise(now - answered >= 14.0, RiskLevel::elevated);
        BOOST_REQUIRE(shown.level >= least);
        BOOST_REQUIRE((shown.level == std::max(least, shown.numeric_level)));
        ++looked_at;
      }
    }
  }
  BOOST_TEST(looked_at == 2U * 4U * 4096U);
}

BOOST_AUTO_TEST_CASE(a_sign_that_persists_is_new_after_another_answer_alone) {
  auto document = floored_document();
  auto& sign = document.items[static_cast<std::size_t>(
      index_of(document.items, std::string("isolating")))];
  sign.persistence = Persistence{{0.9}, {}};
  auto newly = after_item("isolating", 2.0, RiskLevel::high, 3.0);
  newly.id = "newly";
  newly.newly = true;
  document.floors = {newly};
  Monitor monitor{Model(document)};
  const auto holds = [&](double day, double answer) {
    return !monitor.update(at(day, {{"isolating", answer}})).floors.empty();
  };
  BOOST_TEST(!holds(0.0, 2.0));  // nobody knows what it was before
  BOOST_TEST(!holds(1.0, 1.0));
  BOOST_TEST(holds(2.0, 2.0));
  BOOST_TEST(holds(3.0, 2.0));
  BOOST_TEST(!holds(5.5, 2.0));  // new for three days
  BOOST_TEST(!holds(6.0, 0.0));
  BOOST_TEST(holds(7.0, 2.0));
  BOOST_TEST(!holds(8.0, 1.0));
}

BOOST_AUTO_TEST_CASE(documents_with_impossible_floors_are_refused_with_the_place) {
  const auto with = [](FloorRule rule) {
    auto document = floored_document();
    document.floors.push_back(std::move(rule));
    return document;
  };
  BOOST_TEST(refusal(floored_document()) == "");
  BOOST_TEST(refusal(with(after_item("unknown", 1.0, RiskLevel::high, 2.0)))
                 .starts_with("/levels/floors/6/after/item"));
  auto unbounded = after_item("isolating", 1.0, RiskLevel::high, 2.0);
  unbounded.id = "unbounded";
  unbounded.at_least.reset();
  BOOST_TEST(refusal(with(unbounded)).starts_with("/levels/floors/6/after"));
  unbounded.at_most = -1.0;
  BOOST_TEST(refusal(with(unbounded)).starts_with("/levels/floors/6/after/at_most"));
  unbounded.at_least = 2.0;
  unbounded.at_most = 1.0;
  BOOST_TEST(refusal(with(unbounded)).starts_with("/levels/floors/6/after/at_most"));
  auto newly = after_item("isolating", 1.0, RiskLevel::high, 2.0);
  newly.id = "newly";
  newly.newly = true;
  BOOST_TEST(refusal(with(newly)).starts_with("/levels/floors/6/after/newly"));
  BOOST_TEST(refusal(with(after_item("nights", 1.0, RiskLevel::low, 2.0)))
                 .starts_with("/levels/floors/6/level"));
  BOOST_TEST(refusal(with(after_item("used", 2.0, RiskLevel::high, 2.0)))
                 .starts_with("/levels/floors/6/after/at_least"));
  BOOST_TEST(refusal(with(after_flag("unknown", RiskLevel::high, 2.0)))
                 .starts_with("/levels/floors/6/after/flag"));
  BOOST_TEST(refusal(with(after_item("nights", 1.0, RiskLevel::high, -2.0)))
                 .starts_with("/levels/floors/6/for_days"));
  BOOST_TEST(refusal(with(after_silence(0.0, RiskLevel::high)))
                 .starts_with("/levels/floors/6/after/silent_days"));
  BOOST_TEST(refusal(with(after_use(RiskLevel::critical, 9.0)))
                 .starts_with("/levels/floors/6/id"));
  auto endless = after_use(RiskLevel::elevated, 9.0);
  endless.lasts.reset();
  BOOST_TEST(refusal(with(endless)).starts_with("/levels/floors/6/for_days"));
}

BOOST_AUTO_TEST_SUITE_END()
