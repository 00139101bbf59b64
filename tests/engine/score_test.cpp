#include <relapse/engine/monitor.hpp>
#include <relapse/engine/score.hpp>
#include <relapse/io/json.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstring>
#include <fstream>
#include <numeric>
#include <optional>
#include <sstream>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(score_test)

namespace {

/// A simulated data set with the views that a batch needs.
struct Data {
  explicit Data(const Model& model, int persons = 40)
      : simulated(simulate(model, {.persons = persons,
                                   .length = Days{30.0},
                                   .every = Days{2.0},
                                   .jitter = 0.9,
                                   .answered = 0.7,
                                   .missed = 0.1,
                                   .seed = 5})) {
    for (int item = 0; item < model.items(); ++item) {
      if (item != model.missed_item()) items.push_back(item);
    }
    for (int p = 0; p < persons; ++p) names.push_back("P" + std::to_string(p));
  }

  Batch batch(const Model& model) const {
    Batch result;
    result.person = simulated.person;
    result.person_names = names;
    result.time = simulated.time;
    for (const int item : items) {
      result.columns.push_back(
          {model.document().items[static_cast<std::size_t>(item)].item.id,
           simulated.answers[static_cast<std::size_t>(item)]});
    }
    return result;
  }

  /// A row as a document.
  CheckIn check_in(std::size_t row, const Model& model) const {
    CheckIn check_in;
    check_in.time = Time{simulated.time[row]};
    for (const int item : items) {
      const double value = simulated.answers[static_cast<std::size_t>(item)][row];
      const auto& id = model.document().items[static_cast<std::size_t>(item)].item.id;
      if (!std::isnan(value)) {
        check_in.answers.push_back({id, value});
      } else {
        check_in.missing.push_back({id, MissingReason::unknown});
      }
    }
    return check_in;
  }

  Simulated simulated;
  std::vector<int> items;
  std::vector<std::string> names;
};

/// Equal to the last bit, NaN included.
bool identical(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

bool identical(const Scores& a, const Scores& b) {
  return identical(a.stages, b.stages) && identical(a.risk, b.risk) &&
         identical(a.risk_low, b.risk_low) && identical(a.risk_high, b.risk_high) &&
         identical(a.new_use, b.new_use) && identical(a.relapse, b.relapse) &&
         identical(a.latent, b.latent) && identical(a.log_likelihood, b.log_likelihood) &&
         a.stage == b.stage && a.level == b.level && a.flags == b.flags &&
         a.drivers == b.drivers;
}

/// The batch with its rows in another order.
struct Shuffled {
  Shuffled(const Data& data, const Model& model) {
    order.resize(data.simulated.time.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random random(3);
    for (std::size_t k = order.size() - 1; k > 0; --k) {
      std::swap(order[k], order[random() % (k + 1)]);
    }
    const auto take = [&](const auto& from, auto& to) {
      for (const auto row : order) to.push_back(from[row]);
    };
    take(data.simulated.person, person);
    take(data.simulated.time, time);
    columns.resize(data.items.size());
    for (std::size_t c = 0; c < data.items.size(); ++c) {
      take(data.simulated.answers[static_cast<std::size_t>(data.items[c])], columns[c]);
    }
    batch = data.batch(model);
    batch.person = person;
    batch.time = time;
    for (std::size_t c = 0; c < columns.size(); ++c) batch.columns[c].values = columns[c];
  }

  std::vector<std::size_t> order;
  std::vector<std::int32_t> person;
  std::vector<double> time;
  std::vector<std::vector<double>> columns;
  Batch batch;
};

/// Cells of a CSV file without quotes; the first row is the header.
std::vector<std::vector<std::string>> read_csv(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line + ",");
    auto& row = rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
  }
  return rows;
}

/// Largest differences from a reference case.
struct Gap {
  double log_likelihood = 0.0;
  double filtered = 0.0;
  double risk = 0.0;
};

Gap reference_gap(const std::string& name) {
  const std::string base = std::string(RELAPSE_TEST_DATA) + "/reference/" + name;
  const Model model = io::load_model(base + "_model.json");
  const auto rows = read_csv(base + "_check_ins.csv");
  const auto expected = read_csv(base + "_expected.csv");
  std::vector<std::int32_t> person;
  std::vector<double> time;
  std::vector<std::vector<double>> columns(rows[0].size() - 2);
  for (std::size_t row = 1; row < rows.size(); ++row) {
    person.push_back(std::stoi(rows[row][0]) - 1);
    time.push_back(std::stod(rows[row][1]));
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto& cell = rows[row][c + 2];
      columns[c].push_back(cell.empty() ? std::nan("") : std::stod(cell));
    }
  }
  Batch batch;
  batch.person = person;
  batch.time = time;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    batch.columns.push_back({rows[0][c + 2], columns[c]});
  }
  const auto scores = score(batch, model, {.same_time = SameTime::in_order});
  Gap gap;
  const auto widen = [](double& worst, double a, const std::string& b) {
    worst = std::max(worst, std::abs(a - std::stod(b)));
  };
  const std::size_t stages = scores.stages_count;
  for (std::size_t row = 0; row < scores.rows; ++row) {
    const auto& cells = expected[row + 1];
    widen(gap.log_likelihood, scores.log_likelihood[row], cells[2]);
    for (std::size_t s = 0; s < stages; ++s) {
      widen(gap.filtered, scores.stages[row * stages + s], cells[3 + s]);
    }
    for (std::size_t h = 0; h < scores.horizons_count; ++h) {
      widen(gap.risk, scores.risk[row * scores.horizons_count + h],
            cells[4 + 2 * stages + h]);
    }
  }
  return gap;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_reference_cases_agree) {
  // 1e-10 is the agreement that the cases were made for.
  for (const char* name : {"s1", "s2", "s7"}) {
    const auto gap = reference_gap(name);
    BOOST_TEST(gap.log_likelihood < 1e-10, name);
    BOOST_TEST(gap.filtered < 1e-10, name);
    BOOST_TEST(gap.risk < 1e-10, name);
  }
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_identical_doubles) {
  for (const auto& model : test::models()) {
    const Data data(model);
    const auto batch = data.batch(model);
    const auto one = score(batch, model, {.drivers = true, .threads = 1});
    for (const int threads : {2, 3, 7}) {
      BOOST_TEST(
          identical(one, score(batch, model, {.drivers = true, .threads = threads})));
    }
  }
}

BOOST_AUTO_TEST_CASE(rows_in_any_order_give_the_same_doubles_in_that_order) {
  for (const auto& model : test::models()) {
    const Data data(model);
    const Shuffled shuffled(data, model);
    const auto sorted = score(data.batch(model), model);
    const auto mixed = score(shuffled.batch, model);
    for (std::size_t k = 0; k < shuffled.order.size(); ++k) {
      BOOST_TEST(mixed.log_likelihood[k] == sorted.log_likelihood[shuffled.order[k]]);
      BOOST_TEST(mixed.risk[k * mixed.horizons_count] ==
                 sorted.risk[shuffled.order[k] * sorted.horizons_count]);
    }
  }
}

BOOST_AUTO_TEST_CASE(streaming_and_batch_give_identical_doubles) {
  for (const auto& model : test::models()) {
    const Data data(model, 6);
    const auto scores = score(data.batch(model), model, {.drivers = true});
    std::size_t row = 0;
    std::size_t driver = 0;
    for (int person = 0; person < 6; ++person) {
      Monitor monitor(model);
      for (; row < scores.rows && data.simulated.person[row] == person; ++row) {
        const auto& assessment = monitor.update(data.check_in(row, model));
        BOOST_TEST(assessment.log_likelihood == scores.log_likelihood[row]);
        for (std::size_t h = 0; h < scores.horizons_count; ++h) {
          BOOST_TEST(assessment.risks[h].probability ==
                     scores.risk[row * scores.horizons_count + h]);
          BOOST_TEST(assessment.risks[h].low ==
                     scores.risk_low[row * scores.horizons_count + h]);
        }
        for (const auto& own : assessment.drivers) {
          BOOST_TEST((scores.drivers[driver++].driver == own));
        }
      }
    }
    BOOST_TEST(row == scores.rows);
    BOOST_TEST(driver == scores.drivers.size());
  }
}

namespace {

/// The models of the tests, each as it is, with horizons from hours to years, and with
/// movement so fast that series are too long for it.
std::vector<Model> near_and_far() {
  std::vector<Model> all;
  for (const auto& model : test::models()) {
    all.push_back(model);
    auto far = model.document();
    far.horizons_days = {0.3, 40.0, 3000.0};
    all.emplace_back(far);
    for (auto& rule : far.transitions) {
      rule.rate *= 300.0;
      if (rule.max_rate) *rule.max_rate *= 300.0;
    }
    all.emplace_back(far);
  }
  return all;
}

bool identical_but_for_drivers(Scores one_by_one, const Scores& abreast) {
  BOOST_TEST(!one_by_one.drivers.empty());
  one_by_one.drivers.clear();
  return identical(one_by_one, abreast) && one_by_one.errors == abreast.errors;
}

}  // namespace

BOOST_AUTO_TEST_CASE(check_ins_side_by_side_give_the_doubles_of_one_at_a_time) {
  for (const auto& model : near_and_far()) {
    const Data data(model, 5);
    const auto batch = data.batch(model);
    BOOST_TEST(identical_but_for_drivers(score(batch, model, {.drivers = true}),
                                         score(batch, model)));
  }
}

BOOST_AUTO_TEST_CASE(drivers_of_outcomes_are_those_of_a_monitor) {
  OutcomeRule used;
  used.item = "used";
  used.answers = {1.0};
  used.after_days = 7.0;
  OutcomeRule run;
  run.item = "isolating";
  run.answers = {2.0};
  run.run = 2;
  run.weeks = 3;
  for (auto document : {test::rich_document(), test::lasting_answers()}) {
    used.id = "used_in_a_week";
    run.id = "two_weeks";
    document.outcomes = {used, run};
    const Model model(document);
    const Data data(model, 2);
    const auto batch = data.batch(model);
    const auto scores = score(batch, model, {.outcome_drivers = true, .threads = 2});
    BOOST_TEST(scores.drivers.empty());
    BOOST_TEST(score(batch, model).outcome_drivers.empty());
    BOOST_TEST((scores.outcomes == score(batch, model).outcomes));
    std::optional<Monitor> monitor;
    std::int32_t person = -1;
    auto found = scores.outcome_drivers.begin();
    for (std::size_t row = 0; row < batch.time.size(); ++row) {
      if (batch.person[row] != person)
        monitor.emplace(model, MonitorSettings{.outcome_drivers = true});
      person = batch.person[row];
      const auto& outcomes = monitor->update(data.check_in(row, model)).outcomes;
      for (std::size_t k = 0; k < outcomes.size(); ++k) {
        for (const auto& driver : outcomes[k].drivers) {
          BOOST_REQUIRE(found != scores.outcome_drivers.end());
          BOOST_TEST((*found++ == RowOutcomeDriver{row, k, driver}));
        }
      }
    }
    BOOST_TEST((found == scores.outcome_drivers.end()));
  }
}

BOOST_AUTO_TEST_CASE(a_refused_row_changes_nothing_side_by_side_either) {
  for (const auto& model : near_and_far()) {
    Data data(model, 3);
    auto& time = data.simulated.time;
    time[5] = std::numeric_limits<double>::quiet_NaN();
    time[time.size() - 2] = time[time.size() - 3];
    const auto batch = data.batch(model);
    const auto abreast = score(batch, model, {.on_error = OnError::collect});
    BOOST_TEST(abreast.errors.size() == 2U);
    BOOST_TEST(identical_but_for_drivers(
        score(batch, model, {.drivers = true, .on_error = OnError::collect}), abreast));
  }
}

BOOST_AUTO_TEST_CASE(the_filter_alone_gives_the_same_doubles_as_a_score) {
  for (const auto& model : test::models()) {
    const Data data(model);
    const auto scores = score(data.batch(model), model);
    const auto filtered = filter(data.batch(model), model);
    BOOST_TEST(identical(scores.stages, filtered.stages));
    BOOST_TEST(identical(scores.log_likelihood, filtered.log_likelihood));
    std::vector<double> of_person(40, 0.0);
    for (std::size_t row = 0; row < scores.rows; ++row) {
      of_person[static_cast<std::size_t>(data.simulated.person[row])] +=
          scores.log_likelihood[row];
    }
    const double sum = std::accumulate(of_person.begin(), of_person.end(), 0.0);
    BOOST_TEST(log_likelihood(data.batch(model), model) == sum);
  }
}

BOOST_AUTO_TEST_CASE(
    a_bad_row_is_named_and_the_rest_is_scored_when_errors_are_collected) {
  const auto& model = test::models()[0];
  Data data(model, 3);
  auto& nights =
      data.simulated.answers[static_cast<std::size_t>(model.find_item("nights"))];
  nights[4] = -2.0;
  const auto last = nights.size() - 1;
  data.simulated.time[last] = std::numeric_limits<double>::infinity();
  const auto batch = data.batch(model);
  const Place place{"P0", 4, "nights"};
  BOOST_CHECK_EXCEPTION(
      score(batch, model), CheckInError,
      [&](const CheckInError& error) { return error.place() == place; });
  const auto scores = score(batch, model, {.on_error = OnError::collect});
  BOOST_TEST(scores.errors.size() == 2U);
  BOOST_TEST((scores.errors[0].place == place));
  BOOST_TEST((scores.errors[1].place == Place{"P2", last, "time"}));
  for (std::size_t row = 0; row < scores.rows; ++row) {
    const bool refused = row == 4 || row == last;
    BOOST_TEST(std::isnan(scores.log_likelihood[row]) == refused);
    BOOST_TEST((scores.level[row] == -1) == refused);
  }
}

BOOST_AUTO_TEST_CASE(the_same_time_twice_is_refused_unless_asked_for) {
  const auto& model = test::models()[0];
  Data data(model, 1);
  data.simulated.time[2] = data.simulated.time[1];
  const auto batch = data.batch(model);
  BOOST_CHECK_THROW(score(batch, model), CheckInError);
  BOOST_CHECK_THROW(filter(batch, model), CheckInError);
  const auto scores = score(batch, model, {.same_time = SameTime::in_order});
  BOOST_TEST(!std::isnan(scores.log_likelihood[2]));
}

BOOST_AUTO_TEST_CASE(columns_that_do_not_fit_are_refused) {
  const auto& model = test::models()[0];
  const Data data(model, 2);
  auto unknown = data.batch(model);
  unknown.columns[0].item = "no_such_item";
  BOOST_CHECK_THROW(score(unknown, model), InvalidInput);
  auto twice = data.batch(model);
  twice.columns.push_back(twice.columns[0]);
  BOOST_CHECK_THROW(score(twice, model), InvalidInput);
  auto uneven = data.batch(model);
  uneven.columns[0].values = uneven.columns[0].values.subspan(1);
  BOOST_CHECK_THROW(score(uneven, model), InvalidInput);
  auto negative = data.batch(model);
  const std::vector<std::int32_t> minus(negative.person.size(), -1);
  negative.person = minus;
  BOOST_CHECK_THROW(score(negative, model), InvalidInput);
}

BOOST_AUTO_TEST_CASE(an_empty_table_gives_empty_scores) {
  for (const auto& model : test::models()) {
    const auto scores = score(Batch{}, model);
    BOOST_TEST(scores.rows == 0U);
    BOOST_TEST(scores.errors.empty());
  }
}

BOOST_AUTO_TEST_CASE(progress_reaches_the_end_and_can_stop_the_work) {
  const auto& model = test::models()[0];
  const Data data(model, 100);
  double seen = 0.0;
  ScoreSettings settings;
  settings.progress = [&](double share) { return seen = share, true; };
  score(data.batch(model), model, settings);
  BOOST_TEST(seen == 1.0);
  settings.progress = [](double) { return false; };
  BOOST_CHECK_THROW(score(data.batch(model), model, settings), InvalidInput);
}

BOOST_AUTO_TEST_CASE(a_flag_in_a_row_that_is_refused_is_raised_all_the_same) {
  const auto& model = test::models()[1];
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::int32_t> person{0, 0, 0};
  const std::vector<double> time{1.0, 2.0, 3.0};
  const std::vector<double> craving{1.0, 99.0, 1.0};
  const std::vector<double> harm{missing, 1.0, missing};
  const Batch batch{.person = person,
                    .person_names = {},
                    .time = time,
                    .columns = {{.item = "craving", .values = craving},
                                {.item = "self_harm", .values = harm}}};
  const auto scores = score(batch, model, {.on_error = OnError::collect});
  BOOST_TEST(scores.errors.size() == 1U);
  BOOST_TEST(scores.flags[0] == 0U);
  BOOST_TEST(scores.flags[1] != 0U);
  BOOST_TEST(scores.flags[2] == scores.flags[1]);
  BOOST_TEST(scores.unreadable_flags[2] == 0U);
  BOOST_TEST(scores.level[2] == static_cast<int>(RiskLevel::critical));
}

BOOST_AUTO_TEST_SUITE_END()
