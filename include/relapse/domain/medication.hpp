#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>

#include <string>
#include <string_view>
#include <vector>

/// What is known about medications, as data (`relapse/medication/1`): to which class a
/// usual name belongs, and what missed doses and a return to use mean for a class. No
/// advice on doses, ever.
namespace relapse {

/// What a medication does about use, as far as that decides what may be said.
enum class MedicationClass {
  opioid_agonist,     ///< tolerance rests on it, and is lost with missed doses
  opioid_antagonist,  ///< blocks opioids; not to be started after use of them
  aversive,           ///< makes drinking dangerous
  anti_craving,
  other,
  unknown
};

template <>
struct Names<MedicationClass> {
  static constexpr std::string_view all[] = {"opioid_agonist", "opioid_antagonist",
                                             "aversive",       "anti_craving",
                                             "other",          "unknown"};
};

/// What holds for all medications of a class.
struct MedicationMeaning {
  MedicationClass medication_class = MedicationClass::unknown;
  std::string missed;  ///< what missed doses mean
  std::string used;    ///< what a reported use means
  std::string source;

  bool operator==(const MedicationMeaning&) const = default;
};

/// A medication by its usual names, generic and brand, in the spellings of any language.
struct KnownMedication {
  std::string name;
  MedicationClass medication_class = MedicationClass::unknown;
  std::vector<std::string> names;  ///< further ones
  std::string source;

  bool operator==(const KnownMedication&) const = default;
};

/// What is known of medications by their usual names (`relapse/medication/1`).
struct MedicationKnowledge {
  std::string id;
  std::string version;
  std::string source;
  std::vector<MedicationMeaning> classes;
  std::vector<KnownMedication> medications;

  bool operator==(const MedicationKnowledge&) const = default;
};

/// What a name in somebody's plan says.
struct NamedMedication {
  MedicationClass medication_class = MedicationClass::unknown;
  bool several = false;  ///< names medications of more than one class
  std::string nearly;    ///< for an unknown name, a known one that is spelled nearly so

  bool operator==(const NamedMedication&) const = default;
};

/// The class of a name as people write it: in any case, with dose or form beside it, as a
/// compound. A name that is not known, or that names several classes, is `unknown`: one
/// that is spelled nearly like a known one is not taken for it, only named in `nearly`.
NamedMedication find_medication(const MedicationKnowledge& knowledge,
                                std::string_view name);

/// In lower case, words apart by one space; how names are compared.
std::string folded_name(std::string_view name);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/domain/detail/medication.ipp>
#endif
