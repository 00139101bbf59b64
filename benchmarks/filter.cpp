#include "data_set.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>

using namespace relapse;

namespace {

constexpr int items = 24;

/// The same table with its answers as doubles and as bytes.
struct Tables {
  Tables()
      : model(bench::constant_model(items)),
        doubles(model, bench::draw_uneven(model, bench::persons())) {
    for (const auto& column : doubles.batch().columns) {
      auto& answers = answered.emplace_back();
      for (const double value : column.values) {
        answers.push_back(static_cast<std::uint8_t>(value));
      }
    }
    bytes = doubles.batch();
    for (std::size_t c = 0; c < answered.size(); ++c) {
      bytes.columns[c].values = {};
      bytes.columns[c].bytes = answered[c];
    }
  }

  Model model;
  bench::DataSet doubles;
  std::vector<std::vector<std::uint8_t>> answered;
  Batch bytes;
};

const Tables& tables() {
  static const Tables made;
  return made;
}

const Batch& table(bool as_bytes) {
  return as_bytes ? tables().bytes : tables().doubles.batch();
}

/// Stage probabilities and log-likelihoods at constant rates.
void filtered(benchmark::State& state, bool as_bytes, int threads) {
  const Batch& batch = table(as_bytes);
  std::vector<double> stages(batch.time.size() * 5);
  std::vector<double> log_likelihood(batch.time.size());
  for (auto _ : state) {
    filter(batch, tables().model, {.threads = threads}, stages, log_likelihood);
    benchmark::DoNotOptimize(stages.data());
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(batch.time.size()));
}

/// The likelihood alone.
void likelihood(benchmark::State& state, bool as_bytes, int threads) {
  const Batch& batch = table(as_bytes);
  for (auto _ : state) {
    benchmark::DoNotOptimize(log_likelihood(batch, tables().model, {.threads = threads}));
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(batch.time.size()));
}

const bool registered = [] {
  for (const bool as_bytes : {true, false}) {
    for (const int threads : {1, 2}) {
      const std::string what = "/stages=5/items=" + std::to_string(items) +
                               "/as=" + (as_bytes ? "bytes" : "doubles") +
                               "/threads=" + std::to_string(threads);
      benchmark::RegisterBenchmark(("filter" + what).c_str(), filtered, as_bytes,
                                   threads);
      benchmark::RegisterBenchmark(("log_likelihood" + what).c_str(), likelihood,
                                   as_bytes, threads);
    }
  }
  return true;
}();

}  // namespace
