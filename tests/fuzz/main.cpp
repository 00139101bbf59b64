/// One program for all targets: RELAPSE_FUZZ names the one to run. Linked with libFuzzer
/// it searches (`./dev fuzz`); without it, it runs the files that it is given, or, with
/// `--random COUNT SEED`, so many drawn inputs, and says after each tenth how many
/// passed.

#include "targets.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

const fuzz::Target* find_target(std::string_view name) {
  for (const auto targets : {fuzz::document_targets(), fuzz::law_targets()}) {
    for (const auto& target : targets) {
      if (target.name == name) return &target;
    }
  }
  return nullptr;
}

const fuzz::Target& chosen() {
  static const fuzz::Target& target = [&]() -> const fuzz::Target& {
    const char* name = std::getenv("RELAPSE_FUZZ");
    const fuzz::Target* found = find_target(name == nullptr ? "" : name);
    if (found != nullptr) return *found;
    std::cerr << "RELAPSE_FUZZ must be one of";
    for (const auto targets : {fuzz::document_targets(), fuzz::law_targets()}) {
      for (const auto& each : targets) std::cerr << ' ' << each.name;
    }
    std::cerr << '\n';
    std::exit(2);
  }();
  return target;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen().run({data, size});
  return 0;
}

#ifndef RELAPSE_LIBFUZZER
namespace {

int run_random(unsigned long count, unsigned long seed) {
  std::mt19937_64 draw(seed);
  constexpr std::size_t longest = 2000;
  std::vector<std::uint8_t> bytes;
  for (unsigned long k = 1; k <= count; ++k) {
    bytes.resize(1 + draw() % longest);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(draw());
    chosen().run({bytes.data(), bytes.size()});
    if (k % std::max(1UL, count / 10) == 0)
      std::cout << chosen().name << ": " << k << " passed, 0 failed" << std::endl;
  }
  return 0;
}

}  // namespace

int main(int count, char** files) {
  if (count == 4 && std::string_view(files[1]) == "--random")
    return run_random(std::stoul(files[2]), std::stoul(files[3]));
  for (int k = 1; k < count; ++k) {
    std::ifstream file(files[k], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    chosen().run({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  }
  std::cout << chosen().name << ": " << count - 1 << " passed, 0 failed\n";
}
#endif
