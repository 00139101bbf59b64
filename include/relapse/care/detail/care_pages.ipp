#pragma once

#include <relapse/care/care_pages.hpp>
#include <relapse/care/detail/support_words.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/medication_advice.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/plan/share.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace relapse::care {
namespace detail {

template <std::size_t Count>
PageSection said(const Phrase& title, const std::array<Phrase, Count>& lines,
                 const Wording& say, PageTone tone) {
  PageSection section{std::string(say(title)), {}, tone};
  for (const auto& line : lines) section.lines.push_back({std::string(say(line))});
  return section;
}

inline void append(Page& page, std::vector<PageSection> sections) {
  for (auto& section : sections) page.sections.push_back(std::move(section));
}

inline bool may_see_state(const Plan& plan, std::string_view contact) {
  return std::any_of(plan.contacts.begin(), plan.contacts.end(), [&](const auto& each) {
    return each.name == contact && each.allows(ConsentPurpose::share_state);
  });
}

inline PageSection flags_section(const CareState& state, const Plan& plan,
                                 const Zone& zone, const Wording& say) {
  PageSection section{std::string(say(words::summary::flags)), {}, PageTone::safety};
  for (const auto& flag : state.flags) {
    const auto known = say.find("flag." + flag);
    section.lines.push_back({known ? std::string(*known) : words::spaced(flag)});
  }
  if (state.lost_tolerance_until && may_concern_opioids(plan)) {
    section.lines.push_back(
        {std::string(say(phrases::lost_tolerance)),
         {say(words::medication::lost_tolerance_until,
              {date_in_words(*state.lost_tolerance_until, zone, say)})}});
  }
  return section;
}

inline PageSection state_section(const CareState& state, const Model& model,
                                 const CareReader& reader) {
  const auto& say = reader.wording;
  PageSection section{std::string(say(words::summary::now)), {}, PageTone::usual};
  section.lines.push_back(
      {say(words::summary::level,
           {say(phrases::levels[static_cast<std::size_t>(state.level)])}),
       {date_in_words(state.at, reader.zone, say)}});
  if (!state.stage.empty()) {
    const auto& stages = model.document().stages;
    const int index = index_of(stages, state.stage);
    const std::string label =
        index < 0 ? std::string() : stages[static_cast<std::size_t>(index)].label;
    section.lines.push_back(
        {say(words::summary::stage, {words::labelled(label, state.stage, say)})});
  }
  if (state.last_use) {
    section.lines.push_back({say(words::summary::last_use,
                                 {date_in_words(*state.last_use, reader.zone, say)})});
  }
  return section;
}

}  // namespace detail

RELAPSE_INLINE Page family_page(const Plan& plan, const Model& model,
                                const CareReader& reader) {
  const auto& say = reader.wording;
  const Plan shared = shareable(plan, reader.contact);
  const std::string person =
      plan.person.empty() ? std::string(say(words::family::somebody)) : plan.person;
  Page page;
  page.language = say.language();
  page.title = say(words::family::title, {person});
  page.subtitle = reader.contact;
  page.sections = {
      detail::said(words::family::emergency, words::family::emergency_lines, say,
                   PageTone::safety),
      detail::said(words::family::know, words::family::know_lines, say, PageTone::usual),
      detail::said(words::family::helps, words::family::helps_lines, say,
                   PageTone::usual),
      detail::said(words::family::avoid, words::family::avoid_lines, say,
                   PageTone::usual)};
  if (!shared.crisis_steps.empty()) {
    PageSection steps{say(words::family::shared, {person}), {}, PageTone::safety};
    for (const auto& step : shared.crisis_steps) steps.lines.push_back({step});
    page.sections.insert(page.sections.begin() + 1, std::move(steps));
  }
  auto sections = plan_page(shared, model, reader.zone, say).sections;
  sections.erase(sections.begin());  // what to do in an emergency is said above
  detail::append(page, std::move(sections));
  return page;
}

RELAPSE_INLINE Page care_summary(const Plan& plan, const Model& model,
                                 const std::optional<CareState>& state,
                                 const CareReader& reader) {
  const auto& say = reader.wording;
  const Plan shared = shareable(plan, reader.contact);
  Page page;
  page.language = say.language();
  page.title = say(words::summary::title);
  page.subtitle = plan.person;
  if (state) {
    page.subtitle =
        say(words::summary::about,
            {plan.person, reader.contact, date_in_words(state->at, reader.zone, say)});
  }
  if (state && detail::may_see_state(plan, reader.contact)) {
    auto safety = detail::flags_section(*state, plan, reader.zone, say);
    if (!safety.lines.empty()) page.sections.push_back(std::move(safety));
    page.sections.push_back(detail::state_section(*state, model, reader));
  } else {
    page.sections.push_back({std::string(say(words::summary::now)),
                             {{std::string(say(words::summary::not_shared))}},
                             PageTone::usual});
  }
  page.sections.back().lines.push_back({std::string(say(words::summary::support))});
  detail::append(page, plan_page(shared, model, reader.zone, say).sections);
  return page;
}

}  // namespace relapse::care
