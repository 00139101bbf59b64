#pragma once

#include <relapse/core/detail/ascii.hpp>
#include <relapse/core/spelling.hpp>
#include <relapse/domain/medication.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace relapse {
namespace detail {

inline bool is_name_letter(char c) {
  return ascii::is_small(c) || ascii::is_digit(c) ||
         static_cast<unsigned char>(c) >= 0x80U;
}

using NamesOfMedications = std::map<std::string, const KnownMedication*, std::less<>>;

inline NamesOfMedications names_of_all(const MedicationKnowledge& knowledge) {
  NamesOfMedications all;
  for (const auto& each : knowledge.medications) {
    all.emplace(folded_name(each.name), &each);
    for (const auto& name : each.names) all.emplace(folded_name(name), &each);
  }
  return all;
}

/// The known name that the text begins with, the longest one: whole words, or the front
/// of a compound such as Methadontropfen.
inline NamesOfMedications::const_iterator name_at(std::string_view text,
                                                  const NamesOfMedications& all) {
  constexpr std::size_t least_in_compound = 8;  // letters; shorter ones begin other words
  auto best = all.end();
  for (auto at = all.begin(); at != all.end(); ++at) {
    const std::string_view name = at->first;
    if (text.substr(0, name.size()) != name) continue;
    const bool whole = text.size() == name.size() || text[name.size()] == ' ';
    if (!whole && name.size() < least_in_compound) continue;
    if (best == all.end() || name.size() > best->first.size()) best = at;
  }
  return best;
}

inline std::string nearly_named(std::string_view text, const NamesOfMedications& all) {
  constexpr std::size_t least_letters = 6;    // shorter words are near to too much
  constexpr std::size_t letters_an_edit = 4;  // expert default
  std::string nearest;
  std::size_t least = text.size();
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find(' ', from), text.size());
    const auto word = text.substr(from, end - from);
    from = end + 1;
    if (word.size() < least_letters) continue;
    for (const auto& [name, medication] : all) {
      const auto distance = spelling_distance(word, name);
      if (distance >= least || distance > word.size() / letters_an_edit) continue;
      least = distance;
      nearest = medication->name;
    }
  }
  return nearest;
}

}  // namespace detail

RELAPSE_INLINE std::string folded_name(std::string_view name) {
  std::string folded;
  for (std::size_t k = 0; k < name.size(); ++k) {
    char c = ascii::small(name[k]);
    // The capitals of Latin-1 in UTF-8 lie 32 below the small letters.
    const auto byte = static_cast<unsigned char>(c);
    const bool follows = k > 0 && static_cast<unsigned char>(name[k - 1]) == 0xC3U;
    if (follows && byte >= 0x80U && byte <= 0x9EU) c = static_cast<char>(byte + 0x20U);
    if (detail::is_name_letter(c)) {
      folded += c;
    } else if (!folded.empty() && folded.back() != ' ') {
      folded += ' ';
    }
  }
  if (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return folded;
}

RELAPSE_INLINE NamedMedication find_medication(const MedicationKnowledge& knowledge,
                                               std::string_view name) {
  const auto all = detail::names_of_all(knowledge);
  const std::string text = folded_name(name);
  std::set<MedicationClass> classes;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = detail::name_at(std::string_view(text).substr(at), all);
    if (found != all.end()) {
      classes.insert(found->second->medication_class);
      at += found->first.size();
    }
    at = std::min(text.find(' ', at), text.size() - 1) + 1;
  }
  // What is added to a medication (naloxone to buprenorphine) does not change its class.
  if (classes.size() > 1) classes.erase(MedicationClass::other);
  NamedMedication result;
  result.several = classes.size() > 1;
  if (classes.size() == 1) result.medication_class = *classes.begin();
  if (classes.empty()) result.nearly = detail::nearly_named(text, all);
  return result;
}

}  // namespace relapse
