#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/assessment_json.hpp>
#include <relapse/io/detail/field_writer.hpp>
#include <relapse/risk/assessment.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace relapse {

template <>
struct FieldsOf<RiskEstimate> {
  using Risk = RiskEstimate;
  static constexpr std::tuple all{Field{"within_days", &Risk::within, Need::written},
                                  Field{"probability", &Risk::probability, Need::written},
                                  Field{"low", &Risk::low, Need::written},
                                  Field{"high", &Risk::high, Need::written},
                                  Field{"new_use", &Risk::new_use, Need::written},
                                  Field{"relapse", &Risk::relapse, Need::written},
                                  Field{"leaves_use", &Risk::leaves_use}};
};

template <>
struct FieldsOf<Driver> {
  static constexpr std::tuple all{
      Field{"kind", &Driver::kind, Need::written},
      Field{"id", &Driver::id, Need::written},
      Field{"contribution", &Driver::contribution, Need::written}};
};

template <>
struct FieldsOf<OutcomeEstimate> {
  static constexpr std::tuple all{
      Field{"id", &OutcomeEstimate::id, Need::written},
      Field{"probability", &OutcomeEstimate::probability, Need::written},
      Field{"drivers", &OutcomeEstimate::drivers}};
};

template <>
struct FieldsOf<Floor> {
  static constexpr std::tuple all{Field{"id", &Floor::id, Need::written},
                                  Field{"after", &Floor::after, Need::written},
                                  Field{"of", &Floor::of},
                                  Field{"level", &Floor::level, Need::written},
                                  Field{"since", &Floor::since, Need::written},
                                  Field{"until", &Floor::until, Need::written}};
};

template <>
struct FieldsOf<QualityNote> {
  static constexpr std::tuple all{Field{"id", &QualityNote::id, Need::written},
                                  Field{"items", &QualityNote::items, Need::written}};
};

/// All but what is told in the words of the model.
template <>
struct FieldsOf<Assessment> {
  using All = Assessment;
  static constexpr std::tuple all{
      Field{"time", &All::time, Need::written},
      Field{"risks", &All::risks, Need::written},
      Field{"outcomes", &All::outcomes},
      Field{"level", &All::level, Need::written},
      Field{"numeric_level", &All::numeric_level, Need::written},
      Field{"level_risk", &All::level_risk, Need::written},
      Field{"propensity", &All::propensity, Need::written},
      Field{"log_likelihood", &All::log_likelihood, Need::written},
      Field{"drivers", &All::drivers, Need::written},
      Field{"flags", &All::flags, Need::written},
      Field{"floors", &All::floors, Need::written},
      Field{"in_use", &All::in_use, Need::written},
      Field{"replay_needed", &All::replay_needed, Need::written},
      Field{"unreadable_flags", &All::unreadable_flags, Need::written},
      Field{"unknown_flags", &All::unknown_flags, Need::written},
      Field{"lost_tolerance_notice", &All::lost_tolerance_notice, Need::written},
      Field{"quality", &All::quality, Need::written}};
};

namespace io {
namespace detail {

inline std::string basis_json(const Model& model) {
  const auto& document = model.document();
  return JsonObject()
      .add("id", document.id)
      .add("version", document.version)
      .add("content_hash", model.content_hash())
      .add("calibration_status", document.calibration.status)
      .add("kernel", chosen_set())
      .json();
}

inline std::string inputs_json(const Assessment& assessment) {
  const auto& items = assessment.model.document().items;
  std::vector<std::string> used;
  std::vector<std::pair<std::string_view, std::string_view>> left;
  for (std::size_t i = 0; i < assessment.missing.size(); ++i) {
    const auto& id = items[i].item.id;
    if (const auto& reason = assessment.missing[i]) {
      left.emplace_back(id, name_of(*reason));
    } else {
      used.push_back(id);
    }
  }
  // In the order of keys, an object has less to do.
  std::sort(left.begin(), left.end());
  JsonObject missing;
  for (const auto& [id, reason] : left) missing.add(id, reason);
  return JsonObject().add_json("used", json_texts(used)).add("missing", missing).json();
}

}  // namespace detail

RELAPSE_INLINE std::string to_json(const Assessment& assessment, int indent) {
  const auto& document = assessment.model.document();
  JsonObject stages;
  for (std::size_t s = 0; s < assessment.stages.size(); ++s) {
    stages.add(document.stages[s].id, assessment.stages[s]);
  }
  JsonObject object;
  object.add("schema", "relapse/assessment/1");
  object.add_json("model", detail::basis_json(assessment.model));
  object.add("stages", stages);
  object.add("stage", assessment.stage_id());
  object.add("level_horizon_days", document.levels.horizon.count);
  if (document.propensity.dimensions == 2)
    object.add("recovery_propensity", assessment.recovery_propensity);
  if (!document.dimensions.empty()) {
    JsonObject dimensions;
    for (std::size_t k = 0; k < document.dimensions.size(); ++k)
      dimensions.add(document.dimensions[k].id, assessment.dimensions[k]);
    object.add("dimensions", dimensions);
  }
  if (assessment.lost_tolerance_until) {
    object.add_json("lost_tolerance_until", value_json(*assessment.lost_tolerance_until));
  }
  object.add_json("inputs", detail::inputs_json(assessment));
  for_each_field(FieldsOf<Assessment>::all, [&](const auto& field) {
    object.add_json(field.name, value_json(assessment.*field.member));
  });
  return indent > 0 ? indented_json(object.json(), indent) : object.json();
}

}  // namespace io
}  // namespace relapse
