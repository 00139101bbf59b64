#include "data_set.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>

using namespace relapse;

namespace {

constexpr int items = 24;

/// The same table with its answers as doubles and as bytes.
struct Tables {
  explicit Tables(Model of)
      : model(std::move(of)),
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

/// Whether determinants move the rates, and whether answers depend on the person.
enum class Kind { constant, lasting, habit, both, moving };
constexpr Kind kinds[] = {Kind::constant, Kind::lasting, Kind::habit, Kind::both,
                          Kind::moving};
constexpr const char* names[] = {"constant", "constant+persistence=3",
                                 "constant+habit=3of5nodes",
                                 "constant+persistence=24+habit=24of5nodes", "moving"};

const Tables& tables(Kind kind) {
  static const Tables constant(bench::constant_model(items));
  static const Tables lasting(bench::personal_model(items, 3, 0));
  static const Tables habit(bench::personal_model(items, 0, 3));
  static const Tables both(bench::personal_model(items, items, items));
  static const Tables moving(bench::moving_model(items));
  switch (kind) {
  case Kind::constant:
    return constant;
  case Kind::lasting:
    return lasting;
  case Kind::habit:
    return habit;
  case Kind::both:
    return both;
  default:
    return moving;
  }
}

struct Case {
  Kind kind = Kind::constant;
  bool as_bytes = true;
  int threads = 1;

  const Model& model() const { return tables(kind).model; }
  const Batch& batch() const {
    const auto& table = tables(kind);
    return as_bytes ? table.bytes : table.doubles.batch();
  }
};

/// Stage probabilities and log-likelihoods.
void filtered(benchmark::State& state, const Case& asked) {
  const Batch& batch = asked.batch();
  std::vector<double> stages(batch.time.size() * 5);
  std::vector<double> log_likelihood(batch.time.size());
  for (auto _ : state) {
    filter(batch, asked.model(), {.threads = asked.threads}, stages, log_likelihood);
    benchmark::DoNotOptimize(stages.data());
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(batch.time.size()));
}

/// The likelihood alone.
void likelihood(benchmark::State& state, const Case& asked) {
  const Batch& batch = asked.batch();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        log_likelihood(batch, asked.model(), {.threads = asked.threads}));
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(batch.time.size()));
}

const bool registered = [] {
  for (const Kind kind : kinds) {
    for (const bool as_bytes : {true, false}) {
      for (const int threads : {1, 2}) {
        const std::string what = std::string("/rates=") +
                                 names[static_cast<std::size_t>(kind)] +
                                 "/stages=5/items=" + std::to_string(items) +
                                 "/as=" + (as_bytes ? "bytes" : "doubles") +
                                 "/threads=" + std::to_string(threads);
        const Case asked{kind, as_bytes, threads};
        benchmark::RegisterBenchmark(("filter" + what).c_str(), filtered, asked);
        benchmark::RegisterBenchmark(("log_likelihood" + what).c_str(), likelihood,
                                     asked);
      }
    }
  }
  return true;
}();

}  // namespace
