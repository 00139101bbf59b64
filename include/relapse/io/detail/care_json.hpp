#pragma once

#include <relapse/care/high_risk.hpp>
#include <relapse/care/plan_check.hpp>
#include <relapse/care/proposal.hpp>
#include <relapse/care/suggest.hpp>
#include <relapse/core/detail/calendar.hpp>
#include <relapse/core/detail/fields.hpp>
#include <relapse/core/detail/json_text.hpp>

#include <string>
#include <tuple>

/// What care comes to, as documents hold it.
namespace relapse {

template <>
struct FieldsOf<Proposal> {
  static constexpr std::tuple all{Field{"kind", &Proposal::kind, Need::written},
                                  Field{"part", &Proposal::part, Need::written},
                                  Field{"entry", &Proposal::entry, Need::written},
                                  Field{"words", &Proposal::words, Need::written},
                                  Field{"evidence", &Proposal::evidence, Need::written}};
};

inline std::string value_json(const HighRiskDay& each) {
  JsonObject object;
  object.add("trigger", each.trigger);
  object.add("words", each.words);
  object.add("date", date_text(each.day));
  if (each.until != each.day) object.add("until", date_text(each.until));
  return object.json();
}

namespace io {

/// All but the action, without which some documents know no suggestion.
inline JsonObject suggestion_object(const Suggestion& suggestion) {
  JsonObject object;
  object.add("words", suggestion.words);
  object.add("reason", suggestion.reason);
  object.add("change", suggestion.change);
  object.add("level_change", suggestion.level_change);
  object.add_json("acts_on", json_texts(suggestion.acts_on));
  object.add_truth("from_plan", suggestion.from_plan);
  object.add_unless_empty("if_then", suggestion.if_then);
  object.add_unless_empty("contact", suggestion.contact);
  object.add_unless_empty("need", suggestion.need);
  object.add_unless_empty("source", suggestion.source);
  return object;
}

inline std::string finding_json(const PlanFinding& finding) {
  JsonObject object;
  object.add("gap", name_of(finding.gap));
  object.add_unless_empty("entry", finding.entry);
  object.add("words", finding.words);
  return object.json();
}

}  // namespace io
}  // namespace relapse
