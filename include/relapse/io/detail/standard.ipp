#pragma once

#include <relapse/io/documents/opioid_weekly.hpp>
#include <relapse/io/documents/standard.hpp>
#include <relapse/io/documents/weekly_bam.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/io/standard.hpp>

namespace relapse::models {

RELAPSE_INLINE const Model& standard() {
  static const Model model = io::parse_model(io::documents::standard);
  return model;
}

RELAPSE_INLINE const Model& weekly_bam() {
  static const Model model = io::parse_model(io::documents::weekly_bam);
  return model;
}

RELAPSE_INLINE const Model& opioid_weekly() {
  static const Model model = io::parse_model(io::documents::opioid_weekly);
  return model;
}

RELAPSE_INLINE std::vector<std::string_view> names() {
  return {"opioid_weekly", "standard", "weekly_bam"};
}

RELAPSE_INLINE const Model* find(std::string_view name) {
  if (name == "standard") return &standard();
  if (name == "weekly_bam") return &weekly_bam();
  return name == "opioid_weekly" ? &opioid_weekly() : nullptr;
}

}  // namespace relapse::models
