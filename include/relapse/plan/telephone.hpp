#pragma once

#include <relapse/core/inline.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Telephone numbers in what people write, so that a page can be tapped in a crisis.
namespace relapse {

/// A piece of a text; with an address (`tel:`, `sms:`) where it is a number.
struct TextPiece {
  std::string_view text;  ///< valid as long as the text that it is a piece of
  std::string address = {};

  bool operator==(const TextPiece&) const = default;
};

/// The text in pieces, which together are the text again. A number has 7 to 15 digits and
/// begins with +, 0 or a bracket, or has groups of three digits or more between hyphens;
/// dates are none. `known` are short numbers (such as 112) that count as well. A number
/// is one to text where the words before it, from the last comma or colon on, say so
/// (text, SMS), otherwise one to call.
std::vector<TextPiece> telephone_pieces(std::string_view text,
                                        std::span<const std::string> known = {});

/// The numbers of a field that holds numbers by its meaning: "116 123 or 112" has two.
std::vector<std::string> numbers_of_field(std::string_view field);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/plan/detail/telephone.ipp>
#endif
