#include <relapse/engine/simulate.hpp>
#include <relapse/engine/stream.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <numeric>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(stream_test)

namespace {

constexpr int person_count = 12;

/// Rows of all persons in the order of time, so that every cut goes through persons.
struct Interleaved {
  explicit Interleaved(const Model& model) {
    const Simulated drawn = simulate(model, {.persons = person_count,
                                             .length = Days{20.0},
                                             .every = Days{2.0},
                                             .jitter = 0.9,
                                             .answered = 0.7,
                                             .missed = 0.1,
                                             .seed = 8});
    std::vector<std::size_t> order(drawn.time.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return drawn.time[a] < drawn.time[b];
    });
    for (int item = 0; item < model.items(); ++item) {
      if (item == model.missed_item()) continue;
      items.push_back(model.document().items[static_cast<std::size_t>(item)].item.id);
      auto& column = columns.emplace_back();
      for (const auto row : order) {
        column.push_back(drawn.answers[static_cast<std::size_t>(item)][row]);
      }
    }
    for (const auto row : order) {
      person.push_back(drawn.person[row]);
      time.push_back(drawn.time[row]);
    }
  }

  Batch rows(std::size_t from, std::size_t to) const {
    Batch batch;
    batch.person = std::span(person).subspan(from, to - from);
    batch.time = std::span(time).subspan(from, to - from);
    for (std::size_t c = 0; c < items.size(); ++c) {
      batch.columns.push_back({items[c], std::span(columns[c]).subspan(from, to - from)});
    }
    return batch;
  }

  std::vector<std::string> items;
  std::vector<std::vector<double>> columns;
  std::vector<std::int32_t> person;
  std::vector<double> time;
};

std::vector<std::int64_t> all_keys() {
  std::vector<std::int64_t> keys(person_count);
  std::iota(keys.begin(), keys.end(), std::int64_t{100});
  return keys;
}

template <class Number>
void append(std::vector<Number>& to, const std::vector<Number>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Everything that a row has, one batch after the other.
struct Gathered {
  void add(const Scores& scores) {
    std::size_t k = 0;
    for (const auto* part :
         {&scores.stages, &scores.risk, &scores.risk_low, &scores.risk_high,
          &scores.new_use, &scores.relapse, &scores.latent, &scores.log_likelihood}) {
      append(numbers[k++], *part);
    }
    append(level, scores.level);
    append(flags, scores.flags);
  }

  /// To the last bit, NaN included.
  bool operator==(const Gathered& other) const {
    for (std::size_t k = 0; k < std::size(numbers); ++k) {
      const auto& a = numbers[k];
      const auto& b = other.numbers[k];
      if (a.size() != b.size()) return false;
      if (!a.empty() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) != 0) {
        return false;
      }
    }
    return level == other.level && flags == other.flags;
  }

  std::vector<double> numbers[8];
  std::vector<std::int8_t> level;
  std::vector<std::uint64_t> flags;
};

Gathered cut(const Interleaved& data, const Model& model, std::size_t step) {
  Stream stream(model, {.threads = 2});
  const auto keys = all_keys();
  Gathered gathered;
  for (std::size_t from = 0; from < data.time.size(); from += step) {
    gathered.add(
        stream.score(data.rows(from, std::min(from + step, data.time.size())), keys));
  }
  return gathered;
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_cut_gives_identical_doubles) {
  for (const Model& model : test::models()) {
    const Interleaved data(model);
    Gathered whole;
    whole.add(score(data.rows(0, data.time.size()), model));
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, data.time.size()}) {
      BOOST_TEST((cut(data, model, step) == whole), "rows a batch: " << step);
    }
  }
}

BOOST_AUTO_TEST_CASE(persons_are_found_by_their_keys_and_not_by_their_numbers) {
  const Model model = test::models().front();
  const Interleaved data(model);
  const std::size_t half = data.time.size() / 2;
  Gathered whole;
  whole.add(score(data.rows(0, data.time.size()), model));
  Stream stream(model);
  Gathered gathered;
  gathered.add(stream.score(data.rows(0, half), all_keys()));
  // The same persons under other numbers.
  std::vector<std::int32_t> turned;
  for (const auto number : data.person) turned.push_back(person_count - 1 - number);
  auto keys = all_keys();
  std::reverse(keys.begin(), keys.end());
  Batch rest = data.rows(half, data.time.size());
  rest.person = std::span(turned).subspan(half);
  gathered.add(stream.score(rest, keys));
  BOOST_TEST((gathered == whole));
}

BOOST_AUTO_TEST_CASE(time_that_goes_back_is_refused_and_nothing_has_changed) {
  const Model model = test::models().front();
  const Interleaved data(model);
  const std::size_t half = data.time.size() / 2;
  Stream stream(model);
  const auto keys = all_keys();
  Gathered once;
  once.add(stream.score(data.rows(0, half), keys));
  BOOST_CHECK_THROW(stream.score(data.rows(half - 1, half), keys), CheckInError);
  BOOST_CHECK_THROW(stream.score(data.rows(0, half), keys), CheckInError);
  once.add(stream.score(data.rows(half, data.time.size()), keys));
  BOOST_TEST((once == cut(data, model, half)));
}

BOOST_AUTO_TEST_CASE(who_is_not_kept_begins_anew) {
  const Model model = test::models().front();
  const Interleaved data(model);
  Stream stream(model);
  const auto keys = all_keys();
  const auto first = stream.score(data.rows(0, data.time.size()), keys);
  BOOST_TEST(stream.kept() == static_cast<std::size_t>(person_count));
  stream.keep_only(std::span(keys).subspan(3, 1));
  BOOST_TEST(stream.kept() == 1u);
  stream.keep_only(std::vector<std::int64_t>{-5});
  BOOST_TEST(stream.kept() == 0u);
  const auto again = stream.score(data.rows(0, data.time.size()), keys);
  BOOST_TEST(first.log_likelihood == again.log_likelihood,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_refused_keeps_its_flags_and_nothing_else) {
  const Model model = test::models()[1];
  const std::vector<std::int32_t> person{0, 0, 1};
  const std::vector<double> time{1.0, 2.0, 1.0};
  const std::vector<double> voices{0.0, 1.0, 1.0};
  const std::vector<double> wrong{1.0, 99.0, 1.0};
  const std::vector<double> right{1.0, 2.0, 1.0};
  const std::vector<double> no{0.0, 0.0, 0.0};
  const std::vector<std::int64_t> keys{70, 80};
  const auto batch = [&](const std::vector<double>& said,
                         const std::vector<double>& craving) {
    Batch rows;
    rows.person = person;
    rows.time = time;
    rows.columns = {{"hearing_voices", said}, {"craving", craving}};
    return rows;
  };
  Stream stream(model);
  BOOST_CHECK_EXCEPTION(stream.score(batch(voices, wrong), keys), CheckInError,
                        [](const CheckInError& error) {
                          return error.place().row == std::size_t{1} &&
                                 error.flags() == std::vector<std::string>{"psychosis"} &&
                                 error.unreadable_flags().empty();
                        });
  const auto mended = stream.score(batch(no, right), keys);
  Stream other(model);
  const auto fresh = other.score(batch(no, right), keys);
  BOOST_TEST(mended.risk == fresh.risk, boost::test_tools::per_element());
  for (std::size_t row = 0; row < time.size(); ++row) {
    BOOST_TEST(mended.flags[row] != 0U);
    BOOST_TEST(fresh.flags[row] == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_person_without_a_key_is_refused) {
  const Model model = test::models().front();
  const Interleaved data(model);
  Stream stream(model);
  const std::vector<std::int64_t> few = {1, 2};
  BOOST_CHECK_THROW(stream.score(data.rows(0, data.time.size()), few), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
