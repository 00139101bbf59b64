#include <relapse/engine/detail/column_filter.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/engine/score.hpp>
#include <relapse/engine/simulate.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstring>
#include <limits>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(column_filter_test)

namespace {

/// Constant rates, a propensity of some nodes, and levels of every kind: scales that
/// rise, fall and begin at 1, a missing level, yes and no, a missed check-in.
ModelDocument levels_document(int nodes) {
  auto document = test::small_document();
  document.propensity = {.nodes = nodes,
                         .toward_use = 0.8,
                         .recovery = -0.4,
                         .start = {{"warning", 0.3}},
                         .prior = {},
                         .source = "test"};
  const auto graded = Categorical{{{0.6, 0.3, 0.1}, {0.2, 0.4, 0.4}, {0.3, 0.4, 0.3}}};
  document.items = {test::sign("used", Bernoulli{{0.01, 0.02, 0.9}}, Role::use),
                    test::sign("from_zero", graded),
                    test::sign("from_one", graded),
                    test::sign("falling", graded),
                    test::sign("declined", Categorical{{{0.6, 0.3, 0.1, 0.0},
                                                        {0.2, 0.3, 0.3, 0.2},
                                                        {0.2, 0.2, 0.3, 0.3}}}),
                    test::sign("missed_check_in", Bernoulli{{0.1, 0.15, 0.3}})};
  document.items[2].item.scale = Scale{1.0, 3.0};
  document.items[3].item.scale = Scale{7.0, 5.0};
  document.items[4].item.missing_is_a_level = true;
  return document;
}

/// A table of whole answers, as doubles and as bytes.
struct Table {
  Table(const Model& model, int persons) {
    auto random = random_stream(11, 0);
    const auto whole = [&](int most) {
      return static_cast<int>(sample_uniform(random) * most);
    };
    const std::pair<const char*, int> asked[] = {
        {"used", 0}, {"from_zero", 0}, {"from_one", 1}, {"falling", 5}, {"declined", 0}};
    doubles.resize(5);
    bytes.resize(5);
    for (int p = 0; p < persons; ++p) {
      double now = 100.0;
      for (int row = whole(40); row >= 0; --row) {
        person.push_back(p);
        time.push_back(now);
        now += whole(4) > 0 ? 1.0 + whole(30) : 0.1 + sample_uniform(random);
        const bool silent = whole(10) == 0;
        for (std::size_t c = 0; c < 5; ++c) {
          const bool missing = silent || whole(5) == 0;
          const int value = asked[c].second + whole(c == 0 ? 2 : 3);
          doubles[c].push_back(missing ? std::nan("") : value);
          bytes[c].push_back(static_cast<std::uint8_t>(missing ? 255 : value));
        }
      }
    }
    for (std::size_t c = 0; c < 5; ++c) names.emplace_back(asked[c].first);
    static_cast<void>(model);
  }

  Batch batch(bool as_bytes) const {
    Batch result;
    result.person = person;
    result.time = time;
    for (std::size_t c = 0; c < names.size(); ++c) {
      result.columns.push_back({.item = names[c]});
      if (as_bytes) {
        result.columns.back().bytes = bytes[c];
      } else {
        result.columns.back().values = doubles[c];
      }
    }
    return result;
  }

  std::vector<std::int32_t> person;
  std::vector<double> time;
  std::vector<std::string> names;
  std::vector<std::vector<double>> doubles;
  std::vector<std::vector<std::uint8_t>> bytes;
};

bool identical(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

bool identical(const Filtered& a, const Filtered& b) {
  return identical(a.stages, b.stages) && identical(a.log_likelihood, b.log_likelihood);
}

/// One check-in at a time.
Filtered stream(const Table& table, const Model& model) {
  Filtered result;
  infer::Workspace workspace(model);
  infer::PersonState state;
  Answers answers(model);
  for (std::size_t row = 0; row < table.time.size(); ++row) {
    if (row > 0 && table.person[row] != table.person[row - 1]) state.started = false;
    CheckIn check_in;
    check_in.time = Time{table.time[row]};
    for (std::size_t c = 0; c < table.names.size(); ++c) {
      const double value = table.doubles[c][row];
      if (std::isnan(value)) {
        check_in.missing.push_back({table.names[c], MissingReason::unknown});
      } else {
        check_in.answers.push_back({table.names[c], value});
      }
    }
    answers.read(check_in, model);
    result.log_likelihood.push_back(infer::step(state, answers, {}, model, workspace));
    for (int s = 0; s < model.stages(); ++s) {
      result.stages.push_back(state.belief.stage_mass(s));
    }
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(bytes_doubles_and_a_stream_give_identical_doubles) {
  std::vector<ModelDocument> documents;
  for (const int nodes : {1, 5}) {
    const auto plain = levels_document(nodes);
    documents.push_back(plain);
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      documents.push_back(test::lasting(plain, seed));
      documents.push_back(test::habitual(plain, seed));
      documents.push_back(test::habitual(documents[documents.size() - 2], seed));
    }
  }
  for (const auto& document : documents) {
    const Model model(document);
    const Table table(model, 80);
    for (const bool as_bytes : {true, false}) {
      BOOST_TEST(
          engine::ColumnFilter::takes(engine::Rows(table.batch(as_bytes), model), model));
    }
    const auto expected = stream(table, model);
    for (const bool as_bytes : {true, false}) {
      for (const int threads : {1, 2, 3}) {
        BOOST_TEST(identical(filter(table.batch(as_bytes), model, {.threads = threads}),
                             expected));
      }
    }
    const auto scores = score(table.batch(true), model, {.threads = 2});
    BOOST_TEST(identical(scores.log_likelihood, expected.log_likelihood));
    BOOST_TEST(identical(scores.stages, expected.stages));
    double sum = 0.0;
    for (std::size_t row = 0; row < table.time.size();) {
      double of_person = 0.0;
      for (const auto person = table.person[row];
           row < table.time.size() && table.person[row] == person; ++row) {
        of_person += expected.log_likelihood[row];
      }
      sum += of_person;
    }
    const double likelihood = log_likelihood(table.batch(true), model, {.threads = 1});
    BOOST_TEST(std::abs(likelihood - sum) < 1e-14 * std::abs(sum));
    for (const bool as_bytes : {true, false}) {
      for (const int threads : {1, 2, 3}) {
        BOOST_TEST(log_likelihood(table.batch(as_bytes), model, {.threads = threads}) ==
                   likelihood);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_data_set_may_be_cut_between_persons) {
  const Model model(levels_document(5));
  const Table table(model, 60);
  const auto whole = filter(table.batch(true), model);
  const auto cut = static_cast<std::size_t>(
      std::lower_bound(table.person.begin(), table.person.end(), 23) -
      table.person.begin());
  auto head = table.batch(true);
  auto tail = table.batch(true);
  const auto keep = [&](Batch& batch, std::size_t begin, std::size_t count) {
    batch.person = batch.person.subspan(begin, count);
    batch.time = batch.time.subspan(begin, count);
    for (auto& column : batch.columns) column.bytes = column.bytes.subspan(begin, count);
  };
  keep(head, 0, cut);
  keep(tail, cut, table.time.size() - cut);
  auto joined = filter(head, model);
  const auto rest = filter(tail, model);
  joined.stages.insert(joined.stages.end(), rest.stages.begin(), rest.stages.end());
  joined.log_likelihood.insert(joined.log_likelihood.end(), rest.log_likelihood.begin(),
                               rest.log_likelihood.end());
  BOOST_TEST(identical(joined, whole));
}

BOOST_AUTO_TEST_CASE(a_byte_out_of_scale_is_refused_by_person_row_and_item) {
  const Model model(levels_document(1));
  for (const auto& [column, bad] : {std::pair<std::size_t, int>{2, 0},
                                    {2, 4},
                                    {3, 4},
                                    {3, 8},
                                    {0, 2},
                                    {4, 3},
                                    {1, 254}}) {
    Table table(model, 30);
    const std::size_t row = 57;
    table.bytes[column][row] = static_cast<std::uint8_t>(bad);
    const Place place{std::to_string(table.person[row]), row, table.names[column]};
    BOOST_CHECK_EXCEPTION(
        filter(table.batch(true), model), CheckInError,
        [&](const CheckInError& error) { return error.place() == place; });
    BOOST_CHECK_EXCEPTION(
        log_likelihood(table.batch(true), model), CheckInError,
        [&](const CheckInError& error) { return error.place() == place; });
  }
}

BOOST_AUTO_TEST_CASE(a_column_without_gaps_refuses_the_sentinel) {
  const Model model(levels_document(1));
  Table table(model, 10);
  std::fill(table.bytes[1].begin(), table.bytes[1].end(), std::uint8_t{0});
  table.bytes[1][3] = 255;
  auto batch = table.batch(true);
  BOOST_CHECK_NO_THROW(filter(batch, model));
  batch.columns[1].gaps = ByteGaps::an_answer;
  BOOST_CHECK_EXCEPTION(
      filter(batch, model), CheckInError, [&](const CheckInError& error) {
        return error.place().row == 3U && error.place().item == "from_zero";
      });
}

BOOST_AUTO_TEST_CASE(times_that_do_not_rise_are_put_in_order_or_refused) {
  const Model model(levels_document(1));
  Table table(model, 12);
  const auto in_order = filter(table.batch(true), model);
  std::size_t row = 1;
  while (table.person[row] != table.person[row - 1]) ++row;
  const auto swap = [&](auto& values) { std::swap(values[row - 1], values[row]); };
  swap(table.time);
  for (auto& column : table.bytes) swap(column);
  const auto mixed = filter(table.batch(true), model);
  BOOST_TEST(mixed.log_likelihood[row] == in_order.log_likelihood[row - 1]);
  BOOST_TEST(mixed.log_likelihood[row - 1] == in_order.log_likelihood[row]);
  table.time[row] = table.time[row - 1];
  BOOST_CHECK_THROW(filter(table.batch(true), model), CheckInError);
  BOOST_CHECK_NO_THROW(
      filter(table.batch(true), model, {.same_time = SameTime::in_order}));
  table.time[row] = std::numeric_limits<double>::infinity();
  BOOST_CHECK_THROW(filter(table.batch(true), model), CheckInError);
}

BOOST_AUTO_TEST_CASE(bytes_serve_determinants_and_flags_as_well) {
  const auto& model = test::models()[1];
  const std::vector<std::int32_t> person{0, 0, 0};
  const std::vector<double> time{0.0, 1.0, 2.5};
  const std::vector<std::uint8_t> craving{4, 255, 1};
  const std::vector<double> same{4.0, std::nan(""), 1.0};
  const std::vector<std::uint8_t> harm{0, 255, 1};
  Batch bytes{.person = person, .person_names = {}, .time = time, .columns = {}};
  bytes.columns.push_back({.item = "craving", .bytes = craving});
  bytes.columns.push_back({.item = "self_harm", .bytes = harm});
  Batch doubles{.person = person, .person_names = {}, .time = time, .columns = {}};
  doubles.columns.push_back({.item = "craving", .values = same});
  const auto a = score(bytes, model);
  BOOST_TEST(identical(a.risk, score(doubles, model).risk));
  BOOST_TEST(a.flags[1] == 0U);
  BOOST_TEST(a.flags[2] != 0U);
}

BOOST_AUTO_TEST_CASE(many_items_of_tiny_probabilities_stay_finite) {
  constexpr int items = 200;
  constexpr int rows = 10'000;
  auto document = test::small_document();
  document.items.clear();
  for (int item = 0; item < items; ++item) {
    document.items.push_back(test::sign(
        "sign_" + std::to_string(item),
        Categorical{
            {{1e-300, 1.0}, {item % 2 == 0 ? 1e-299 : 1e-300, 1.0}, {0.5, 0.5}}}));
  }
  document.initial = {0.5, 0.5, 0.0};
  document.transitions = {document.transitions[0], document.transitions[1]};
  document.transitions.push_back(test::small_document().transitions[3]);
  const Model model(document);
  BOOST_TEST(!model.sign_tables().linear());
  const std::vector<std::int32_t> person(rows, 0);
  std::vector<double> time(rows);
  for (std::size_t row = 0; row < rows; ++row) time[row] = static_cast<double>(row);
  const std::vector<std::uint8_t> never(rows, 0);
  Batch batch{.person = person, .person_names = {}, .time = time, .columns = {}};
  for (const auto& rule : model.document().items) {
    batch.columns.push_back({.item = rule.item.id, .bytes = never});
  }
  const auto filtered = filter(batch, model);
  for (const double step : filtered.log_likelihood) {
    BOOST_REQUIRE(std::isfinite(step));
  }
  BOOST_TEST(std::isfinite(log_likelihood(batch, model)));
  // Stage 1 is the likelier by 100 decimal orders at every check-in.
  const double certain = filtered.stages[3 * (rows - 1) + 1];
  BOOST_TEST(std::abs(certain - 1.0) < 1e-12);
}

BOOST_AUTO_TEST_CASE(probabilities_that_vanish_are_left_to_the_log_domain) {
  auto document = test::small_document();
  document.items.clear();
  for (int item = 0; item < 4; ++item) {
    document.items.push_back(
        test::sign("sign_" + std::to_string(item),
                   Categorical{{{1e-70, 1.0}, {2e-70, 1.0}, {3e-70, 1.0}}}));
  }
  const Model model(document);
  BOOST_TEST(model.sign_tables().linear());
  const std::vector<std::int32_t> person{0, 0};
  const std::vector<double> time{0.0, 1.0};
  const std::vector<std::uint8_t> never{0, 0};
  Batch batch{.person = person, .person_names = {}, .time = time, .columns = {}};
  for (const auto& rule : model.document().items) {
    batch.columns.push_back({.item = rule.item.id, .bytes = never});
  }
  const auto filtered = filter(batch, model);
  BOOST_TEST(std::abs(filtered.log_likelihood[0] / std::log(1e-280) - 1.0) < 0.01);
  BOOST_TEST(std::isfinite(filtered.log_likelihood[1]));
}

BOOST_AUTO_TEST_SUITE_END()
