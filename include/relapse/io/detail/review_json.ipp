#pragma once

#include <relapse/core/detail/calendar.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/review_json.hpp>
#include <relapse/io/timestamp.hpp>

#include <vector>

namespace relapse::io {
namespace detail {

inline std::string review_part(const LeadingSign& sign) {
  JsonObject object;
  object.add("item", sign.item);
  object.add_whole("rises", sign.rises);
  object.add_whole("preceded", sign.preceded);
  object.add("lead_days", sign.lead_days);
  object.add("p_value", sign.p_value);
  object.add("adjusted", sign.adjusted);
  return object.json();
}

inline std::string review_part(const SituationCount& met) {
  JsonObject object;
  object.add("code", met.code);
  object.add_whole("times", met.times);
  object.add_truth("in_plan", met.in_plan);
  return object.json();
}

inline std::string review_part(const ActionReview& each) {
  JsonObject object;
  object.add("action", each.action);
  object.add("words", each.words);
  object.add_whole("tried", each.tried);
  object.add_whole("not_tried", each.not_tried);
  object.add("helped", each.helped);
  object.add_truth("in_plan", each.in_plan);
  object.add("verdict", name_of(each.verdict));
  return object.json();
}

inline std::string review_part(const Proposal& each) {
  JsonObject object;
  object.add("kind", name_of(each.kind));
  object.add("part", each.part);
  object.add("entry", each.entry);
  object.add("words", each.words);
  object.add("evidence", each.evidence);
  return object.json();
}

inline std::string review_part(const ReviewDue& each) {
  JsonObject object;
  object.add("occasion", name_of(each.occasion));
  object.add_json("at", time_json(each.at));
  object.add_truth("due", each.due);
  if (each.next) object.add_json("next", time_json(*each.next));
  return object.json();
}

inline std::string review_part(const HighRiskDay& each) {
  JsonObject object;
  object.add("trigger", each.trigger);
  object.add("words", each.words);
  object.add("date", date_text(each.day));
  if (each.until != each.day) object.add("until", date_text(each.until));
  return object.json();
}

template <class Part>
std::string review_parts(const std::vector<Part>& parts) {
  std::vector<std::string> texts;
  for (const auto& part : parts) texts.push_back(review_part(part));
  return json_array(texts);
}

}  // namespace detail

RELAPSE_INLINE std::string to_json(const Review& review) {
  constexpr int indent = 2;
  JsonObject object;
  object.add("schema", "relapse/review/1");
  object.add("person", review.person);
  object.add_json("now", time_json(review.now));
  object.add_whole("check_ins", review.check_ins);
  object.add_whole("answered", review.answered);
  object.add("longest_gap_days", review.longest_gap.count);
  object.add_whole("rises", review.rises);
  object.add_json("signs", detail::review_parts(review.signs));
  object.add_json("situations", detail::review_parts(review.situations));
  object.add_json("actions", detail::review_parts(review.actions));
  object.add_json("proposals", detail::review_parts(review.proposals));
  object.add_json("due", detail::review_parts(review.due));
  if (!review.ahead.empty()) {
    object.add_json("ahead", detail::review_parts(review.ahead));
  }
  return indented_json(object.json(), indent);
}

}  // namespace relapse::io
