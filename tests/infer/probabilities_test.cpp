#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/held_generator.hpp>
#include <relapse/infer/probabilities.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(probabilities_test)

namespace {

constexpr double rounding = 1e-13;

const Model& rich() { return test::models()[1]; }

/// The generator of the document at the reference values.
ctmc::Generator at_reference(const Model& model) {
  ctmc::Generator generator(model.stages());
  for (const auto& rule : model.document().transitions) {
    generator.set_rate(model.stage(rule.from), model.stage(rule.to), rule.rate);
  }
  return generator;
}

}  // namespace

BOOST_AUTO_TEST_CASE(without_answers_the_rates_of_the_document_hold) {
  for (const auto& model : test::models()) {
    BOOST_TEST((infer::held_generator({}, model) == at_reference(model)));
    const auto matrix = infer::transition_matrix(Days{7.0}, {}, model);
    const auto expected = ctmc::transition_matrix(at_reference(model), Days{7.0});
    BOOST_TEST(std::equal(matrix.begin(), matrix.end(), expected.data(),
                          expected.data() + expected.size()));
    const auto passage = infer::passage_probability(model.use(), Days{7.0}, {}, model);
    const auto column =
        ctmc::passage_probability(at_reference(model), model.use(), Days{7.0});
    for (int s = 0; s < model.stages(); ++s) {
      BOOST_TEST(passage[static_cast<std::size_t>(s)] == column(s));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_answer_changes_the_rates_as_the_document_says) {
  const int stable = rich().stage("stable");
  const int emotional = rich().stage("emotional");
  const int mental = rich().stage("mental");
  // Craving 3 of 4 is 0.75, above the reference 0.2; 0.9 a unit.
  const auto craving = infer::held_generator({{{"craving", 3.0}}}, rich());
  const double expected = 0.09 * std::exp(0.9 * (0.75 - 0.2));
  BOOST_TEST(std::abs(craving.rate(emotional, mental) / expected - 1.0) < rounding);
  // The first answer is the own mean: no deviation. Capped at 0.5 a day.
  const auto stress = infer::held_generator({{{"stress", 5.0}}}, rich());
  const double capped = 0.5 / (1.0 + (0.5 / 0.06 - 1.0) * std::exp(-0.8 * 0.5));
  BOOST_TEST(std::abs(stress.rate(stable, emotional) / capped - 1.0) < rounding);
  // Exposure 8 of 10 met with the default efficacy of a half.
  const auto exposed = infer::held_generator({{{"exposure", 8.0}}}, rich());
  const double met = 0.004 * std::exp(1.5 * 0.8 * 0.5);
  BOOST_TEST(std::abs(exposed.rate(stable, rich().stage("lapse")) / met - 1.0) <
             rounding);
}

BOOST_AUTO_TEST_CASE(at_a_node_of_the_grid_the_chain_is_that_of_the_filter) {
  for (const auto& model : test::models()) {
    std::vector<double> ratios(model.movement().moves().size(), 1.0);
    for (int node = 0; node < model.nodes(); ++node) {
      const auto i = static_cast<std::size_t>(node);
      infer::HeldAnswers at{.answers = {},
                            .propensity = model.propensity()[i],
                            .recovery_propensity = model.recovery_propensity()[i]};
      const auto& dimensions = model.document().dimensions;
      for (std::size_t k = 0; k < dimensions.size(); ++k) {
        const int latent = model.document().propensity.dimensions + static_cast<int>(k);
        at.dimensions.emplace_back(dimensions[k].id, model.latent(latent)[i]);
      }
      const auto held = infer::held_generator(at, model);
      BOOST_TEST((held == model.movement().generator(ratios, node)));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_moves_nothing_is_refused) {
  const auto refused = [](const infer::HeldAnswers& held) {
    BOOST_CHECK_THROW(infer::held_generator(held, rich()), InvalidInput);
  };
  refused({{{"isolating", 1.0}}});
  refused({{{"used", 1.0}}});
  refused({{{"self_harm", 1.0}}});
  refused({{{"unknown", 1.0}}});
  refused({{{"craving", 9.0}}});
  refused({{}, std::nan("")});
  refused({{}, 1e6});
  BOOST_CHECK_THROW(infer::passage_probability({}, Days{7.0}, {}, rich()), InvalidInput);
  BOOST_CHECK_THROW(infer::transition_matrix(Days{-1.0}, {}, rich()), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
