#pragma once

#include <relapse/care/detail/candidates.hpp>
#include <relapse/care/detail/review_page.ipp>
#include <relapse/care/detail/support_words.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/care/review.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/phrases.hpp>
#include <relapse/domain/situation.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <set>

namespace relapse::care {
namespace detail {

inline std::string category_of(const std::string& code) {
  const auto* category = find_situation(code);
  if (category == nullptr) {
    throw InvalidInput("review", "a situation is no code of the taxonomy");
  }
  return std::string(category->code);
}

/// Looks back over one person's history.
class LookingBack {
 public:
  LookingBack(const Plan& plan, const Model& model, const ReviewInput& input,
              const ReviewSettings& settings)
      : plan_(plan), model_(model), input_(input), settings_(settings) {}

  Review review() {
    require_input();
    result_.person = plan_.person;
    result_.now = input_.now;
    look_at_adherence();
    look_at_signs();
    look_at_situations();
    look_at_actions();
    look_at_dates();
    propose_changes();
    return std::move(result_);
  }

 private:
  void require_input() const {
    if (!input_.person.empty() && input_.person != plan_.person) {
      throw InvalidInput("review", "the history is of another person than the plan");
    }
    if (!std::isfinite(input_.now.days)) {
      throw InvalidInput("review", "now must be a finite time");
    }
    require_history("check-ins", input_.check_ins, input_.now);
    require_history("follow-ups", input_.follow_ups, input_.now);
    require_history("learning records", input_.learning, input_.now);
    for (const auto& time : {input_.last_use, input_.last_review}) {
      if (time && !(*time <= input_.now)) {
        throw InvalidInput("review", "a time lies after now");
      }
    }
  }

  void look_at_adherence() {
    std::optional<Time> last;
    for (const auto& each : input_.check_ins) {
      ++result_.check_ins;
      if (each.missed) continue;
      ++result_.answered;
      if (last) result_.longest_gap = std::max(result_.longest_gap, each.at - *last);
      last = each.at;
    }
  }

  std::vector<std::size_t> rises() const {
    std::vector<std::size_t> all;
    for (std::size_t i = 1; i < input_.check_ins.size(); ++i) {
      const auto level = input_.check_ins[i].level;
      if (level >= settings_.rise_to && level > input_.check_ins[i - 1].level) {
        all.push_back(i);
      }
    }
    return all;
  }

  /// By check-in: whether the sign is above the person's own median.
  std::vector<bool> raised(const std::string& item) const {
    std::vector<double> values;
    std::vector<double> given(input_.check_ins.size(),
                              -std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < given.size(); ++i) {
      for (const auto& [asked, value] : input_.check_ins[i].answers) {
        if (asked == item) values.push_back(given[i] = value);
      }
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    std::vector<bool> up;
    for (const double value : given) up.push_back(value > *middle);
    return up;
  }

  /// By check-in: days from the first one within the lead on which the sign was up; 0
  /// where it was on none.
  std::vector<double> leads(const std::vector<bool>& up) const {
    const auto& all = input_.check_ins;
    std::vector<double> days(all.size(), 0.0);
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = i; j-- > 0;) {
        const Days before = all[i].at - all[j].at;
        if (before > settings_.lead) break;
        if (up[j] && before.count > 0.0) days[i] = before.count;
      }
    }
    return days;
  }

  LeadingSign leading_sign(const std::string& item,
                           const std::vector<std::size_t>& rises) const {
    const auto lead = leads(raised(item));
    const std::size_t n = lead.size();
    LeadingSign sign{item, static_cast<int>(rises.size()), 0, 0.0, 1.0, 1.0};
    int as_many = 0;
    for (std::size_t shift = 0; shift < n; ++shift) {
      int preceded = 0;
      for (const auto rise : rises) {
        if (lead[(rise + shift) % n] > 0.0) ++preceded;
      }
      if (shift == 0) sign.preceded = preceded;
      if (preceded >= sign.preceded) ++as_many;
    }
    sign.p_value = static_cast<double>(as_many) / static_cast<double>(n);
    for (const auto rise : rises) sign.lead_days += lead[rise];
    if (sign.preceded > 0) sign.lead_days /= sign.preceded;
    return sign;
  }

  void look_at_signs() {
    const auto found = rises();
    result_.rises = static_cast<int>(found.size());
    if (result_.rises < settings_.least_rises) return;
    std::set<std::string> items;
    for (const auto& each : input_.check_ins) {
      for (const auto& [item, value] : each.answers) items.insert(item);
    }
    auto& signs = result_.signs;
    for (const auto& item : items) signs.push_back(leading_sign(item, found));
    std::stable_sort(signs.begin(), signs.end(), [](const auto& one, const auto& other) {
      return one.p_value < other.p_value;
    });
    double adjusted = 0.0;
    for (std::size_t k = 0; k < signs.size(); ++k) {
      const auto left = static_cast<double>(signs.size() - k);
      adjusted = std::max(adjusted, std::min(1.0, left * signs[k].p_value));
      signs[k].adjusted = adjusted;
    }
  }

  void look_at_situations() {
    std::map<std::string, int> times;
    for (const auto& each : input_.check_ins) {
      for (const auto& code : each.situations) ++times[category_of(code)];
    }
    for (const auto& each : input_.learning) {
      for (const auto& code : each.situations) ++times[category_of(code)];
    }
    for (const auto& met : times) {
      const auto& code = met.first;
      const auto count = met.second;
      const bool in_plan = std::any_of(
          plan_.triggers.begin(), plan_.triggers.end(), [&](const auto& trigger) {
            return find_situation(trigger.situation) == find_situation(code);
          });
      result_.situations.push_back({code, count, in_plan});
    }
    std::stable_sort(
        result_.situations.begin(), result_.situations.end(),
        [](const auto& one, const auto& other) { return one.times > other.times; });
  }

  ActionReview& action_review(const std::string& id) {
    for (auto& each : result_.actions) {
      if (each.action == id) return each;
    }
    const Action action = find_action(plan_, model_, id);
    result_.actions.push_back(
        {id, label_of(action, settings_.wording), 0, 0, 0.0, false, {}});
    return result_.actions.back();
  }

  void look_at_actions() {
    for (const auto& strategy : plan_.strategies) {
      // Of another model's catalogue, and without words: the check of the plan tells of
      // it.
      if (strategy.words.empty() && in_catalogue(model_, strategy.action) == nullptr &&
          built_in_name(strategy.action) == nullptr)
        continue;
      auto& each =
          action_review(strategy.action.empty() ? strategy.words : strategy.action);
      if (!strategy.words.empty()) each.words = strategy.words;
      each.in_plan = true;
    }
    for (const auto& told : input_.follow_ups) {
      auto& each = action_review(told.action);
      if (told.helped && !(*told.helped >= 0.0 && *told.helped <= 10.0)) {
        throw InvalidInput("follow-ups", "helped must be a number from 0 to 10");
      }
      ++(told.helped ? each.tried : each.not_tried);
      each.helped += told.helped.value_or(0.0);
    }
    constexpr double helps = 6.0;  // of 10; expert default, as the next
    constexpr double does_not = 4.0;
    for (auto& each : result_.actions) {
      if (each.tried > 0) each.helped /= each.tried;
      each.verdict = each.tried == 0                      ? ActionVerdict::never_tried
                     : each.tried < settings_.least_tries ? ActionVerdict::too_early
                     : each.helped >= helps               ? ActionVerdict::helped
                     : each.helped <= does_not            ? ActionVerdict::did_not_help
                                                          : ActionVerdict::mixed;
    }
    std::stable_sort(result_.actions.begin(), result_.actions.end(),
                     [](const auto& one, const auto& other) {
                       return std::pair(one.verdict, -one.helped) <
                              std::pair(other.verdict, -other.helped);
                     });
  }

  void look_at_dates() {
    constexpr Days week{7.0};
    constexpr Days month{30.0};
    constexpr Days after_use{1.0};  // expert default
    const auto& checked = input_.check_ins;
    const Time first = checked.empty() ? input_.now : checked.front().at;
    const Time from = input_.last_review.value_or(plan_.created.value_or(first));
    // What is looked at now counts from now on; otherwise the date stands.
    const auto add = [&](ReviewOccasion occasion, Time at, std::optional<Days> every) {
      ReviewDue due{occasion, at, at <= input_.now, at};
      if (due.due) due.next = every ? std::optional(input_.now + *every) : std::nullopt;
      result_.due.push_back(due);
    };
    add(ReviewOccasion::weekly, from + week, week);
    add(ReviewOccasion::monthly, from + month, month);
    if (input_.last_use && from < *input_.last_use) {
      add(ReviewOccasion::after_use, *input_.last_use + after_use, std::nullopt);
    }
  }

  void add(ProposalKind kind, const char* part, const std::string& entry,
           std::string words, std::string evidence) {
    result_.proposals.push_back(
        {kind, part, entry, std::move(words), std::move(evidence)});
  }

  void propose_changes() {
    const auto& say = settings_.wording;
    for (const auto& sign : result_.signs) {
      const bool in_plan =
          std::any_of(plan_.signs.begin(), plan_.signs.end(),
                      [&](const auto& own) { return own.item == sign.item; });
      if (in_plan || sign.adjusted > settings_.significance) continue;
      add(ProposalKind::add, "signs", sign.item,
          say(words::review::add_sign, {label_of_item(sign.item, model_, say)}),
          evidence_of(sign, say));
    }
    for (const auto& met : result_.situations) {
      if (met.in_plan || met.times < 2) continue;
      add(ProposalKind::add, "triggers", met.code,
          say(words::after::add_trigger, {say(*phrases::situation(met.code))}),
          say(words::review::met_times, {words::length::times_in_words(met.times, say)}));
    }
    for (const auto& each : result_.actions) propose_for(each);
  }

  void propose_for(const ActionReview& each) {
    const auto& say = settings_.wording;
    const auto evidence = evidence_of(each, say);
    if (each.verdict == ActionVerdict::helped && !each.in_plan) {
      add(ProposalKind::add, "strategies", each.action,
          say(words::review::add_action, {each.words}), evidence);
    } else if (each.verdict == ActionVerdict::did_not_help) {
      add(ProposalKind::retire, "strategies", each.action,
          say(words::review::retire_action, {each.words}), evidence);
    } else if (each.verdict == ActionVerdict::never_tried && each.in_plan) {
      add(ProposalKind::change, "strategies", each.action,
          say(words::review::reach_action, {each.words}), evidence);
    }
  }

  const Plan& plan_;
  const Model& model_;
  const ReviewInput& input_;
  const ReviewSettings& settings_;
  Review result_;
};

}  // namespace detail

RELAPSE_INLINE Review review(const Plan& plan, const Model& model,
                             const ReviewInput& input, const ReviewSettings& settings) {
  auto result = detail::LookingBack(plan, model, input, settings).review();
  result.ahead = high_risk_ahead(plan, input.now, settings.days_ahead, settings.zone,
                                 settings.wording);
  return result;
}

}  // namespace relapse::care
