#pragma once

#include <relapse/care/contact_rules.hpp>
#include <relapse/io/detail/field_writer.hpp>
#include <relapse/plan/merge.hpp>

#include <tuple>

/// What both a view and the line of a closed log tell.
namespace relapse {

template <>
struct FieldsOf<Message> {
  static constexpr std::tuple all{Field{"message", &Message::kind, Need::required},
                                  Field{"contact", &Message::contact, Need::written},
                                  Field{"rule", &Message::rule, Need::written},
                                  Field{"at", &Message::at, Need::required}};
};

/// Where versions disagree; the values stand in the plan and its history.
template <>
struct FieldsOf<PlanConflict> {
  static constexpr std::tuple all{Field{"part", &PlanConflict::part, Need::required},
                                  Field{"entry", &PlanConflict::entry},
                                  Field{"field", &PlanConflict::field}};
};

}  // namespace relapse
