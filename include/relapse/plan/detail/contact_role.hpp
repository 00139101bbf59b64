#pragma once

#include <relapse/core/detail/ascii.hpp>

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// What a contact is to the person, as far as the words of the role tell it.
namespace relapse {

/// `stranger` is one whose role is not stated, or in words that are not known.
enum class ContactKind { family, peer, professional, stranger };

namespace detail {

/// Which small letters stand in a word, a bit each.
constexpr std::uint32_t letters_of(std::string_view word) {
  std::uint32_t letters = 0;
  for (const char c : word) {
    if (c >= 'a' && c <= 'z') letters |= 1U << static_cast<unsigned>(c - 'a');
  }
  return letters;
}

/// A word, or a part of words, in small letters. Its letters rule out most parts of it.
struct SmallWord {
  constexpr SmallWord(const char* word) : SmallWord(std::string_view(word)) {}
  constexpr SmallWord(std::string_view word) : text(word), letters(letters_of(word)) {}

  std::string_view text;
  std::uint32_t letters;
};

// Parts of words, as compounds are many in German; bytes beyond ASCII are left out.
inline constexpr std::array<SmallWord, 38> professional_parts{
    "clinic",   "doctor",  "physician", "nurse",     "therap",    "psych",    "counsel",
    "manager",  "worker",  "pharmac",   "prescrib",  "practice",  "hospital", "probation",
    "coach",    "advis",   "advoca",    "midwi",     "paramedic", "arzt",     "rztin",
    "rztlich",  "berat",   "sozialarb", "pfleg",     "klinik",    "praxis",   "ambulanz",
    "betreuer", "apothek", "hebamme",   "suchthilf", "seelsorg",  "chaplain", "pastor",
    "hilfeste", "fachkr",  "gp"};
inline constexpr std::array<SmallWord, 18> family_parts{
    "mother",   "father",    "sister", "brother",   "sibling",   "husband",
    "daughter", "parent",    "famil",  "relative",  "cousin",    "mutter",
    "vater",    "schwester", "bruder", "geschwist", "schwieger", "angeh"};
inline constexpr std::array<SmallWord, 37> family_words{
    "mum",    "mom",     "mam",     "mama",    "dad",       "papa",       "wife",
    "spouse", "partner", "son",     "child",   "aunt",      "uncle",      "niece",
    "nephew", "granny",  "grandma", "grandpa", "boyfriend", "girlfriend", "eltern",
    "frau",   "ehefrau", "mann",    "ehemann", "gatte",     "gattin",     "partnerin",
    "sohn",   "tochter", "kind",    "tante",   "onkel",     "oma",        "opa",
    "nichte", "neffe"};
inline constexpr std::array<SmallWord, 15> peer_parts{
    "friend",  "freund",     "peer",      "sponsor",      "mentor",
    "group",   "gruppe",     "colleague", "kolleg",       "neighb",
    "nachbar", "fellowship", "buddy",     "genesungsbeg", "mitbewohn"};

// As `Calling`, but for the family.
inline constexpr std::array<SmallWord, 26> medical_parts{
    "clinic",   "doctor",   "physician", "nurse",   "psychiat",  "medic",  "pharmac",
    "prescrib", "practice", "hospital",  "midwi",   "paramedic", "pain",   "illness",
    "withdraw", "arzt",     "rztin",     "rztlich", "pfleg",     "klinik", "praxis",
    "ambulanz", "apothek",  "hebamme",   "entzug",  "gp"};
inline constexpr std::array<SmallWord, 9> therapy_parts{"therap",   "psych",    "counsel",
                                                        "clinic",   "berat",    "klinik",
                                                        "seelsorg", "chaplain", "pastor"};
inline constexpr std::array<SmallWord, 16> social_parts{
    "worker",     "manager",  "advis",  "advoca",    "probation", "service",
    "employment", "housing",  "coach",  "sozialarb", "betreuer",  "berat",
    "suchthilf",  "hilfeste", "fachkr", "wohn"};
inline constexpr std::array<SmallWord, 8> fellow_parts{
    "sponsor", "peer",  "mentor", "fellowship",
    "buddy",   "group", "gruppe", "genesungsbeg"};

inline bool holds_part(const SmallWord& word, std::span<const SmallWord> parts) {
  for (const SmallWord& part : parts) {
    if ((part.letters & ~word.letters) != 0) continue;
    // Two letters are a word of their own.
    if (part.text.size() < 3 ? word.text == part.text
                             : word.text.find(part.text) != word.text.npos)
      return true;
  }
  return false;
}

inline bool is_of_family(const SmallWord& word) {
  for (const SmallWord& each : family_words) {
    if (each.letters == word.letters && each.text == word.text) return true;
  }
  return holds_part(word, family_parts);
}

inline ContactKind kind_of_word(const SmallWord& word) {
  if (holds_part(word, professional_parts)) return ContactKind::professional;
  if (is_of_family(word)) return ContactKind::family;
  return holds_part(word, peer_parts) ? ContactKind::peer : ContactKind::stranger;
}

/// Calls visit(word) of each word, in small letters.
template <class Visit>
void for_each_word(std::string_view text, Visit visit) {
  std::string word;
  for (std::size_t k = 0; k <= text.size(); ++k) {
    const char c = k < text.size() ? text[k] : ' ';
    if (ascii::is_letter(c) || static_cast<unsigned char>(c) >= 0x80) {
      word += ascii::small(c);
      continue;
    }
    if (!word.empty()) visit(word);
    word.clear();
  }
}

}  // namespace detail

/// What somebody can be asked for, beside being there.
enum class Calling { medical, therapy, social, fellow, family };
using Callings = std::bitset<5>;

/// Those that the words of a role tell of, or the words of something that is to be asked
/// for, in English or German. None: anybody may be meant.
inline Callings callings_in(std::string_view words) {
  Callings found;
  const auto mark = [&](Calling calling, bool is_there) {
    if (is_there) found.set(static_cast<std::size_t>(calling));
  };
  detail::for_each_word(words, [&](std::string_view each) {
    const detail::SmallWord word(each);
    mark(Calling::medical, detail::holds_part(word, detail::medical_parts));
    mark(Calling::therapy, detail::holds_part(word, detail::therapy_parts));
    mark(Calling::social, detail::holds_part(word, detail::social_parts));
    mark(Calling::fellow, detail::holds_part(word, detail::fellow_parts));
    mark(Calling::family, detail::is_of_family(word));
  });
  return found;
}

/// By the words of a role in English or German: a professional one goes first ("family
/// therapist"), then family, then friends and peers.
inline ContactKind contact_kind(std::string_view role) {
  std::array<bool, 4> found{};
  detail::for_each_word(role, [&](const std::string& word) {
    found[static_cast<std::size_t>(detail::kind_of_word(std::string_view(word)))] = true;
  });
  for (const auto kind :
       {ContactKind::professional, ContactKind::family, ContactKind::peer}) {
    if (found[static_cast<std::size_t>(kind)]) return kind;
  }
  return ContactKind::stranger;
}

}  // namespace relapse
