#include <relapse/core/random.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/risk/detail/run_chain.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <numeric>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(run_chain_test)

namespace {

/// A path whose row and column hold numbers by chance where lanes are.
void fill(infer::NodePath& path, const Model& model, int lanes) {
  auto random = random_stream(7, 0);
  for (int s = 0; s < model.stages(); ++s) {
    for (int i = 0; i < path.nodes(); ++i) {
      for (int lane = 0; lane < lanes; ++lane) {
        const auto at = static_cast<std::size_t>(s) * path.lanes() + path.lane(i, lane);
        path.row()[at] = sample_uniform(random);
        path.column()[at] = sample_uniform(random);
      }
    }
  }
}

double product(infer::NodePath& path) {
  return std::inner_product(path.row().begin(), path.row().end(), path.column().begin(),
                            0.0);
}

/// A sign whose answers persist in some of the models.
constexpr int isolating = 1;

}  // namespace

BOOST_AUTO_TEST_CASE(a_week_forth_is_worth_what_it_is_back) {
  for (const auto& model : test::models()) {
    const risk::detail::RunChain chain({isolating, {1.0, 2.0}, 0}, 3, model);
    const auto chances = chain.chances(model.sign(isolating)->repeat(2.0, 5.0));
    infer::NodePath forth(model, chain.lanes());
    fill(forth, model, chain.lanes());
    infer::NodePath back = forth;
    double done = 0.0;
    chain.step(chances, forth, done);
    chain.step_back(chances, back);
    BOOST_TEST(done > 0.0);
    BOOST_TEST(product(back) == product(forth) + done,
               boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(no_mass_is_lost_in_a_week) {
  for (const auto& model : test::models()) {
    const risk::detail::RunChain chain({isolating, {1.0}, 0}, 2, model);
    const auto chances = chain.chances({});
    infer::NodePath path(model, chain.lanes());
    fill(path, model, chain.lanes());
    const double before = std::accumulate(path.row().begin(), path.row().end(), 0.0);
    double done = 0.0;
    chain.step(chances, path, done);
    const double after = std::accumulate(path.row().begin(), path.row().end(), done);
    BOOST_TEST(after == before, boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_SUITE_END()
