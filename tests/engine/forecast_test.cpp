#include <relapse/engine/forecast.hpp>
#include <relapse/engine/monitor.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(forecast_test)

namespace {

struct Data {
  explicit Data(const Model& model_)
      : model(model_), simulated(simulate(model_, {.persons = 5, .length = Days{20.0}})) {
    batch.person = simulated.person;
    batch.time = simulated.time;
    for (int item = 0; item < model.items(); ++item) {
      if (item == model.missed_item()) continue;
      const auto i = static_cast<std::size_t>(item);
      batch.columns.push_back({model.document().items[i].item.id, simulated.answers[i]});
    }
  }

  Model model;
  Simulated simulated;
  Batch batch;
};

/// The forecasts of a data set are those of one monitor a person, bit by bit.
void expect_those_of_monitors(const Data& data, const infer::Start& start) {
  std::vector<Monitor> monitors(5, Monitor(data.model, {.start = start}));
  for (std::size_t row = 0; row < data.simulated.time.size(); ++row) {
    CheckIn check_in;
    check_in.time = Time{data.simulated.time[row]};
    for (const auto& column : data.batch.columns) {
      if (std::isnan(column.values[row])) {
        check_in.missing.push_back({column.item, MissingReason::unknown});
      } else {
        check_in.answers.push_back({column.item, column.values[row]});
      }
    }
    monitors[static_cast<std::size_t>(data.simulated.person[row])].update(check_in);
  }
  for (const char* item : {"isolating", "nights", "used"}) {
    const auto all =
        relapse::forecast(data.batch, data.model, item, Days{3.0}, {.threads = 2});
    for (std::size_t person = 0; person < monitors.size(); ++person) {
      const auto one = monitors[person].forecast(item, Days{3.0});
      BOOST_REQUIRE_EQUAL(one.size(), all.answers);
      for (std::size_t k = 0; k < one.size(); ++k)
        BOOST_TEST(all.values[person * all.answers + k] == one[k]);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_a_data_set_is_that_of_each_monitor) {
  for (const auto& model : test::models()) expect_those_of_monitors(Data(model), {});
}

BOOST_AUTO_TEST_CASE(what_was_before_the_first_check_in_counts) {
  bool moved = false;
  for (const auto& model : test::models()) {
    Data data(model);
    const auto without = relapse::forecast(data.batch, model, "used", Days{3.0});
    const std::vector<double> since_use(data.simulated.time.size(), 40.0);
    const std::vector<double> in_recovery(data.simulated.time.size(), 400.0);
    data.batch.days_since_use = since_use;
    data.batch.days_in_recovery = in_recovery;
    expect_those_of_monitors(data, {Days{40.0}, Days{400.0}});
    const auto with = relapse::forecast(data.batch, model, "used", Days{3.0});
    moved |= with.values != without.values;
  }
  BOOST_TEST(moved);
}

BOOST_AUTO_TEST_CASE(of_levels_sums_to_one) {
  const Data data(test::models().front());
  const auto all = relapse::forecast(data.batch, data.model, "isolating", Days{0.0});
  BOOST_REQUIRE_EQUAL(all.answers, 3U);
  for (std::size_t person = 0; person < 5; ++person) {
    double sum = 0.0;
    for (std::size_t k = 0; k < 3; ++k) sum += all.values[person * 3 + k];
    BOOST_TEST(std::abs(sum - 1.0) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(of_what_cannot_be_answered_is_refused) {
  const Data data(test::models()[1]);
  for (const char* item : {"craving", "unknown"}) {
    BOOST_CHECK_THROW(relapse::forecast(data.batch, data.model, item, Days{1.0}),
                      InvalidInput);
  }
  BOOST_CHECK_THROW(relapse::forecast(data.batch, data.model, "used", Days{-1.0}),
                    InvalidInput);
  auto broken = data.batch;
  std::vector<double> time(broken.time.size(), 1.0);
  broken.time = time;
  BOOST_CHECK_THROW(relapse::forecast(broken, data.model, "used", Days{1.0}),
                    CheckInError);
}

BOOST_AUTO_TEST_SUITE_END()
