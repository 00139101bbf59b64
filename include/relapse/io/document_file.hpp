#pragma once

#include <relapse/core/inline.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace relapse::io {

/// The content of a file of at most `document_size_limit` bytes. Throws InvalidInput.
std::string read_file(const std::filesystem::path& file);

/// Replaces a file by a text, as a whole or not at all. Throws InvalidInput.
void write_file(const std::filesystem::path& file, std::string_view text);

}  // namespace relapse::io

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/document_file.ipp>
#endif
