#include <relapse/ctmc/path.hpp>
#include <relapse/ctmc/transition.hpp>

#include "chains.hpp"

#include <benchmark/benchmark.h>

using namespace relapse;

namespace {

/// exp(Q t) as a matrix.
void matrix(benchmark::State& state, int states, double ct) {
  const auto chains = bench::draw_chains(states, ct);
  std::size_t k = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        ctmc::transition_matrix(chains[k++ % bench::chains], Days{1.0}));
  }
  state.SetItemsProcessed(state.iterations());
}

/// A row of masses times exp(Q t).
void action(benchmark::State& state, int states, double ct) {
  const auto chains = bench::draw_chains(states, ct);
  std::vector<double> row(static_cast<std::size_t>(states), 1.0 / states);
  std::size_t k = 0;
  for (auto _ : state) {
    ctmc::advance(row, chains[k++ % bench::chains], Days{1.0});
    benchmark::DoNotOptimize(row.data());
  }
  state.SetItemsProcessed(state.iterations());
}

/// The derivative of exp(Q t), as the drivers need it.
void occupation(benchmark::State& state, int states, double ct) {
  const auto chains = bench::draw_chains(states, ct);
  const std::vector<double> row(static_cast<std::size_t>(states), 1.0 / states);
  std::size_t k = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        ctmc::occupation_integral(row, row, chains[k++ % bench::chains], Days{1.0}));
  }
  state.SetItemsProcessed(state.iterations());
}

const bool registered = [] {
  for (const int states : {3, 5, 8}) {
    for (const double ct : {0.1, 1.0, 10.0, 100.0}) {
      const auto add = [&](const char* what, auto run) {
        benchmark::RegisterBenchmark(bench::chain_name(what, states, ct).c_str(), run,
                                     states, ct);
      };
      add("exp/matrix", matrix);
      add("exp/action", action);
      add("exp/occupation", occupation);
    }
  }
  return true;
}();

}  // namespace
