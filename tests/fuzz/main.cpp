/// One program for all targets: RELAPSE_FUZZ names the one to run. Linked with libFuzzer
/// it searches (`./dev fuzz`); without it, it runs the files that it is given, then, with
/// `--random COUNT SEED` or `--seconds SECONDS SEED` before them, so many inputs or for
/// so long: the files changed at random places, or drawn where there are none.

#include "targets.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
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

using Input = std::vector<std::uint8_t>;

/// Which input runs, and what it is, for who looks for it again.
volatile unsigned long running = 0;
const Input* input = nullptr;

void say_which(int signal) {
  const char* name = "fuzz-failed";
  std::fprintf(stderr, "input %lu of this seed, kept as %s\n", running, name);
  if (std::FILE* file = input == nullptr ? nullptr : std::fopen(name, "wb")) {
    std::fwrite(input->data(), 1, input->size(), file);
    std::fclose(file);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// What readers trip over.
constexpr std::string_view snippets[] = {
    "null",   "true",     "-1",   "0",    "1e308",
    "1e-320", "\"\"",     "{}",   "[]",   "NaN",
    ",",      "\n",       "\xff", "\\u0", std::string_view("\0", 1),
    "9e99",   "\xc3\xa9", "[[",   "{\"",  "\": "};

/// The files and what is made of them, each by its number and the seed alone.
class Inputs {
 public:
  Inputs(std::vector<Input> files, unsigned long seed)
      : files_(std::move(files)), seed_(seed) {}

  const Input& at(unsigned long number) {
    draw_.seed(seed_ * 1'000'003 + number);
    if (files_.empty()) {
      made_.resize(1 + below(longest));
      for (auto& byte : made_) byte = static_cast<std::uint8_t>(draw_());
      return made_;
    }
    made_ = files_[below(files_.size())];
    for (std::size_t changes = 1 + below(6); changes > 0; --changes) change();
    return made_;
  }

 private:
  static constexpr std::size_t longest = 2000;

  std::size_t below(std::size_t end) { return draw_() % end; }
  /// Puts bytes in the place of others, both at random places.
  template <class Bytes>
  void put(const Bytes& bytes, std::size_t removed) {
    const std::size_t at = below(made_.size() + 1);
    const auto begin = made_.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end =
        begin + static_cast<std::ptrdiff_t>(std::min(removed, made_.size() - at));
    made_.insert(made_.erase(begin, end), bytes.begin(), bytes.end());
  }
  /// A piece of one of the files, up to 64 bytes long.
  Input piece() {
    const Input& from = files_[below(files_.size())];
    const std::size_t begin = below(from.size() + 1);
    const std::size_t length = std::min(1 + below(64), from.size() - begin);
    const auto first = from.begin() + static_cast<std::ptrdiff_t>(begin);
    return {first, first + static_cast<std::ptrdiff_t>(length)};
  }
  void change() {
    switch (below(6)) {
    case 0:
      if (!made_.empty()) made_[below(made_.size())] ^= std::uint8_t(1U << below(8));
      break;
    case 1:
      put(std::string(1, static_cast<char>(draw_())), 1);
      break;
    case 2:
      put(std::string{}, 1 + below(32));
      break;
    case 3:
      put(snippets[below(std::size(snippets))], below(4));
      break;
    case 4:
      put(piece(), 0);
      break;
    default:
      put(piece(), 1 + below(64));
    }
  }

  std::vector<Input> files_;
  unsigned long seed_;
  std::mt19937_64 draw_;
  Input made_;
};

void run(const Input& next) {
  input = &next;
  chosen().run({next.data(), next.size()});
}

}  // namespace

int main(int count, char** words) {
  const std::string_view first = count > 1 ? words[1] : "";
  const bool by_count = first == "--random";
  const bool by_time = first == "--seconds";
  if ((by_count || by_time) && count < 4) {
    std::cerr
        << "relapse_fuzz [--random COUNT SEED | --seconds SECONDS SEED] [FILE...]\n";
    return 2;
  }
  std::vector<Input> files;
  for (int k = by_count || by_time ? 4 : 1; k < count; ++k) {
    std::ifstream file(words[k], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    files.emplace_back(bytes.begin(), bytes.end());
    run(files.back());
  }
  std::cout << chosen().name << ": " << files.size() << " passed, 0 failed" << std::endl;
  if (!by_count && !by_time) return 0;
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(signal, say_which);
  const unsigned long most = std::stoul(words[2]);
  Inputs inputs(std::move(files), std::stoul(words[3]));
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(most);
  while (by_count ? running < most : Clock::now() < end) {
    running = running + 1;
    run(inputs.at(running));
    const bool tenth = by_count && running % std::max(1UL, most / 10) == 0;
    if (tenth && running < most)
      std::cout << chosen().name << ": " << running << " so far" << std::endl;
  }
  std::cout << chosen().name << ": " << running << " passed, 0 failed" << std::endl;
}
#endif
