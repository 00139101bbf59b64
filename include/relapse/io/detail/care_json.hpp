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
  return JsonObject()
      .add("words", suggestion.words)
      .add("reason", suggestion.reason)
      .add("change", suggestion.change)
      .add("level_change", suggestion.level_change)
      .add_json("acts_on", json_texts(suggestion.acts_on))
      .add_truth("from_plan", suggestion.from_plan)
      .add_unless_empty("if_then", suggestion.if_then)
      .add_unless_empty("contact", suggestion.contact)
      .add_unless_empty("need", suggestion.need)
      .add_unless_empty("source", suggestion.source);
}

inline std::string finding_json(const PlanFinding& finding) {
  return JsonObject()
      .add("gap", name_of(finding.gap))
      .add_unless_empty("entry", finding.entry)
      .add("words", finding.words)
      .json();
}

}  // namespace io
}  // namespace relapse
