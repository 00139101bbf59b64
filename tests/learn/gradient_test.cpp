#include <relapse/learn/detail/gradient.hpp>
#include <relapse/learn/detail/likelihood.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "close.hpp"
#include "panels.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <optional>
#include <utility>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(gradient_test)

namespace {

/// Derivative by differences of order 8: its error is far below what is asked.
template <class Function>
double derivative(Function f, double x) {
  constexpr double weights[] = {4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0};
  constexpr double h = 0.02;
  double sum = 0.0;
  for (int k = 1; k <= 4; ++k) sum += weights[k - 1] * (f(x + k * h) - f(x - k * h));
  return sum / h;
}

/// Asked for: 1e-8 of the larger of the derivative and the typical size of one
/// check-in's.
void expect_exact(const Model& model, const test::People& people,
                  std::optional<learn::Aim> aim = {}) {
  const auto panel = test::panel_of(model, people);
  const learn::Likelihood likelihood(panel, 1, aim);
  const learn::Parameters parameters(model.document());
  const auto found = learn::gradient(parameters, likelihood.expect(model), panel, model);
  const auto at = parameters.read(model.document());
  for (std::size_t j = 0; j < parameters.size(); ++j) {
    const double exact = derivative(
        [&](double x) {
          auto values = at;
          values[j] = x;
          ModelDocument document = model.document();
          parameters.write(values, document);
          return likelihood.value(Model(document));
        },
        at[j]);
    BOOST_TEST(std::abs(found[j] - exact) <= 1e-8 * std::max(1.0, std::abs(exact)),
               parameters[j].name << ": " << found[j] << " and " << exact);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_slope_is_exact) {
  for (const auto& model : test::models()) expect_exact(model, test::people(model, 2));
}

BOOST_AUTO_TEST_CASE(every_slope_is_exact_where_copies_settle) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Model model(test::habitual(test::lasting(test::small_document(), seed), seed));
    expect_exact(model, test::people(model, 2));
  }
}

BOOST_AUTO_TEST_CASE(every_slope_is_exact_where_transitions_are_matrices) {
  const auto& model = test::models()[0];
  expect_exact(model, test::on_whole_days(test::people(model, 10)));
}

BOOST_AUTO_TEST_CASE(every_slope_of_a_foretold_answer_is_exact) {
  // A sign of levels, and one with a missing level or of numbers.
  for (const auto& [model, item] :
       {std::pair{0, 1}, {1, 1}, {1, 4}, {2, 2}, {3, 1}, {4, 1}, {4, 2}}) {
    const auto& law = test::models()[static_cast<std::size_t>(model)];
    BOOST_REQUIRE(law.sign(item) != nullptr);
    // Long enough for all that people() tells of.
    auto people = test::people(law, 1);
    people[0].resize(10);
    expect_exact(law, people, learn::Aim{item});
  }
}

BOOST_AUTO_TEST_CASE(every_slope_of_a_score_with_some_likelihood_is_exact) {
  const auto& model = test::models()[3];
  auto people = test::people(model, 1);
  people[0].resize(10);
  expect_exact(model, people, learn::Aim{1, 0.1});
}

BOOST_AUTO_TEST_SUITE_END()
