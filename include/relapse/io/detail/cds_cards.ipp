#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/io/cds_cards.hpp>
#include <relapse/io/detail/fhir_words.hpp>
#include <relapse/io/wordings.hpp>

#include <utility>

namespace relapse::io {
namespace detail {

/// A UUID out of a text: version 5 in form, of SHA-256 in content.
inline std::string uuid_of(std::string_view text) {
  std::string digits = sha256(text).substr(0, 32);
  digits[12] = '5';
  digits[16] = '8';
  for (const std::size_t place : {20U, 16U, 12U, 8U}) digits.insert(place, "-");
  return digits;
}

/// A card's summary has less than 140 characters.
inline std::string summary_of(std::string text) {
  constexpr std::size_t most = 136;
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

inline std::string_view indicator_of(RiskLevel level) {
  if (level == RiskLevel::critical) return "critical";
  return level >= RiskLevel::elevated ? "warning" : "info";
}

/// Text of a person in Markdown, as it stands.
inline std::string markdown(std::string_view text) {
  std::string escaped;
  for (const char letter : plain_text(text)) {
    if (std::string_view("\\`*_{}[]()<>#+!|").find(letter) != std::string_view::npos)
      escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

inline std::string list_of_words(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += "- " + markdown(line) + '\n';
  return text;
}

class CdsCards {
 public:
  CdsCards(const Assessment& assessment, const FhirContext& context)
      : assessment_(assessment),
        context_(context),
        say_(find_wording(context.locale)),
        key_(context.person + '\n' + fhir_time(assessment.time) + '\n' +
             assessment.model.content_hash()) {}

  std::string json(const std::vector<Suggestion>& suggestions) {
    std::vector<std::string> cards;
    for (const auto& flag : assessment_.flags) cards.push_back(flag_card(flag));
    cards.push_back(level_card(suggestions));
    return JsonObject().add_json("cards", json_array(cards)).json();
  }

 private:
  JsonObject card(const std::string& kind, const std::string& summary,
                  std::string_view indicator, const std::string& detail) const {
    return JsonObject()
        .add("uuid", uuid_of(key_ + '\n' + kind))
        .add("summary", summary_of(summary))
        .add("indicator", indicator)
        .add_unless_empty("detail", detail)
        .add("source", JsonObject().add("label", maker(assessment_.model)));
  }

  std::string flag_card(const std::string& flag) const {
    const auto& unreadable = assessment_.unreadable_flags;
    const bool unread = contains(unreadable, flag);
    const std::string words = flag_words(flag, assessment_.model, say_);
    std::vector<std::string> lines{
        unread ? "An answer about it could not be read: ask."
               : "An answer raised it, whatever the risk says. Ask now, and follow the "
                 "protocol of the place.",
        "It stays up until it is acknowledged."};
    return card("flag " + flag, "Look at this first: " + words, "critical",
                list_of_words(lines))
        .json();
  }

  std::string headline() const {
    const std::string level(name_of(assessment_.level));
    if (assessment_.in_use) return "In use now; level " + level;
    const auto horizon = assessment_.model.document().levels.horizon;
    const double risk = assessment_.level_risk;
    // Nobody needs a number between very likely and certain.
    const std::string chance = risk > 0.95 ? "over 95 %" : percent(risk);
    return "Level " + level + ": return to use within " + days_in_words(horizon) + " " +
           chance;
  }

  std::string level_card(const std::vector<Suggestion>& suggestions) const {
    std::vector<std::string> lines;
    for (const auto& floor : assessment_.floors)
      lines.push_back(floor_words(floor, assessment_.model, say_));
    for (auto& note : notes_of(assessment_, say_)) lines.push_back(std::move(note));
    std::string detail = list_of_words(lines);
    if (!suggestions.empty()) {
      std::vector<std::string> helps;
      for (const auto& each : suggestions)
        helps.push_back(each.words + (each.reason.empty() ? "" : " - " + each.reason));
      detail += "\nWhat could help:\n\n" + list_of_words(helps);
    }
    auto made = card("level", headline(), indicator_of(assessment_.level), detail);
    const auto action =
        JsonObject()
            .add("type", "create")
            .add("description", "File the risk assessment in the record")
            .add_json("resource", fhir_risk_assessment(assessment_, context_));
    const auto suggestion = JsonObject()
                                .add("label", "File the risk assessment")
                                .add("uuid", uuid_of(key_ + "\nfile"))
                                .add_json("actions", json_array({action.json()}));
    return made.add_json("suggestions", json_array({suggestion.json()}))
        .add("selectionBehavior", "any")
        .add_json("overrideReasons",
                  json_array({coding_json("urn:relapse:override", "known",
                                          "Known already, and taken care of"),
                              coding_json("urn:relapse:override", "does_not_fit",
                                          "Does not fit this person")}))
        .json();
  }

  const Assessment& assessment_;
  const FhirContext& context_;
  const Wording& say_;
  std::string key_;
};

}  // namespace detail

RELAPSE_INLINE std::string cds_cards(const Assessment& assessment,
                                     const std::vector<Suggestion>& suggestions,
                                     const FhirContext& context) {
  return detail::CdsCards(assessment, context).json(suggestions);
}

}  // namespace relapse::io
