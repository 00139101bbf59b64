#include <relapse/learn/detail/from_data.hpp>
#include <relapse/learn/detail/panel_fit.hpp>
#include <relapse/learn/detail/units.hpp>
#include <relapse/learn/fit.hpp>

#include "close.hpp"
#include "panels.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(units_test)

namespace {

/// The units in which a number is told: a measurement is `scale` times what it is
/// plainly, and `shift`; a determinant is `dose` times that.
struct Told {
  double scale = 1.0;
  double shift = 0.0;
  double dose = 1.0;
};

constexpr double plain_means[] = {7.0, 5.5, 4.0};
constexpr double plain_sds[] = {1.5, 1.2, 2.0};
constexpr double effects[] = {0.6, 0.4};

/// Three stages, a measurement and a determinant that moves, and starts, people.
Model model_in(Told told) {
  auto document = test::small_document();
  Normal law;
  for (std::size_t s = 0; s < 3; ++s) {
    law.mean.push_back(told.scale * plain_means[s] + told.shift);
    law.sd.push_back(told.scale * plain_sds[s]);
  }
  document.items.push_back(test::sign("mood", law));
  document.items.push_back(test::asked("dose", {}));
  DeterminantRule rule;
  rule.id = "dose";
  rule.from = FromItem{"dose"};
  document.determinants.push_back(rule);
  document.transitions[0].effects = {{"dose", effects[0] / told.dose}};
  document.transitions[2].effects = {{"dose", effects[1] / told.dose}};
  document.start_effects = {{"warning", {"dose", 0.3 / told.dose}}};
  return Model(document);
}

/// The same persons, told in these units.
test::People persons_in(Told told) {
  const auto plain = model_in({});
  test::People people;
  for (std::uint64_t p = 0; p < 30; ++p) {
    auto history = test::check_ins(plain, 900 + p, 50.0);
    for (auto& check_in : history) {
      for (auto& [item, answer] : check_in.answers) {
        double& value = std::get<double>(answer);
        if (item == "mood") value = told.scale * value + told.shift;
        if (item == "dose") value *= told.dose;
      }
    }
    people.push_back(std::move(history));
  }
  return people;
}

double answers_to(const std::string& item, const test::People& people) {
  double count = 0.0;
  for (const auto& history : people) {
    for (const auto& check_in : history) {
      for (const auto& answer : check_in.answers)
        count += answer.item == item ? 1.0 : 0.0;
    }
  }
  return count;
}

constexpr Told many[] = {{1e-3, 0.0, 1e-3}, {1e3, 0.0, 1.0},  {1.0, 40.0, 1e3},
                         {1e-3, 5.0, 1e-3}, {1e3, -7e5, 1.0}, {2.0, 1.0, 1e6}};

/// What a number is in other units, and its standard error.
struct Change {
  double factor = 1.0;
  double shift = 0.0;
};
Change change_of(const std::string& name, Told told) {
  if (name.find("effect") != name.npos) return {1.0 / told.dose, 0.0};
  if (name.starts_with("given:mood") && name.ends_with("mean"))
    return {told.scale, told.shift};
  if (name.starts_with("given:mood")) return {1.0, std::log(told.scale)};
  return {};
}

/// Searches end where next to nothing is left to gain, not to the last digit.
constexpr double place = 2e-3;  // of a standard error
constexpr double gain = 1e-5;   // of a log-likelihood

void check_fits(FitSettings settings, bool of_data) {
  settings.threads = 1;
  const auto plain = model_in({});
  const auto people = persons_in({});
  const auto found = learn::fit(test::panel_of(plain, people), plain, settings);
  BOOST_TEST((found.status == FitStatus::converged), found.message);
  for (const auto& told : many) {
    BOOST_TEST_CONTEXT(told.scale << ' ' << told.shift << ' ' << told.dose) {
      const auto model = model_in(of_data ? Told{} : told);
      // Of a start from data the document's numbers are ignored.
      const auto other =
          learn::fit(test::panel_of(model, persons_in(told)), model, settings);
      BOOST_TEST((other.status == found.status), other.message);
      const double jacobian = answers_to("mood", people) * std::log(told.scale);
      BOOST_TEST(std::abs(other.log_likelihood + jacobian - found.log_likelihood) < gain);
      BOOST_TEST(std::abs(other.log_prior - found.log_prior) < 10.0 * gain);
      BOOST_REQUIRE(other.names.size() == found.names.size());
      for (std::size_t k = 0; k < found.names.size(); ++k) {
        const auto [factor, shift] = change_of(found.names[k], told);
        const double error = factor * found.standard_errors[k];
        const double expected = factor * found.estimates[k] + shift;
        BOOST_TEST(std::abs(other.estimates[k] - expected) < place * error,
                   found.names[k]);
        BOOST_TEST(test::close_relative(other.standard_errors[k], error, 1e-4),
                   found.names[k]);
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(units_of_answers_and_determinants_change_no_fit_from_a_document) {
  check_fits({.starts = 1}, false);
}

BOOST_AUTO_TEST_CASE(units_change_no_fit_with_a_prior_around_a_document) {
  check_fits({.starts = 1, .prior_strength = 1.0}, false);
  check_fits({.starts = 2, .prior_strengths = {{"effect", 30.0}, {"given", 10.0}}},
             false);
}

BOOST_AUTO_TEST_CASE(units_change_no_fit_from_data) {
  check_fits({.start = FitStart::data, .starts = 1, .prior_where_few = true}, true);
  check_fits({.start = FitStart::data, .starts = 2, .prior_strength = 0.0}, true);
}

BOOST_AUTO_TEST_CASE(a_unit_is_two_standard_deviations_of_the_values_that_differ) {
  using learn::spread_of_values;
  BOOST_TEST(spread_of_values({}) == 1.0);
  BOOST_TEST(spread_of_values({0.0, 0.0}) == 1.0);
  // What never changes is as far as it is from 0.
  BOOST_TEST(spread_of_values({-3.0, -3.0}) == 3.0);
  // However rare a yes is.
  BOOST_TEST(spread_of_values({0.0, 1.0}) == 1.0);
  BOOST_TEST(spread_of_values({0.0, 1.0, 0.0, 0.0, 0.0, 0.0}) == 1.0);
  // What differs by rounding alone does not differ.
  BOOST_TEST(test::close(spread_of_values({0.0, 1e-17, 1.0 - 1e-15, 1.0}), 1.0, 1e-12));
  const std::vector<double> some{0.0, 0.5, 2.0, 2.5};
  for (const double a : {1e-6, 3.0, 1e9}) {
    auto scaled = some;
    for (double& value : scaled) value *= a;
    BOOST_TEST(test::close_relative(spread_of_values(scaled), a * spread_of_values(some),
                                    1e-12));
  }
}

BOOST_AUTO_TEST_CASE(an_item_that_is_always_the_same_keeps_its_spread) {
  const auto model = model_in({});
  test::People people;
  for (std::uint64_t p = 0; p < 10; ++p) {
    auto history = test::check_ins(test::models()[0], 900 + p, 30.0);
    for (auto& check_in : history) check_in.answers.push_back({"mood", 0.1 + 0.2});
    people.push_back(std::move(history));
  }
  Random random = random_stream(1, 0);
  const auto begun =
      learn::from_data(test::panel_of(model, people), model.document(), random);
  const auto& law = std::get<Normal>(*begun.items[3].emission);
  BOOST_REQUIRE(begun.items[3].item.id == "mood");
  BOOST_TEST(law.mean == std::vector<double>(3, 0.1 + 0.2),
             boost::test_tools::per_element());
  BOOST_TEST(law.sd == std::vector<double>({1.5, 1.2, 2.0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
