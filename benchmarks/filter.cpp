#include "data_set.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>

using namespace relapse;

namespace {

constexpr int items = 24;

const bench::DataSet& data_set() {
  static const Model model = bench::constant_model(items);
  static const bench::DataSet drawn(
      model, bench::draw_uneven(model, std::min(bench::persons(), 1000)));
  return drawn;
}

/// Stage probabilities and log-likelihoods at constant rates, from doubles in columns.
void filtered(benchmark::State& state) {
  const auto& data = data_set();
  for (auto _ : state) {
    benchmark::DoNotOptimize(filter(data.batch(), data.model(), {.threads = 1}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(data.rows()));
}

/// The likelihood alone.
void likelihood(benchmark::State& state) {
  const auto& data = data_set();
  for (auto _ : state) {
    benchmark::DoNotOptimize(log_likelihood(data.batch(), data.model(), {.threads = 1}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(data.rows()));
}

const bool registered = [] {
  const std::string what = "/stages=5/items=" + std::to_string(items);
  benchmark::RegisterBenchmark(("filter" + what).c_str(), filtered);
  benchmark::RegisterBenchmark(("log_likelihood" + what).c_str(), likelihood);
  return true;
}();

}  // namespace
