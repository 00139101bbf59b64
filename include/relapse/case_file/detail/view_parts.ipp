#pragma once

#include <relapse/care/after_use.hpp>
#include <relapse/care/contact_rules.hpp>
#include <relapse/care/high_risk.hpp>
#include <relapse/care/medication_advice.hpp>
#include <relapse/care/plan_check.hpp>
#include <relapse/care/review.hpp>
#include <relapse/care/suggest.hpp>
#include <relapse/case_file/detail/history_fields.hpp>
#include <relapse/case_file/detail/view.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/io/assessment_json.hpp>
#include <relapse/io/detail/care_json.hpp>
#include <relapse/io/detail/field_writer.hpp>
#include <relapse/io/medications.hpp>
#include <relapse/io/protocols.hpp>
#include <relapse/plan/detail/fields.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace relapse::case_file {
namespace detail {

constexpr Days after_use_lasts{30.0};  // shown after use; expert default

/// What all parts of a view are made from.
struct Look {
  const Fold& fold;
  const Plan& plan;
  const Model& model;
  Time now;
  const ViewSettings& settings;
  const Wording& say;
  PlaceResources place;
  infer::Start start;  ///< what was known from before
};

inline void add_time(JsonObject& object, const char* key, std::optional<Time> time) {
  if (time) object.add_json(key, io::time_json(*time));
}

/// The flags that were up, each from its rise on.
inline std::vector<FlagRaised> raised_flags(const Past& past) {
  std::vector<FlagRaised> raised;
  for (const auto& move : past.flags) {
    const auto open = std::find_if(raised.rbegin(), raised.rend(), [&](const auto& each) {
      return each.flag == move.flag && !each.lowered;
    });
    if (move.up) {
      if (open == raised.rend()) raised.push_back({move.flag, move.at, {}});
    } else if (open != raised.rend())
      open->lowered = std::max(open->raised, move.at);
  }
  return raised;
}

inline std::string flags_json(const Look& look) {
  const auto up = look.fold.flags();
  const auto raised = raised_flags(look.fold.past());
  return json_list(up.flags, [&](const std::string& flag) {
    JsonObject object;
    object.add("flag", flag);
    const auto words = care::crisis_words(flag, look.model, look.say);
    if (!words.empty()) object.add("words", words.front());
    for (auto each = raised.rbegin(); each != raised.rend(); ++each) {
      if (each->flag != flag || each->lowered) continue;
      object.add_json("raised", io::time_json(each->raised));
      break;
    }
    object.add_truth("unreadable", contains(up.unreadable, flag));
    if (look.model.find_flag(flag) < 0) object.add_truth("former", true);
    return object.json();
  });
}

inline std::string suggestion_json(const Suggestion& each) {
  JsonObject object = io::suggestion_object(each);
  object.add_unless_empty("action", each.action);
  return object.json();
}

inline std::vector<std::string> questions(const Look& look) {
  const auto [least, most] = question_bounds(look.model);
  const int count = look.settings.questions;
  CheckIn so_far;
  const auto last = look.fold.monitor().last();
  so_far.time = last ? std::max(look.now, *last + Days{1e-9}) : look.now;
  return look.fold.monitor().next_questions(
      count == 0 ? least : std::clamp(count, least, most), so_far);
}

inline std::string trace_json(const Plan& plan, const RuleTrace& trace,
                              const Wording& say) {
  JsonObject object;
  object.add("rule", trace.key);
  object.add("contact", trace.contact);
  object.add("outcome", name_of(trace.outcome));
  object.add_whole("days_held", trace.days_held);
  add_time(object, "not_before", trace.not_before);
  object.add("why", care::why_in_words(plan, trace, say));
  return object.json();
}

/// What the contact rules come to; rules with a problem are told and not applied.
inline std::string contact_json(const Look& look) {
  JsonObject object;
  const auto problems = care::find_rule_problems(look.plan, look.say);
  object.add_json("problems", json_list(problems, [](const RuleProblem& each) {
                    JsonObject problem;
                    problem.add("kind", name_of(each.kind));
                    problem.add_whole("rule", static_cast<std::int64_t>(each.rule));
                    problem.add("problem", each.problem);
                    return problem.json();
                  }));
  Plan plan = look.plan;
  plan.history.clear();
  for (auto r = plan.contact_rules.size(); r-- > 0;) {
    const bool has_one = std::any_of(problems.begin(), problems.end(),
                                     [&](const auto& each) { return each.rule == r; });
    if (has_one)
      plan.contact_rules.erase(plan.contact_rules.begin() +
                               static_cast<std::ptrdiff_t>(r));
  }
  const auto& past = look.fold.past();
  ContactHistory history{past.levels, raised_flags(past), {}, past.sent};
  for (auto& each : history.flags) each.raised = std::min(each.raised, look.now);
  if (!past.check_ins.empty()) history.last_check_in = past.check_ins.back();
  const auto decision =
      care::apply_contact_rules(plan, history, look.settings.zone, look.now);
  object.add_json("messages", value_json(decision.messages));
  object.add_json("trace", json_list(decision.trace, [&](const RuleTrace& trace) {
                    return trace_json(plan, trace, look.say);
                  }));
  return object.json();
}

inline std::vector<UseReport> reports_in_order(const Past& past) {
  auto reports = past.uses;
  std::stable_sort(reports.begin(), reports.end(),
                   [](const auto& one, const auto& other) { return one.at < other.at; });
  return reports;
}

inline std::optional<Time> last_use(const std::vector<UseReport>& reports) {
  for (auto each = reports.rbegin(); each != reports.rend(); ++each) {
    if (each->used) return each->at;
  }
  return std::nullopt;
}

/// What was known of recovery and use from before the first event.
struct KnownBefore {
  std::optional<Time> recovery_start = {};
  std::optional<Days> without_use =
      {};  ///< right before, and none in recovery before that
};

inline KnownBefore known_before(const Look& look, const std::vector<UseReport>& reports) {
  const auto& [since_use, in_recovery] = look.start;
  if (!since_use && !in_recovery) return {};
  // It was known at the first check-in, or use.
  const auto& check_ins = look.fold.past().check_ins;
  Time first = check_ins.empty() ? look.now : check_ins.front();
  for (const auto& report : reports) {
    if (report.used) first = std::min(first, report.at);
  }
  // Who tells of the last use alone has been in recovery since then.
  const Days length = in_recovery ? *in_recovery : *since_use;
  KnownBefore known{std::min(first - length, reports.front().at), {}};
  if (since_use && since_use->count > length.count - 1.0)
    known.without_use = std::min(*since_use, length);
  return known;
}

inline std::string counts_json(const RecoveryCounts& counts, const KnownBefore& known) {
  JsonObject object;
  const auto add = [&](const char* name, int count, bool is_known) {
    object.add_json(name, is_known ? std::to_string(count) : "null");
  };
  add("days_in_recovery", counts.days_in_recovery, known.recovery_start.has_value());
  add("days_without_use", counts.days_without_use, known.without_use.has_value());
  add("longest_run", counts.longest_run, known.without_use.has_value());
  object.add_whole("lapses", counts.lapses);
  object.add_whole("relapses", counts.relapses);
  object.add_whole("prolapses", counts.prolapses);
  return object.json();
}

/// The kinds of step that were done: those that keep the person safe since the last use,
/// and the others since the first of the episode.
inline std::set<std::string> steps_done(const Past& past, const UseEpisode& episode) {
  std::set<std::string> done;
  for (const auto& step : past.steps) {
    if (step.protocol != "after_use") continue;
    const bool safety =
        from_name<StepKind>(step.step).value_or(StepKind::safety) <= StepKind::stop;
    if (step.at < (safety ? episode.last : episode.first)) continue;
    if (step.state == StepState::done) done.insert(step.step);
    if (step.state == StepState::set) done.erase(step.step);
  }
  return done;
}

/// What may have been used, as far as it was told.
inline std::vector<std::string> told_substances(const Past& past) {
  std::vector<std::string> told;
  const auto take = [&](const std::string& substance, bool counts) {
    if (counts && !substance.empty()) told.push_back(substance);
  };
  for (const auto* uses : {&past.uses, &past.doubted}) {
    for (const auto& use : *uses) take(use.substance, use.used);
  }
  for (const auto& test : past.tests)
    take(test.substance, test.result == TestOutcome::positive);
  return told;
}

/// An assessment without the notice of lost tolerance where neither the plan nor what
/// was told has to do with opioids: the model knows neither.
inline std::string assessment_json(const Look& look, Assessment shown) {
  if (!care::may_concern_opioids(look.plan, told_substances(look.fold.past()))) {
    shown.lost_tolerance_notice = false;
    shown.lost_tolerance_until.reset();
  }
  return io::to_json(shown, 0);
}

/// When the last use was told, or the last check-in since then.
inline Time last_word(const Look& look, Time used) {
  const auto& past = look.fold.past();
  Time last = used;
  if (!past.check_ins.empty()) last = std::max(last, past.check_ins.back());
  for (const Time told : past.told_late) {
    if (told <= look.now) last = std::max(last, told);
  }
  return std::min(last, look.now);
}

/// The path after a return to use, and where the person is on it; null some time after.
/// @param expected the next check-in by the schedule
inline std::string after_use_json(const Look& look, const std::vector<UseReport>& reports,
                                  std::optional<Time> expected) {
  const auto used = last_use(reports);
  if (!used || look.now > *used + after_use_lasts) return "null";
  AfterUseInput input;
  input.reports = reports;
  input.now = look.now;
  input.flags = look.fold.flags().flags;
  input.wording = look.say;
  input.place = look.place;
  const auto known = known_before(look, reports);
  input.recovery_start = known.recovery_start.value_or(reports.front().at);
  input.without_before = known.without_use.value_or(Days{0.0});
  input.heard = last_word(look, *used);
  for (const auto& record : look.fold.past().learning) {
    if (record.at >= *used) input.learning = record;
  }
  // What was learned is about the plan as it was then.
  const auto plan = input.learning ? look.fold.whole_plan() : std::nullopt;
  const auto after = care::after_use(plan ? *plan : look.plan, protocols::after_use(),
                                     input, look.settings.zone);
  const auto done = steps_done(look.fold.past(), after.episode);
  JsonObject object;
  object.add("kind", name_of(after.episode.kind));
  object.add_json("first", io::time_json(after.episode.first));
  object.add_json("last", io::time_json(after.episode.last));
  object.add_json("counts", counts_json(after.counts, known));
  std::optional<std::size_t> next;
  std::vector<std::string> steps;
  for (const auto& step : after.steps) {
    const bool is_done = done.contains(std::string(name_of(step.kind)));
    if (!is_done && !next) next = steps.size();
    JsonObject each;
    each.add("step", name_of(step.kind));
    each.add("words", step.words);
    each.add_json("contacts", json_texts(step.contacts));
    each.add_truth("done", is_done);
    each.add_unless_empty("source", step.source);
    steps.push_back(each.json());
  }
  object.add_json("steps", json_array(steps));
  object.add_json("next", next ? std::to_string(*next) : "null");
  object.add_json("proposals", value_json(after.proposals));
  const Time next_check_in =
      std::min(after.next_check_in, expected.value_or(after.next_check_in));
  object.add_json("next_check_in", io::time_json(next_check_in));
  return object.json();
}

/// The moment of the last review that was held, and not set back.
inline std::optional<Time> last_review(const Past& past) {
  std::map<std::string, Time> held;
  for (const auto& step : past.steps) {
    if (step.protocol != "review") continue;
    if (step.state == StepState::done) held[step.step] = step.at;
    if (step.state == StepState::set) held.erase(step.step);
  }
  std::optional<Time> last;
  for (const auto& [step, at] : held) last = std::max(last.value_or(at), at);
  return last;
}

/// The plan with what events told of its parts.
inline Plan as_told(const Look& look) {
  Plan plan = look.plan;
  for (const auto& told : look.fold.past().appointments) {
    for (auto& each : plan.appointments) {
      if (key_of(each) != told.appointment) continue;
      if (told.state) each.state = *told.state;
      if (told.when) each.at = *told.when;
    }
  }
  // A review shortly before the day is the one of that day.
  constexpr Days early{7.0};  // expert default
  const auto review = last_review(look.fold.past());
  if (plan.review && review && *review >= *plan.review - early)
    plan.review = Time{std::numeric_limits<double>::infinity()};
  return plan;
}

inline std::string plan_json(const Look& look) {
  JsonObject object;
  object.add_truth("there", look.fold.plan() != nullptr);
  object.add_whole("version", look.plan.version);
  object.add("content_hash", look.fold.plan_hash());
  const auto findings = care::check_plan(as_told(look), look.model, look.now, look.say,
                                         medications::usual(), look.settings.zone);
  object.add_json("findings", json_list(findings, io::finding_json));
  object.add_json("conflicts", value_json(look.fold.past().conflicts));
  return object.json();
}

/// When reviews are due; none before there is anything to look back on.
inline std::string review_json(const Look& look, const std::vector<UseReport>& reports) {
  const auto& past = look.fold.past();
  ReviewInput input;
  input.now = look.now;
  input.person = look.plan.person;
  input.last_use = last_use(reports);
  input.last_review = last_review(past);
  JsonObject object;
  std::vector<ReviewDue> due;
  if (!past.check_ins.empty()) {
    input.check_ins.push_back({past.check_ins.front(), RiskLevel::low, {}, {}, false});
    due = care::review(look.plan, look.model, input,
                       {.zone = look.settings.zone, .wording = look.say})
              .due;
  }
  add_time(object, "last", input.last_review);
  object.add_json("due", json_list(due, [](const ReviewDue& each) {
                    JsonObject one;
                    one.add("occasion", name_of(each.occasion));
                    one.add_json("at", io::time_json(each.at));
                    one.add_truth("due", each.due);
                    return one.json();
                  }));
  return object.json();
}

}  // namespace detail

}  // namespace relapse::case_file
