#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/error.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/instruments/score.hpp>
#include <relapse/io/detail/fhir_resources.hpp>
#include <relapse/io/detail/fhir_table.hpp>
#include <relapse/io/instruments.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace relapse::io::detail {

/// What an answer says: one of the three, or nothing at all. A code for a gap that the
/// question does not have is both missing and a problem.
struct FhirValue {
  std::optional<AnswerValue> answer;
  std::optional<MissingReason> missing;
  std::string problem;                 ///< why it cannot be read
  std::optional<double> percent = {};  ///< that the problem is about
};

/// Scores of coded answers, from a Questionnaire: by `system|code`.
using FhirOrdinals = std::map<std::string, double, std::less<>>;

/// In which unit the numbers of a question stand, by its name.
using FhirUnits = std::map<std::string, std::string, std::less<>>;

inline FhirChoiceMember find_value(const Json& holder) {
  return find_choice(holder, "value");
}

/// Whether an object has a member `value...` that is not null.
inline bool has_value(const Json& holder) { return find_value(holder).json != nullptr; }

/// From it on a double does not tell a whole number from the next.
inline constexpr double most_exact = 9'007'199'254'740'992.0;  // 2^53

inline std::optional<double> number_of(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  return std::abs(number) < most_exact ? std::optional(number) : std::nullopt;
}

/// What is wrong with a value that `number_of` does not find a number in.
inline std::string no_number(const Json& value, std::string_view otherwise) {
  return value.is_number() ? "is a number too large to keep its digits"
                           : std::string(otherwise);
}

/// The score that stands beside a coded answer.
inline std::optional<double> ordinal_of(const Json& element) {
  for (const Json& extension : list_of(element, "extension")) {
    const std::string url = text_of(extension, "url");
    if (!url.ends_with("/ordinalValue") && !url.ends_with("/itemWeight") &&
        !url.ends_with("/questionnaire-ordinalValue"))
      continue;
    for (const auto* key : {"valueDecimal", "valueInteger"}) {
      if (const Json* value = member(extension, key)) return number_of(*value);
    }
  }
  return std::nullopt;
}

/// A reason of FHIR (data-absent-reason, or v3-NullFlavor) as one of ours.
inline MissingReason reason_of(std::string_view code) {
  if (code == "not-asked" || code == "NASK") return MissingReason::not_asked;
  if (code == "asked-declined") return MissingReason::declined;
  if (code == "not-performed") return MissingReason::not_performed;
  if (code == "masked" || code == "not-permitted" || code == "MSK")
    return MissingReason::masked;
  if (code == "not-applicable" || code == "NA") return MissingReason::not_applicable;
  return MissingReason::unknown;
}

inline bool is_reason(const FhirCoding& coding) {
  return coding.system.ends_with("data-absent-reason") ||
         coding.system.ends_with("v3-NullFlavor");
}

inline std::optional<MissingReason> reason_in_extension(const Json& element) {
  for (const Json& extension : list_of(element, "extension")) {
    if (text_of(extension, "url").ends_with("/data-absent-reason"))
      return reason_of(text_of(extension, "valueCode"));
  }
  return std::nullopt;
}

/// Why there is no answer, where that is said.
inline std::optional<MissingReason> missing_reason(const Json& holder) {
  if (!holder.is_object()) return std::nullopt;
  if (const Json* reason = member(holder, "dataAbsentReason")) {
    const auto codings = codings_of(*reason);
    return codings.empty() ? MissingReason::unknown : reason_of(codings.front().code);
  }
  if (const auto reason = reason_in_extension(holder)) return reason;
  for (const auto& [key, value] : holder.items()) {
    if (key.starts_with("_value")) {
      if (const auto reason = reason_in_extension(value)) return reason;
    }
    if (key == "valueCoding" || key == "valueCodeableConcept") {
      if (const auto reason = reason_in_extension(value)) return reason;
      for (const auto& coding : codings_of(value)) {
        if (is_reason(coding)) return reason_of(coding.code);
      }
    }
  }
  return std::nullopt;
}

/// The number that a whole text is; none that would lose digits or is no plain decimal.
inline std::optional<double> number_in_text(std::string_view text) {
  constexpr std::size_t sure_digits = 15;
  return text.size() > sure_digits ? std::nullopt : decimal_number(text);
}

/// The one of several answers, at least one, that raises a flag sooner than others: the
/// highest number above 0, or else a text that is no number.
inline AnswerValue most_alarming(const std::vector<AnswerValue>& values) {
  // A text about safety that is no number has to be looked at, and a zero has not.
  const auto height = [](const AnswerValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return std::get<double>(value);
    return number_in_text(*text).value_or(std::numeric_limits<double>::min());
  };
  return *std::max_element(
      values.begin(), values.end(),
      [&](const auto& a, const auto& b) { return height(a) < height(b); });
}

/// How many seconds a unit of time is; empty for other units.
inline std::optional<double> seconds_in(std::string_view unit) {
  if (unit == "s" || unit == "seconds") return 1.0;
  if (unit == "min" || unit == "minutes") return 60.0;
  if (unit == "h" || unit == "hours") return 3'600.0;
  if (unit == "d" || unit == "days") return 86'400.0;
  if (unit == "wk" || unit == "weeks") return 604'800.0;
  return std::nullopt;
}

/// Units of points, which are none.
inline bool is_plain(std::string_view unit) {
  // In braces UCUM says what is counted.
  const bool annotation = unit.starts_with('{') && unit.find('}') == unit.size() - 1;
  return unit.empty() || unit == "1" || unit == "score" || unit == "points" || annotation;
}

/// A number in the unit that is wanted.
inline FhirValue in_unit(double number, std::string_view unit, std::string_view wanted) {
  if (unit == wanted || (is_plain(unit) && is_plain(wanted))) return {number, {}, {}};
  const auto from = seconds_in(unit);
  const auto to = seconds_in(wanted);
  if (from && to) return {number * *from / *to, {}, {}};
  return {{}, {}, "is in another unit"};
}

struct FhirQuantity {
  std::optional<double> number;
  std::string unit;
  std::string problem;
};

inline FhirQuantity quantity_of(const Json& value) {
  FhirQuantity quantity;
  if (!text_of(value, "comparator").empty()) {
    quantity.problem = "is a bound and no value";
    return quantity;
  }
  const Json* number = member(value, "value");
  if (number != nullptr) quantity.number = number_of(*number);
  if (!quantity.number)
    quantity.problem =
        no_number(number == nullptr ? Json() : *number, "is a quantity without a number");
  quantity.unit = text_of(value, "code");
  if (quantity.unit.empty()) quantity.unit = text_of(value, "unit");
  return quantity;
}

inline constexpr std::string_view per_cent = "%";

/// What a code counts as in a list; without its system where that is not said.
inline std::optional<double> listed(const FhirAnswerList& list,
                                    const FhirCoding& coding) {
  if (!list.system.empty() && !coding.system.empty() &&
      plain_system(list.system) != coding.system)
    return std::nullopt;
  for (const auto& [code, number] : list.codes) {
    const bool same = list.system.empty()
                          ? spelling_key(code) == spelling_key(coding.code)
                          : code == coding.code;
    if (same) return number;
  }
  return std::nullopt;
}

inline std::optional<double> in_ordinals(const FhirOrdinals& ordinals,
                                         const FhirCoding& coding) {
  auto found = ordinals.find(coding.system + '|' + coding.code);
  if (found == ordinals.end()) found = ordinals.find('|' + coding.code);
  return found == ordinals.end() ? std::nullopt : std::optional(found->second);
}

/// The score of a coded answer: by what stands beside it, the Questionnaire, or a list.
/// Where they do not agree there is none.
inline FhirValue score_of_codes(const Json& holder, const Json& value,
                                const FhirAnswerList* list,
                                const FhirOrdinals& ordinals) {
  std::vector<double> scores;
  const auto add = [&](std::optional<double> score) {
    if (score) scores.push_back(*score);
  };
  add(ordinal_of(holder));
  add(ordinal_of(value));
  for (const Json& coding : list_of(value, "coding")) add(ordinal_of(coding));
  for (const auto& coding : codings_of(value)) {
    add(in_ordinals(ordinals, coding));
    if (list != nullptr) add(listed(*list, coding));
  }
  if (scores.empty()) return {{}, {}, "has a code without a known score"};
  for (const double score : scores) {
    if (score != scores.front()) return {{}, {}, "has a code with two scores"};
  }
  return {scores.front(), {}, {}};
}

/// A number of the kinds that hold one; the problem is empty where the kind is another.
inline FhirValue plain_number(const FhirChoiceMember& found, std::string_view wanted) {
  const Json& value = *found.json;
  if (found.kind == "Integer" || found.kind == "Decimal" || found.kind == "Integer64") {
    if (const auto number = number_of(value)) return {*number, {}, {}};
    if (value.is_string()) {
      if (const auto number = number_in_text(value.get<std::string>()))
        return {*number, {}, {}};
    }
    return {{}, {}, no_number(value, "is no number")};
  }
  if (found.kind == "Boolean") {
    if (!value.is_boolean()) return {{}, {}, "is neither true nor false"};
    return {value.get<bool>() ? 1.0 : 0.0, {}, {}};
  }
  if (found.kind != "Quantity") return {};
  const auto quantity = quantity_of(value);
  if (!quantity.number) return {{}, {}, quantity.problem};
  return in_unit(*quantity.number, quantity.unit, wanted);
}

/// What a plain number counts as beside a list whose codes are numbers: one of them, or
/// nothing.
inline FhirValue among_codes(FhirValue plain, const FhirAnswerList* list) {
  if (list == nullptr || !plain.answer) return plain;
  bool of_numbers = false;
  for (const auto& [code, counts] : list->codes) {
    const auto number = number_in_text(code);
    if (number && *number == std::get<double>(*plain.answer)) return {counts, {}, {}};
    of_numbers = of_numbers || number;
  }
  if (!of_numbers) return plain;
  return {{}, {}, "is a number that no code of its answer list names"};
}

/// Whether a value says nothing but a reason, or contradicts itself.
inline std::optional<FhirValue> before_value(const Json& holder,
                                             const FhirChoiceMember& found) {
  if (found.several) return FhirValue{{}, {}, "has several values"};
  if (const auto reason = missing_reason(holder)) {
    bool coded = found.json == nullptr;
    if (found.kind == "Coding" || found.kind == "CodeableConcept") {
      const auto codings = codings_of(*found.json);
      coded = codings.empty();
      for (const auto& coding : codings) coded = coded || is_reason(coding);
    }
    if (!coded) return FhirValue{{}, {}, "is both answered and missing"};
    return FhirValue{{}, reason, {}};
  }
  if (found.json == nullptr) return FhirValue{};
  return std::nullopt;
}

/// The unit of an item of an instrument: from 0 to 100 it is answered in per cent.
inline std::string unit_of(const FhirTarget& target, const Json& value) {
  if (!target.unit.empty() || target.item.empty()) return target.unit;
  const Instrument& instrument = *instruments::find(target.instrument);
  const auto& item = instrument.item(instrument.find_item(target.item));
  const bool whole = item.lowest == 0.0 && item.highest == 100.0;
  return whole && quantity_of(value).unit == per_cent ? std::string(per_cent)
                                                      : std::string();
}

/// The number that an answer to an item of an instrument is. Texts count only where they
/// are the number, codes only by a score that the file or a mapping states.
inline FhirValue read_score(const Json& holder, const FhirTarget& target,
                            const FhirOrdinals& ordinals) {
  const auto found = find_value(holder);
  if (const auto done = before_value(holder, found)) return *done;
  FhirValue value;
  if (found.kind == "Coding" || found.kind == "CodeableConcept") {
    value = score_of_codes(holder, *found.json, target.answers, ordinals);
  } else if (found.kind == "String" && found.json->is_string()) {
    const auto number = number_in_text(found.json->get<std::string>());
    if (!number) return {{}, {}, "is a text and no number"};
    value = among_codes({*number, {}, {}}, target.answers);
  } else {
    value =
        among_codes(plain_number(found, unit_of(target, *found.json)), target.answers);
    if (!value.answer && value.problem.empty())
      value.problem = "is of a kind that is no answer to it";
  }
  if (!value.answer || target.item.empty()) return value;
  const Instrument& instrument = *instruments::find(target.instrument);
  const double number = std::get<double>(*value.answer);
  try {
    require_answer(instrument.item(instrument.find_item(target.item)), number);
  } catch (const InvalidInput&) {
    value = {{}, {}, "is none of the answers of its item"};
    if (is_negative_code(number)) value.missing = MissingReason::unknown;
  }
  return value;
}

/// A coded answer to a question of no instrument: its score, or else its code.
inline FhirValue read_code(const Json& holder, const Json& json,
                           const FhirAnswerList* list, const FhirOrdinals& ordinals) {
  FhirValue value = score_of_codes(holder, json, list, ordinals);
  if (value.answer || value.problem == "has a code with two scores") return value;
  if (list != nullptr) return value;
  for (const auto& coding : codings_of(json)) {
    if (!coding.code.empty()) return {coding.code, {}, {}};
  }
  for (const auto& coding : codings_of(json)) return {coding.display, {}, {}};
  if (const auto text = text_of(json, "text"); !text.empty()) return {text, {}, {}};
  return {{}, {}, "has a code that is empty"};
}

/// What any other question is answered with.
inline FhirValue read_any(const Json& holder, const std::string& name,
                          const FhirTarget* target, const FhirOrdinals& ordinals,
                          FhirUnits& units) {
  const auto found = find_value(holder);
  if (const auto done = before_value(holder, found)) return *done;
  const std::string& kind = found.kind;
  const FhirAnswerList* list = target == nullptr ? nullptr : target->answers;
  if (kind == "Coding" || kind == "CodeableConcept")
    return read_code(holder, *found.json, list, ordinals);
  for (const auto* text : {"String", "Date", "DateTime", "Time", "Instant", "Uri", "Url",
                           "Code", "Markdown", "Id"}) {
    if (kind != text) continue;
    if (!found.json->is_string()) return {{}, {}, "is no text"};
    auto words = found.json->get<std::string>();
    if (words.empty()) return {{}, {}, "is empty"};
    const auto number = number_in_text(words);
    if (number && list != nullptr) return among_codes({*number, {}, {}}, list);
    return {std::move(words), {}, {}};
  }
  std::string wanted = target == nullptr ? std::string() : target->unit;
  const auto quantity = kind == "Quantity" ? quantity_of(*found.json) : FhirQuantity();
  if (wanted.empty() && kind == "Quantity") {
    // Points have no unit, and the first unit of time is that of the others.
    if (is_plain(quantity.unit) || seconds_in(quantity.unit))
      units.try_emplace(name, quantity.unit);
    if (const auto first = units.find(name); first != units.end()) wanted = first->second;
  }
  FhirValue value = among_codes(plain_number(found, wanted), list);
  if (quantity.number && quantity.unit == per_cent && !value.answer && list == nullptr) {
    value.percent = quantity.number;
    value.problem = "is in per cent, and read for a model's item from 0 to 100 alone";
  }
  if (!value.answer && value.problem.empty())
    value.problem = "is of a kind that is not read";
  return value;
}

}  // namespace relapse::io::detail
