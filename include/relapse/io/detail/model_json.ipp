#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/detail/model_items_json.ipp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/model/detail/canonical.hpp>
#include <relapse/model/detail/check.hpp>

#include <nlohmann/json.hpp>

#include <span>
#include <utility>

namespace relapse::io {
namespace detail {

/// A key that has one word only.
inline void require_word(const Node& node, std::string_view word) {
  const std::string_view words[] = {word};
  if (node.text() != word) node.refuse_word(words);
}

template <class From>
Fields determinant_fields(const Node& node) {
  const TableKeys keys(FieldsOf<From>::all);
  return fields_of<DeterminantRule>(node, keys.required, keys.optional);
}

}  // namespace detail

/// Which keys a determinant has depends on where its value comes from.
inline void take_value(const Node& node, DeterminantRule& rule) {
  if (node.has("situation")) {
    const Fields fields = detail::determinant_fields<FromSituation>(node);
    read_fields(fields, rule);
    read_fields(fields, rule.from.emplace<FromSituation>());
  } else if (node.has("builtin")) {
    const Fields fields = fields_of<DeterminantRule>(node, {"builtin"});
    read_fields(fields, rule);
    rule.from = fields["builtin"].choice<BuiltinKind>();
  } else {
    const Fields fields = detail::determinant_fields<FromItem>(node);
    read_fields(fields, rule);
    read_fields(fields, rule.from.emplace<FromItem>());
  }
}

namespace detail {

/// What a floor rests on: a word, or an object that says of what.
inline void read_cause(const Node& node, FloorRule& rule) {
  if (node.is_text()) return require_word(node, name_of(FloorCause::use));
  if (node.has("item")) {
    const Fields fields(node, {"item"}, {"at_least", "at_most", "newly"});
    rule.after = FloorCause::item;
    take_value(fields["item"], rule.of);
    if (fields.has("at_least")) take_value(fields["at_least"], rule.at_least.emplace());
    if (fields.has("at_most")) take_value(fields["at_most"], rule.at_most.emplace());
    if (fields.has("newly")) take_value(fields["newly"], rule.newly);
  } else if (node.has("flag")) {
    const Fields fields(node, {"flag"});
    rule.after = FloorCause::flag;
    take_value(fields["flag"], rule.of);
  } else {
    const Fields fields(node, {"silent_days"});
    rule.after = FloorCause::silence;
    take_value(fields["silent_days"], rule.silent);
  }
}

}  // namespace detail

inline void take_value(const Node& node, FloorRule& rule) {
  const Fields fields = fields_of<FloorRule>(node, {"after"}, {"id"});
  detail::read_cause(fields["after"], rule);
  read_fields(fields, rule);
  rule.id = default_id(rule);
  if (fields.has("id")) rule.id = fields["id"].text();
}

/// Five nodes where a propensity is stated without a word of them.
inline void take_value(const Node& node, PropensityRule& rule) {
  rule.nodes = 5;
  take_entry(node, rule);
}

namespace detail {

/// A level by its number or label, a count, or null for a missing answer.
inline void read_outcome_answer(const Node& node, const std::vector<ItemRule>& items,
                                OutcomeRule& rule) {
  if (node.is_null()) {
    rule.or_missing = true;
    return;
  }
  if (!node.is_text()) return take_value(node, rule.answers.emplace_back());
  const int item = index_of(items, rule.item);
  static const std::vector<std::string> none;
  const auto& labels =
      item < 0 ? none : items[static_cast<std::size_t>(item)].item.labels;
  const auto label = std::find(labels.begin(), labels.end(), node.text());
  if (label == labels.end())
    node.refuse(json_string(node.text()), "a number, or a label of the item");
  rule.answers.push_back(static_cast<double>(label - labels.begin()));
}

inline OutcomeRule read_outcome(const Node& node, const std::vector<ItemRule>& items) {
  OutcomeRule rule;
  const Fields fields = fields_of<OutcomeRule>(node, {}, {"answer"});
  read_fields(fields, rule);
  if (!fields.has("answer")) return rule;
  const Node answer = fields["answer"];
  if (!answer.is_list()) {
    read_outcome_answer(answer, items, rule);
    return rule;
  }
  for (const auto& one : answer.list()) read_outcome_answer(one, items, rule);
  return rule;
}

inline void read_levels(const Node& node, ModelDocument& document) {
  const auto words = std::span(Names<RiskLevel>::all).subspan(1);
  const Fields fields = fields_of<LevelRule>(node, {"cuts"}, {"floors"});
  const Fields cuts(fields["cuts"], {words.begin(), words.end()});
  read_fields(fields, document.levels);
  for (std::size_t i = 0; i < words.size(); ++i) {
    take_value(cuts[words[i]], document.levels.cuts[i]);
  }
  if (fields.has("floors")) take_value(fields["floors"], document.floors);
}

inline void read_start(const Fields& fields, ModelDocument& document) {
  for (const auto& node : by_stage(fields["initial"], document.stages)) {
    document.initial.push_back(node.number());
  }
  if (!fields.has("start_effects")) return;
  for (const auto& [stage, effects] : fields["start_effects"].members()) {
    for (const auto& [determinant, weight] : effects.members())
      document.start_effects.push_back({stage, {determinant, weight.number()}});
  }
}

}  // namespace detail

RELAPSE_INLINE ModelDocument parse_model_document(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields =
      root_of<ModelDocument>(parsed, "relapse/model/1", {"initial", "items", "levels"},
                             {"start_effects", "outcomes"});
  ModelDocument document;
  read_fields(fields, document);
  // What follows is stored by stage: their number must be in bounds first.
  check_stages(document);
  detail::read_start(fields, document);
  for (const auto& node : fields["items"].list())
    document.items.push_back(detail::read_item(node, document.stages));
  if (fields.has("outcomes")) {
    for (const auto& node : fields["outcomes"].list())
      document.outcomes.push_back(detail::read_outcome(node, document.items));
  }
  detail::read_levels(fields["levels"], document);
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
