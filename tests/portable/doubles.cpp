/// Whether this platform computes the doubles of all others.
///
///     doubles < tests/data/portable/hashes.txt    prints what differs, and PASS or FAIL
///     doubles write                               prints the hashes of this one
///
/// Compiled with the headers alone, for the plain kernel (tests/portable/run.sh).

#include "grid.hpp"

#include <cstdio>
#include <exception>
#include <iostream>

namespace {

int compare(const portable::Lines& found) {
  std::string wanted;
  std::size_t at = 0;
  std::size_t different = 0;
  for (; std::getline(std::cin, wanted); ++at) {
    const std::string& line = at < found.size() ? found[at] : std::string("nothing");
    if (line == wanted) continue;
    ++different;
    std::printf("%s, but must be\n%s\n", line.c_str(), wanted.c_str());
  }
  const bool pass = at > 0 && at == found.size() && different == 0;
  std::printf("%zu of %zu hashes differ from %zu given\n%s\n", different, found.size(),
              at, pass ? "PASS" : "FAIL");
  return pass ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const auto found = portable::hashes();
    if (count < 2) return compare(found);
    if (std::string_view(arguments[1]) == "write") {
      for (const auto& line : found) std::printf("%s\n", line.c_str());
      return 0;
    }
    std::printf("'%s' is not `write`\n", arguments[1]);
  } catch (const std::exception& error) {
    std::printf("%s\nFAIL\n", error.what());
  }
  return 1;
}
