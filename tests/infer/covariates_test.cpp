#include <relapse/infer/detail/covariates.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(covariates_test)

namespace {

int determinant(const Model& model, const char* id) {
  const auto& rules = model.document().determinants;
  for (std::size_t d = 0; d < rules.size(); ++d) {
    if (rules[d].id == id) return static_cast<int>(d);
  }
  return -1;
}

infer::Covariates after(const Model& model, const std::vector<CheckIn>& check_ins,
                        const infer::Start& start = {}) {
  Answers answers(model);
  infer::Covariates x;
  for (std::size_t k = 0; k < check_ins.size(); ++k) {
    answers.read(check_ins[k], model);
    if (k == 0) x = infer::first_covariates(answers.time, start, model);
    infer::update(x, answers, model);
  }
  return x;
}

using test::at;

const Model& rich() { return test::models()[1]; }

}  // namespace

BOOST_AUTO_TEST_CASE(cells_follow_the_fixed_grid) {
  const double ages[] = {0.0, 0.4, 0.5, 3.9, 7.0, 29.0, 30.0, 59.0, 60.0, 500.0};
  const double ends[] = {0.5, 0.5, 1.0, 4.0, 15.0, 30.0, 60.0, 60.0, 120.0, 960.0};
  for (std::size_t k = 0; k < std::size(ages); ++k) {
    BOOST_TEST(infer::cell_after(ages[k]).end == ends[k]);
    BOOST_TEST(infer::cell_after(ages[k]).begin <= ages[k]);
  }
}

BOOST_AUTO_TEST_CASE(three_points_give_the_mean_of_a_polynomial_of_the_fifth_degree) {
  const auto weights = model::cell_weights(3);
  for (int power = 0; power <= 6; ++power) {
    double mean = 0.0;
    for (int point = 0; point < 3; ++point) {
      mean += weights[static_cast<std::size_t>(point)] *
              std::pow(model::age_at_point(point, 3, 0.0, 2.0), power);
    }
    const double off = std::abs(mean - std::pow(2.0, power) / (power + 1));
    BOOST_TEST((power < 6 ? off < 1e-14 : off > 1e-3));
  }
  BOOST_TEST(model::cell_weights(1)[0] == 1.0);
  BOOST_TEST(model::age_at_point(0, 1, 1.0, 2.0) == 1.5);
}

// The cells from 15360 days on are not known beforehand.
BOOST_AUTO_TEST_CASE(the_points_of_a_cell_follow_decays_and_clocks) {
  const auto x = after(
      rich(), {at(10.0, {{"craving", 3.0}, {"used", 1.0}}), at(12.5, {{"stress", 8.0}})});
  const auto count = static_cast<std::size_t>(rich().determinants().count());
  BOOST_REQUIRE(rich().determinants().points() == 3);
  std::vector<double> updated(count);
  std::vector<double> centred(3 * count);
  infer::fill_updated(x, rich(), updated);
  for (const double age : {0.0, 0.7, 5.0, 40.0, 20000.0}) {
    const auto cell = infer::cell_after(age);
    infer::fill_cell(x, updated, cell, 3, rich(), centred);
    for (int point = 0; point < 3; ++point) {
      const double at = model::age_at_point(point, 3, cell.begin, cell.end);
      BOOST_TEST((cell.begin < at && at < cell.end));
      for (int d = 0; d < static_cast<int>(count); ++d) {
        const double found = centred[static_cast<std::size_t>(point) * count +
                                     static_cast<std::size_t>(d)];
        BOOST_TEST(std::abs(found - infer::at_age(x, d, at, rich()).deviation) < 1e-14);
        BOOST_TEST(infer::in_cell(x, d, cell, point, 3, rich()).deviation == found);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_answer_fades_with_its_half_life_towards_the_reference) {
  const auto x = after(rich(), {at(0.0, {{"craving", 4.0}})});
  const int d = determinant(rich(), "craving");
  BOOST_TEST(infer::at_age(x, d, 0.0, rich()).deviation == 0.8);
  BOOST_TEST(infer::at_age(x, d, 1.0, rich()).deviation == 0.4);
  BOOST_TEST(infer::at_age(x, d, 2.0, rich()).deviation == 0.2);
}

BOOST_AUTO_TEST_CASE(never_answered_contributes_exactly_nothing) {
  const auto x = after(rich(), {at(0.0, {{"mood", 5.0}})});
  for (const char* id :
       {"craving", "stress", "stress_rise", "severity", "situation:II-B"}) {
    const int d = determinant(rich(), id);
    BOOST_TEST(infer::in_cell(x, d, {0.0, 0.5}, 1, 3, rich()).deviation == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_deviation_is_from_the_plain_mean_including_the_answer) {
  const auto x = after(rich(), {at(0.0, {{"stress", 2.0}}), at(1.0, {{"stress", 8.0}})});
  const int d = determinant(rich(), "stress_rise");
  BOOST_TEST(infer::at_age(x, d, 0.0, rich()).deviation == 0.8 - 0.5,
             boost::test_tools::tolerance(1e-14));
  const auto first = after(rich(), {at(0.0, {{"stress", 2.0}})});
  BOOST_TEST(infer::at_age(first, d, 0.0, rich()).deviation == 0.0);
}

BOOST_AUTO_TEST_CASE(what_is_above_the_own_mean_alone_can_count) {
  auto document = test::rich_document();
  const auto d = static_cast<std::size_t>(determinant(rich(), "stress_rise"));
  std::get<FromItem>(document.determinants[d].from).relative_to =
      RelativeTo::above_own_mean;
  const Model model(document);
  const auto deviation = [&](const std::vector<CheckIn>& check_ins) {
    return infer::at_age(after(model, check_ins), static_cast<int>(d), 0.0, model)
        .deviation;
  };
  BOOST_TEST(deviation({at(0.0, {{"stress", 2.0}}), at(1.0, {{"stress", 8.0}})}) == 0.3,
             boost::test_tools::tolerance(1e-14));
  BOOST_TEST(deviation({at(0.0, {{"stress", 8.0}}), at(1.0, {{"stress", 2.0}})}) == 0.0);
}

BOOST_AUTO_TEST_CASE(exposure_met_with_full_efficacy_adds_nothing) {
  const int d = determinant(rich(), "situation:II-B");
  const auto full = after(rich(), {at(0.0, {{"exposure", 10.0}, {"efficacy", 100.0}})});
  BOOST_TEST(infer::at_age(full, d, 0.0, rich()).deviation == 0.0);
  const auto unknown = after(rich(), {at(0.0, {{"exposure", 10.0}})});
  BOOST_TEST(infer::at_age(unknown, d, 0.0, rich()).deviation == 0.5);
}

BOOST_AUTO_TEST_CASE(lapses_count_runs_of_reports) {
  const auto x = after(rich(), {at(0.0, {{"used", 1.0}}), at(1.0, {{"used", 1.0}}),
                                at(2.0, {{"mood", 5.0}}), at(3.0, {{"drinks", 2.0}}),
                                at(4.0, {{"used", 0.0}}), at(5.0, {{"drinks", 1.0}})});
  BOOST_TEST(x.lapses == 2.0);
  BOOST_TEST(x.use_clock == 5.0);
}

BOOST_AUTO_TEST_CASE(one_use_that_is_told_again_is_one_lapse) {
  auto again = at(3.0, {});
  again.used_days_ago = Days{2.5};
  const auto told = {at(0.0, {{"used", 1.0}}), at(2.0, {{"used", 0.0}})};
  auto rows = std::vector<CheckIn>(told);
  rows.push_back(again);
  BOOST_TEST(after(rich(), rows).lapses == 1.0);
  BOOST_TEST(!after(rich(), rows).in_use_run);
  rows.back().used_days_ago = Days{1.5};
  BOOST_TEST(after(rich(), rows).lapses == 2.0);
}

// Nobody is refused for having told many uses: all are counted, a hundred move the rates.
BOOST_AUTO_TEST_CASE(returns_to_use_move_the_rates_up_to_a_hundred) {
  const auto moved_after = [](int returns) {
    std::vector<CheckIn> told;
    for (int day = 0; day < 2 * returns; ++day) {
      told.push_back(at(day, {{"used", static_cast<double>(day % 2)}}));
    }
    const auto x = after(rich(), told);
    BOOST_TEST(x.lapses == returns);
    return infer::at_age(x, determinant(rich(), "lapses"), 0.0, rich()).deviation;
  };
  BOOST_TEST(moved_after(99) == 99.0);
  BOOST_TEST(moved_after(100) == 100.0);
  BOOST_TEST(moved_after(20'000) == 100.0);
}

BOOST_AUTO_TEST_CASE(a_report_can_be_dated_back_but_not_behind_a_known_use) {
  auto back = at(9.0, {});
  back.used_days_ago = Days{2.0};
  BOOST_TEST(after(rich(), {at(0.0, {{"mood", 5.0}}), back}).use_clock == 7.0);
  BOOST_TEST(after(rich(), {at(8.0, {{"used", 1.0}}), back}).use_clock == 8.0);
}

BOOST_AUTO_TEST_CASE(time_since_use_starts_from_what_is_known) {
  const auto x = after(rich(), {at(100.0, {{"mood", 5.0}})}, {Days{60.0}, Days{90.0}});
  BOOST_TEST(infer::at_age(x, determinant(rich(), "since_use"), 0.0, rich()).deviation ==
                 std::log1p(2.0),
             boost::test_tools::tolerance(1e-15));
  BOOST_TEST(
      infer::at_age(x, determinant(rich(), "in_recovery"), 0.0, rich()).deviation ==
          std::log1p(3.0),
      boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(an_own_mean_outlook_returns_to_the_mean) {
  const auto x = after(rich(), {at(0.0, {{"stress", 2.0}}), at(1.0, {{"stress", 8.0}})});
  const int d = determinant(rich(), "stress");
  const infer::Cell far{480.0, 960.0};
  BOOST_TEST(infer::ahead_in_cell(x, d, far, 1, 3, 0.0, rich()).deviation == 0.5,
             boost::test_tools::tolerance(1e-3));
  BOOST_TEST(infer::in_cell(x, d, far, 1, 3, rich()).deviation == 0.8);
}

// From within a cell, in the part of it that lies ahead.
BOOST_AUTO_TEST_CASE(an_own_mean_outlook_starts_from_now) {
  const auto x = after(rich(), {at(0.0, {{"stress", 2.0}}), at(1.0, {{"stress", 8.0}})});
  const int d = determinant(rich(), "stress");
  const double half_life =
      rich().determinants().laws()[static_cast<std::size_t>(d)].outlook.half_life_days;
  for (int point = 0; point < 3; ++point) {
    const double ahead = model::age_at_point(point, 3, 0.0, 2.0);
    BOOST_TEST(
        infer::ahead_in_cell(x, d, {4.0, 7.0, 4}, point, 3, 5.0, rich()).deviation ==
            0.5 + 0.3 * std::exp2(-ahead / half_life),
        boost::test_tools::tolerance(1e-14));
  }
}

BOOST_AUTO_TEST_SUITE_END()
