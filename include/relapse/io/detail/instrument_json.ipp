#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/instrument_json.hpp>

#include <nlohmann/json.hpp>

#include <limits>

namespace relapse::io {
namespace detail {

template <class Rule>
void read_evidence(const Fields& fields, Rule& rule) {
  fields.read("source", rule.source);
  fields.read("mark", rule.mark);
}

inline InstrumentItem read_instrument_item(const Node& node) {
  const Fields fields(node, {"id", "label", "range"},
                      {"step", "points", "flag", "raise_at", "loinc"});
  InstrumentItem item;
  item.id = read_item_id(fields["id"]);
  fields.read("label", item.label);
  const Node range = fields["range"];
  const auto ends = range.numbers();
  if (ends.size() != 2)
    range.refuse("a list of " + std::to_string(ends.size()), "two numbers");
  item.lowest = ends[0];
  item.highest = ends[1];
  fields.read("step", item.step);
  fields.read("points", item.points);
  fields.read("flag", item.flag);
  fields.read("raise_at", item.raise_at);
  fields.read("loinc", item.loinc);
  return item;
}

inline SkipRule read_skip(const Node& node) {
  const Fields fields(node, {"when_zero", "not_asked", "source", "mark"});
  SkipRule rule;
  fields.read("when_zero", rule.when_zero, read_item_id);
  fields.read("not_asked", rule.not_asked, read_item_id);
  read_evidence(fields, rule);
  return rule;
}

inline MissingRule read_missing_rule(const Node& node) {
  const Fields fields(node, {"kind", "source", "mark"}, {"at_most"});
  MissingRule rule;
  fields.read("kind", rule.kind);
  if (fields.has("at_most"))
    rule.at_most = fields["at_most"].whole(1, std::numeric_limits<int>::max());
  read_evidence(fields, rule);
  return rule;
}

inline Bands read_bands(const Node& node) {
  const Fields fields(node, {"of", "source", "mark"});
  Bands bands;
  fields.read("of", bands.of, [](const Node& element) {
    const Fields inner(element, {"id", "from"}, {"label"});
    Band band{inner["id"].text(), inner["from"].number()};
    inner.read("label", band.label);
    return band;
  });
  read_evidence(fields, bands);
  return bands;
}

inline CutOff read_cut_off(const Node& node) {
  const Fields fields(node, {"id", "source", "mark"},
                      {"label", "at_least", "at_most", "sensitivity", "specificity"});
  CutOff cut;
  fields.read("id", cut.id);
  fields.read("label", cut.label);
  fields.read("at_least", cut.at_least);
  fields.read("at_most", cut.at_most);
  fields.read("sensitivity", cut.sensitivity);
  fields.read("specificity", cut.specificity);
  read_evidence(fields, cut);
  return cut;
}

inline ProbabilityTable read_probability(const Node& node) {
  const Fields fields(node, {"outcome", "columns", "rows", "source"});
  ProbabilityTable table;
  fields.read("outcome", table.outcome);
  fields.read("columns", table.columns, [](const Node& element) {
    const Fields column(element, {"id", "label"});
    return ProbabilityColumn{column["id"].text(), column["label"].text()};
  });
  fields.read("rows", table.rows, [](const Node& element) {
    const Fields row(element, {"from", "published", "mark"});
    return ProbabilityRow{row["from"].number(), row["published"].numbers(),
                          row["mark"].choice<Mark>()};
  });
  fields.read("source", table.source);
  return table;
}

inline Subscale read_subscale(const Node& node) {
  const Fields fields(
      node, {"id", "label", "method", "items", "higher_is", "missing", "source", "mark"},
      {"reversed", "thresholds", "bands", "cut_offs", "probability", "loinc"});
  Subscale subscale;
  fields.read("id", subscale.id);
  fields.read("label", subscale.label);
  fields.read("method", subscale.method);
  fields.read("items", subscale.items, read_item_id);
  fields.read("reversed", subscale.reversed, read_item_id);
  if (fields.has("thresholds")) {
    for (const auto& [item, value] : fields["thresholds"].members())
      subscale.thresholds.emplace_back(item, value.number());
  }
  fields.read("higher_is", subscale.higher_is);
  subscale.missing = read_missing_rule(fields["missing"]);
  if (fields.has("bands")) subscale.bands = read_bands(fields["bands"]);
  fields.read("cut_offs", subscale.cut_offs, read_cut_off);
  if (fields.has("probability"))
    subscale.probability = read_probability(fields["probability"]);
  fields.read("loinc", subscale.loinc);
  read_evidence(fields, subscale);
  return subscale;
}

template <class Rule>
void add_evidence(JsonObject& object, const Rule& rule) {
  object.add("source", rule.source);
  object.add("mark", name_of(rule.mark));
}

template <class Element, class Write>
void add_written(JsonObject& object, std::string_view key,
                 const std::vector<Element>& elements, Write write) {
  if (elements.empty()) return;
  std::vector<std::string> texts;
  for (const auto& element : elements) texts.push_back(write(element));
  object.add_json(key, json_array(texts));
}

inline std::string instrument_item_json(const InstrumentItem& item) {
  JsonObject object;
  object.add("id", item.id);
  object.add("label", item.label);
  object.add_json("range",
                  json_array({json_number(item.lowest), json_number(item.highest)}));
  if (item.step != InstrumentItem{}.step) object.add("step", item.step);
  add_written(object, "points", item.points, json_number);
  object.add_unless_empty("flag", item.flag);
  if (item.raise_at) object.add("raise_at", *item.raise_at);
  object.add_unless_empty("loinc", item.loinc);
  return object.json();
}

inline std::string skip_json(const SkipRule& rule) {
  JsonObject object;
  object.add_json("when_zero", json_texts(rule.when_zero));
  object.add_json("not_asked", json_texts(rule.not_asked));
  add_evidence(object, rule);
  return object.json();
}

inline std::string missing_rule_json(const MissingRule& rule) {
  JsonObject object;
  object.add("kind", name_of(rule.kind));
  if (rule.at_most > 0) object.add_whole("at_most", rule.at_most);
  add_evidence(object, rule);
  return object.json();
}

inline std::string bands_json(const Bands& bands) {
  JsonObject object;
  add_written(object, "of", bands.of, [](const Band& band) {
    JsonObject inner;
    inner.add("id", band.id);
    inner.add_unless_empty("label", band.label);
    inner.add("from", band.from);
    return inner.json();
  });
  add_evidence(object, bands);
  return object.json();
}

inline std::string cut_off_json(const CutOff& cut) {
  JsonObject object;
  object.add("id", cut.id);
  object.add_unless_empty("label", cut.label);
  if (cut.at_least) object.add("at_least", *cut.at_least);
  if (cut.at_most) object.add("at_most", *cut.at_most);
  if (cut.sensitivity) object.add("sensitivity", *cut.sensitivity);
  if (cut.specificity) object.add("specificity", *cut.specificity);
  add_evidence(object, cut);
  return object.json();
}

inline std::string probability_json(const ProbabilityTable& table) {
  JsonObject object;
  object.add("outcome", table.outcome);
  add_written(object, "columns", table.columns, [](const ProbabilityColumn& column) {
    JsonObject inner;
    inner.add("id", column.id);
    inner.add("label", column.label);
    return inner.json();
  });
  add_written(object, "rows", table.rows, [](const ProbabilityRow& row) {
    JsonObject inner;
    inner.add("from", row.from);
    add_written(inner, "published", row.published, json_number);
    inner.add("mark", name_of(row.mark));
    return inner.json();
  });
  object.add("source", table.source);
  return object.json();
}

inline std::string subscale_json(const Subscale& subscale) {
  JsonObject object;
  object.add("id", subscale.id);
  object.add("label", subscale.label);
  object.add("method", name_of(subscale.method));
  object.add_json("items", json_texts(subscale.items));
  add_written(object, "reversed", subscale.reversed, json_string);
  JsonObject thresholds;
  for (const auto& [item, value] : subscale.thresholds) thresholds.add(item, value);
  if (!thresholds.empty()) object.add_json("thresholds", thresholds.json());
  object.add("higher_is", name_of(subscale.higher_is));
  object.add_json("missing", missing_rule_json(subscale.missing));
  if (subscale.bands) object.add_json("bands", bands_json(*subscale.bands));
  add_written(object, "cut_offs", subscale.cut_offs, cut_off_json);
  if (subscale.probability)
    object.add_json("probability", probability_json(*subscale.probability));
  object.add_unless_empty("loinc", subscale.loinc);
  add_evidence(object, subscale);
  return object.json();
}

}  // namespace detail

RELAPSE_INLINE Instrument parse_instrument(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields = read_root(parsed, "relapse/instrument/1",
                                  {"schema", "id", "version", "title", "items",
                                   "subscales", "licence", "source", "mark"},
                                  {"description", "frame_days", "skips", "loinc"});
  InstrumentDocument document;
  fields.read("id", document.id);
  fields.read("version", document.version);
  fields.read("title", document.title);
  fields.read("description", document.description);
  if (fields.has("frame_days")) document.frame = Days{fields["frame_days"].number()};
  fields.read("items", document.items, detail::read_instrument_item);
  fields.read("skips", document.skips, detail::read_skip);
  fields.read("subscales", document.subscales, detail::read_subscale);
  fields.read("loinc", document.loinc);
  fields.read("licence", document.licence);
  detail::read_evidence(fields, document);
  return Instrument(std::move(document));
}

RELAPSE_INLINE Instrument load_instrument(const std::filesystem::path& file) {
  return parse_instrument(read_file(file));
}

RELAPSE_INLINE std::string to_json(const Instrument& instrument) {
  constexpr int indent = 2;
  const auto& document = instrument.document();
  JsonObject object;
  object.add("schema", "relapse/instrument/1");
  object.add("id", document.id);
  object.add("version", document.version);
  object.add("title", document.title);
  object.add_unless_empty("description", document.description);
  if (document.frame) object.add("frame_days", document.frame->count);
  detail::add_written(object, "items", document.items, detail::instrument_item_json);
  detail::add_written(object, "skips", document.skips, detail::skip_json);
  detail::add_written(object, "subscales", document.subscales, detail::subscale_json);
  object.add_unless_empty("loinc", document.loinc);
  object.add("licence", document.licence);
  detail::add_evidence(object, document);
  return indented_json(object.json(), indent);
}

}  // namespace relapse::io
