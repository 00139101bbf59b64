#include <relapse/care/contact_rules.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/random.hpp>
#include <relapse/plan/detail/fields.hpp>

#include "spoken.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(contact_rules_test)

namespace {

constexpr double hour = 1.0 / 24.0;

ContactRule level_rule(RiskLevel level, int days = 1, int of_days = 1) {
  ContactRule rule{"Mira", level, days, of_days, false, Days{1.0}, "", ""};
  return rule;
}

Plan plan_with(std::vector<ContactRule> rules) {
  Plan plan;
  plan.contacts = {{"Mira", "friend", "telephone", {"contact_rule"}, {}},
                   {"Noor", "nurse", "ward", {"contact_rule"}, {}},
                   {"Ola", "uncle", "telephone", {"support"}, {}}};
  plan.contact_rules = std::move(rules);
  return plan;
}

ContactHistory high_at(double day) {
  return {.levels = {{Time{day}, RiskLevel::high}}, .last_check_in = Time{day}};
}

RuleOutcome outcome(const Plan& plan, const ContactHistory& past, double now) {
  return care::apply_contact_rules(plan, past, Zone{}, Time{now}).trace.at(0).outcome;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_rule_tells_the_contact_while_its_state_holds) {
  const auto plan = plan_with({level_rule(RiskLevel::elevated)});
  BOOST_TEST((outcome(plan, high_at(100.0), 100.5) == RuleOutcome::told));
  BOOST_TEST((outcome(plan, high_at(100.0), 101.5) == RuleOutcome::not_sustained));
  auto past = high_at(100.0);
  past.levels.push_back({Time{100.2}, RiskLevel::low});
  BOOST_TEST((outcome(plan, past, 100.5) == RuleOutcome::not_reached));
  BOOST_TEST((outcome(plan, {}, 100.5) == RuleOutcome::not_reached));
}

BOOST_AUTO_TEST_CASE(sustained_means_days_and_not_check_ins) {
  const auto plan = plan_with({level_rule(RiskLevel::high, 2, 3)});
  auto past = high_at(100.1);
  past.levels.push_back({Time{100.4}, RiskLevel::critical});
  BOOST_TEST((outcome(plan, past, 100.5) == RuleOutcome::not_sustained));
  past.levels.push_back({Time{101.1}, RiskLevel::low});
  past.levels.push_back({Time{102.3}, RiskLevel::high});
  BOOST_TEST((outcome(plan, past, 102.4) == RuleOutcome::told));
}

BOOST_AUTO_TEST_CASE(the_person_hears_first_and_has_time_to_answer) {
  auto rule = level_rule(RiskLevel::high);
  rule.self_nudge_first = true;
  rule.nudge_wait = Days{0.25};
  const auto plan = plan_with({rule});
  auto past = high_at(100.0);
  const auto first = care::apply_contact_rules(plan, past, Zone{}, Time{100.1});
  BOOST_TEST((first.messages.at(0).kind == MessageKind::self_nudge));
  past.sent = first.messages;
  BOOST_TEST((outcome(plan, past, 100.2) == RuleOutcome::waiting));
  BOOST_TEST((outcome(plan, past, 100.35) == RuleOutcome::told));
  // A nudge of an earlier strain does not count.
  past.levels.push_back({Time{110.0}, RiskLevel::high});
  BOOST_TEST((outcome(plan, past, 110.1) == RuleOutcome::nudged));
}

BOOST_AUTO_TEST_CASE(flags_and_silence_are_states_of_their_own) {
  auto flag = level_rule(RiskLevel::high);
  flag.flag = "overdose";
  auto past = high_at(100.0);
  BOOST_TEST((outcome(plan_with({flag}), past, 100.1) == RuleOutcome::not_reached));
  past.flags = {{"overdose", Time{100.0}, {}}};
  BOOST_TEST((outcome(plan_with({flag}), past, 109.1) == RuleOutcome::told));
  past.flags[0].lowered = Time{100.05};
  BOOST_TEST((outcome(plan_with({flag}), past, 100.1) == RuleOutcome::not_reached));
  auto silence = level_rule(RiskLevel::high);
  silence.silence = Days{3.0};
  BOOST_TEST((outcome(plan_with({silence}), past, 102.9) == RuleOutcome::not_reached));
  BOOST_TEST((outcome(plan_with({silence}), past, 103.0) == RuleOutcome::told));
}

BOOST_AUTO_TEST_CASE(quiet_hours_delay_a_message_to_their_end) {
  auto rule = level_rule(RiskLevel::high);
  rule.quiet_from = "22:00";
  rule.quiet_to = "07:30";
  const auto plan = plan_with({rule});
  const auto past = high_at(100.0 + 23.0 * hour);
  const auto decision =
      care::apply_contact_rules(plan, past, Zone{}, Time{100.0 + 23.5 * hour});
  BOOST_TEST((decision.trace[0].outcome == RuleOutcome::quiet_hours));
  BOOST_TEST(std::abs(decision.trace[0].not_before->days - (101.0 + 7.5 * hour)) < 1e-9);
  BOOST_TEST(
      (outcome(plan, past, decision.trace[0].not_before->days) == RuleOutcome::told));
}

BOOST_AUTO_TEST_CASE(without_consent_nobody_is_told_and_no_nudge_is_made) {
  auto rule = level_rule(RiskLevel::high);
  rule.contact = "Ola";
  rule.self_nudge_first = true;
  const auto plan = plan_with({rule});
  const auto decision =
      care::apply_contact_rules(plan, high_at(100.0), Zone{}, Time{100.1});
  BOOST_TEST(decision.messages.empty());
  BOOST_TEST((decision.trace[0].outcome == RuleOutcome::no_consent));
}

BOOST_AUTO_TEST_CASE(a_rule_ends_and_a_contact_gets_one_message_at_a_moment) {
  auto ended = level_rule(RiskLevel::high);
  ended.expires = Time{100.1};
  BOOST_TEST(
      (outcome(plan_with({ended}), high_at(100.0), 100.1) == RuleOutcome::expired));
  auto flag = level_rule(RiskLevel::high);
  flag.flag = "overdose";
  auto past = high_at(100.0);
  past.flags = {{"overdose", Time{100.0}, {}}};
  const auto decision = care::apply_contact_rules(
      plan_with({flag, level_rule(RiskLevel::high)}), past, Zone{}, Time{100.1});
  BOOST_TEST(decision.messages.size() == 1U);
  BOOST_TEST((decision.trace[1].outcome == RuleOutcome::already_told));
  for (const auto& trace : decision.trace) BOOST_TEST(!trace.why.empty());
}

BOOST_AUTO_TEST_CASE(every_outcome_is_a_sentence_in_each_language) {
  const auto plan = plan_with({level_rule(RiskLevel::high)});
  for (std::size_t k = 0; k < std::size(Names<RuleOutcome>::all); ++k) {
    RuleTrace trace;
    trace.outcome = static_cast<RuleOutcome>(k);
    const auto english = care::why_in_words(plan, trace, {});
    const auto german = care::why_in_words(plan, trace, test::german());
    BOOST_TEST(english != german);
    BOOST_TEST(test::english_in(english) != "");
    BOOST_TEST(test::english_in(german) == "");
  }
  const auto decided = care::apply_contact_rules(plan, high_at(100.0), {}, Time{100.5});
  BOOST_TEST(decided.trace[0].why == care::why_in_words(plan, decided.trace[0], {}));
  RuleTrace stray;
  stray.rule = 1;
  BOOST_CHECK_THROW(care::why_in_words(plan, stray, {}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(overlapping_and_contradictory_rules_are_named) {
  const auto kind_of = [](std::vector<ContactRule> rules) {
    const auto plan = plan_with(std::move(rules));
    const auto problems = care::find_rule_problems(plan);
    if (!problems.empty()) {
      BOOST_CHECK_THROW(care::apply_contact_rules(plan, {}, Zone{}, Time{1.0}),
                        InvalidInput);
    }
    return problems.empty() ? std::string() : std::string(name_of(problems[0].kind));
  };
  auto high = level_rule(RiskLevel::high);
  auto critical = level_rule(RiskLevel::critical);
  BOOST_TEST(kind_of({high}) == "");
  BOOST_TEST(kind_of({high, critical}) == "overlapping");
  critical.cool_down = Days{0.0};
  BOOST_TEST(kind_of({high, critical}) == "");
  auto slow = high;
  slow.id = "slow";
  slow.days = slow.of_days = 3;
  BOOST_TEST(kind_of({high, slow}) == "");  // may hold after the first has ended
  auto wide = high;
  wide.id = "wide";
  wide.of_days = 4;
  BOOST_TEST(kind_of({wide, slow}) == "overlapping");
  auto other = high;
  other.id = "other";
  BOOST_TEST(kind_of({high, other}) == "overlapping");
  other.cool_down = Days{0.5};
  other.self_nudge_first = true;
  BOOST_TEST(kind_of({high, other}) == "contradictory");
  other.id.clear();
  other.days = other.of_days = 2;
  BOOST_TEST(kind_of({high, other}) == "contradictory");  // cannot be told apart
  other.contact = "Noor";
  BOOST_TEST(kind_of({high, other}) == "");
  const auto impossible = [&](auto change) {
    auto rule = high;
    change(rule);
    return kind_of({rule}) == "impossible";
  };
  BOOST_TEST(impossible([](auto& r) { r.contact = "nobody"; }));
  BOOST_TEST(impossible([](auto& r) { r.days = 2; }));
  BOOST_TEST(impossible([](auto& r) { r.quiet_from = r.quiet_to = "22:00"; }));
  BOOST_TEST(impossible([](auto& r) { r.quiet_from = "22:00"; }));
  BOOST_TEST(impossible([](auto& r) { r.flag = "overdose", r.silence = Days{1.0}; }));
  BOOST_TEST(impossible([](auto& r) { r.silence = Days{1.0}, r.of_days = 2; }));
  BOOST_TEST(impossible([](auto& r) { r.cool_down = Days{-1.0}; }));
}

BOOST_AUTO_TEST_CASE(a_past_that_cannot_be_is_refused) {
  const auto plan = plan_with({level_rule(RiskLevel::high)});
  const auto refused = [&](const ContactHistory& past) {
    BOOST_CHECK_THROW(care::apply_contact_rules(plan, past, Zone{}, Time{100.0}),
                      InvalidInput);
  };
  refused(high_at(100.5));  // a date to come
  refused({.levels = {{Time{99.0}, RiskLevel::low}, {Time{98.0}, RiskLevel::low}}});
  refused({.flags = {{"overdose", Time{98.0}, Time{97.0}}}});
  refused({.last_check_in = Time{101.0}});
  refused({.sent = {{MessageKind::contact, "Mira", "x", Time{101.0}}}});
  BOOST_CHECK_THROW(care::apply_contact_rules(plan, {}, Zone{}, Time{1e300}),
                    InvalidInput);
}

namespace {

/// Berlin around a change of its clocks in 2026: 20541 is 29 March, 20751 25 October.
Zone around(double change) {
  const int before = change < 20600.0 ? 3600 : 7200;
  return Zone({{Time{change - 60.0}, before}, {Time{change + hour}, 10800 - before}},
              Time{change + 60.0});
}

/// Minute of the local day by the wall clock, without the library's own arithmetic.
int wall_clock(double moment, double change) {
  const bool summer = (change < 20600.0) == (moment >= change + hour - 1e-9);
  const auto minutes = std::llround(moment * 1440.0 * 60.0) / 60 + (summer ? 120 : 60);
  return static_cast<int>(minutes % 1440);
}

bool is_quiet(const ContactRule& rule, int minute) {
  if (rule.quiet_from.empty()) return false;
  const int from = std::stoi(rule.quiet_from) * 60 + std::stoi(rule.quiet_from.substr(3));
  const int to = std::stoi(rule.quiet_to) * 60 + std::stoi(rule.quiet_to.substr(3));
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

class Draw {
 public:
  explicit Draw(std::uint64_t round) : random_(random_stream(5, round)) {}
  int below(int count) {
    return std::min(count - 1, static_cast<int>(sample_uniform(random_) * count));
  }
  bool coin() { return below(2) == 1; }
  std::string time_of_day() {
    const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(below(24)) + ":" + two(15 * below(4));
  }
  ContactRule rule(int number) {
    ContactRule rule;
    rule.id = "r" + std::to_string(number);
    rule.contact = std::array{"Mira", "Noor", "Ola"}[static_cast<std::size_t>(below(3))];
    rule.level = static_cast<RiskLevel>(1 + below(4));
    rule.of_days = 1 + below(4);
    rule.days = 1 + below(rule.of_days);
    rule.self_nudge_first = coin();
    rule.nudge_wait = Days{0.1 * below(6)};
    rule.cool_down = Days{0.3 * below(8)};
    if (coin()) {
      rule.quiet_from = time_of_day();
      do rule.quiet_to = time_of_day();
      while (rule.quiet_to == rule.quiet_from);
    }
    const int state = below(4);
    if (state == 0) rule.flag = "overdose";
    if (state == 1)
      rule.silence = Days{0.5 + 0.5 * below(4)}, rule.days = rule.of_days = 1;
    if (below(5) == 0) rule.expires = Time{20745.0 + below(20)};
    return rule;
  }

 private:
  Random random_;
};

void check_message(const Plan& plan, const ContactHistory& past, const Message& message,
                   double change) {
  const auto rule =
      std::find_if(plan.contact_rules.begin(), plan.contact_rules.end(),
                   [&](const auto& each) { return key_of(each) == message.rule; });
  BOOST_TEST_REQUIRE((rule != plan.contact_rules.end()));
  BOOST_TEST_REQUIRE(message.contact != "Ola");  // who gave no consent
  BOOST_TEST_REQUIRE(!is_quiet(*rule, wall_clock(message.at.days, change)));
  BOOST_TEST_REQUIRE((!rule->expires || message.at < *rule->expires));
  bool nudged = false;
  for (const auto& earlier : past.sent) {
    if (earlier.contact != message.contact) continue;
    const bool same_rule = earlier.rule == message.rule;
    if (earlier.kind == MessageKind::contact ||
        (same_rule && message.kind == MessageKind::self_nudge)) {
      BOOST_TEST_REQUIRE((message.at >= earlier.at + rule->cool_down));
    }
    if (same_rule) {
      nudged = earlier.kind == MessageKind::self_nudge &&
               message.at >= earlier.at + rule->nudge_wait;
    }
  }
  if (message.kind == MessageKind::contact && rule->self_nudge_first) {
    BOOST_TEST_REQUIRE(nudged);
  }
  if (rule->state() == ContactState::level) {
    BOOST_TEST_REQUIRE((past.levels.back().level >= rule->level));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_cool_down_quiet_hour_or_consent_is_ever_broken) {
  int messages = 0;
  int kept_by_night = 0;
  for (std::uint64_t round = 0; round < 150; ++round) {
    Draw draw(round);
    const double change = round % 2 == 0 ? 20541.0 : 20751.0;
    const Zone zone = around(change);
    std::vector<ContactRule> rules;
    for (int k = draw.below(4); k >= 0; --k) {
      rules.push_back(draw.rule(k));
      if (!care::find_rule_problems(plan_with(rules)).empty()) rules.pop_back();
    }
    const auto plan = plan_with(rules);
    ContactHistory past;
    for (double now = change - 5.0; now < change + 5.0; now += draw.below(9) * 0.03) {
      if (draw.below(3) == 0) {
        past.levels.push_back({Time{now}, static_cast<RiskLevel>(draw.below(5))});
        past.last_check_in = Time{now};
      }
      if (draw.below(20) == 0) past.flags.push_back({"overdose", Time{now}, {}});
      if (draw.below(20) == 0) {
        for (auto& each : past.flags) each.lowered = each.lowered.value_or(Time{now});
      }
      const auto decision = care::apply_contact_rules(plan, past, zone, Time{now});
      BOOST_TEST_REQUIRE(
          (care::apply_contact_rules(plan, past, zone, Time{now}) == decision));
      BOOST_TEST_REQUIRE(decision.trace.size() == plan.contact_rules.size());
      for (const auto& trace : decision.trace) {
        kept_by_night += trace.outcome == RuleOutcome::quiet_hours;
        if (trace.not_before) BOOST_TEST_REQUIRE((*trace.not_before > Time{now}));
      }
      for (const auto& message : decision.messages) {
        check_message(plan, past, message, change);
      }
      for (const auto& message : decision.messages) past.sent.push_back(message);
      messages += static_cast<int>(decision.messages.size());
    }
  }
  BOOST_TEST(messages > 500);
  BOOST_TEST(kept_by_night > 500);
}

namespace {

/// What a small rule set must do, said again in the plainest way: whole hours, one
/// check-in a day at noon, UTC.
struct Reference {
  const std::vector<ContactRule>& rules;
  const std::vector<RiskLevel>& levels;  ///< by day, at noon
  std::vector<int> told = {};            ///< hours at which Mira was told
  std::vector<std::vector<int>> nudged = std::vector<std::vector<int>>(rules.size());
  std::vector<int> last_told_by = std::vector<int>(rules.size(), -1000);

  std::string at(int now) {
    std::string outcomes;
    bool told_now = false;
    for (std::size_t r = 0; r < rules.size(); ++r) {
      const auto& rule = rules[r];
      const int today = (now - 12) / 24;
      int held = 0;
      for (int day = 0; day <= today; ++day) {
        const bool recent = day * 24 + 12 > now - 24 * rule.of_days;
        held += recent && levels[static_cast<std::size_t>(day)] >= rule.level;
      }
      if (levels[static_cast<std::size_t>(today)] < rule.level || held < rule.days) {
        outcomes += '-';
        continue;
      }
      const int last_nudge = nudged[r].empty() ? -1000 : nudged[r].back();
      const bool heard =
          !rule.self_nudge_first ||
          (last_nudge > last_told_by[r] && now - last_nudge <= 24 * rule.of_days + 12);
      int since = told.empty() ? 1000 : now - told.back();
      if (!heard) since = std::min(since, now - std::max(last_nudge, last_told_by[r]));
      const bool quiet = !rule.quiet_from.empty() && (now % 24 >= 18 || now % 24 < 8);
      const bool waits = heard && rule.self_nudge_first && now - last_nudge < 12;
      if (since < 24 * rule.cool_down.count || waits || quiet) {
        outcomes += 'h';
      } else if (!heard) {
        outcomes += 'n';
        nudged[r].push_back(now);
      } else if (told_now) {
        outcomes += 'a';
      } else {
        outcomes += 't';
        told_now = true;
        last_told_by[r] = now;
      }
    }
    if (told_now) told.push_back(now);
    return outcomes;
  }
};

char letter(RuleOutcome outcome) {
  switch (outcome) {
  case RuleOutcome::told:
    return 't';
  case RuleOutcome::nudged:
    return 'n';
  case RuleOutcome::already_told:
    return 'a';
  case RuleOutcome::not_reached:
  case RuleOutcome::not_sustained:
    return '-';
  default:
    return 'h';
  }
}

std::vector<ContactRule> all_small_rules() {
  std::vector<ContactRule> rules;
  for (const auto level : {RiskLevel::elevated, RiskLevel::high}) {
    for (const auto& [days, of_days] : {std::pair{1, 1}, {2, 3}}) {
      for (const bool nudge : {false, true}) {
        for (const double cool_down : {0.0, 2.0}) {
          for (const bool quiet : {false, true}) {
            auto rule = level_rule(level, days, of_days);
            rule.self_nudge_first = nudge;
            rule.cool_down = Days{cool_down};
            if (quiet) rule.quiet_from = "18:00", rule.quiet_to = "08:00";
            rule.id = "r" + std::to_string(rules.size());
            rules.push_back(rule);
          }
        }
      }
    }
  }
  return rules;
}

}  // namespace

BOOST_AUTO_TEST_CASE(days_of_flags_that_overlap_count_once_as_a_set_of_days_does) {
  Random random = random_stream(5, 0);
  const auto below = [&](double count) { return sample_uniform(random) * count; };
  int held = 0;
  for (int round = 0; round < 300; ++round) {
    ContactHistory past;
    double at = 50.0;
    for (int k = 0; k < 6; ++k) {
      at += below(4.0);
      const auto lowered =
          below(1.0) < 0.7 ? std::optional<Time>(Time{std::min(at + below(9.0), 80.0)})
                           : std::nullopt;
      past.flags.push_back({"overdose", Time{at}, lowered});
    }
    const Time now{80.0 + below(3.0)};
    auto rule = level_rule(RiskLevel::high, 1, 1 + static_cast<int>(below(30.0)));
    rule.flag = "overdose";
    const double from = now.days - rule.of_days;
    std::set<std::int64_t> days;
    bool is_up = false;
    for (const auto& flag : past.flags) {
      const double end = flag.lowered ? flag.lowered->days : now.days;
      is_up |= !flag.lowered;
      if (end <= from) continue;
      for (auto day = std::floor(std::max(flag.raised.days, from)); day <= end; ++day) {
        days.insert(static_cast<std::int64_t>(day));
      }
    }
    if (!is_up) continue;
    const auto trace = care::apply_contact_rules(plan_with({rule}), past, Zone{}, now);
    BOOST_TEST_REQUIRE(trace.trace.at(0).days_held == static_cast<int>(days.size()));
    ++held;
  }
  BOOST_TEST(held > 50);
}

BOOST_AUTO_TEST_CASE(a_flag_that_is_up_for_ever_is_counted_and_not_walked_through) {
  auto rule = level_rule(RiskLevel::high, 2, 2'000'000'000);
  rule.flag = "overdose";
  ContactHistory past;
  past.flags.assign(1000, {"overdose", Time{-9e7}, {}});
  const auto decision =
      care::apply_contact_rules(plan_with({rule}), past, Zone{}, Time{9e7});
  BOOST_TEST(decision.trace.at(0).days_held == 180'000'001);
  past.flags = {{"overdose", Time{-1e200}, {}}};
  BOOST_CHECK_THROW(outcome(plan_with({rule}), past, 100.0), InvalidInput);
}

BOOST_AUTO_TEST_CASE(more_rules_than_are_compared_are_refused) {
  std::vector<ContactRule> rules;
  for (std::size_t k = 0; k <= care::most_contact_rules; ++k) {
    rules.push_back(
        level_rule(RiskLevel::high, static_cast<int>(k + 1), static_cast<int>(k + 1)));
  }
  BOOST_CHECK_THROW(care::find_rule_problems(plan_with(rules)), InvalidInput);
}

BOOST_AUTO_TEST_CASE(every_small_rule_set_does_what_its_rules_say_on_every_course) {
  constexpr int days = 4;
  const auto all = all_small_rules();
  int sets = 0;
  int told = 0;
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = 0; b < all.size(); ++b) {
      std::vector<ContactRule> rules{all[a]};
      if (b != a) rules.push_back(all[b]);
      const auto plan = plan_with(rules);
      if (!care::find_rule_problems(plan).empty()) continue;
      ++sets;
      // Every course for one rule; for two, a ninth of them, another one each time.
      for (int course = b == a ? 0 : sets % 9; course < 81; course += b == a ? 1 : 9) {
        std::vector<RiskLevel> levels;
        for (int day = 0, rest = course; day < days; ++day, rest /= 3) {
          levels.push_back(static_cast<RiskLevel>(1 + rest % 3));
        }
        Reference reference{rules, levels};
        ContactHistory past;
        for (int now = 12; now < 24 * days + 12; now += 6) {
          if (now % 24 == 12) {
            past.levels.push_back(
                {Time{now * hour}, levels[static_cast<std::size_t>(now / 24)]});
          }
          const auto decision =
              care::apply_contact_rules(plan, past, Zone{}, Time{now * hour});
          std::string outcomes;
          for (const auto& trace : decision.trace) outcomes += letter(trace.outcome);
          BOOST_TEST_REQUIRE(outcomes == reference.at(now));
          for (const auto& message : decision.messages) past.sent.push_back(message);
          told += outcomes.find('t') != std::string::npos;
        }
      }
    }
  }
  BOOST_TEST(sets > 200);
  BOOST_TEST(told > 5000);
}

BOOST_AUTO_TEST_CASE(a_rule_that_ended_before_the_plan_began_is_named) {
  auto rule = level_rule(RiskLevel::high);
  rule.expires = Time{100.0};
  auto plan = plan_with({rule});
  BOOST_TEST(care::find_rule_problems(plan).empty());
  plan.created = Time{100.0};
  const auto problems = care::find_rule_problems(plan);
  BOOST_TEST_REQUIRE(problems.size() == 1U);
  BOOST_TEST((problems[0].kind == RuleProblemKind::impossible));
}

BOOST_AUTO_TEST_SUITE_END()
