#pragma once

#include <relapse/care/detail/candidates.hpp>
#include <relapse/care/detail/support_words.hpp>
#include <relapse/care/detail/words.hpp>
#include <relapse/care/high_risk.hpp>
#include <relapse/care/plan_page.hpp>
#include <relapse/care/review.hpp>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

/// A review as a page.
namespace relapse::care {
namespace detail {

inline std::string two_digits(double value, const Wording& say) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.2g", value);
  std::string text = buffer;
  const auto point = text.find('.');
  if (point != text.npos) text.replace(point, 1, say(words::decimal_sign));
  return text;
}

inline std::string label_of_item(const std::string& id, const Model& model,
                                 const Wording& say) {
  const int item = model.find_item(id);
  const std::string label = item < 0 ? std::string() : model.item(item).label;
  return words::labelled(label, id, say);
}

inline std::string evidence_of(const LeadingSign& sign, const Wording& say) {
  return say(words::review::sign_evidence,
             {std::to_string(sign.preceded), std::to_string(sign.rises),
              length_in_words(Days{sign.lead_days}, say), two_digits(sign.p_value, say)});
}

inline std::string evidence_of(const ActionReview& each, const Wording& say) {
  if (each.tried > 0) {
    return say(words::review::tries, {words::length::times_in_words(each.tried, say),
                                      two_digits(each.helped, say)});
  }
  return each.not_tried == 0 ? std::string(say(words::review::no_follow_up))
                             : say(words::review::not_tried,
                                   {words::length::times_in_words(each.not_tried, say)});
}

template <class Event>
void require_history(const char* what, const std::vector<Event>& events, Time now) {
  double before = -std::numeric_limits<double>::infinity();
  for (const auto& event : events) {
    if (!(event.at.days >= before)) {
      throw InvalidInput(what, "the times must be in their order");
    }
    if (!(event.at <= now)) throw InvalidInput(what, "a time lies after now");
    before = event.at.days;
  }
}

}  // namespace detail

RELAPSE_INLINE Page review_page(const Review& review, const Model& model,
                                const Zone& zone, const Wording& say) {
  using std::to_string;
  Page page;
  page.language = say.language();
  page.title = say(words::review::title);
  page.subtitle = date_in_words(review.now, zone, say);
  const auto write = [&](const Phrase& title, std::vector<PageLine> lines) {
    if (lines.empty()) return;
    page.sections.push_back({std::string(say(title)), std::move(lines), PageTone::usual});
  };
  write(words::review::check_ins,
        {{say(words::review::answered,
              {to_string(review.answered), to_string(review.check_ins)})}});
  std::vector<PageLine> lines;
  for (const auto& sign : review.signs) {
    if (sign.preceded == 0) continue;
    lines.push_back(
        {detail::label_of_item(sign.item, model, say), {detail::evidence_of(sign, say)}});
  }
  write(words::review::signs, std::move(lines));
  lines.clear();
  for (const auto& met : review.situations) {
    lines.push_back(
        {say(words::review::situation, {say(*phrases::situation(met.code)),
                                        words::length::times_in_words(met.times, say)})});
  }
  write(words::review::situations, std::move(lines));
  lines.clear();
  for (const auto& each : review.actions) {
    const auto& verdict = words::review::verdicts[static_cast<std::size_t>(each.verdict)];
    PageLine line{say(words::review::action, {each.words, say(verdict)})};
    if (each.tried > 0) line.under.push_back(detail::evidence_of(each, say));
    lines.push_back(std::move(line));
  }
  write(words::review::actions, std::move(lines));
  lines.clear();
  for (const auto& each : review.proposals) {
    lines.push_back({each.words, {each.evidence}});
  }
  write(words::review::proposals, std::move(lines));
  lines.clear();
  for (const auto& each : review.due) {
    const auto& occasion =
        words::review::occasions[static_cast<std::size_t>(each.occasion)];
    const auto when = each.next ? date_in_words(*each.next, zone, say) : std::string();
    const auto& saying = !each.next ? words::review::due_now
                         : each.due ? words::review::due_again
                                    : words::review::due;
    lines.push_back({say(saying, {say(occasion), when})});
  }
  write(words::review::dates, std::move(lines));
  write(words::ahead::title, high_risk_lines(review.ahead, say));
  return page;
}

}  // namespace relapse::care
