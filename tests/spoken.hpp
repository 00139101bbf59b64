#pragma once

#include <relapse/care/page.hpp>
#include <relapse/io/wordings.hpp>

#include <string>
#include <string_view>
#include <vector>

/// In which language something is said.
namespace test {

using namespace relapse;

inline const Wording& german() { return io::find_wording("de"); }

/// The text of a catalogue between its places to fill.
inline std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces;
  while (true) {
    const auto open = text.find('{');
    if (open >= 5 || open == std::string_view::npos)
      pieces.emplace_back(text.substr(0, open));
    if (open == std::string_view::npos) return pieces;
    text.remove_prefix(text.find('}', open) + 1);
  }
}

/// Pieces of English sayings that no German one has.
inline const std::vector<std::string>& english_pieces() {
  static const auto all = [] {
    std::string every;
    for (const auto& [key, text] : german().words()) every += text + "\n";
    std::vector<std::string> found;
    for (const auto& [key, text] : io::find_wording("en").words()) {
      for (auto& piece : pieces_of(text)) {
        if (piece.size() >= 5 && every.find(piece) == std::string::npos)
          found.push_back(std::move(piece));
      }
    }
    return found;
  }();
  return all;
}

/// The English of the catalogue that stands in a text; empty when there is none.
inline std::string english_in(std::string_view text) {
  for (const auto& piece : english_pieces()) {
    if (text.find(piece) != std::string_view::npos) return piece;
  }
  return {};
}

/// All that a page says, a line each.
inline std::string text_of(const care::Page& page) {
  std::string text = page.title + "\n" + page.subtitle + "\n";
  for (const auto& section : page.sections) {
    text += section.title + "\n";
    for (const auto& line : section.lines) {
      text += line.text + "\n";
      for (const auto& under : line.under) text += under + "\n";
    }
  }
  return text;
}

}  // namespace test
