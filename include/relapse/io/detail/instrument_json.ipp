#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/instrument_json.hpp>

#include <nlohmann/json.hpp>

#include <limits>
#include <tuple>
#include <utility>

namespace relapse {

template <>
struct FieldsOf<InstrumentItem> {
  using Item = InstrumentItem;
  static constexpr std::tuple all{IdField{"id", &Item::id, Need::required},
                                  Field{"label", &Item::label, Need::required},
                                  Field{"step", &Item::step},
                                  Field{"points", &Item::points},
                                  Field{"flag", &Item::flag},
                                  Field{"raise_at", &Item::raise_at},
                                  Field{"loinc", &Item::loinc}};
};

template <>
struct FieldsOf<SkipRule> {
  static constexpr std::tuple all{
      IdField{"when_zero", &SkipRule::when_zero, Need::required},
      IdField{"not_asked", &SkipRule::not_asked, Need::required},
      Field{"source", &SkipRule::source, Need::required},
      Field{"mark", &SkipRule::mark, Need::required}};
};

template <>
struct FieldsOf<MissingRule> {
  static constexpr std::tuple all{Field{"kind", &MissingRule::kind, Need::required},
                                  Field{"source", &MissingRule::source, Need::required},
                                  Field{"mark", &MissingRule::mark, Need::required},
                                  Field{"at_most", &MissingRule::at_most, Need::optional,
                                        1, std::numeric_limits<int>::max()}};
};

template <>
struct FieldsOf<Band> {
  static constexpr std::tuple all{Field{"id", &Band::id, Need::required},
                                  Field{"from", &Band::from, Need::required},
                                  Field{"label", &Band::label}};
};

template <>
struct FieldsOf<Bands> {
  static constexpr std::tuple all{Field{"of", &Bands::of, Need::required},
                                  Field{"source", &Bands::source, Need::required},
                                  Field{"mark", &Bands::mark, Need::required}};
};

template <>
struct FieldsOf<CutOff> {
  static constexpr std::tuple all{Field{"id", &CutOff::id, Need::required},
                                  Field{"source", &CutOff::source, Need::required},
                                  Field{"mark", &CutOff::mark, Need::required},
                                  Field{"label", &CutOff::label},
                                  Field{"at_least", &CutOff::at_least},
                                  Field{"at_most", &CutOff::at_most},
                                  Field{"sensitivity", &CutOff::sensitivity},
                                  Field{"specificity", &CutOff::specificity}};
};

template <>
struct FieldsOf<ProbabilityColumn> {
  using Column = ProbabilityColumn;
  static constexpr std::tuple all{Field{"id", &Column::id, Need::required},
                                  Field{"label", &Column::label, Need::required}};
};

template <>
struct FieldsOf<ProbabilityRow> {
  using Row = ProbabilityRow;
  static constexpr std::tuple all{Field{"from", &Row::from, Need::required},
                                  Field{"published", &Row::published, Need::required},
                                  Field{"mark", &Row::mark, Need::required}};
};

template <>
struct FieldsOf<ProbabilityTable> {
  using Table = ProbabilityTable;
  static constexpr std::tuple all{Field{"outcome", &Table::outcome, Need::required},
                                  Field{"columns", &Table::columns, Need::required},
                                  Field{"rows", &Table::rows, Need::required},
                                  Field{"source", &Table::source, Need::required}};
};

template <>
struct FieldsOf<Subscale> {
  using Threshold = std::pair<std::string, double>;
  static constexpr std::tuple all{
      Field{"id", &Subscale::id, Need::required},
      Field{"label", &Subscale::label, Need::required},
      Field{"method", &Subscale::method, Need::required},
      IdField{"items", &Subscale::items, Need::required},
      Field{"higher_is", &Subscale::higher_is, Need::required},
      Field{"missing", &Subscale::missing, Need::required},
      Field{"source", &Subscale::source, Need::required},
      Field{"mark", &Subscale::mark, Need::required},
      IdField{"reversed", &Subscale::reversed},
      KeyedField{"thresholds", &Subscale::thresholds, &Threshold::first,
                 &Threshold::second},
      Field{"bands", &Subscale::bands},
      Field{"cut_offs", &Subscale::cut_offs},
      Field{"probability", &Subscale::probability},
      Field{"loinc", &Subscale::loinc}};
};

template <>
struct FieldsOf<InstrumentDocument> {
  using Document = InstrumentDocument;
  static constexpr std::tuple all{
      Field{"id", &Document::id, Need::required},
      Field{"version", &Document::version, Need::required},
      Field{"title", &Document::title, Need::required},
      Field{"items", &Document::items, Need::required},
      Field{"subscales", &Document::subscales, Need::required},
      Field{"licence", &Document::licence, Need::required},
      Field{"source", &Document::source, Need::required},
      Field{"mark", &Document::mark, Need::required},
      Field{"description", &Document::description},
      Field{"frame_days", &Document::frame},
      Field{"skips", &Document::skips},
      Field{"loinc", &Document::loinc}};
};

/// The ends of an item's answers stand together.
inline std::string value_json(const InstrumentItem& item) {
  JsonObject object;
  add_fields(object, item);
  object.add_json("range",
                  json_array({json_number(item.lowest), json_number(item.highest)}));
  return object.json();
}

namespace io {

inline void take_value(const Node& node, InstrumentItem& item) {
  const Fields fields = fields_of<InstrumentItem>(node, {"range"});
  read_fields(fields, item);
  Scale range;
  take_value(fields["range"], range);
  item.lowest = range.first;
  item.highest = range.second;
}

RELAPSE_INLINE Instrument parse_instrument(std::string_view json) {
  const auto parsed = read_json(json);
  InstrumentDocument document;
  read_fields(root_of<InstrumentDocument>(parsed, "relapse/instrument/1"), document);
  return Instrument(std::move(document));
}

RELAPSE_INLINE Instrument load_instrument(const std::filesystem::path& file) {
  return parse_instrument(read_file(file));
}

RELAPSE_INLINE std::string to_json(const Instrument& instrument) {
  return document_json("relapse/instrument/1", instrument.document());
}

}  // namespace io
}  // namespace relapse
