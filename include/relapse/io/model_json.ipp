#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/json_text.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/document_reader.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/model/canonical.hpp>
#include <relapse/model/check.hpp>
#include <relapse/model/index.hpp>

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

/// The members of an object with a key for each stage, in the order of the stages.
inline std::vector<Node> by_stage(const Node& node, const std::vector<Stage>& stages) {
  for (const auto& [key, member] : node.members()) {
    if (model::index_of(stages, key) < 0) {
      member.refuse("for an unknown stage", "for a stage of the model");
    }
  }
  std::vector<Node> members;
  for (const auto& stage : stages) {
    if (!node.has(stage.id)) refuse(node.at() / stage.id, "missing", "given");
    members.push_back(node[stage.id]);
  }
  return members;
}

inline std::vector<Effect> read_effects(const Node& node) {
  std::vector<Effect> effects;
  for (const auto& [key, weight] : node.members()) effects.push_back({key, weight.number()});
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
  const Fields fields(node, {}, {"nodes", "loadings", "start", "prior", "source"});
  PropensityRule rule;
  rule.nodes = default_nodes;
  if (fields.has("nodes")) {
    rule.nodes = fields["nodes"].whole(1, std::numeric_limits<int>::max());
  }
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

/// Two named numbers a stage.
inline void read_pairs(const std::vector<Node>& given, std::string_view second_key,
                       std::vector<double>& means, std::vector<double>& seconds) {
  for (const auto& node : given) {
    const Fields fields(node, {"mean", second_key});
    means.push_back(fields["mean"].number());
    seconds.push_back(fields[second_key].number());
  }
}

inline Emission read_emission(Family family, const std::vector<Node>& given) {
  const auto numbers = [&] {
    std::vector<double> values;
    for (const auto& node : given) values.push_back(node.number());
    return values;
  };
  switch (family) {
    case Family::bernoulli: return Bernoulli{numbers()};
    case Family::poisson: return Poisson{numbers()};
    case Family::categorical: {
      Categorical law;
      for (const auto& node : given) law.probability.push_back(node.numbers());
      return law;
    }
    case Family::negative_binomial: {
      NegativeBinomial law;
      read_pairs(given, "dispersion", law.mean, law.dispersion);
      return law;
    }
    case Family::normal: break;
  }
  Normal law;
  read_pairs(given, "sd", law.mean, law.sd);
  return law;
}

/// The number of levels is stated beside the rows, so that a row cut short shows.
inline void check_levels(const Fields& fields, const Categorical& law,
                         const std::vector<Node>& given, bool missing_is_a_level) {
  constexpr int many = 1'000'000;
  const int entries = fields["levels"].whole(2, many) + (missing_is_a_level ? 1 : 0);
  for (std::size_t s = 0; s < given.size(); ++s) {
    const std::size_t found = law.probability[s].size();
    if (found == static_cast<std::size_t>(entries)) continue;
    given[s].refuse("a list of " + std::to_string(found),
                    "one of " + std::to_string(entries) + ", as `levels` says");
  }
}

inline void read_law(const Fields& fields, const std::vector<Stage>& stages, ItemRule& rule) {
  if (!fields.has("family")) {
    for (const auto key : {"given", "levels"}) {
      if (fields.has(key)) fields[key].refuse("there", "left out without a family");
    }
    return;
  }
  const Node node = fields["family"];
  if (!fields.has("given")) refuse(fields.node().at() / "given", "missing", "given");
  const auto given = by_stage(fields["given"], stages);
  rule.emission = read_emission(node.choice<Family>(), given);
  if (!fields.has("levels")) return;
  const auto* law = std::get_if<Categorical>(&*rule.emission);
  if (law == nullptr) fields["levels"].refuse("there", "left out for this family");
  check_levels(fields, *law, given, rule.item.missing_is_a_level);
}

inline Scale read_scale(const Node& node) {
  const auto ends = node.numbers();
  if (ends.size() != 2) node.refuse("a list of " + std::to_string(ends.size()), "two numbers");
  return {ends[0], ends[1]};
}

inline SimulationLaw read_simulation(const Node& node) {
  const Fields fields(node, {"mean", "sd_between", "sd_within", "half_life_days"});
  SimulationLaw law;
  fields.read("mean", law.mean);
  fields.read("sd_between", law.sd_between);
  fields.read("sd_within", law.sd_within);
  fields.read("half_life_days", law.half_life_days);
  return law;
}

inline ItemRule read_item(const Node& node, const std::vector<Stage>& stages) {
  const Fields fields(node, {"id", "role"},
                      {"label", "home", "scale", "labels", "missing_is_a_level", "substance",
                       "flag", "raise_at", "simulate", "source", "family", "levels", "given"});
  ItemRule rule;
  Item& item = rule.item;
  fields.read("id", item.id);
  fields.read("role", item.role);
  fields.read("label", item.label);
  fields.read("home", item.home);
  if (fields.has("scale")) item.scale = read_scale(fields["scale"]);
  fields.read("labels", item.labels);
  fields.read("missing_is_a_level", item.missing_is_a_level);
  fields.read("substance", item.substance);
  fields.read("flag", item.flag);
  fields.read("raise_at", item.raise_at);
  if (fields.has("simulate")) item.simulate = read_simulation(fields["simulate"]);
  fields.read("source", item.source);
  read_law(fields, stages, rule);
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
                  {"label", "efficacy", "default_efficacy", "reference", "memory", "outlook",
                   "source"});
  }
  if (node.has("builtin")) {
    return Fields(node, {"id", "builtin"},
                  {"label", "reference", "memory", "outlook", "source"});
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
  fields.read("source", rule.source);
  return rule;
}

inline std::vector<StartEffect> read_start_effects(const Node& node) {
  std::vector<StartEffect> effects;
  for (const auto& [stage, inner] : node.members()) {
    for (auto& effect : read_effects(inner)) effects.push_back({stage, std::move(effect)});
  }
  return effects;
}

inline LevelRule read_levels(const Node& node) {
  const Fields fields(node, {"horizon_days", "cuts"}, {"lower_after_days", "source"});
  const Fields cuts(fields["cuts"], {"guarded", "elevated", "high", "critical"});
  LevelRule rule;
  fields.read("horizon_days", rule.horizon);
  for (std::size_t i = 0; i < rule.cuts.size(); ++i) {
    cuts.read(Names<RiskLevel>::all[i + 1], rule.cuts[i]);
  }
  fields.read("lower_after_days", rule.lower_after);
  fields.read("source", rule.source);
  return rule;
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
                       "needs", "helpfulness", "source"});
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
  if (fields.has("needs")) action.needs = read_needs(fields["needs"]);
  if (fields.has("helpfulness")) {
    const Fields prior(fields["helpfulness"], {"alpha", "beta"});
    prior.read("alpha", action.helpfulness.alpha);
    prior.read("beta", action.helpfulness.beta);
  }
  fields.read("source", action.source);
  return action;
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
  const Fields fields = read_root(
      parsed, "relapse/model/1",
      {"schema", "id", "version", "stages", "initial", "transitions", "items", "horizons_days",
       "levels", "calibration"},
      {"title", "description", "propensity", "determinants", "start_effects", "safety",
       "actions", "sources"});
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
  document.levels = detail::read_levels(fields["levels"]);
  fields.read("safety", document.safety, detail::read_safety);
  fields.read("actions", document.actions, detail::read_action);
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

RELAPSE_INLINE std::string to_json(const Model& model) { return to_json(model.document()); }

RELAPSE_INLINE void save_model(const Model& model, const std::filesystem::path& file) {
  write_file(file, to_json(model) + '\n');
}

}  // namespace relapse::io
