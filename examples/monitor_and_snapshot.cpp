// A Monitor follows one person. What it remembers has one size however long the history
// is: saved and restored, as after a restart of an app, it continues with identical
// doubles.

#include <relapse/io/cbor.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/relapse.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

relapse::CheckIn evening(int day) {
  relapse::CheckIn check_in;
  check_in.person = "P07";
  check_in.time = relapse::Time{20'000.75 + day};  // days since 1970-01-01T00:00 UTC
  check_in.answers = {{"craving", static_cast<double>(day % 5)},
                      {"stress", static_cast<double>(3 + day % 4)},
                      {"thinking_of_use", static_cast<double>(day / 4 % 3)},
                      {"used", day == 9 ? 1.0 : 0.0}};
  return check_in;
}

bool same(const relapse::Assessment& a, const relapse::Assessment& b) {
  return a.stages == b.stages && a.risks == b.risks && a.level == b.level &&
         a.drivers == b.drivers && a.log_likelihood == b.log_likelihood;
}

}  // namespace

int main() {
  const relapse::Model& model = relapse::models::standard();
  relapse::Monitor kept{model};
  relapse::Monitor restored{model};
  std::size_t bytes = 0;
  for (int day = 0; day < 14; ++day) {
    const auto saved = relapse::io::to_cbor(restored.snapshot());
    restored = relapse::Monitor{model, relapse::io::from_cbor(saved)};
    bytes = saved.size();

    const auto& expected = kept.update(evening(day));
    if (!same(restored.update(evening(day)), expected)) {
      std::fprintf(stderr, "day %d: the restored monitor differs\n", day);
      return EXIT_FAILURE;
    }
    const std::string level(relapse::name_of(expected.level));
    std::printf("day %2d  7-day risk %5.1f %%  %s\n", day, 100.0 * expected.level_risk,
                level.c_str());
  }
  const auto later = kept.at(relapse::Time{20'000.75 + 23});
  std::printf("ten days without a word: 7-day risk %.1f %%\n", 100.0 * later.level_risk);
  std::printf("restored every day from %zu bytes, with identical doubles\n", bytes);
}
