#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/sha256.hpp>
#include <relapse/model/detail/canonical.hpp>
#include <relapse/model/detail/canonical_movement.ipp>
#include <relapse/model/detail/families.hpp>

#include <algorithm>
#include <cstddef>
#include <map>

namespace relapse {
namespace model {

/// The law of one stage.
template <class Law>
std::string given_json(const Law& law, std::size_t stage) {
  if constexpr (has_rows<Law>) {
    return array_json(law.probability.at(stage), json_number);
  } else {
    constexpr auto& numbers = LawOf<Law>::numbers;
    if (numbers.size() == 1) return json_number((law.*numbers[0].by_stage).at(stage));
    JsonObject object;
    for (const auto& number : numbers)
      object.add(number.name, (law.*number.by_stage).at(stage));
    return object.json();
  }
}

inline void add_law(JsonObject& object, const ItemRule& rule,
                    const std::vector<Stage>& stages) {
  object.add("family", name_of(family_of(*rule.emission)));
  JsonObject given;
  visit_law(*rule.emission, [&]<class Law>(LawOf<Law>, const Law& law) {
    if constexpr (has_rows<Law>) {
      object.add_whole("levels", static_cast<std::int64_t>(answer_levels(rule)));
    }
    for (std::size_t s = 0; s < stages.size(); ++s)
      given.add_json(stages[s].id, given_json(law, s));
  });
  object.add_json("given", given.json());
}

inline std::string scale_json(const Scale& scale) {
  return json_array({json_number(scale.first), json_number(scale.second)});
}

inline std::string reference_json(const InstrumentReference& reference) {
  JsonObject object;
  object.add("id", reference.id);
  object.add_unless_empty("item", reference.item);
  object.add_unless_empty("subscale", reference.subscale);
  if (reference.from) object.add_json("from", scale_json(*reference.from));
  if (reference.to) object.add_json("to", scale_json(*reference.to));
  object.add_unless_empty("source", reference.source);
  return object.json();
}

inline std::string item_json(const ItemRule& rule, const std::vector<Stage>& stages) {
  const auto& item = rule.item;
  JsonObject object;
  object.add("id", item.id);
  object.add("role", name_of(item.role));
  object.add_unless_empty("label", item.label);
  object.add_unless_empty("question", item.question);
  if (item.asked) object.add("asked", name_of(*item.asked));
  object.add_unless_empty("home", item.home);
  if (item.scale) {
    object.add_json("scale", scale_json(*item.scale));
  }
  add_list(object, "labels", item.labels, json_string);
  if (item.missing_is_a_level) object.add_truth("missing_is_a_level", true);
  object.add_unless_empty("substance", item.substance);
  object.add_unless_empty("flag", item.flag);
  if (item.raise_at) object.add("raise_at", *item.raise_at);
  if (item.urgent_at) object.add("urgent_at", *item.urgent_at);
  if (item.simulate) {
    JsonObject law;
    law.add("mean", item.simulate->mean);
    law.add("sd_between", item.simulate->sd_between);
    law.add("sd_within", item.simulate->sd_within);
    law.add("half_life_days", item.simulate->half_life_days);
    object.add_json("simulate", law.json());
  }
  if (item.instruments.size() == 1) {
    object.add_json("instrument", reference_json(item.instruments.front()));
  } else {
    add_list(object, "instrument", item.instruments, reference_json);
  }
  object.add_unless_empty("source", item.source);
  if (rule.emission) add_law(object, rule, stages);
  return object.json();
}

/// Adds where a determinant takes its value from.
class OriginJson {
 public:
  explicit OriginJson(JsonObject& object) : object_(object) {}

  void operator()(const FromItem& from) const {
    object_.add("item", from.item);
    if (from.relative_to_own_mean) object_.add("relative_to", "own_mean");
  }
  void operator()(const FromSituation& from) const {
    object_.add("situation", from.situation);
    object_.add("exposure", from.exposure);
    object_.add_unless_empty("efficacy", from.efficacy);
    add_unless(object_, "default_efficacy", from.default_efficacy,
               FromSituation{}.default_efficacy);
  }
  void operator()(BuiltinKind kind) const { object_.add("builtin", name_of(kind)); }

 private:
  JsonObject& object_;
};

/// A memory or an outlook; its default is left out.
template <class Rule>
void add_kind(JsonObject& object, std::string_view key, const Rule& rule) {
  if (rule == Rule{}) return;
  JsonObject inner;
  inner.add("kind", name_of(rule.kind));
  add_unless(inner, "half_life_days", rule.half_life_days, 0.0);
  object.add_json(key, inner.json());
}

inline std::string determinant_json(const DeterminantRule& rule) {
  JsonObject object;
  object.add("id", rule.id);
  object.add_unless_empty("label", rule.label);
  std::visit(OriginJson(object), rule.from);
  add_unless(object, "reference", rule.reference, 0.0);
  add_kind(object, "memory", rule.memory);
  add_kind(object, "outlook", rule.outlook);
  if (!rule.unknown_days.empty()) {
    JsonObject unknown;
    add_list(unknown, "days_since_use", rule.unknown_days, json_number);
    object.add_json("when_unknown", unknown.json());
  }
  object.add_unless_empty("source", rule.source);
  return object.json();
}

inline JsonObject start_effects_json(const std::vector<StartEffect>& effects) {
  std::map<std::string_view, JsonObject> stages;
  for (const auto& [stage, effect] : effects) {
    stages[stage].add(effect.determinant, effect.weight);
  }
  JsonObject object;
  for (const auto& [stage, weights] : stages) object.add_json(stage, weights.json());
  return object;
}

inline std::string cause_json(const FloorRule& rule) {
  JsonObject object;
  switch (rule.after) {
  case FloorCause::use:
    break;
  case FloorCause::item:
    object.add("item", rule.of);
    object.add("at_least", rule.at_least);
    return object.json();
  case FloorCause::flag:
    object.add("flag", rule.of);
    return object.json();
  case FloorCause::silence:
    object.add("silent_days", rule.silent.count);
    return object.json();
  }
  return json_string(name_of(FloorCause::use));
}

inline std::string floor_json(const FloorRule& rule) {
  JsonObject object;
  object.add_json("after", cause_json(rule));
  object.add("level", name_of(rule.level));
  if (rule.lasts) object.add("for_days", rule.lasts->count);
  if (rule.id != default_id(rule)) object.add("id", rule.id);
  object.add_unless_empty("source", rule.source);
  return object.json();
}

inline std::string levels_json(const LevelRule& rule,
                               const std::vector<FloorRule>& floors) {
  JsonObject cuts;
  for (std::size_t i = 0; i < rule.cuts.size(); ++i) {
    cuts.add(Names<RiskLevel>::all[i + 1], rule.cuts[i]);
  }
  JsonObject object;
  object.add("horizon_days", rule.horizon.count);
  object.add_json("cuts", cuts.json());
  add_unless(object, "lower_after_days", rule.lower_after.count,
             LevelRule{}.lower_after.count);
  add_list(object, "floors", floors, floor_json);
  object.add_unless_empty("source", rule.source);
  return object.json();
}

inline std::string safety_json(const SafetyRule& rule) {
  JsonObject object;
  object.add("flag", rule.flag);
  object.add("level", name_of(rule.level));
  object.add_unless_empty("protocol", rule.protocol);
  object.add_unless_empty("source", rule.source);
  return object.json();
}

inline std::string action_json(const Action& action) {
  JsonObject object;
  object.add("id", action.id);
  object.add_unless_empty("label", action.label);
  object.add_unless_empty("family", action.family);
  JsonObject acts_on;
  for (const auto& [determinant, factor] : action.acts_on)
    acts_on.add(determinant, factor);
  add_object(object, "acts_on", acts_on);
  add_unless(object, "for_days", action.lasts.count, Action{}.lasts.count);
  add_list(object, "stages", action.stages, json_string);
  add_list(object, "situations", action.situations, json_string);
  add_list(object, "items", action.items, json_string);
  if (action.quiet_day) object.add_truth("quiet_day", true);
  JsonObject needs;
  add_unless(needs, "minutes", action.needs.minutes, 0.0);
  if (action.needs.contact) needs.add_truth("contact", true);
  needs.add_unless_empty("place", action.needs.place);
  add_object(object, "needs", needs);
  if (action.helpfulness != BetaPrior{}) {
    JsonObject prior;
    prior.add("alpha", action.helpfulness.alpha);
    prior.add("beta", action.helpfulness.beta);
    object.add_json("helpfulness", prior.json());
  }
  object.add_unless_empty("source", action.source);
  return object.json();
}

inline std::string quality_json(const QualityRule& rule) {
  JsonObject together;
  for (const auto& range : rule.together) {
    JsonObject ends;
    if (range.at_least) ends.add("at_least", *range.at_least);
    if (range.at_most) ends.add("at_most", *range.at_most);
    together.add_json(range.item, ends.json());
  }
  JsonObject object;
  object.add("id", rule.id);
  object.add_json("together", together.json());
  object.add_unless_empty("source", rule.source);
  return object.json();
}

inline JsonObject heading_json(const ModelDocument& document) {
  JsonObject object;
  object.add("schema", "relapse/model/1");
  object.add("id", document.id);
  object.add("version", document.version);
  object.add_unless_empty("title", document.title);
  object.add_unless_empty("description", document.description);
  JsonObject calibration;
  calibration.add("status", document.calibration.status);
  calibration.add_unless_empty("source", document.calibration.source);
  object.add_json("calibration", calibration.json());
  JsonObject sources;
  for (const auto& [pointer, text] : document.sources) sources.add(pointer, text);
  add_object(object, "sources", sources);
  return object;
}

}  // namespace model

RELAPSE_INLINE std::string canonical_json(const ModelDocument& document) {
  JsonObject object = model::heading_json(document);
  object.add_json("stages", model::array_json(document.stages, model::stage_json));
  JsonObject initial;
  for (std::size_t s = 0; s < document.stages.size(); ++s) {
    initial.add(document.stages[s].id, document.initial.at(s));
  }
  object.add_json("initial", initial.json());
  object.add_json("transitions",
                  model::array_json(document.transitions, model::transition_json));
  if (document.propensity != PropensityRule{}) {
    object.add_json("propensity", model::propensity_json(document.propensity));
  }
  object.add_json("items", model::array_json(document.items, [&](const ItemRule& rule) {
                    return model::item_json(rule, document.stages);
                  }));
  model::add_list(object, "determinants", document.determinants, model::determinant_json);
  model::add_object(object, "start_effects",
                    model::start_effects_json(document.start_effects));
  object.add_json("horizons_days",
                  model::array_json(document.horizons_days, json_number));
  object.add_json("levels", model::levels_json(document.levels, document.floors));
  model::add_list(object, "safety", document.safety, model::safety_json);
  model::add_list(object, "actions", document.actions, model::action_json);
  model::add_list(object, "quality", document.quality, model::quality_json);
  return object.json();
}

RELAPSE_INLINE std::string content_hash(const ModelDocument& document) {
  return sha256(canonical_json(document));
}

RELAPSE_INLINE void sort_by_key(ModelDocument& document) {
  const auto sort = [](auto& list, auto key) {
    std::sort(list.begin(), list.end(),
              [&](const auto& a, const auto& b) { return key(a) < key(b); });
  };
  const auto determinant = [](const auto& part) {
    return std::string_view(part.determinant);
  };
  for (auto& rule : document.transitions) sort(rule.effects, determinant);
  sort(document.propensity.start,
       [](const auto& tilt) { return std::string_view(tilt.stage); });
  sort(document.propensity.prior, determinant);
  sort(document.start_effects, [](const auto& part) {
    return std::pair<std::string_view, std::string_view>(part.stage,
                                                         part.effect.determinant);
  });
  for (auto& action : document.actions) sort(action.acts_on, determinant);
  for (auto& rule : document.quality) {
    sort(rule.together, [](const auto& range) { return std::string_view(range.item); });
  }
  sort(document.sources,
       [](const auto& source) { return std::string_view(source.first); });
}

}  // namespace relapse
