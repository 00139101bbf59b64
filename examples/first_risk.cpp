// The first program of the README: two check-ins of one person, and the risk after them.

#include <relapse/io/standard.hpp>
#include <relapse/relapse.hpp>

#include <cstdio>

int main() {
  relapse::Monitor monitor{relapse::models::standard()};
  relapse::CheckIn check_in;
  check_in.answers = {{"craving", 1.0}, {"stress", 3.0}};
  monitor.update(check_in);
  check_in.time = relapse::Time{1.0};  // a day later
  check_in.answers = {{"craving", 4.0}, {"stress", 9.0}};
  for (const auto& risk : monitor.update(check_in).risks)
    std::printf("%2.0f d: %4.1f %%\n", risk.within.count, 100.0 * risk.probability);
}
