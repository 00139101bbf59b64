#pragma once

#include <relapse/care/detail/support_words.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/high_risk.hpp>
#include <relapse/care/medication_advice.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/core/detail/calendar.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace relapse::care {
namespace detail {

/// A number without a needless fraction, with the decimal sign of the language.
inline std::string plain_number(double value, const Wording& say) {
  std::string text = plain_decimals(value);
  const auto point = text.find('.');
  if (point != text.npos) text.replace(point, 1, say(words::decimal_sign));
  return text;
}

class PlanPageWriter {
 public:
  PlanPageWriter(const Plan& plan, const Model& model, const Zone& zone,
                 const PageSpeech& speech)
      : plan_(plan),
        model_(model),
        zone_(zone),
        say_(speech.wording),
        place_(speech.place) {}

  Page page(std::optional<Time> now) {
    page_.language = say_.language();
    mark_own_words(page_, plan_);
    page_.numbers = numbers_of(place_);
    page_.title = say_(words::plan::title);
    page_.subtitle = subtitle();
    write_safety();
    write_list(words::plan::reasons, plan_.reasons,
               [](const std::string& reason) { return PageLine{reason}; });
    write_signs();
    write_triggers();
    write_ahead(now);
    write_list(words::plan::strategies, plan_.strategies,
               [&](const Strategy& each) { return PageLine{words_of(each)}; });
    write_list(words::plan::contacts, plan_.contacts,
               [&](const Contact& each) { return contact_line(each); });
    write_list(words::plan::rules, plan_.contact_rules,
               [&](const ContactRule& each) { return rule_line(each); });
    write_list(words::plan::routine, plan_.routine, [&](const RoutineStep& each) {
      return PageLine{joined({each.words, weekdays(each.days), each.at})};
    });
    write_list(words::plan::medication, plan_.medication,
               [&](const Medication& each) { return medication_line(each); });
    write_list(words::plan::meetings, plan_.meetings, [&](const Meeting& each) {
      return PageLine{joined({each.words, each.place, weekdays(each.days), each.at})};
    });
    write_list(words::goal::appointments, plan_.appointments,
               [&](const Appointment& each) { return appointment_line(each); });
    write_list(words::goal::homework, plan_.homework,
               [&](const Homework& each) { return homework_line(each); });
    write_list(words::goal::title, plan_.goals,
               [&](const Goal& each) { return goal_line(each); });
    write_definition();
    write_list(words::plan::copies, plan_.copies,
               [&](const PlanCopy& each) { return copy_line(each); });
    return std::move(page_);
  }

 private:
  static std::string joined(std::initializer_list<std::string> parts) {
    std::vector<std::string> there;
    for (const auto& part : parts) {
      if (!part.empty()) there.push_back(part);
    }
    return list_in_words(there);
  }

  template <class Entry, class Line>
  void write_list(const Phrase& title, const std::vector<Entry>& entries, Line line) {
    if (entries.empty()) return;
    PageSection section{std::string(say_(title)), {}, PageTone::usual};
    for (const auto& entry : entries) section.lines.push_back(line(entry));
    page_.sections.push_back(std::move(section));
  }

  std::string subtitle() const {
    const auto version = std::to_string(plan_.version);
    std::string text = plan_.created
                           ? say_(words::plan::version_of,
                                  {version, date_in_words(*plan_.created, zone_, say_)})
                           : say_(words::plan::version, {version});
    if (!plan_.review) return text;
    return text + "; " +
           say_(words::plan::review_on, {date_in_words(*plan_.review, zone_, say_)});
  }

  void write_safety() {
    PageSection section{std::string(say_(words::plan::safety)), {}, PageTone::safety};
    section.lines.push_back({say_(words::plan::call_first, {reach(place_, say_)})});
    for (const auto& step : plan_.crisis_steps) section.lines.push_back({step});
    for (auto& words : crisis_lines(place_, say_)) {
      section.lines.push_back({std::move(words)});
    }
    if (may_concern_opioids(plan_)) {
      section.lines.push_back(
          {say_(words::plan::lost_tolerance, {say_(phrases::lost_tolerance)})});
    }
    page_.sections.push_back(std::move(section));
  }

  std::string words_of(const Strategy& strategy) const {
    const auto& actions = model_.document().actions;
    const int index = index_of(actions, strategy.action);
    std::string words = strategy.words;
    if (words.empty() && index >= 0) {
      words = say_.known(actions[static_cast<std::size_t>(index)].label);
    }
    if (words.empty()) words = words::spaced(strategy.action);
    return strategy.available ? words : say_(words::plan::not_now, {words});
  }

  std::string weekdays(const std::vector<std::string>& names) const {
    std::vector<std::string> days;
    for (const auto& name : names) {
      const auto day = from_name<Weekday>(name);
      days.emplace_back(day ? say_(words::weekdays[static_cast<std::size_t>(*day)])
                            : std::string_view(name));
    }
    return list_in_words(days);
  }

  std::string flag_in_words(const std::string& flag) const {
    const auto known = say_.find("flag." + flag + ".brief");
    return known ? std::string(*known) : words::spaced(flag);
  }

  void write_signs() {
    if (plan_.signs.empty()) return;
    PageSection section{std::string(say_(words::plan::signs)), {}, PageTone::usual};
    std::vector<std::string> done;
    for (const auto& first : plan_.signs) {
      if (contains(done, first.stage)) continue;
      done.push_back(first.stage);
      const auto& stages = model_.document().stages;
      const int index = index_of(stages, first.stage);
      const std::string label =
          index < 0 ? std::string() : stages[static_cast<std::size_t>(index)].label;
      PageLine line{words::labelled(label, first.stage, say_)};
      for (const auto& sign : plan_.signs) {
        if (sign.stage == first.stage) line.under.push_back(sign.words);
      }
      section.lines.push_back(std::move(line));
    }
    page_.sections.push_back(std::move(section));
  }

  void write_triggers() {
    write_list(words::plan::triggers, plan_.triggers, [&](const Trigger& trigger) {
      const std::string text(words::situation(trigger, say_));
      PageLine line{trigger.primary ? say_(words::plan::primary, {text}) : text,
                    when_in_words(trigger, say_)};
      for (const auto& strategy : plan_.strategies) {
        const bool meant = std::any_of(strategy.situations.begin(),
                                       strategy.situations.end(), [&](const auto& code) {
                                         return find_situation(code) ==
                                                find_situation(trigger.situation);
                                       });
        if (meant && strategy.available) line.under.push_back(words_of(strategy));
      }
      return line;
    });
  }

  void write_ahead(std::optional<Time> now) {
    if (!now) return;
    constexpr int four_weeks = 28;
    auto lines =
        high_risk_lines(high_risk_ahead(plan_, *now, four_weeks, zone_, say_), say_);
    if (lines.empty()) return;
    page_.sections.push_back(
        {std::string(say_(words::ahead::title)), std::move(lines), PageTone::usual});
  }

  PageLine medication_line(const Medication& each) const {
    const auto of_class = static_cast<std::size_t>(each.medication_class);
    return {joined({each.name, each.dose, list_in_words(each.times), each.prescriber}),
            {std::string(say_(words::medication::classes[of_class])),
             std::string(say_(words::medication::notes[of_class]))}};
  }

  PageLine appointment_line(const Appointment& each) const {
    const auto state = static_cast<std::size_t>(each.state);
    return {joined({date_in_words(each.at, zone_, say_), each.words, each.place,
                    std::string(say_(words::goal::states[state]))})};
  }

  std::string by_in_words(const std::string& date) const {
    const auto day = calendar_day(date);
    return day ? say_(words::goal::by, {day_in_words(*day, say_)}) : date;
  }

  PageLine homework_line(const Homework& each) const {
    const std::string from =
        each.given_by.empty() ? "" : say_(words::goal::from, {each.given_by});
    const std::string text = joined({each.words, by_in_words(each.by), from});
    return {each.done ? say_(words::goal::done, {text}) : text};
  }

  PageLine goal_line(const Goal& each) const {
    PageLine line{joined({each.words, each.area, by_in_words(each.by)})};
    for (const auto& step : each.steps) {
      const bool done = contains(each.done, step);
      line.under.push_back(done ? say_(words::goal::done, {step}) : step);
    }
    return line;
  }

  PageLine contact_line(const Contact& contact) const {
    constexpr std::array<Phrase, 5> in_words{
        words::plan::consent_support, words::plan::consent_contact_rule,
        words::plan::consent_after_use, words::plan::consent_share_plan,
        words::plan::consent_share_state};
    PageLine line{joined({contact.name, contact.role, contact.channel})};
    std::vector<std::string> agreed;
    for (const auto& purpose : contact.consent) {
      const auto known = from_name<ConsentPurpose>(purpose);
      agreed.push_back(known
                           ? std::string(say_(in_words[static_cast<std::size_t>(*known)]))
                           : purpose);
    }
    line.under.push_back(
        agreed.empty()
            ? std::string(say_(words::plan::agreed_to_nothing))
            : say_(words::plan::agreed, {contact.name, list_in_words(agreed)}));
    return line;
  }

  PageLine rule_line(const ContactRule& rule) const {
    using std::to_string;
    std::string days;
    if (rule.of_days > 1) {
      days =
          say_(words::plan::rule_days, {to_string(rule.days), to_string(rule.of_days)});
    }
    PageLine line;
    if (rule.state() == ContactState::level) {
      line.text =
          say_(words::plan::rule_level,
               {rule.contact, say_(phrases::levels[static_cast<std::size_t>(rule.level)]),
                days});
    } else if (rule.state() == ContactState::flag) {
      line.text =
          say_(words::plan::rule_flag, {rule.contact, flag_in_words(rule.flag), days});
    } else {
      line.text = say_(words::plan::rule_silence,
                       {rule.contact, length_in_words(rule.silence, say_)});
    }
    if (rule.self_nudge_first) {
      line.under.push_back(
          say_(words::plan::rule_nudge_first, {length_in_words(rule.nudge_wait, say_)}));
    }
    if (rule.cool_down.count > 0.0) {
      line.under.push_back(
          say_(words::plan::rule_cool_down, {length_in_words(rule.cool_down, say_)}));
    }
    if (!rule.quiet_from.empty()) {
      line.under.push_back(
          say_(words::plan::rule_quiet, {rule.quiet_from, rule.quiet_to}));
    }
    if (rule.expires) {
      line.under.push_back(
          say_(words::plan::rule_expires, {date_in_words(*rule.expires, zone_, say_)}));
    }
    return line;
  }

  void write_definition() {
    const auto& definition = plan_.use_definition;
    std::vector<std::string> from;
    if (definition.heavy_amount > 0.0) {
      from.push_back(
          say_(words::plan::heavy_day, {plain_number(definition.heavy_amount, say_)}));
    }
    if (definition.consecutive_days > 0) {
      from.push_back(
          say_(words::plan::days_in_a_row, {whole_days(definition.consecutive_days)}));
    }
    if (definition.days_a_week > 0) {
      from.push_back(
          say_(words::plan::days_in_a_week, {whole_days(definition.days_a_week)}));
    }
    if (from.empty()) return;
    page_.sections.push_back(
        {std::string(say_(words::plan::definition)),
         {{std::string(say_(words::plan::definition_lapse))},
          {say_(words::plan::definition_relapse, {list_in_words(from)})},
          {std::string(say_(words::plan::days_of_recovery))}},
         PageTone::usual});
  }

  std::string whole_days(int days) const {
    return length_in_words(Days{static_cast<double>(days)}, say_);
  }

  PageLine copy_line(const PlanCopy& copy) const {
    std::string text = copy.holder;
    if (copy.version > 0) {
      text = say_(words::plan::copy_version, {copy.holder, std::to_string(copy.version)});
    }
    return {copy.given ? joined({text, date_in_words(*copy.given, zone_, say_)}) : text};
  }

  const Plan& plan_;
  const Model& model_;
  const Zone& zone_;
  const Wording& say_;
  const PlaceResources& place_;
  Page page_;
};

}  // namespace detail

RELAPSE_INLINE std::string date_in_words(Time moment, const Zone& zone,
                                         const Wording& say) {
  return day_in_words(zone.local(moment).day, say);
}

RELAPSE_INLINE std::string length_in_words(Days length, const Wording& say) {
  const double hours = std::round(length.count * 24.0);
  const bool whole_days = std::fmod(hours, 24.0) == 0.0 || hours > 72.0;
  if (!whole_days) {
    return hours == 1.0 ? std::string(say(words::length::hour))
                        : say(words::length::hours, {detail::plain_number(hours, say)});
  }
  const double days = std::round(length.count * 10.0) / 10.0;
  return days == 1.0 ? std::string(say(words::length::day))
                     : say(words::length::days, {detail::plain_number(days, say)});
}

RELAPSE_INLINE void mark_own_words(Page& page, const Plan& plan) {
  page.own_language = plan.language;
  auto& own = page.own = plan.reasons;
  own.insert(own.end(), plan.crisis_steps.begin(), plan.crisis_steps.end());
  const auto add = [&](const std::string& words) {
    if (!words.empty()) own.push_back(words);
  };
  for (const auto& each : plan.triggers) add(each.words);
  for (const auto& each : plan.signs) add(each.words);
  for (const auto& each : plan.strategies) add(each.words);
  for (const auto& each : plan.routine) add(each.words);
  for (const auto& each : plan.medication) add(each.name);
  for (const auto& each : plan.meetings) add(each.words);
  for (const auto& each : plan.contacts) add(each.name);
  for (const auto& each : plan.copies) add(each.holder);
}

RELAPSE_INLINE Page plan_page(const Plan& plan, const Model& model, const Zone& zone,
                              const PageSpeech& speech, std::optional<Time> now) {
  return detail::PlanPageWriter(plan, model, zone, speech).page(now);
}

}  // namespace relapse::care
