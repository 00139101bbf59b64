#pragma once

#include <relapse/io/documents/medication/usual.hpp>
#include <relapse/io/medication_json.hpp>
#include <relapse/io/medications.hpp>

namespace relapse::medications {

RELAPSE_INLINE const MedicationKnowledge& usual() {
  static const MedicationKnowledge knowledge =
      io::parse_medication(io::documents::medication_json::usual);
  return knowledge;
}

RELAPSE_INLINE NamedMedication find(std::string_view name) {
  return find_medication(usual(), name);
}

}  // namespace relapse::medications
