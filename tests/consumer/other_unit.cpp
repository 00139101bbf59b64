#include <relapse/core/random.hpp>

#if __has_include(<relapse/relapse.hpp>)
#include <relapse/relapse.hpp>
#endif
#if __has_include(<relapse/io/json.hpp>)
#include <relapse/io/json.hpp>
#endif

double sample_in_other_unit();

double sample_in_other_unit() {
  relapse::Random random = relapse::random_stream(1, 1);
  return relapse::sample_normal(random);
}
