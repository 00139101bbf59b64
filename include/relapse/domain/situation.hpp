#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The taxonomy of high-risk situations. Source: Marlatt & Gordon 1985, ch. 1; Larimer,
/// Palmer & Marlatt 1999. Labels are our own.
namespace relapse {

/// The two classes of high-risk situations (Marlatt and Gordon 1985).
enum class SituationClass { intrapersonal, interpersonal };

template <>
struct Names<SituationClass> {
  static constexpr std::string_view all[] = {"intrapersonal", "interpersonal"};
};

/// One of the eight categories.
struct SituationCategory {
  std::string_view code;
  SituationClass kind;
  std::string_view label;
};

/// A finer kind of situation within a category.
struct SituationSubcategory {
  std::string_view code;
  std::string_view category;
  std::string_view label;
};

inline constexpr std::array<SituationCategory, 8> situation_categories{{
    {"I-A", SituationClass::intrapersonal, "unpleasant emotions"},
    {"I-B", SituationClass::intrapersonal, "physical discomfort"},
    {"I-C", SituationClass::intrapersonal, "pleasant emotions"},
    {"I-D", SituationClass::intrapersonal, "testing personal control"},
    {"I-E", SituationClass::intrapersonal, "urges and temptations"},
    {"II-A", SituationClass::interpersonal, "conflict with others"},
    {"II-B", SituationClass::interpersonal, "social pressure"},
    {"II-C", SituationClass::interpersonal, "pleasant times with others"},
}};

inline constexpr std::array<SituationSubcategory, 10> situation_subcategories{{
    {"I-A-1", "I-A", "frustration or anger"},
    {"I-A-2", "I-A", "other unpleasant emotions"},
    {"I-B-1", "I-B", "physical states tied to earlier use"},
    {"I-B-2", "I-B", "other physical states"},
    {"I-E-1", "I-E", "urges in the presence of cues"},
    {"I-E-2", "I-E", "urges without cues"},
    {"II-A-1", "II-A", "frustration or anger in conflict"},
    {"II-A-2", "II-A", "other feelings in conflict"},
    {"II-B-1", "II-B", "direct social pressure"},
    {"II-B-2", "II-B", "indirect social pressure"},
}};

/// The category of a code: its own for a category, the parent for a sub-category; null
/// when the taxonomy has no such code.
constexpr const SituationCategory* find_situation(std::string_view code) {
  for (const auto& part : situation_subcategories) {
    if (part.code == code) code = part.category;
  }
  for (const auto& category : situation_categories) {
    if (category.code == code) return &category;
  }
  return nullptr;
}

/// The situations of one episode: several may hold at once, one may be marked primary.
class SituationSet {
 public:
  SituationSet() = default;

  /// @param codes categories or sub-categories, each once
  /// @param primary one of `codes`
  /// Throws InvalidInput for an unknown or repeated code and for a primary not among
  /// them.
  explicit SituationSet(std::vector<std::string> codes,
                        std::optional<std::string> primary = {});

  const std::vector<std::string>& codes() const noexcept { return codes_; }
  const std::optional<std::string>& primary() const noexcept { return primary_; }
  /// Whether the category of `code` is among the categories of the set.
  bool covers(std::string_view code) const;

  bool operator==(const SituationSet&) const = default;

 private:
  std::vector<std::string> codes_;
  std::optional<std::string> primary_;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/domain/detail/situation.ipp>
#endif
