#pragma once

#include <relapse/core/inline.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace relapse::io {

/// The content of a file of at most `document_size_limit` bytes. Throws InvalidInput.
std::string read_file(const std::filesystem::path& file);

/// Replaces a file by a text, as a whole or not at all, whatever happens on the way: it
/// is written beside it, brought to the disk and renamed. A file that was there keeps its
/// mode, a new one has 0600: it may say something about a person. Throws InvalidInput,
/// also for a link, which is not followed.
void write_file(const std::filesystem::path& file, std::string_view text);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/document_file.ipp>
#endif
