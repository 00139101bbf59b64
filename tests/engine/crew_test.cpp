#include <relapse/engine/detail/crew.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <new>
#include <numeric>
#include <stdexcept>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(crew_test)

namespace {

/// A check-in of each of many persons, and a crew of four for them.
struct Many {
  explicit Many(std::function<bool(double)> told = {}) : progress(std::move(told)) {}

  static std::vector<std::int32_t> numbered() {
    std::vector<std::int32_t> persons(400);
    std::iota(persons.begin(), persons.end(), 0);
    return persons;
  }

  std::vector<std::int32_t> person = numbered();
  std::vector<double> time = std::vector<double>(400, 0.0);
  Batch batch{.person = person, .person_names = {}, .time = time, .columns = {}};
  Model model{test::small_document()};
  engine::Rows rows{batch, model};
  std::function<bool(double)> progress;
};

void nothing(std::size_t, int) {}

}  // namespace

BOOST_AUTO_TEST_CASE(what_the_preparation_throws_ends_the_work_and_is_rethrown) {
  for (const int threads : {1, 4}) {
    Many many;
    engine::Crew crew(many.rows, threads, many.progress);
    BOOST_CHECK_THROW(
        crew.run(nothing, [](std::size_t, std::size_t, int) { throw std::bad_alloc(); }),
        std::bad_alloc);
  }
}

BOOST_AUTO_TEST_CASE(what_the_work_throws_is_rethrown_the_first_row_first) {
  for (const int threads : {1, 4}) {
    Many many;
    engine::Crew crew(many.rows, threads, many.progress);
    const auto work = [](std::size_t person, int) {
      if (person >= 7) throw CheckInError({.person = "P", .row = person, .item = ""}, "");
    };
    BOOST_CHECK_EXCEPTION(crew.run(work), CheckInError, [](const CheckInError& error) {
      return error.place().row == std::size_t{7};
    });
  }
}

BOOST_AUTO_TEST_CASE(what_the_progress_throws_ends_the_work_and_is_rethrown) {
  for (const int threads : {1, 4}) {
    Many many([](double) -> bool { throw std::runtime_error("told"); });
    engine::Crew crew(many.rows, threads, many.progress);
    BOOST_CHECK_THROW(crew.run(nothing), std::runtime_error);
  }
}

BOOST_AUTO_TEST_CASE(work_that_is_stopped_says_so) {
  for (const int threads : {1, 4}) {
    Many many([](double) { return false; });
    engine::Crew crew(many.rows, threads, many.progress);
    BOOST_CHECK_THROW(crew.run(nothing), InvalidInput);
  }
}

BOOST_AUTO_TEST_SUITE_END()
