#include <relapse/engine/monitor.hpp>
#include <relapse/io/cbor.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "remembered.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <new>

using namespace relapse;

namespace {

thread_local bool counting = false;
thread_local int allocations = 0;

/// How often a piece of work allocates on this thread.
template <class Work>
int count_allocations(Work work) {
  allocations = 0;
  counting = true;
  work();
  counting = false;
  return allocations;
}

}  // namespace

// Replaced for the whole executable; counts only where it is asked to.
void* operator new(std::size_t size) {
  if (counting) ++allocations;
  if (void* memory = std::malloc(std::max<std::size_t>(1, size))) return memory;
  throw std::bad_alloc();
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  if (counting) ++allocations;
  return std::malloc(std::max<std::size_t>(1, size));
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

BOOST_AUTO_TEST_SUITE(assessor_test)

namespace {

/// A flag whose name is too long for a string without allocation.
constexpr auto long_flag = "severe_withdrawal";

/// The same history again and again, each round later than the last.
std::vector<CheckIn> repeat(const std::vector<CheckIn>& history, int rounds) {
  std::vector<CheckIn> all;
  const Days round = (history.back().time - history.front().time);
  for (int r = 0; r < rounds; ++r) {
    for (auto check_in : history) {
      check_in.time = check_in.time + Days{r * (round.count + 1.0)};
      all.push_back(std::move(check_in));
    }
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_counter_counts) {
  BOOST_TEST(count_allocations([] { std::vector<double> some(1000, 1.0); }) > 0);
  BOOST_TEST(count_allocations([] {}) == 0);
}

BOOST_AUTO_TEST_CASE(no_update_after_the_first_one_allocates) {
  for (const auto& model : test::models()) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const auto history = repeat(test::check_ins(model, seed), 3);
      Monitor monitor(model, {.drivers = false});
      monitor.update(history.front());
      for (std::size_t row = 1; row < history.size(); ++row) {
        const int counted = count_allocations([&] { monitor.update(history[row]); });
        BOOST_TEST(counted == 0, model.document().id << ", row " << row);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_long_silence_does_not_allocate_either) {
  const auto& model = test::models()[1];
  Monitor monitor(model, {.drivers = false});
  CheckIn check_in;
  monitor.update(check_in);
  for (const double gap : {0.01, 0.3, 6.9, 29.0, 100.0, 1000.0}) {
    check_in.time = check_in.time + Days{gap};
    BOOST_TEST(count_allocations([&] { monitor.update(check_in); }) == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_flag_that_stays_up_does_not_allocate) {
  const auto& model = test::models()[1];
  auto history = test::check_ins(model, 4);
  history.front().answers.push_back({long_flag, 1.0});
  Monitor monitor(model, {.drivers = false});
  monitor.update(history.front());
  for (std::size_t row = 1; row < history.size(); ++row) {
    BOOST_TEST(count_allocations([&] { monitor.update(history[row]); }) == 0);
  }
  BOOST_TEST(monitor.at(history.back().time).flags.front() == long_flag);
}

BOOST_AUTO_TEST_CASE(what_is_remembered_does_not_grow_with_the_history) {
  const auto& model = test::models()[1];
  const auto history = repeat(test::check_ins(model, 5), 40);
  Monitor monitor(model, {.drivers = false});
  std::size_t early = 0;
  for (std::size_t row = 0; row < history.size(); ++row) {
    monitor.update(history[row]);
    const auto state = monitor.snapshot().remembered().record.state;
    BOOST_REQUIRE(state.belief.joint.size() ==
                  static_cast<std::size_t>(model.nodes() * model.stages()));
    BOOST_REQUIRE(state.covariates.channels.size() ==
                  static_cast<std::size_t>(model.determinants().channels()));
    // A double that a float holds too takes fewer bytes, so sizes wander a little.
    const std::size_t bytes = io::to_cbor(monitor.snapshot()).size();
    if (row < history.size() / 40) early = std::max(early, bytes);
    BOOST_REQUIRE(bytes < early + early / 4);
  }
}

BOOST_AUTO_TEST_SUITE_END()
