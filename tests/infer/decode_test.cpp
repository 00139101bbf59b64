#include <relapse/infer/detail/decode.hpp>
#include <relapse/infer/detail/smooth.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "close.hpp"
#include "panels.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(decode_test)

namespace {

/// Days in each stage and jumps of each move of one drawn way.
struct Tally {
  std::vector<double> days;
  std::vector<double> jumps;
};

Tally tally(const infer::StagePath& path, double end, const Model& model) {
  const auto moves = model.movement().moves();
  Tally sum{std::vector<double>(static_cast<std::size_t>(model.stages()), 0.0),
            std::vector<double>(moves.size(), 0.0)};
  for (std::size_t j = 0; j < path.jumps.size(); ++j) {
    const auto& now = path.jumps[j];
    const double until = j + 1 < path.jumps.size() ? path.jumps[j + 1].time : end;
    sum.days[static_cast<std::size_t>(now.stage)] += until - now.time;
    if (j == 0) continue;
    for (std::size_t m = 0; m < moves.size(); ++m) {
      if (moves[m].from == path.jumps[j - 1].stage && moves[m].to == now.stage)
        sum.jumps[m] += 1.0;
    }
  }
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(drawn_ways_have_the_expected_days_and_jumps) {
  constexpr int draws = 500;
  for (const auto& model : test::models()) {
    const auto panel = test::panel_of(model, test::people(model, 1));
    const infer::PanelLaw law(panel, model);
    const auto& person = panel.persons()[0];
    const auto smoothed = infer::smooth(person, law);
    Tally expected = tally({}, 0.0, model);
    for (const auto& part : smoothed.between) {
      for (std::size_t s = 0; s < part.days.size(); ++s) expected.days[s] += part.days[s];
      for (std::size_t m = 0; m < part.jumps.size(); ++m)
        expected.jumps[m] += part.jumps[m];
    }
    Tally sum = tally({}, 0.0, model);
    Tally squares = sum;
    Random random = random_stream(7, 1);
    for (int n = 0; n < draws; ++n) {
      const auto one = tally(infer::sample_path(person, law, random),
                             person.visits.back().time, model);
      for (std::size_t s = 0; s < one.days.size(); ++s) {
        sum.days[s] += one.days[s];
        squares.days[s] += one.days[s] * one.days[s];
      }
      for (std::size_t m = 0; m < one.jumps.size(); ++m) {
        sum.jumps[m] += one.jumps[m];
        squares.jumps[m] += one.jumps[m] * one.jumps[m];
      }
    }
    // Five standard errors, of a fixed seed.
    const auto expect = [](double total, double square, double mean) {
      const double found = total / draws;
      const double variance = std::max(0.0, square / draws - found * found);
      BOOST_TEST(std::abs(found - mean) < 5.0 * std::sqrt(variance / draws) + 1e-3);
    };
    for (std::size_t s = 0; s < sum.days.size(); ++s)
      expect(sum.days[s], squares.days[s], expected.days[s]);
    for (std::size_t m = 0; m < sum.jumps.size(); ++m)
      expect(sum.jumps[m], squares.jumps[m], expected.jumps[m]);
  }
}

BOOST_AUTO_TEST_CASE(drawn_ways_obey_what_is_known) {
  const auto& model = test::models()[1];
  const auto panel = test::panel_of(model, test::people(model, 9));
  const infer::PanelLaw law(panel, model);
  Random random = random_stream(8, 1);
  for (const auto& person : panel.persons()) {
    for (int n = 0; n < 20; ++n) {
      const auto path = infer::sample_path(person, law, random);
      double last = -1e300;
      for (const auto& jump : path.jumps) {
        BOOST_TEST(jump.time >= last);
        last = jump.time;
      }
      for (std::size_t k = 0; k < person.visits.size(); ++k) {
        const auto& visit = person.visits[k];
        int stage = -1;
        for (const auto& jump : path.jumps) {
          if (jump.time <= visit.time) stage = jump.stage;
        }
        if (visit.known) BOOST_TEST((*visit.known)[static_cast<std::size_t>(stage)]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_long_silence_is_drawn_as_well) {
  auto document = test::small_document();
  document.transitions[0].rate = 40.0;
  document.transitions[1].rate = 90.0;
  const Model model(document);
  CheckIn first;
  first.time = Time{0.0};
  CheckIn last;
  last.time = Time{60.0};
  const auto panel = test::panel_of(model, {{first, last}});
  const infer::PanelLaw law(panel, model);
  Random random = random_stream(9, 1);
  const auto path = infer::sample_path(panel.persons()[0], law, random);
  const auto found = tally(path, 60.0, model);
  const auto expected = infer::smooth(panel.persons()[0], law).between[1];
  // About a thousand jumps: a tenth is several standard deviations.
  BOOST_TEST(found.jumps[0] > 100.0);
  BOOST_TEST(std::abs(found.jumps[0] / (found.days[0] * 40.0) - 1.0) < 0.2);
  BOOST_TEST(expected.jumps[0] > 100.0);
}

BOOST_AUTO_TEST_SUITE_END()
