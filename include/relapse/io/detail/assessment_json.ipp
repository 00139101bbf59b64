#pragma once

#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/assessment_json.hpp>
#include <relapse/io/timestamp.hpp>
#include <relapse/risk/assessment.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace relapse::io {
namespace detail {

/// A probability that there need not be.
inline void add_or_null(JsonObject& object, std::string_view key,
                        std::optional<double> value) {
  object.add_json(key, value ? json_number(*value) : "null");
}

inline std::string risk_json(const RiskEstimate& risk) {
  JsonObject object;
  object.add("within_days", risk.within.count);
  object.add("probability", risk.probability);
  object.add("low", risk.low);
  object.add("high", risk.high);
  add_or_null(object, "new_lapse", risk.new_lapse);
  add_or_null(object, "relapse", risk.relapse);
  if (risk.leaves_use) object.add("leaves_use", *risk.leaves_use);
  return object.json();
}

inline std::string driver_json(const Driver& driver) {
  JsonObject object;
  object.add("kind", name_of(driver.kind));
  object.add("id", driver.id);
  object.add("contribution", driver.contribution);
  return object.json();
}

inline std::string floor_json(const Floor& floor) {
  JsonObject object;
  object.add("id", floor.id);
  object.add("after", name_of(floor.after));
  object.add_unless_empty("of", floor.of);
  object.add("level", name_of(floor.level));
  object.add_json("since", time_json(floor.since));
  object.add_json("until", floor.until ? time_json(*floor.until) : "null");
  return object.json();
}

inline std::string basis_json(const Model& model) {
  const auto& document = model.document();
  JsonObject object;
  object.add("id", document.id);
  object.add("version", document.version);
  object.add("content_hash", model.content_hash());
  object.add("calibration_status", document.calibration.status);
  object.add("kernel", chosen_set());
  return object.json();
}

inline std::string inputs_json(const Assessment& assessment) {
  const auto& items = assessment.model.document().items;
  std::vector<std::string> used;
  JsonObject missing;
  for (std::size_t i = 0; i < assessment.missing.size(); ++i) {
    const auto& id = items[i].item.id;
    if (const auto& reason = assessment.missing[i]) {
      missing.add(id, name_of(*reason));
    } else {
      used.push_back(id);
    }
  }
  JsonObject object;
  object.add_json("used", json_texts(used));
  object.add_json("missing", missing.json());
  return object.json();
}

inline std::string quality_json(const QualityNote& note) {
  JsonObject object;
  object.add("id", note.id);
  object.add_json("items", json_texts(note.items));
  return object.json();
}

template <class Thing>
std::string things_json(const std::vector<Thing>& things,
                        std::string (*write)(const Thing&)) {
  std::vector<std::string> texts;
  for (const auto& thing : things) texts.push_back(write(thing));
  return json_array(texts);
}

}  // namespace detail

RELAPSE_INLINE std::string to_json(const Assessment& assessment) {
  constexpr int indent = 2;
  const auto& document = assessment.model.document();
  JsonObject stages;
  for (std::size_t s = 0; s < assessment.stages.size(); ++s) {
    stages.add(document.stages[s].id, assessment.stages[s]);
  }
  JsonObject object;
  object.add("schema", "relapse/assessment/1");
  object.add_json("model", detail::basis_json(assessment.model));
  object.add_json("time", time_json(assessment.time));
  object.add_json("stages", stages.json());
  object.add("stage", assessment.stage_id());
  object.add_json("risks", detail::things_json(assessment.risks, detail::risk_json));
  object.add("level", name_of(assessment.level));
  object.add("numeric_level", name_of(assessment.numeric_level));
  object.add("level_risk", assessment.level_risk);
  object.add("level_horizon_days", document.levels.horizon.count);
  object.add("propensity", assessment.propensity);
  if (document.propensity.dimensions == 2)
    object.add("recovery_propensity", assessment.recovery_propensity);
  object.add("log_likelihood", assessment.log_likelihood);
  object.add_json("drivers",
                  detail::things_json(assessment.drivers, detail::driver_json));
  object.add_json("flags", json_texts(assessment.flags));
  object.add_json("floors", detail::things_json(assessment.floors, detail::floor_json));
  object.add_truth("in_use", assessment.in_use);
  object.add_truth("replay_needed", assessment.replay_needed);
  object.add_json("unreadable_flags", json_texts(assessment.unreadable_flags));
  object.add_json("unknown_flags", json_texts(assessment.unknown_flags));
  object.add_truth("lost_tolerance_notice", assessment.lost_tolerance_notice);
  object.add_json("quality",
                  detail::things_json(assessment.quality, detail::quality_json));
  if (assessment.lost_tolerance_until) {
    object.add_json("lost_tolerance_until", time_json(*assessment.lost_tolerance_until));
  }
  object.add_json("inputs", detail::inputs_json(assessment));
  return indented_json(object.json(), indent);
}

}  // namespace relapse::io
