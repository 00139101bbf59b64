#pragma once

#include <relapse/core/error.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/document_file.hpp>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <ios>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace relapse::io {
namespace detail {

[[noreturn]] inline void refuse_file(const std::filesystem::path& file,
                                     std::string_view problem) {
  throw InvalidInput("file '" + file.string() + "'", problem);
}

/// A file beside another that takes its place as a whole, or goes away. Nobody else knows
/// its name, only its owner may read it, and no link leads to it.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& file) : file_(file) {
    struct stat found {};
    const bool is_there = ::lstat(file_.c_str(), &found) == 0;
    if (!is_there && errno != ENOENT) refuse(errno);
    if (is_there && S_ISLNK(found.st_mode)) {
      refuse_file(file_, "is a link, but must be the file itself");
    }
    if (is_there && !S_ISREG(found.st_mode)) {
      refuse_file(file_, "is no file of its own, but must be");
    }
    if (is_there && ::access(file_.c_str(), W_OK) != 0) refuse(errno);
    name_ = (folder() / ".relapse-XXXXXX").string();
    number_ = ::mkstemp(name_.data());  // with mode 0600, or less
    if (number_ < 0) refuse(errno);
    if (is_there) keep_mode(found);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (number_ >= 0) ::close(number_);
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  void write(std::string_view text) {
    while (!text.empty()) {
      const auto written = ::write(number_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) refuse(written < 0 ? errno : ENOSPC);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void take_place() {
    if (::fchmod(number_, mode_) != 0 || ::fsync(number_) != 0) refuse(errno);
    const int closed = ::close(std::exchange(number_, -1));
    if (closed != 0 || ::rename(name_.c_str(), file_.c_str()) != 0) refuse(errno);
    name_.clear();
    // The name is on the disk as well, where the system can say so.
    const int folder_number = ::open(folder().c_str(), O_RDONLY | O_CLOEXEC);
    if (folder_number < 0) return;
    static_cast<void>(::fsync(folder_number));
    ::close(folder_number);
  }

 private:
  std::filesystem::path folder() const {
    return file_.has_parent_path() ? file_.parent_path() : std::filesystem::path(".");
  }

  /// The mode and the owner of what is replaced, or less: another group sees nothing.
  void keep_mode(const struct stat& old) {
    mode_ = old.st_mode & 0777U;
    struct stat own {};
    if (::fstat(number_, &own) != 0) refuse(errno);
    if (own.st_uid == old.st_uid && own.st_gid == old.st_gid) return;
    if (::fchown(number_, old.st_uid, old.st_gid) != 0) mode_ &= 0700U;
  }

  [[noreturn]] void refuse(int reason) const {
    refuse_file(file_, std::string("is not writable, but must be: ") +
                           std::generic_category().message(reason));
  }

  std::filesystem::path file_;
  std::string name_;
  int number_ = -1;
  mode_t mode_ = S_IRUSR | S_IWUSR;
};

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
  detail::Draft draft(file);
  draft.write(text);
  draft.take_place();
}

}  // namespace relapse::io
