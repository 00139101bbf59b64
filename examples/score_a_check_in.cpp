// What two check-ins of one person say: where the person probably is, how likely a return
// to use is, and what changed since the day before.

#include <relapse/io/json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/relapse.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace {

constexpr auto monday = R"({
  "schema": "relapse/check_in/1", "person": "P07", "time": "2026-03-02T08:00:00+01:00",
  "answers": {"craving": 1, "stress": 4, "support": 7, "sleep": 6, "isolating": 0, "used": 0}
})";
constexpr auto tuesday = R"({
  "schema": "relapse/check_in/1", "person": "P07", "time": "2026-03-03T08:15:00+01:00",
  "answers": {"craving": 3, "stress": 8, "support": 4, "isolating": 3, "used": 0},
  "missing": {"sleep": "declined"}
})";

}  // namespace

int main() {
  relapse::Monitor monitor{relapse::models::standard()};
  const double before = monitor.update(relapse::io::parse_check_in(monday)).level_risk;
  const relapse::Assessment& assessment =
      monitor.update(relapse::io::parse_check_in(tuesday));
  std::printf("Where the person probably is:\n");
  for (std::size_t s = 0; s < assessment.stages.size(); ++s) {
    const auto& stage = assessment.model.document().stages[s];
    std::printf("  %-26s %5.1f %%\n", stage.label.c_str(), 100.0 * assessment.stages[s]);
  }
  std::printf("A return to use:\n");
  for (const auto& risk : assessment.risks) {
    std::printf(
        "  days ahead: %2.0f             %5.1f %%  (95 %% interval %.1f to %.1f)\n",
        risk.within.count, 100.0 * risk.probability, 100.0 * risk.low, 100.0 * risk.high);
  }
  const std::string level(relapse::name_of(assessment.level));
  std::printf("Level: %s\n", level.c_str());

  auto drivers = assessment.drivers;
  std::sort(drivers.begin(), drivers.end(), [](const auto& a, const auto& b) {
    return std::abs(a.contribution) > std::abs(b.contribution);
  });
  double change = 0.0;
  for (const auto& driver : drivers) change += driver.contribution;
  std::printf("Since Monday, in points of the 7-day risk:\n");
  for (std::size_t k = 0; k < 6 && k < drivers.size(); ++k) {
    std::printf("  %-26s %+5.1f\n", drivers[k].id.c_str(),
                100.0 * drivers[k].contribution);
  }
  std::printf("  all %2zu reasons together     %+5.1f\n", drivers.size(), 100.0 * change);
  // The reasons are the whole change: nothing is left over.
  return std::abs(assessment.level_risk - before - change) < 1e-8 ? 0 : 1;
}
