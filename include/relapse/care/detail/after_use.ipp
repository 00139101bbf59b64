#pragma once

#include <relapse/care/after_use.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/medication_advice.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/domain/situation.hpp>
#include <relapse/domain/substance.hpp>
#include <relapse/plan/detail/contact_role.hpp>
#include <relapse/plan/detail/fields.hpp>

#include <algorithm>
#include <cmath>

namespace relapse::care {
namespace detail {

/// An opioid that was told of before the last episode still counts so long after: as long
/// as the path is shown.
constexpr Days opioid_stays{30.0};  // expert default

/// What may have been used in the last episode: all that was told of it, and for use of
/// which nobody told what it was also what the plan is about. Nothing where neither says
/// so: everything is possible.
inline std::vector<std::string> substances_of(const Plan& plan,
                                              const std::vector<UseReport>& reports,
                                              const UseEpisode& episode) {
  std::vector<std::string> substances;
  const auto add = [&](const std::string& substance) {
    if (!contains(substances, substance)) substances.push_back(substance);
  };
  bool all_told = true;
  for (const auto& report : reports) {
    if (!report.used) continue;
    const bool stays = report.at >= episode.last - opioid_stays &&
                       substance_family(report.substance) == SubstanceFamily::opioid;
    if (report.at < episode.first && !stays) continue;
    if (report.substance.empty()) {
      all_told = false;
    } else {
      add(report.substance);
    }
  }
  if (all_told) return substances;
  if (plan.substances.empty()) return {};
  for (const auto& substance : plan.substances) add(substance);
  if (may_concern_opioids(plan)) add("opioid");
  return substances;
}

/// Whether a step is for one of the substances, or for all.
inline bool fits_substance(const ProtocolStep& step,
                           const std::vector<std::string>& substances) {
  const auto is_meant = [&](const std::string& substance) {
    const auto family = substance_family(substance);
    return family == SubstanceFamily::unknown ||
           std::any_of(
               step.substances.begin(), step.substances.end(),
               [&](const auto& each) { return substance_family(each) == family; });
  };
  return step.substances.empty() || substances.empty() ||
         std::any_of(substances.begin(), substances.end(), is_meant);
}

/// Whether a step is one in which to reach this contact.
inline bool is_for(StepKind step, const Contact& contact) {
  const auto kind = contact_kind(contact.role);
  const bool told = contact.allows(ConsentPurpose::after_use);
  const bool asked = contact.allows(ConsentPurpose::support);
  if (step == StepKind::services) return told && kind == ContactKind::professional;
  if (step == StepKind::family) {
    return (told || asked) && (kind == ContactKind::family || kind == ContactKind::peer);
  }
  // Whose role nobody knows is neither family nor a service, and still may be told.
  return step == StepKind::contact && (asked || (told && kind == ContactKind::stranger));
}

inline std::vector<std::string> whom_to_reach(const Plan& plan, StepKind step) {
  std::vector<std::string> names;
  for (const auto& contact : plan.contacts) {
    if (is_for(step, contact)) names.push_back(contact.name);
  }
  return names;
}

inline void add_built_in_steps(const Plan& plan, const AfterUseInput& input, bool opioid,
                               std::vector<AfterUseStep>& steps) {
  const auto& say = input.wording;
  const auto add = [&](std::string_view words) {
    steps.push_back({StepKind::safety, std::string(words), {}, "built in"});
  };
  for (std::size_t k = 0; k < relapse::crisis_steps.size(); ++k) {
    if (contains(input.flags, relapse::crisis_steps[k].flag))
      add(say(phrases::crisis[k]));
  }
  if (!input.flags.empty()) {
    add(say(words::suggest::reach_help, {reach(input.place, say)}));
    for (const auto& line : crisis_lines(input.place, say)) add(line);
    for (const auto& step : plan.crisis_steps) {
      steps.push_back({StepKind::safety, step, {}, "plan"});
    }
  } else {
    add(say(words::plan::call_first, {reach(input.place, say)}));
  }
  if (opioid) add(say(phrases::lost_tolerance));
}

/// Something of a document by its label in the catalogue, or else by its id.
inline std::string by_id(const char* kind, const std::string& id, const Wording& say) {
  const auto label = say.find(std::string("label.") + kind + "." + id);
  return label ? std::string(*label) : words::spaced(id);
}

/// The counts that are known. None is 0: where nothing was reported without use, nobody
/// knows how many days there were.
inline std::string what_is_kept(const RecoveryCounts& counts, const Wording& say) {
  const auto days = [&](int count) {
    return length_in_words(Days{static_cast<double>(count)}, say);
  };
  std::vector<std::string> kept;
  if (counts.days_in_recovery > 0) {
    kept.push_back(say(words::after::kept_days, {days(counts.days_in_recovery)}));
  }
  if (counts.days_without_use > 0) {
    kept.push_back(say(words::after::kept_without, {days(counts.days_without_use)}));
  }
  if (counts.prolapses > 0) {
    kept.push_back(say(words::after::kept_back,
                       {words::length::times_in_words(counts.prolapses, say)}));
  }
  return kept.empty() ? std::string() : say(words::after::kept, {list_in_words(kept)});
}

/// What proposals are made from.
struct Learned {
  const Plan& plan;
  const Plan* then;  ///< the version that there was when it happened; null: none
  const LearningRecord& record;
};

/// The version of a plan at a moment; null where it began later. Of a plan that does not
/// say when it was made, the plan itself.
inline const Plan* version_at(const Plan& plan, Time moment) {
  if (!plan.created || *plan.created <= moment) return &plan;
  const Plan* found = nullptr;
  for (const auto& version : plan.history) {
    const bool was = version.created && *version.created <= moment;
    if (was && (found == nullptr || *found->created <= *version.created))
      found = &version;
  }
  return found;
}

inline std::vector<Proposal> propose(const Learned& learned, const Wording& say) {
  const auto& plan = learned.plan;
  const auto& learning = learned.record;
  const auto was_there = [&](const Strategy& strategy) {
    return learned.then != nullptr &&
           std::any_of(
               learned.then->strategies.begin(), learned.then->strategies.end(),
               [&](const auto& each) { return key_of(each) == key_of(strategy); });
  };
  std::vector<Proposal> proposals;
  const std::string evidence(say(words::after::evidence));
  for (const auto& code : learning.situations) {
    const auto* category = find_situation(code);
    if (category == nullptr) {
      throw InvalidInput("learning record", "a situation is no code of the taxonomy");
    }
    const auto meets = [&](const auto& each) { return find_situation(each) == category; };
    const auto label = say(*phrases::situation(code));
    if (std::none_of(plan.triggers.begin(), plan.triggers.end(),
                     [&](const auto& trigger) { return meets(trigger.situation); })) {
      proposals.push_back({ProposalKind::add, "triggers", code,
                           say(words::after::add_trigger, {label}), evidence});
    }
    bool any = false;
    for (const auto& strategy : plan.strategies) {
      const auto& codes = strategy.situations;
      if (std::none_of(codes.begin(), codes.end(), meets)) continue;
      any = true;
      if (!was_there(strategy)) continue;
      const std::string name =
          strategy.words.empty() ? by_id("action", strategy.action, say) : strategy.words;
      const bool tried = contains(learning.tried, strategy.action) ||
                         contains(learning.tried, strategy.words);
      proposals.push_back(
          {ProposalKind::change, "strategies", key_of(strategy),
           say(tried ? words::after::did_not_carry : words::after::not_tried, {name}),
           evidence});
    }
    if (!any) {
      proposals.push_back({ProposalKind::add, "strategies", code,
                           say(words::after::add_strategy, {label}), evidence});
    }
  }
  for (const auto& sign : learning.signs) {
    const bool known =
        std::any_of(plan.signs.begin(), plan.signs.end(), [&](const auto& each) {
          return each.item == sign || each.words == sign;
        });
    if (known) continue;
    proposals.push_back({ProposalKind::add, "signs", sign,
                         say(words::after::add_sign, {by_id("item", sign, say)}),
                         evidence});
  }
  const bool taken_up =
      std::any_of(plan.strategies.begin(), plan.strategies.end(),
                  [&](const auto& each) { return each.words == learning.change; });
  if (!learning.change.empty() && !taken_up) {
    proposals.push_back({ProposalKind::add, "strategies", learning.change,
                         say(words::after::own_idea, {learning.change}), evidence});
  }
  return proposals;
}

}  // namespace detail

RELAPSE_INLINE std::vector<Proposal>
propose(const Plan& plan, const LearningRecord& learning, const Wording& say) {
  return detail::propose({plan, detail::version_at(plan, learning.at), learning}, say);
}

RELAPSE_INLINE AfterUse after_use(const Plan& plan, const Protocol& protocol,
                                  const AfterUseInput& input, const Zone& zone) {
  const auto episodes = find_episodes(input.reports, plan.use_definition, zone);
  if (episodes.empty()) throw InvalidInput("after use", "no use was reported");
  AfterUse after;
  after.episode = episodes.back();
  after.counts = count_recovery(input.reports, plan.use_definition, zone,
                                {input.recovery_start, input.now, input.without_before});
  const auto substances = detail::substances_of(plan, input.reports, after.episode);
  const bool opioid = substances.empty() ||
                      std::any_of(substances.begin(), substances.end(), may_be_opioid);
  detail::add_built_in_steps(plan, input, opioid, after.steps);
  std::vector<AfterUseStep> steps;
  for (const auto& step : protocol.steps) {
    if (!detail::fits_substance(step, substances)) continue;
    steps.push_back({step.kind, std::string(input.wording.known(step.words)),
                     detail::whom_to_reach(plan, step.kind), step.source});
  }
  std::stable_sort(steps.begin(), steps.end(), [](const auto& one, const auto& other) {
    return one.kind < other.kind;
  });
  after.steps.insert(after.steps.end(), steps.begin(), steps.end());
  if (input.learning) {
    after.proposals = detail::propose(
        {plan, detail::version_at(plan, after.episode.last), *input.learning},
        input.wording);
  }
  const bool soon = after.episode.kind == UseKind::relapse || !input.flags.empty();
  after.next_check_in = input.heard.value_or(input.now) +
                        (soon ? protocol.next_after_relapse : protocol.next_after_lapse);
  return after;
}

RELAPSE_INLINE Page after_use_page(const AfterUse& after, const Zone& zone,
                                   const PageSpeech& speech) {
  const auto& say = speech.wording;
  Page page;
  page.language = say.language();
  page.numbers = numbers_of(speech.place);
  page.title = say(words::after::title);
  page.subtitle = detail::what_is_kept(after.counts, say);
  for (const auto& step : after.steps) {
    const auto title = say(words::after::kinds[static_cast<std::size_t>(step.kind)]);
    if (page.sections.empty() || page.sections.back().title != title) {
      const bool safety = step.kind <= StepKind::medical;
      page.sections.push_back(
          {std::string(title), {}, safety ? PageTone::safety : PageTone::usual});
    }
    page.sections.back().lines.push_back({step.words, step.contacts});
  }
  if (!after.proposals.empty()) {
    PageSection section{std::string(say(words::after::proposals)), {}, PageTone::usual};
    for (const auto& each : after.proposals) section.lines.push_back({each.words});
    page.sections.push_back(std::move(section));
  }
  page.sections.push_back({std::string(say(words::after::kinds.back())),
                           {{say(words::after::next_check_in,
                                 {date_in_words(after.next_check_in, zone, say)})}},
                           PageTone::usual});
  return page;
}

}  // namespace relapse::care
