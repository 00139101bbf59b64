#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/detail/model_items_json.ipp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/model/detail/canonical.hpp>
#include <relapse/model/detail/check.hpp>

#include <nlohmann/json.hpp>

#include <limits>

namespace relapse::io {
namespace detail {

inline Stage read_stage(const Node& node) {
  const Fields fields(node, {"id"}, {"use", "label"});
  Stage stage;
  fields.read("id", stage.id);
  fields.read("use", stage.use);
  fields.read("label", stage.label);
  return stage;
}

inline std::vector<Effect> read_effects(const Node& node) {
  std::vector<Effect> effects;
  for (const auto& [key, weight] : node.members())
    effects.push_back({key, weight.number()});
  return effects;
}

inline TransitionRule read_transition(const Node& node) {
  const Fields fields(node, {"from", "to", "rate"},
                      {"direction", "effects", "max_rate", "source"});
  TransitionRule rule;
  fields.read("from", rule.from);
  fields.read("to", rule.to);
  fields.read("rate", rule.rate);
  fields.read("direction", rule.direction);
  if (fields.has("effects")) rule.effects = read_effects(fields["effects"]);
  fields.read("max_rate", rule.max_rate);
  fields.read("source", rule.source);
  return rule;
}

inline PropensityRule read_propensity(const Node& node) {
  constexpr int default_nodes = 5;
  const Fields fields(node, {},
                      {"nodes", "dimensions", "loadings", "start", "prior", "source"});
  PropensityRule rule;
  rule.nodes = default_nodes;
  if (fields.has("nodes")) {
    rule.nodes = fields["nodes"].whole(1, std::numeric_limits<int>::max());
  }
  if (fields.has("dimensions")) rule.dimensions = fields["dimensions"].whole(1, 2);
  if (fields.has("loadings")) {
    const Fields loadings(fields["loadings"], {}, {"toward_use", "recovery"});
    loadings.read("toward_use", rule.toward_use);
    loadings.read("recovery", rule.recovery);
  }
  if (fields.has("start")) {
    for (const auto& [key, weight] : fields["start"].members()) {
      rule.start.push_back({key, weight.number()});
    }
  }
  if (fields.has("prior")) rule.prior = read_effects(fields["prior"]);
  fields.read("source", rule.source);
  return rule;
}

/// A memory or an outlook.
template <class Rule>
Rule read_kind(const Node& node) {
  const Fields fields(node, {"kind"}, {"half_life_days"});
  Rule rule;
  fields.read("kind", rule.kind);
  fields.read("half_life_days", rule.half_life_days);
  return rule;
}

inline FromItem read_from_item(const Fields& fields) {
  FromItem from;
  fields.read("item", from.item);
  if (fields.has("relative_to")) {
    constexpr std::string_view words[] = {"own_mean"};
    const Node node = fields["relative_to"];
    if (node.text() != words[0]) node.refuse_word(words);
    from.relative_to_own_mean = true;
  }
  return from;
}

inline FromSituation read_from_situation(const Fields& fields) {
  FromSituation from;
  fields.read("situation", from.situation);
  fields.read("exposure", from.exposure);
  fields.read("efficacy", from.efficacy);
  fields.read("default_efficacy", from.default_efficacy);
  return from;
}

/// Which keys a determinant has depends on where its value comes from.
inline Fields determinant_fields(const Node& node) {
  if (node.has("situation")) {
    return Fields(node, {"id", "situation", "exposure"},
                  {"label", "efficacy", "default_efficacy", "reference", "memory",
                   "outlook", "source"});
  }
  if (node.has("builtin")) {
    return Fields(node, {"id", "builtin"},
                  {"label", "reference", "memory", "outlook", "when_unknown", "source"});
  }
  return Fields(node, {"id", "item"},
                {"label", "relative_to", "reference", "memory", "outlook", "source"});
}

inline DeterminantRule read_determinant(const Node& node) {
  const Fields fields = determinant_fields(node);
  DeterminantRule rule;
  if (fields.has("situation")) {
    rule.from = read_from_situation(fields);
  } else if (fields.has("builtin")) {
    rule.from = fields["builtin"].choice<BuiltinKind>();
  } else {
    rule.from = read_from_item(fields);
  }
  fields.read("id", rule.id);
  fields.read("label", rule.label);
  fields.read("reference", rule.reference);
  if (fields.has("memory")) rule.memory = read_kind<MemoryRule>(fields["memory"]);
  if (fields.has("outlook")) rule.outlook = read_kind<OutlookRule>(fields["outlook"]);
  if (fields.has("when_unknown")) {
    const Fields unknown(fields["when_unknown"], {"days_since_use"});
    rule.unknown_days = unknown["days_since_use"].numbers();
  }
  fields.read("source", rule.source);
  return rule;
}

inline std::vector<StartEffect> read_start_effects(const Node& node) {
  std::vector<StartEffect> effects;
  for (const auto& [stage, inner] : node.members()) {
    for (auto& effect : read_effects(inner))
      effects.push_back({stage, std::move(effect)});
  }
  return effects;
}

/// What a floor rests on: a word, or an object that says of what.
inline void read_cause(const Node& node, FloorRule& rule) {
  if (node.is_text()) {
    constexpr std::string_view words[] = {"use"};
    if (node.text() != words[0]) node.refuse_word(words);
    return;
  }
  if (node.has("item")) {
    const Fields fields(node, {"item", "at_least"});
    rule.after = FloorCause::item;
    fields.read("item", rule.of);
    fields.read("at_least", rule.at_least);
  } else if (node.has("flag")) {
    const Fields fields(node, {"flag"});
    rule.after = FloorCause::flag;
    fields.read("flag", rule.of);
  } else {
    const Fields fields(node, {"silent_days"});
    rule.after = FloorCause::silence;
    fields.read("silent_days", rule.silent);
  }
}

inline FloorRule read_floor(const Node& node) {
  const Fields fields(node, {"after", "level"}, {"id", "for_days", "source"});
  FloorRule rule;
  read_cause(fields["after"], rule);
  fields.read("level", rule.level);
  if (fields.has("for_days")) rule.lasts = Days{fields["for_days"].number()};
  rule.id = default_id(rule);
  fields.read("id", rule.id);
  fields.read("source", rule.source);
  return rule;
}

inline void read_levels(const Node& node, ModelDocument& document) {
  const Fields fields(node, {"horizon_days", "cuts"},
                      {"lower_after_days", "floors", "source"});
  const Fields cuts(fields["cuts"], {"guarded", "elevated", "high", "critical"});
  LevelRule& rule = document.levels;
  fields.read("horizon_days", rule.horizon);
  for (std::size_t i = 0; i < rule.cuts.size(); ++i) {
    cuts.read(Names<RiskLevel>::all[i + 1], rule.cuts[i]);
  }
  fields.read("lower_after_days", rule.lower_after);
  fields.read("floors", document.floors, read_floor);
  fields.read("source", rule.source);
}

inline SafetyRule read_safety(const Node& node) {
  const Fields fields(node, {"flag", "level"}, {"protocol", "source"});
  SafetyRule rule;
  fields.read("flag", rule.flag);
  fields.read("level", rule.level);
  fields.read("protocol", rule.protocol);
  fields.read("source", rule.source);
  return rule;
}

inline ActionNeeds read_needs(const Node& node) {
  const Fields fields(node, {}, {"minutes", "contact", "place"});
  ActionNeeds needs;
  fields.read("minutes", needs.minutes);
  fields.read("contact", needs.contact);
  fields.read("place", needs.place);
  return needs;
}

inline Action read_action(const Node& node) {
  const Fields fields(node, {"id"},
                      {"label", "family", "acts_on", "for_days", "stages", "situations",
                       "items", "quiet_day", "needs", "helpfulness", "source"});
  Action action;
  fields.read("id", action.id);
  fields.read("label", action.label);
  fields.read("family", action.family);
  if (fields.has("acts_on")) {
    for (const auto& [key, factor] : fields["acts_on"].members()) {
      action.acts_on.push_back({key, factor.number()});
    }
  }
  fields.read("for_days", action.lasts);
  fields.read("stages", action.stages);
  fields.read("situations", action.situations);
  fields.read("items", action.items);
  fields.read("quiet_day", action.quiet_day);
  if (fields.has("needs")) action.needs = read_needs(fields["needs"]);
  if (fields.has("helpfulness")) {
    const Fields prior(fields["helpfulness"], {"alpha", "beta"});
    prior.read("alpha", action.helpfulness.alpha);
    prior.read("beta", action.helpfulness.beta);
  }
  fields.read("source", action.source);
  return action;
}

inline QualityRule read_quality(const Node& node) {
  const Fields fields(node, {"id", "together"}, {"source"});
  QualityRule rule;
  fields.read("id", rule.id);
  for (const auto& [item, ends] : fields["together"].members()) {
    const Fields range(ends, {}, {"at_least", "at_most"});
    AnswerRange& answer = rule.together.emplace_back();
    answer.item = item;
    range.read("at_least", answer.at_least);
    range.read("at_most", answer.at_most);
  }
  fields.read("source", rule.source);
  return rule;
}

inline void read_heading(const Fields& fields, ModelDocument& document) {
  fields.read("id", document.id);
  fields.read("version", document.version);
  fields.read("title", document.title);
  fields.read("description", document.description);
  const Fields calibration(fields["calibration"], {"status"}, {"source"});
  calibration.read("status", document.calibration.status);
  calibration.read("source", document.calibration.source);
  if (!fields.has("sources")) return;
  for (const auto& [pointer, text] : fields["sources"].members()) {
    document.sources.emplace_back(pointer, text.text());
  }
}

}  // namespace detail

RELAPSE_INLINE ModelDocument parse_model_document(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields =
      read_root(parsed, "relapse/model/1",
                {"schema", "id", "version", "stages", "initial", "transitions", "items",
                 "horizons_days", "levels", "calibration"},
                {"title", "description", "propensity", "determinants", "start_effects",
                 "safety", "actions", "quality", "sources"});
  ModelDocument document;
  detail::read_heading(fields, document);
  fields.read("stages", document.stages, detail::read_stage);
  // What follows is stored by stage: their number must be in bounds first.
  check_stages(document);
  for (const auto& node : detail::by_stage(fields["initial"], document.stages)) {
    document.initial.push_back(node.number());
  }
  fields.read("transitions", document.transitions, detail::read_transition);
  if (fields.has("propensity")) {
    document.propensity = detail::read_propensity(fields["propensity"]);
  }
  fields.read("items", document.items,
              [&](const Node& node) { return detail::read_item(node, document.stages); });
  fields.read("determinants", document.determinants, detail::read_determinant);
  if (fields.has("start_effects")) {
    document.start_effects = detail::read_start_effects(fields["start_effects"]);
  }
  fields.read("horizons_days", document.horizons_days);
  detail::read_levels(fields["levels"], document);
  fields.read("safety", document.safety, detail::read_safety);
  fields.read("actions", document.actions, detail::read_action);
  fields.read("quality", document.quality, detail::read_quality);
  return document;
}

RELAPSE_INLINE Model parse_model(std::string_view json) {
  return Model(parse_model_document(json));
}

RELAPSE_INLINE Model load_model(const std::filesystem::path& file) {
  return parse_model(read_file(file));
}

RELAPSE_INLINE std::string to_json(const ModelDocument& document, int indent) {
  check(document);
  return indented_json(canonical_json(document), indent);
}

RELAPSE_INLINE std::string to_json(const Model& model) {
  return to_json(model.document());
}

RELAPSE_INLINE void save_model(const Model& model, const std::filesystem::path& file) {
  write_file(file, to_json(model) + '\n');
}

}  // namespace relapse::io
