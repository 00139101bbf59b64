// A plan in the person's own words, what it suggests at a hard moment and why, and how
// hearing what helped changes what comes first.

#include <relapse/io/json.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/relapse.hpp>

#include <cstdio>
#include <vector>

namespace {

constexpr auto plan_text = R"({
  "schema": "relapse/plan/1", "person": "P07", "version": 1,
  "triggers": [{"situation": "II-B", "words": "Fridays with the old crowd"}],
  "strategies": [
    {"action": "call_support", "words": "Ring Sam and say how it is"},
    {"action": "urge_surfing", "words": "Ride the wave on the back steps"},
    {"action": "slow_breathing"}
  ],
  "contacts": [{"name": "Sam", "role": "friend", "channel": "phone", "consent": ["support"]}],
  "reasons": ["Being there for my daughter"]
})";

constexpr auto check_in_text = R"({
  "schema": "relapse/check_in/1", "person": "P07", "time": "2026-03-06T18:30:00+01:00",
  "answers": {"craving": 3, "stress": 8, "negative_affect": 7, "support": 4, "confidence": 4,
              "exposure_I-E": 7, "exposure_II-B": 6, "efficacy_II-B": 40,
              "thinking_of_use": 3, "glamorising": 3, "bargaining": 2, "used": 0}
})";

void print(const char* title, const std::vector<relapse::Suggestion>& suggestions) {
  std::printf("%s\n", title);
  for (const auto& suggestion : suggestions) {
    std::printf("  %s%s\n      %s\n", suggestion.words.c_str(),
                suggestion.from_plan ? " (from the plan)" : "",
                suggestion.reason.c_str());
  }
}

}  // namespace

int main() {
  const auto plan = relapse::io::parse_plan(plan_text);
  relapse::Monitor monitor{relapse::models::standard()};
  const auto& now = monitor.update(relapse::io::parse_check_in(check_in_text));
  std::printf("Friday evening: 7-day risk of a return to use %.0f %%\n",
              100.0 * now.level_risk);
  const auto first = monitor.suggest(plan, {.count = 4});
  print("Suggested:", first);

  // Follow-ups: ringing Sam helped every time, riding the urge out did not.
  for (int time = 0; time < 6; ++time) {
    monitor.follow_up(plan, "urge_surfing", 0.0);
    monitor.follow_up(plan, "call_support", 10.0);
  }
  const auto later = monitor.suggest(plan, {.count = 4});
  print("After six follow-ups:", later);
  return first.front().action != later.front().action ? 0 : 1;
}
