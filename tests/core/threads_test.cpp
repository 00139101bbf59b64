#include <relapse/core/detail/threads.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <new>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(threads_test)

namespace {

/// Numbers below `count`, taken by threads one after the other.
struct List {
  explicit List(int count) : taken(static_cast<std::size_t>(count)) {}

  void take_all() {
    for (std::size_t k = next++; k < taken.size(); k = next++) ++taken[k];
  }
  bool each_once() const {
    for (const auto& times : taken) {
      if (times != 1) return false;
    }
    return true;
  }

  std::atomic<std::size_t> next{0};
  std::vector<std::atomic<int>> taken;
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_thread_has_a_number_of_its_own) {
  std::vector<std::atomic<int>> called(5);
  work_beside(5, [&](int thread) { ++called[static_cast<std::size_t>(thread)]; });
  for (const auto& times : called) BOOST_TEST(times == 1);
}

BOOST_AUTO_TEST_CASE(the_work_is_done_by_fewer_where_the_system_refuses_threads) {
  for (const int granted : {0, 1, 3}) {
    List list(1000);
    int started = 0;
    const auto start = [&](const auto& run) {
      if (started++ == granted) {
        throw std::system_error(
            std::make_error_code(std::errc::resource_unavailable_try_again));
      }
      return std::thread(run);
    };
    work_beside(
        8, [&](int) { list.take_all(); }, start);
    BOOST_TEST(list.each_once());
    BOOST_TEST(started == granted + 1);
  }
}

BOOST_AUTO_TEST_CASE(the_work_is_done_by_fewer_where_there_is_no_memory_for_threads) {
  List list(1000);
  const auto start = [](const auto&) -> std::thread { throw std::bad_alloc(); };
  work_beside(
      8, [&](int) { list.take_all(); }, start);
  BOOST_TEST(list.each_once());
}

BOOST_AUTO_TEST_CASE(what_a_thread_throws_is_thrown_where_all_have_ended) {
  for (const int thrower : {0, 1, 3}) {
    std::atomic<int> ended{0};
    const auto work = [&](int thread) {
      if (thread == thrower) throw std::bad_alloc();
      ++ended;
    };
    BOOST_CHECK_THROW(work_beside(4, work), std::bad_alloc);
    BOOST_TEST(ended == 3);
  }
}

BOOST_AUTO_TEST_SUITE_END()
