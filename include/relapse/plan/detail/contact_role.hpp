#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

/// What a contact is to the person, as far as the words of the role tell it.
namespace relapse {

/// `stranger` is one whose role is not stated, or in words that are not known.
enum class ContactKind { family, peer, professional, stranger };

namespace detail {

// Parts of words, as compounds are many in German; bytes beyond ASCII are left out.
inline constexpr std::array<std::string_view, 38> professional_parts{
    "clinic",   "doctor",  "physician", "nurse",     "therap",    "psych",    "counsel",
    "manager",  "worker",  "pharmac",   "prescrib",  "practice",  "hospital", "probation",
    "coach",    "advis",   "advoca",    "midwi",     "paramedic", "arzt",     "rztin",
    "rztlich",  "berat",   "sozialarb", "pfleg",     "klinik",    "praxis",   "ambulanz",
    "betreuer", "apothek", "hebamme",   "suchthilf", "seelsorg",  "chaplain", "pastor",
    "hilfeste", "fachkr",  "gp"};
inline constexpr std::array<std::string_view, 18> family_parts{
    "mother",   "father",    "sister", "brother",   "sibling",   "husband",
    "daughter", "parent",    "famil",  "relative",  "cousin",    "mutter",
    "vater",    "schwester", "bruder", "geschwist", "schwieger", "angeh"};
inline constexpr std::array<std::string_view, 37> family_words{
    "mum",    "mom",     "mam",     "mama",    "dad",       "papa",       "wife",
    "spouse", "partner", "son",     "child",   "aunt",      "uncle",      "niece",
    "nephew", "granny",  "grandma", "grandpa", "boyfriend", "girlfriend", "eltern",
    "frau",   "ehefrau", "mann",    "ehemann", "gatte",     "gattin",     "partnerin",
    "sohn",   "tochter", "kind",    "tante",   "onkel",     "oma",        "opa",
    "nichte", "neffe"};
inline constexpr std::array<std::string_view, 15> peer_parts{
    "friend",  "freund",     "peer",      "sponsor",      "mentor",
    "group",   "gruppe",     "colleague", "kolleg",       "neighb",
    "nachbar", "fellowship", "buddy",     "genesungsbeg", "mitbewohn"};

inline bool holds_part(std::string_view word, std::span<const std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    // Two letters are a word of their own.
    return part.size() < 3 ? word == part : word.find(part) != word.npos;
  });
}

inline ContactKind kind_of_word(const std::string& word) {
  const bool family =
      std::find(family_words.begin(), family_words.end(), word) != family_words.end();
  if (holds_part(word, professional_parts)) return ContactKind::professional;
  if (family || holds_part(word, family_parts)) return ContactKind::family;
  return holds_part(word, peer_parts) ? ContactKind::peer : ContactKind::stranger;
}

}  // namespace detail

/// By the words of a role in English or German: a professional one goes first ("family
/// therapist"), then family, then friends and peers.
inline ContactKind contact_kind(std::string_view role) {
  std::array<bool, 4> found{};
  std::string word;
  for (std::size_t k = 0; k <= role.size(); ++k) {
    const char c = k < role.size() ? role[k] : ' ';
    const bool capital = c >= 'A' && c <= 'Z';
    if ((c >= 'a' && c <= 'z') || capital || static_cast<unsigned char>(c) >= 0x80) {
      word += capital ? static_cast<char>(c - 'A' + 'a') : c;
      continue;
    }
    if (!word.empty()) found[static_cast<std::size_t>(detail::kind_of_word(word))] = true;
    word.clear();
  }
  for (const auto kind :
       {ContactKind::professional, ContactKind::family, ContactKind::peer}) {
    if (found[static_cast<std::size_t>(kind)]) return kind;
  }
  return ContactKind::stranger;
}

}  // namespace relapse
