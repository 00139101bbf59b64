#pragma once

#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/medication_json.hpp>

#include <nlohmann/json.hpp>

#include <set>
#include <tuple>

namespace relapse {

template <>
struct FieldsOf<MedicationMeaning> {
  using Meaning = MedicationMeaning;
  static constexpr std::tuple all{
      Field{"medication_class", &Meaning::medication_class, Need::required},
      Field{"missed", &Meaning::missed, Need::required_text},
      Field{"used", &Meaning::used, Need::required_text},
      Field{"source", &Meaning::source, Need::required_text}};
};

template <>
struct FieldsOf<KnownMedication> {
  using Known = KnownMedication;
  static constexpr std::tuple all{
      Field{"name", &Known::name, Need::required},
      Field{"medication_class", &Known::medication_class, Need::required},
      Field{"source", &Known::source, Need::required_text},
      Field{"names", &Known::names}};
};

template <>
struct FieldsOf<MedicationKnowledge> {
  using All = MedicationKnowledge;
  static constexpr std::tuple all{
      Field{"id", &All::id, Need::required},
      Field{"version", &All::version, Need::required},
      Field{"source", &All::source, Need::required},
      Field{"classes", &All::classes, Need::required},
      Field{"medications", &All::medications, Need::required}};
};

namespace io {

inline void require_sense(const Fields& fields, KnownMedication& known) {
  if (known.medication_class != MedicationClass::unknown) return;
  fields["medication_class"].refuse("unknown", "the class of a known medication");
}

namespace detail {

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
  const Fields fields = root_of<MedicationKnowledge>(parsed, "relapse/medication/1");
  MedicationKnowledge all;
  read_fields(fields, all);
  std::set<MedicationClass> seen;
  for (std::size_t i = 0; i < all.classes.size(); ++i) {
    if (seen.insert(all.classes[i].medication_class).second) continue;
    refuse(fields["classes"].at() / i / "medication_class", "there again",
           "there once only");
  }
  detail::require_one_class(fields, all);
  return all;
}

}  // namespace io
}  // namespace relapse
