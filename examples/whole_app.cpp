// A whole app in one file: some days of one person, with everything an app has to keep.

#include <relapse/io/cbor.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/json.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/protocols.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/relapse.hpp>

#include <algorithm>
#include <cstdio>

using namespace relapse;

namespace {

const Zone utc;
const Model& standard = models::standard();
const Plan plan = io::parse_plan(io::read_file("data/plan.json"));

/// What is kept between two starts.
auto saved = io::to_cbor(Monitor{
    standard, {.start = {.days_since_use = Days{40}, .days_in_recovery = Days{40}}}}
                             .snapshot());
ContactHistory past;
std::vector<UseReport> reports;

CheckIn form(double days, const std::vector<Answer>& answers) {
  CheckIn check_in;
  check_in.time = Time{days};  // since 1970-01-01T00:00 UTC
  check_in.answers = answers;
  return check_in;
}

Monitor open() { return {standard, io::from_cbor(saved)}; }

Assessment take_in(const CheckIn& given) {
  Monitor monitor = open();
  const Assessment now = monitor.update(given);
  saved = io::to_cbor(monitor.snapshot());
  past.levels.push_back({given.time, now.level});
  past.last_check_in = given.time;
  for (const auto& name : now.flags) {
    const auto is_up = [&](const auto& up) { return up.flag == name && !up.lowered; };
    if (std::none_of(past.flags.begin(), past.flags.end(), is_up))
      past.flags.push_back({name, given.time, {}});
  }
  std::printf("day %.0f: level %d of 4\n", given.time.days, static_cast<int>(now.level));
  for (const auto& note : now.quality) std::printf("  ask again: %s\n", note.id.c_str());
  for (const auto& each : monitor.suggest(plan, {.count = 2}))
    std::printf("  %s: %s\n", each.words.c_str(), each.reason.c_str());
  const auto told = care::apply_contact_rules(plan, past, utc, given.time);
  for (const auto& each : told.messages) past.sent.push_back(each);  // really sent
  return now;
}

}  // namespace

int main() {
  for (const auto& item : short_form(5, standard)) std::printf("ask %s\n", item.c_str());
  take_in(form(20513.75, {{"used", 0.0}, {"craving", 1.0}}));
  for (const auto& item : open().next_questions(5, form(20514.75, {})))
    std::printf("next %s\n", item.c_str());
  take_in(form(20514.75, {{"self_harm", 1.0}}));
  Monitor monitor = open();
  monitor.acknowledge("self_harm", Time{20514.8});  // somebody has dealt with it
  monitor.follow_up(plan, "call_support", 8.0);     // and this helped
  saved = io::to_cbor(monitor.snapshot());
  for (auto& flag : past.flags) flag.lowered = Time{20514.8};
  auto test = form(20518.75, {{"craving", 2.0}});
  test.known_stage = KnownStage{{"lapse", "relapse"}};  // a positive test is a fact
  const auto now = take_in(test);
  reports.push_back({.at = test.time, .used = true});
  const AfterUseInput input{reports, Time{20470}, test.time};
  for (const auto& step : care::after_use(plan, protocols::after_use(), input, utc).steps)
    std::printf("  %s\n", step.words.c_str());
  return now.level >= RiskLevel::high ? 0 : 1;
}
