#include <relapse/learn/detail/gradient.hpp>
#include <relapse/learn/detail/likelihood.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "close.hpp"
#include "panels.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(likelihood_test)

namespace {

int first_sign(const Model& model) {
  int item = 0;
  while (model.sign(item) == nullptr) ++item;
  return item;
}

}  // namespace

BOOST_AUTO_TEST_CASE(scores_of_the_persons_sum_to_the_gradient) {
  const auto expect_sum = [](const learn::Likelihood& likelihood, const Model& model) {
    const learn::Parameters parameters(model.document());
    const auto gradient =
        learn::gradient(parameters, likelihood.expect(model), likelihood.panel(), model);
    std::vector<double> sum(parameters.size(), 0.0);
    for (const auto& row : likelihood.scores(model, parameters)) {
      for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += row[j];
    }
    BOOST_TEST(test::close(sum, gradient, 1e-9));
  };
  for (const auto& model : test::models()) {
    const auto panel =
        test::panel_of(model, test::on_whole_days(test::people(model, 10)));
    expect_sum(learn::Likelihood(panel, 2), model);
    const int sign = first_sign(model);
    expect_sum(learn::Likelihood(panel, 2, learn::Aim{sign}), model);
    expect_sum(learn::Likelihood(panel, 2, learn::Aim{sign, 0.1}), model);
  }
}

BOOST_AUTO_TEST_CASE(threads_do_not_change_a_bit) {
  const auto& model = test::models()[1];
  const auto panel = test::panel_of(model, test::people(model, 40));
  const learn::Parameters parameters(model.document());
  const auto one = learn::Likelihood(panel, 1).expect(model);
  const auto three = learn::Likelihood(panel, 3).expect(model);
  BOOST_TEST(one.log_likelihood == three.log_likelihood);
  BOOST_TEST(learn::gradient(parameters, one, panel, model) ==
                 learn::gradient(parameters, three, panel, model),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(whoever_listens_between_persons_ends_the_work_on_all_threads) {
  const auto& model = test::models()[0];
  const auto panel = test::panel_of(model, test::people(model, 40));
  const learn::Parameters parameters(model.document());
  for (const int threads : {1, 3}) {
    learn::Likelihood likelihood(panel, threads);
    const double value = likelihood.value(model);
    int calls = 0;
    likelihood.between_persons = [&] { ++calls; };
    BOOST_TEST(likelihood.value(model) == value);
    BOOST_TEST(calls > 0);
    likelihood.between_persons = [] { throw std::runtime_error("enough"); };
    BOOST_CHECK_THROW(likelihood.value(model), std::runtime_error);
    BOOST_CHECK_THROW(likelihood.expect(model), std::runtime_error);
    BOOST_CHECK_THROW(likelihood.scores(model, parameters), std::runtime_error);
    likelihood.between_persons = {};
    BOOST_TEST(likelihood.value(model) == value);
  }
}

BOOST_AUTO_TEST_SUITE_END()
