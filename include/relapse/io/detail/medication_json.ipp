#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/medication_json.hpp>

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <set>

namespace relapse::io {
namespace detail {

inline void require_text(const Fields& fields, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (fields[key].text().empty()) fields[key].refuse("empty", "text");
  }
}

inline MedicationMeaning read_medication_meaning(const Node& node) {
  const Fields fields(node, {"medication_class", "missed", "used", "source"});
  MedicationMeaning meaning;
  fields.read("medication_class", meaning.medication_class);
  fields.read("missed", meaning.missed);
  fields.read("used", meaning.used);
  fields.read("source", meaning.source);
  require_text(fields, {"missed", "used", "source"});
  return meaning;
}

inline KnownMedication read_known_medication(const Node& node) {
  const Fields fields(node, {"name", "medication_class", "source"}, {"names"});
  KnownMedication known;
  fields.read("name", known.name);
  fields.read("medication_class", known.medication_class);
  fields.read("names", known.names);
  fields.read("source", known.source);
  require_text(fields, {"source"});
  if (known.medication_class == MedicationClass::unknown) {
    fields["medication_class"].refuse("unknown", "the class of a known medication");
  }
  return known;
}

/// A name is of one medication, and so of one class.
inline void require_one_class(const Fields& fields, const MedicationKnowledge& all) {
  std::set<std::string> seen;
  const auto require = [&](const JsonPointer& at, const std::string& name) {
    const auto folded = folded_name(name);
    if (folded.empty()) refuse(at, "without a letter", "a name");
    if (!seen.insert(folded).second) {
      refuse(at, "there again", "there once only, in one class");
    }
  };
  const auto place = fields["medications"].at();
  for (std::size_t i = 0; i < all.medications.size(); ++i) {
    const auto& known = all.medications[i];
    require(place / i / "name", known.name);
    for (std::size_t k = 0; k < known.names.size(); ++k) {
      require(place / i / "names" / k, known.names[k]);
    }
  }
}

}  // namespace detail

RELAPSE_INLINE MedicationKnowledge parse_medication(std::string_view json) {
  const auto parsed = read_json(json);
  const Fields fields =
      read_root(parsed, "relapse/medication/1",
                {"schema", "id", "version", "source", "classes", "medications"});
  MedicationKnowledge all;
  fields.read("id", all.id);
  fields.read("version", all.version);
  fields.read("source", all.source);
  all.classes = read_list(fields["classes"], detail::read_medication_meaning);
  all.medications = read_list(fields["medications"], detail::read_known_medication);
  std::set<MedicationClass> seen;
  for (std::size_t i = 0; i < all.classes.size(); ++i) {
    if (seen.insert(all.classes[i].medication_class).second) continue;
    refuse(fields["classes"].at() / i / "medication_class", "there again",
           "there once only");
  }
  detail::require_one_class(fields, all);
  return all;
}

RELAPSE_INLINE std::string to_json(const MedicationKnowledge& knowledge) {
  constexpr int indent = 2;
  std::vector<std::string> classes;
  for (const auto& meaning : knowledge.classes) {
    JsonObject object;
    object.add("medication_class", name_of(meaning.medication_class));
    object.add("missed", meaning.missed);
    object.add("used", meaning.used);
    object.add("source", meaning.source);
    classes.push_back(object.json());
  }
  std::vector<std::string> medications;
  for (const auto& known : knowledge.medications) {
    JsonObject object;
    object.add("name", known.name);
    object.add("medication_class", name_of(known.medication_class));
    if (!known.names.empty()) object.add_json("names", json_texts(known.names));
    object.add("source", known.source);
    medications.push_back(object.json());
  }
  JsonObject object;
  object.add("schema", "relapse/medication/1");
  object.add("id", knowledge.id);
  object.add("version", knowledge.version);
  object.add("source", knowledge.source);
  object.add_json("classes", json_array(classes));
  object.add_json("medications", json_array(medications));
  return indented_json(object.json(), indent);
}

}  // namespace relapse::io

