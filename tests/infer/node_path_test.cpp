#include <relapse/core/error.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "close.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(node_path_test)

namespace {

infer::Belief even_belief(const Model& model) {
  infer::Belief belief(model.nodes(), model.stages());
  for (std::size_t j = 0; j < belief.joint.size(); ++j) {
    belief.joint[j] = 1.0 / static_cast<double>(j + 2);
  }
  return belief;
}

std::vector<double> some_ratios(const Model& model, double scale) {
  std::vector<double> ratios(model.movement().moves().size());
  for (std::size_t m = 0; m < ratios.size(); ++m) {
    ratios[m] = scale * (0.5 + static_cast<double>(m % 3));
  }
  return ratios;
}

}  // namespace

BOOST_AUTO_TEST_CASE(lanes_carry_as_the_chain_does_for_short_and_for_long_times) {
  for (const auto& model : test::models()) {
    for (const double days : {1e-9, 0.3, 5.0, 30.0, 60.0, 120.0, 365.0, 1e4}) {
      for (const double scale : {1e-6, 1.0, 1e3}) {
        const auto ratios = some_ratios(model, scale);
        auto lanes = even_belief(model);
        infer::NodePath path(model);
        path.load(lanes, {});
        path.lead_through(ratios, {&days, 1});
        path.follow({}, {});
        path.store(lanes, {});
        auto chain = even_belief(model);
        for (int i = 0; i < chain.nodes; ++i) {
          ctmc::advance(chain.node(i), model.movement().generator(ratios, i), Days{days});
        }
        BOOST_TEST(test::close(lanes.joint, chain.joint, 1e-13));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(small_masses_keep_their_digits) {
  for (const auto& model : test::models()) {
    const double days = 1e-4;
    const auto ratios = some_ratios(model, 1e-3);
    infer::Belief lanes(model.nodes(), model.stages());
    for (int i = 0; i < lanes.nodes; ++i) lanes.node(i)[0] = 1.0;
    auto chain = lanes;
    infer::NodePath path(model);
    path.load(lanes, {});
    path.lead_through(ratios, {&days, 1});
    path.follow({}, {});
    path.store(lanes, {});
    for (int i = 0; i < chain.nodes; ++i) {
      ctmc::advance(chain.node(i), model.movement().generator(ratios, i), Days{days});
    }
    for (std::size_t j = 0; j < chain.joint.size(); ++j) {
      BOOST_TEST(std::abs(lanes.joint[j] - chain.joint[j]) <= 1e-10 * chain.joint[j]);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_enters_the_stopped_stages_is_counted_piece_by_piece) {
  for (const auto& model : test::models()) {
    const std::vector<double> days{0.5, 3.5, 26.0};
    std::vector<double> ratios;
    for (std::size_t k = 0; k < days.size(); ++k) {
      const auto piece = some_ratios(model, 1.0);
      ratios.insert(ratios.end(), piece.begin(), piece.end());
    }
    infer::NodePath path(model);
    const auto belief = even_belief(model);
    path.load(belief, model.use());
    std::vector<double> entered(days.size() * path.lanes());
    path.lead_through(ratios, days);
    path.follow(model.use(), entered);
    const auto generator_ratios = some_ratios(model, 1.0);
    for (int i = 0; i < belief.nodes; ++i) {
      double until = 0.0;
      for (std::size_t k = 0; k < days.size(); ++k) {
        until += days[k];
        const auto passage = ctmc::passage_probability(
            model.movement().generator(generator_ratios, i), model.use(), Days{until});
        double expected = 0.0;
        for (int s = 0; s < belief.stages; ++s) {
          if (!model.use()[static_cast<std::size_t>(s)]) {
            expected += belief.node(i)[static_cast<std::size_t>(s)] * passage(s);
          }
        }
        const double found = entered[k * path.lanes() + static_cast<std::size_t>(i)];
        BOOST_TEST(std::abs(found - expected) < 1e-13);
      }
    }
  }
}

// Of persons alone, eight abreast and any other number, over one point and three.
BOOST_AUTO_TEST_CASE(rates_in_lanes_are_those_of_the_movement) {
  const auto& model = test::models()[1];
  const auto moves = model.movement().moves().size();
  for (const int persons : {1, 3, 8}) {
    for (const std::size_t points : {1U, 3U}) {
      const auto many = static_cast<std::size_t>(persons);
      constexpr std::size_t pieces = 2;
      std::vector<double> ratios(pieces * points * moves * many);
      for (std::size_t k = 0; k < ratios.size(); ++k) {
        ratios[k] = 0.2 + static_cast<double>(k % 17);
      }
      const std::vector<double> days(pieces * many, 1.0);
      infer::NodePath path(model, persons);
      path.lead_through(ratios, days);
      for (std::size_t piece = 0; piece < pieces; ++piece) {
        for (int person = 0; person < persons; ++person) {
          std::vector<double> own(points * moves);
          for (std::size_t k = 0; k < own.size(); ++k) {
            own[k] = ratios[(piece * own.size() + k) * many +
                            static_cast<std::size_t>(person)];
          }
          for (int i = 0; i < model.nodes(); ++i) {
            const auto generator = model.movement().generator(own, i);
            for (std::size_t m = 0; m < moves; ++m) {
              const auto& move = model.movement().moves()[m];
              BOOST_TEST(path.rate(piece, m, path.lane(i, person)) ==
                             generator.rate(move.from, move.to),
                         boost::test_tools::tolerance(1e-14));
            }
          }
        }
      }
    }
  }
}

// Of few pieces, and of more than the way back finds kept.
BOOST_AUTO_TEST_CASE(gains_are_the_derivatives_of_what_enters) {
  constexpr double step = 1e-4;
  for (const auto& model : test::models()) {
    const auto moves = model.movement().moves().size();
    const auto padded = static_cast<std::size_t>(model.movement().padded_moves());
    for (const std::size_t pieces : {3U, 24U}) {
      const std::vector<double> days(pieces, 1.3);
      const std::size_t rows = pieces == 3 ? pieces * 3 : pieces;  // three points each
      std::vector<double> ratios;
      for (std::size_t k = 0; k < rows; ++k) {
        const auto piece = some_ratios(model, 0.5 + 0.05 * static_cast<double>(k));
        ratios.insert(ratios.end(), piece.begin(), piece.end());
      }
      infer::NodePath path(model);
      const auto entering = [&] {
        std::vector<double> entered(pieces * path.lanes());
        path.load(even_belief(model), model.use());
        path.lead_through(ratios, days);
        path.follow(model.use(), entered);
        double sum = 0.0;
        for (int i = 0; i < model.nodes(); ++i) {
          sum += entered[(pieces - 1) * path.lanes() + static_cast<std::size_t>(i)];
        }
        return sum;
      };
      path.load(even_belief(model), model.use());
      path.lead_through(ratios, days);
      std::vector<double> gains(rows * padded);
      path.find_passage(model.use(), {}, gains);
      for (std::size_t k = 0; k < rows; k += 5) {
        for (std::size_t m = 0; m < moves; ++m) {
          double& ratio = ratios[k * moves + m];
          const double at = ratio;
          ratio = at * std::exp(step);
          const double more = entering();
          ratio = at * std::exp(-step);
          const double less = entering();
          ratio = at;
          const double expected = (more - less) / (2.0 * step);
          BOOST_TEST(std::abs(gains[k * padded + m] - expected) < 1e-9);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(gains_of_persons_side_by_side_add_up) {
  for (const auto& model : test::models()) {
    const int points = model.determinants().outlook_points();
    std::vector<double> ratios;
    for (int p = 0; p < points; ++p) {
      const auto piece = some_ratios(model, 0.5 + 0.1 * p);
      ratios.insert(ratios.end(), piece.begin(), piece.end());
    }
    // What a day ahead is worth differs from lane to lane.
    const auto gains_of = [&](int persons, int loaded) {
      infer::NodePath path(model, persons);
      path.load(even_belief(model), {}, loaded);
      if (loaded == 0 && persons > 1) path.load(even_belief(model), {}, 2);
      for (int s = 0; s < model.stages(); ++s) {
        for (int i = 0; i < model.nodes(); ++i) {
          for (int person = 0; person < persons; ++person) {
            path.column()[static_cast<std::size_t>(s) * path.lanes() +
                          path.lane(i, person)] = 0.3 * s + (person == 2 ? 2.0 * s : 0.0);
          }
        }
      }
      path.lead_through(ratios, 1.3);
      path.pull_back({}, infer::Flows::found);
      std::vector<double> gains(
          static_cast<std::size_t>(points) *
          static_cast<std::size_t>(model.movement().padded_moves()));
      path.find_gains({}, gains);
      return gains;
    };
    const auto alone = gains_of(1, 0);
    const auto beside = gains_of(3, 1);
    const auto both = gains_of(3, 0);
    for (std::size_t k = 0; k < alone.size(); ++k) {
      // What the other of both sees is worth 7 2/3 times as much.
      BOOST_TEST(std::abs(beside[k] - alone[k]) < 1e-12);
      BOOST_TEST(std::abs(both[k] - (1.0 + 23.0 / 3.0) * alone[k]) < 1e-12);
    }
    BOOST_TEST(*std::max_element(alone.begin(), alone.end()) > 0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_not_finite_is_refused) {
  const auto& model = test::models()[1];
  infer::NodePath path(model);
  path.load(even_belief(model), {});
  const double days = 1.0;
  const std::vector<double> ratios(model.movement().moves().size(), 1e308);
  path.lead_through(ratios, {&days, 1});
  BOOST_CHECK_THROW(path.follow({}, {}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(ratios_in_lanes_are_those_of_the_movement) {
  const auto& model = test::models()[1];
  std::vector<double> centred(static_cast<std::size_t>(model.determinants().count()));
  for (std::size_t d = 0; d < centred.size(); ++d) {
    centred[d] = 0.3 * static_cast<double>(d % 4);
  }
  std::vector<double> lanes(model.movement().moves().size());
  auto scalar = lanes;
  infer::fill_ratios(centred, model, lanes);
  model.movement().ratios(centred, scalar);
  BOOST_TEST(test::close(lanes, scalar, 1e-14));
}

BOOST_AUTO_TEST_SUITE_END()
