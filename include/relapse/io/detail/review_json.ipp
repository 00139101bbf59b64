#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/detail/care_json.hpp>
#include <relapse/io/detail/field_writer.hpp>
#include <relapse/io/review_json.hpp>

#include <tuple>

namespace relapse {

template <>
struct FieldsOf<LeadingSign> {
  using Sign = LeadingSign;
  static constexpr std::tuple all{Field{"item", &Sign::item, Need::written},
                                  Field{"rises", &Sign::rises, Need::written},
                                  Field{"preceded", &Sign::preceded, Need::written},
                                  Field{"lead_days", &Sign::lead_days, Need::written},
                                  Field{"p_value", &Sign::p_value, Need::written},
                                  Field{"adjusted", &Sign::adjusted, Need::written}};
};

template <>
struct FieldsOf<SituationCount> {
  using Met = SituationCount;
  static constexpr std::tuple all{Field{"code", &Met::code, Need::written},
                                  Field{"times", &Met::times, Need::written},
                                  Field{"in_plan", &Met::in_plan, Need::written}};
};

template <>
struct FieldsOf<ActionReview> {
  using Each = ActionReview;
  static constexpr std::tuple all{Field{"action", &Each::action, Need::written},
                                  Field{"words", &Each::words, Need::written},
                                  Field{"tried", &Each::tried, Need::written},
                                  Field{"not_tried", &Each::not_tried, Need::written},
                                  Field{"helped", &Each::helped, Need::written},
                                  Field{"in_plan", &Each::in_plan, Need::written},
                                  Field{"verdict", &Each::verdict, Need::written}};
};

template <>
struct FieldsOf<ReviewDue> {
  static constexpr std::tuple all{Field{"occasion", &ReviewDue::occasion, Need::written},
                                  Field{"at", &ReviewDue::at, Need::written},
                                  Field{"due", &ReviewDue::due, Need::written},
                                  Field{"next", &ReviewDue::next}};
};

template <>
struct FieldsOf<Review> {
  static constexpr std::tuple all{
      Field{"person", &Review::person, Need::written},
      Field{"now", &Review::now, Need::written},
      Field{"check_ins", &Review::check_ins, Need::written},
      Field{"answered", &Review::answered, Need::written},
      Field{"longest_gap_days", &Review::longest_gap, Need::written},
      Field{"rises", &Review::rises, Need::written},
      Field{"signs", &Review::signs, Need::written},
      Field{"situations", &Review::situations, Need::written},
      Field{"actions", &Review::actions, Need::written},
      Field{"proposals", &Review::proposals, Need::written},
      Field{"due", &Review::due, Need::written},
      Field{"ahead", &Review::ahead}};
};

RELAPSE_INLINE std::string io::to_json(const Review& review) {
  return document_json("relapse/review/1", review);
}

}  // namespace relapse
