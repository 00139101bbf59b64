#include <relapse/ctmc/passage.hpp>

#include "chains.hpp"

#include <benchmark/benchmark.h>

using namespace relapse;

namespace {

/// Probability, from each state, of entering the last two within t.
void passage(benchmark::State& state, int states, double ct) {
  const auto chains = bench::draw_chains(states, ct);
  ctmc::StateSet target;
  target.set(static_cast<std::size_t>(states - 2));
  target.set(static_cast<std::size_t>(states - 1));
  std::size_t k = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        ctmc::passage_probability(chains[k++ % bench::chains], target, Days{1.0}));
  }
  state.SetItemsProcessed(state.iterations());
}

const bool registered = [] {
  for (const double ct : {0.1, 1.0, 10.0, 100.0}) {
    benchmark::RegisterBenchmark(bench::chain_name("passage", 5, ct).c_str(), passage, 5,
                                 ct);
  }
  return true;
}();

}  // namespace
