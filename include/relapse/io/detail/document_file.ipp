#pragma once

#include <relapse/core/error.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/document_file.hpp>

#include <fstream>
#include <ios>
#include <system_error>

namespace relapse::io {
namespace detail {

[[noreturn]] inline void refuse_file(const std::filesystem::path& file,
                                     std::string_view problem) {
  throw InvalidInput("file '" + file.string() + "'", problem);
}

}  // namespace detail

RELAPSE_INLINE std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) detail::refuse_file(file, "is not there or not readable, but must be");
  std::string text(document_size_limit + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (stream.fail() && !stream.eof())) {
    detail::refuse_file(file, "is not readable, but must be");
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > document_size_limit) {
    detail::refuse_file(file, "is larger than 16 MiB, but must be at most that");
  }
  return text;
}

RELAPSE_INLINE void write_file(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path draft = file;
  draft += ".new";
  std::ofstream stream(draft, std::ios::binary | std::ios::trunc);
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.close();
  std::error_code error;
  if (stream) std::filesystem::rename(draft, file, error);
  if (stream && !error) return;
  std::filesystem::remove(draft, error);
  detail::refuse_file(file, "is not writable, but must be");
}

}  // namespace relapse::io
