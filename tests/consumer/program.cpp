// A user's program: includes what a user includes, and says what it found.
#ifdef VENDORED
#include "relapse_all.hpp"
#else
#include <relapse/io/standard.hpp>
#include <relapse/relapse.hpp>
#include <relapse/version.hpp>
#endif

#include <iostream>

int main() {
  relapse::Monitor monitor{relapse::models::standard()};
  const auto& now = monitor.update(
      {.person = "P1", .time = relapse::Time{0.0}, .answers = {{"craving", 3.0}}});
  std::cout << "relapse " << RELAPSE_VERSION << ": " << now.level_risk << '\n';
  return now.level_risk > 0.0 && now.level_risk < 1.0 ? 0 : 1;
}
