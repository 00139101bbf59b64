#include <relapse/engine/detail/planned.hpp>
#include <relapse/engine/forecast.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/engine/score.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(planned_test)

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Two persons, the second with a plan.
struct Data {
  Data() {
    batch.person = person;
    batch.person_names = names;
    batch.time = time;
    batch.columns = {{"stress", stress}, {"used", used}};
    plan.person = planned;
    plan.person_names = names;
    plan.time = from;
    plan.columns = {{"stress", tension}};
  }

  std::vector<std::string> names{"A", "B"};
  std::vector<std::int32_t> person{0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  std::vector<double> time{0.0, 0.0, 1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
  std::vector<double> stress{1.0, 2.0, 3.0, 0.0, 4.0, none, 1.0, 2.0, 2.0, 0.0, 1.0, 3.0};
  std::vector<double> used{0.0, 0.0, 0.0, 1.0, 0.0, none, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0};
  std::vector<std::int32_t> planned{0, 0, 1, 1, 1};
  std::vector<double> from{1.0, 60.0, 60.0, -3.0, 6.0};
  std::vector<double> tension{none, none, none, 3.0, 0.0};
  Batch batch;
  Batch plan;
};

using test::at;

}  // namespace

BOOST_AUTO_TEST_CASE(each_row_is_seen_under_the_plan_of_its_person) {
  const Model& model = test::models()[1];
  const Data data;
  const auto scores = score(data.batch, model, {.threads = 2, .plan = &data.plan});
  const auto without = score(data.batch, model);
  const std::vector<std::vector<CheckIn>> plans = {
      {at(1.0, {}), at(60.0, {})},
      {at(-3.0, {{"stress", 3.0}}), at(6.0, {{"stress", 0.0}}), at(60.0, {})}};
  std::vector<Monitor> monitors(2, Monitor(model));
  bool differs = false;
  for (std::size_t row = 0; row < data.time.size(); ++row) {
    CheckIn check_in = at(data.time[row], {});
    for (const auto& column : data.batch.columns) {
      if (std::isnan(column.values[row])) {
        check_in.missing.push_back({column.item, MissingReason::unknown});
      } else {
        check_in.answers.push_back({column.item, column.values[row]});
      }
    }
    const auto person = static_cast<std::size_t>(data.person[row]);
    monitors[person].update(check_in);
    const auto outlook = monitors[person].outlook(plans[person]);
    for (std::size_t h = 0; h < scores.horizons_count; ++h) {
      const double days = model.document().horizons_days[h];
      const std::size_t place = row * scores.horizons_count + h;
      BOOST_TEST(std::abs(scores.risk[place] -
                          outlook.risk_within(Days{days}).probability) < 1e-13);
      differs = differs || std::abs(scores.risk[place] - without.risk[place]) > 1e-6;
    }
  }
  BOOST_TEST(differs);
  const auto ahead =
      relapse::forecast(data.batch, model, "used", Days{4.0}, {.plan = &data.plan});
  BOOST_TEST(ahead.values[3] == monitors[1].forecast("used", Days{4.0}, plans[1])[1]);
}

BOOST_AUTO_TEST_CASE(who_has_no_plan_or_one_that_ends_early_is_named) {
  const Model& model = test::models()[1];
  Data data;
  for (auto& number : data.planned) number = 1;
  data.from = {1.0, 5.0, 60.0, -3.0, 6.0};
  BOOST_CHECK_EXCEPTION(
      score(data.batch, model, {.plan = &data.plan}), CheckInError,
      [](const CheckInError& error) { return error.place().person == "A"; });
  Data early;
  early.from = {1.0, 60.0, 12.0, -3.0, 6.0};
  BOOST_CHECK_EXCEPTION(score(early.batch, model, {.plan = &early.plan}), CheckInError,
                        [](const CheckInError& error) {
                          return error.place().person == "B" &&
                                 error.place().row.has_value();
                        });
  Data more;
  more.planned = {0, 0, 2, 2, 2};
  BOOST_CHECK_THROW(score(more.batch, model, {.plan = &more.plan}), InvalidInput);
  BOOST_CHECK_THROW(
      score(data.batch, model, {.outcome_drivers = true, .plan = &data.plan}),
      InvalidInput);
  BOOST_CHECK_THROW(score(data.batch, model, {.drivers = true, .plan = &data.plan}),
                    InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
