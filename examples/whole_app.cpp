// A whole app in one file: some days of one person, with everything an app has to keep.

#include <relapse/io/cbor.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/relapse.hpp>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

using namespace relapse;

namespace {

/// What is kept between two starts.
struct Kept {
  std::vector<std::uint8_t> snapshot;
  ContactHistory past;
  std::vector<UseReport> reports;
};

Monitor open(const Kept& kept) {
  if (!kept.snapshot.empty()) return {models::standard(), io::from_cbor(kept.snapshot)};
  return Monitor{models::standard(),
                 {.start = {.days_since_use = Days{40}, .days_in_recovery = Days{40}}}};
}

Assessment take_in(const CheckIn& form, const Plan& plan, const Zone& zone, Kept& kept) {
  Monitor monitor = open(kept);
  const Assessment now = monitor.update(form);
  kept.snapshot = io::to_cbor(monitor.snapshot());
  kept.past.levels.push_back({form.time, now.level});
  kept.past.last_check_in = form.time;
  for (const auto& flag : now.flags) kept.past.flags.push_back({flag, form.time, {}});
  for (const auto& [item, value] : form.answers) {
    if (item == "used")
      kept.reports.push_back({.at = form.time, .used = std::get<double>(value) > 0});
  }
  std::printf("day %.0f: %s\n", form.time.days, std::string(name_of(now.level)).c_str());
  for (const auto& note : now.quality) std::printf("  ask again: %s\n", note.id.c_str());
  for (const auto& each : monitor.suggest(plan, {.count = 2}))
    std::printf("  %s: %s\n", each.words.c_str(), each.reason.c_str());
  for (const auto& message :
       care::apply_contact_rules(plan, kept.past, zone, form.time).messages) {
    std::printf("  message about %s\n", message.contact.c_str());
    kept.past.sent.push_back(message);  // really sent
  }
  return now;
}

}  // namespace

int main() {
  const Plan plan = io::parse_plan(io::read_file("data/plan.json"));
  const Zone zone;  // UTC
  Kept kept;
  for (const auto& item : short_form(5, models::standard()))
    std::printf("ask %s\n", item.c_str());
  take_in({.time = {20513.75}, .answers = {{"used", 0.0}, {"craving", 1.0}}}, plan, zone,
          kept);
  for (const auto& item : open(kept).next_questions(5, {.time = {20514.75}}))
    std::printf("next %s\n", item.c_str());
  take_in({.time = {20514.75}, .answers = {{"self_harm", 1.0}}}, plan, zone, kept);
  Monitor monitor = open(kept);
  monitor.acknowledge("self_harm", Time{20514.8});  // somebody has dealt with it
  monitor.follow_up(plan, "call_support", 8.0);     // and this helped
  kept.snapshot = io::to_cbor(monitor.snapshot());
  for (auto& flag : kept.past.flags) flag.lowered = Time{20514.8};
  CheckIn test{.time = {20518.75}, .answers = {{"used", 1.0}}};
  test.known_stage = KnownStage{{"lapse", "relapse"}};  // a positive test says the same
  const auto now = take_in(test, plan, zone, kept);
  const auto after = care::after_use(plan, protocols::after_use(),
                                     {kept.reports, Time{20470}, test.time}, zone);
  for (const auto& step : after.steps) std::printf("  %s\n", step.words.c_str());
  return now.level >= RiskLevel::high && !after.steps.empty() ? 0 : 1;
}
