#pragma once

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

RELAPSE_INLINE const Model* find(std::string_view name) {
  if (name == "standard") return &standard();
  return name == "weekly_bam" ? &weekly_bam() : nullptr;
}

}  // namespace relapse::models
