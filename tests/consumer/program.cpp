// A user's program: includes what a user includes and says what it found. It is linked
// with other_unit.cpp, so that a body that is not inline is found here.
#include <relapse/core/random.hpp>
#include <relapse/version.hpp>

#if __has_include(<relapse/relapse.hpp>)
#include <relapse/relapse.hpp>
#endif
#if __has_include(<relapse/io/json.hpp>)
#include <relapse/io/json.hpp>
#endif
#if __has_include(<relapse/io/standard.hpp>)
#include <relapse/io/standard.hpp>
#endif

#include <iostream>

double sample_in_other_unit();

int main() {
  relapse::Random random = relapse::random_stream(1, 1);
  if (relapse::sample_normal(random) != sample_in_other_unit()) return 1;
  std::cout << "relapse " << RELAPSE_VERSION << '\n';
  return 0;
}
