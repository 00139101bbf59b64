#pragma once

#include <relapse/case_file/detail/fold.hpp>
#include <relapse/core/inline.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What is kept of the part of a log that was closed.
namespace relapse::case_file {

/// What a text is known by once it is gone: parts of the hashes of its id and of itself.
using Digest = std::array<std::uint64_t, 2>;

Digest digest_of(std::string_view id, std::string_view text);

/// The texts that were closed, and until when.
struct Closing {
  Time before;
  std::vector<Digest> known = {};               ///< in rising order
  std::vector<std::uint64_t> corrections = {};  ///< among them, by hash of the id
  /// Texts that stand after it and have counted: corrections of what was closed or of
  /// what was not there, and further texts of their ids.
  std::vector<Digest> settled = {};

  bool knows(const Digest& digest) const;
  /// Whether a text of this id was closed, and whether that was a correction.
  bool knows_id(std::string_view id) const;
  bool knows_correction(std::string_view id) const;
};

/// One line, `relapse/closing/1`: what was known then, with all that views need of it.
/// @param base the fold of what was closed
std::string closing_json(const Closing& closing, const Fold& base);

/// Whether a line is one, and no event that says so.
bool is_closing(std::string_view line);

/// Reads the line, and brings a new fold to where it stood. Throws ParseError.
Closing read_closing(std::string_view line, Fold& fold);

}  // namespace relapse::case_file

#ifndef RELAPSE_COMPILED
#include <relapse/case_file/detail/closing.ipp>
#endif
