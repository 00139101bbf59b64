#include <relapse/io/standard.hpp>

#include "data_set.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>

using namespace relapse;

namespace {

constexpr int most_in_a_table = 1000;
/// Reasons cost many times as much as the score.
constexpr int fewer_with_drivers = 20;

const bench::DataSet& data_set() {
  const Model& model = models::standard();
  static const bench::DataSet drawn(
      model, bench::draw_daily(model, std::min(bench::persons(), most_in_a_table)));
  return drawn;
}

/// Everything that a score has: stages, three horizons with intervals, level. More
/// persons than fit into a table are that table again.
void scored(benchmark::State& state, int persons, ScoreSettings settings) {
  const auto& data = data_set();
  const int in_a_table = std::min(persons, std::min(bench::persons(), most_in_a_table));
  Batch batch = data.batch();
  const auto rows = static_cast<std::size_t>(
      std::lower_bound(batch.person.begin(), batch.person.end(), in_a_table) -
      batch.person.begin());
  batch.person = batch.person.first(rows);
  batch.time = batch.time.first(rows);
  for (auto& column : batch.columns) column.values = column.values.first(rows);
  std::int64_t check_ins = 0;
  const std::clock_t begin = std::clock();
  for (auto _ : state) {
    for (int done = 0; done < persons; done += in_a_table) {
      benchmark::DoNotOptimize(score(batch, data.model(), settings));
      check_ins += static_cast<std::int64_t>(rows);
    }
  }
  const double busy = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  state.SetItemsProcessed(check_ins);
  state.counters["per_second_and_core"] = static_cast<double>(check_ins) / busy;
}

const bool registered = [] {
  for (const bool drivers : {false, true}) {
    const int persons =
        std::max(2, drivers ? bench::persons() / fewer_with_drivers : bench::persons());
    for (const int threads : {1, 2}) {
      const std::string name = "score/persons=" + std::to_string(persons) +
                               "/check_ins=" + std::to_string(bench::check_ins) +
                               "/drivers=" + (drivers ? "on" : "off") +
                               "/threads=" + std::to_string(threads);
      benchmark::RegisterBenchmark(name.c_str(), scored, persons,
                                   ScoreSettings{.drivers = drivers, .threads = threads})
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  return true;
}();

}  // namespace
