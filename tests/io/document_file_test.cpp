#include <relapse/core/error.hpp>
#include <relapse/io/document_file.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace relapse;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, gone in the end.
struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "relapse-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }

  std::size_t count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
};

unsigned mode_of(const fs::path& file) {
  struct stat found {};
  BOOST_REQUIRE(::stat(file.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(document_file_test)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_and_only_its_owner_reads_it) {
  const Folder folder;
  const auto file = folder.path / "plan.json";
  io::write_file(file, "one");
  BOOST_TEST(io::read_file(file) == "one");
  BOOST_TEST(mode_of(file) == 0600U);
  BOOST_TEST(folder.count() == 1U);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_there_keeps_its_mode) {
  const Folder folder;
  const auto file = folder.path / "plan.json";
  for (const auto mode : {0400U | 0200U, 0640U, 0644U}) {
    io::write_file(file, "old");
    BOOST_REQUIRE(::chmod(file.c_str(), mode) == 0);
    io::write_file(file, "new");
    BOOST_TEST(mode_of(file) == mode);
  }
}

BOOST_AUTO_TEST_CASE(no_planted_link_is_followed) {
  const Folder folder;
  const auto other = folder.path / "other";
  io::write_file(other, "of somebody else");
  const auto file = folder.path / "plan.json";
  fs::create_symlink(other, file);
  BOOST_CHECK_THROW(io::write_file(file, "new"), InvalidInput);
  fs::remove(file);
  fs::create_symlink(other, folder.path / "plan.json.new");
  io::write_file(file, "new");
  BOOST_TEST(io::read_file(other) == "of somebody else");
  BOOST_TEST(io::read_file(file) == "new");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_refused_by_name) {
  const Folder folder;
  for (const auto& file :
       {folder.path, folder.path / "gone" / "plan.json", fs::path("/dev/null")}) {
    BOOST_CHECK_EXCEPTION(
        io::write_file(file, "new"), InvalidInput, [&](const InvalidInput& error) {
          return std::string(error.what()).find(file.string()) != std::string::npos;
        });
  }
  BOOST_TEST(folder.count() == 0U);
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_leaves_the_old_file) {
  const Folder folder;
  const auto file = folder.path / "plan.json";
  io::write_file(file, "old");
  struct rlimit limit {};
  BOOST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
  struct rlimit small = limit;
  small.rlim_cur = 4096;
  auto* const before = std::signal(SIGXFSZ, SIG_IGN);
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  bool is_refused = false;
  try {
    io::write_file(file, std::string(100'000, 'x'));
  } catch (const InvalidInput&) {
    is_refused = true;
  }
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  std::signal(SIGXFSZ, before);
  BOOST_TEST(is_refused);
  BOOST_TEST(io::read_file(file) == "old");
  BOOST_TEST(folder.count() == 1U);
}

BOOST_AUTO_TEST_CASE(writers_at_once_leave_one_whole_file) {
  const Folder folder;
  const auto file = folder.path / "plan.json";
  const auto text = [](char letter) { return std::string(200'000, letter); };
  io::write_file(file, text('0'));
  std::vector<std::thread> writers;
  for (const char letter : {'a', 'b', 'c'}) {
    writers.emplace_back([&, letter] {
      for (int k = 0; k < 20; ++k) io::write_file(file, text(letter));
    });
  }
  for (auto& writer : writers) writer.join();
  const auto found = io::read_file(file);
  BOOST_TEST((found == text(found.at(0))));
  BOOST_TEST(folder.count() == 1U);
}

BOOST_AUTO_TEST_CASE(whoever_is_killed_leaves_the_old_file_or_the_new_one) {
  const Folder folder;
  const auto file = folder.path / "plan.json";
  const auto text = [](int number) {
    return std::string(300'000, static_cast<char>('a' + number % 26));
  };
  io::write_file(file, text(0));
  for (unsigned round = 0; round < 30; ++round) {
    const auto child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      for (int k = 0;; ++k) io::write_file(file, text(k));
    }
    ::usleep(500 + 137 * round);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const auto found = io::read_file(file);
    BOOST_TEST_REQUIRE(found.size() == 300'000U);
    BOOST_TEST_REQUIRE((found == std::string(found.size(), found[0])));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_document_is_not_read) {
  const Folder folder;
  BOOST_CHECK_THROW(io::read_file(folder.path), InvalidInput);
  BOOST_CHECK_THROW(io::read_file(folder.path / "gone"), InvalidInput);
  const auto file = folder.path / "large";
  io::write_file(file, "{}");
  fs::resize_file(file, io::document_size_limit);
  BOOST_TEST(io::read_file(file).size() == io::document_size_limit);
  fs::resize_file(file, io::document_size_limit + 1);
  BOOST_CHECK_THROW(io::read_file(file), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
