#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/sha256.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/detail/html_text.hpp>
#include <relapse/io/timestamp.hpp>
#include <relapse/model/model.hpp>
#include <relapse/version.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// Pieces of FHIR resources as JSON text.
namespace relapse::io::detail {

/// Systems of codes of our own.
inline constexpr std::string_view relapse_system = "urn:relapse:";
inline constexpr std::string_view absent_reason_url =
    "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
inline constexpr std::string_view ordinal_url =
    "http://hl7.org/fhir/StructureDefinition/ordinalValue";

/// A text that FHIR takes: without control characters and white space at its ends.
inline std::string plain_text(std::string_view text) {
  std::string plain(text);
  for (char& letter : plain) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || byte == 0x7F) letter = ' ';
  }
  const auto begin = plain.find_first_not_of(' ');
  if (begin == plain.npos) return {};
  return plain.substr(begin, plain.find_last_not_of(' ') - begin + 1);
}

/// An id out of what a resource is about.
inline std::string fhir_id(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const auto part : parts) {
    all += part;
    all += '\n';
  }
  constexpr std::size_t digits = 32;
  return "relapse-" + sha256(all).substr(0, digits);
}

/// Throws InvalidInput for a time that is no date of our days.
inline std::string fhir_time(Time time) {
  constexpr double year_1980 = 3652.0;
  constexpr double year_9999 = 2'932'896.0;
  if (!(time.days >= year_1980 && time.days < year_9999))
    throw InvalidInput("time", "is before 1980 or after 9998, as one of data without a "
                               "calendar, but must be a date for FHIR");
  const auto microseconds = std::llround(time.days * 86'400'000'000.0);
  // Not every double is a whole number of microseconds; seconds always are.
  if (const auto exact = to_timestamp(time)) return *exact;
  for (const std::int64_t step : {0, 1, -1}) {
    if (const auto text = to_timestamp(Time::from_microseconds(microseconds + step)))
      return *text;
  }
  return *to_timestamp(Time::from_microseconds(microseconds / 1'000'000 * 1'000'000));
}

inline bool is_fhir_id(std::string_view text) {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char letter) {
           return ascii::is_letter(letter) || ascii::is_digit(letter) || letter == '-' ||
                  letter == '.';
         });
}

inline std::string reference_json(std::string_view reference) {
  return JsonObject().add("reference", reference).json();
}

/// The Patient, by id or by identifier.
inline std::string subject_json(const std::string& person) {
  if (plain_text(person).empty())
    throw InvalidInput("person", "is empty, but must say whom it is about");
  if (is_fhir_id(person)) return reference_json("Patient/" + person);
  return JsonObject()
      .add("type", "Patient")
      .add("identifier", JsonObject().add("value", person))
      .json();
}

inline std::string coding_json(std::string_view system, std::string_view code,
                               std::string_view display = {}) {
  return JsonObject()
      .add("system", system)
      .add("code", code)
      .add_unless_empty("display", plain_text(display))
      .json();
}

/// A concept of our own code system, such as urn:relapse:outcome.
inline std::string own_concept(std::string_view kind, std::string_view code,
                               std::string_view text) {
  const std::string words = plain_text(text);
  const std::string system = std::string(relapse_system) + std::string(kind);
  return JsonObject()
      .add_json("coding", json_array({coding_json(system, code, words)}))
      .add_unless_empty("text", words)
      .json();
}

/// A concept or a note that has words alone.
inline std::string words_json(std::string_view text) {
  return JsonObject().add("text", plain_text(text)).json();
}

/// A narrative of paragraphs, which FHIR wants for people without a program.
inline std::string narrative(const std::vector<std::string>& paragraphs) {
  std::string div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";
  for (const auto& paragraph : paragraphs)
    div += "<p>" + html_escaped(plain_text(paragraph)) + "</p>";
  return JsonObject().add("status", "generated").add("div", div + "</div>").json();
}

/// `12.3 %` of .123, for people.
inline std::string percent(double probability) {
  const auto tenths = std::llround(probability * 1000.0);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " %";
}

/// `7 days`, `1 day`, `0.5 days`.
inline std::string days_in_words(Days days) {
  return plain_decimals(days.count) + (days.count == 1.0 ? " day" : " days");
}

/// What made it: library and model.
inline std::string maker(const Model& model) {
  return std::string("relapse ") + RELAPSE_VERSION + ", model " + model.document().id +
         ' ' + model.document().version;
}

}  // namespace relapse::io::detail
