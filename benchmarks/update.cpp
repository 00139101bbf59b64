#include <relapse/io/standard.hpp>

#include "data_set.hpp"

#include <benchmark/benchmark.h>

using namespace relapse;

namespace {

/// One person's check-ins again and again, for a history without end.
void update(benchmark::State& state, bool drivers) {
  const bench::DataSet data(models::standard(), bench::draw_daily(models::standard(), 1));
  auto history = data.first_person();
  Monitor monitor(data.model(), {.drivers = drivers});
  std::size_t next = 0;
  for (auto _ : state) {
    auto& check_in = history[next];
    benchmark::DoNotOptimize(&monitor.update(check_in));
    check_in.time = check_in.time + Days{1.0 * bench::check_ins};
    next = (next + 1) % history.size();
  }
  state.SetItemsProcessed(state.iterations());
}

const bool registered = [] {
  benchmark::RegisterBenchmark("update/standard/drivers=off", update, false);
  benchmark::RegisterBenchmark("update/standard/drivers=on", update, true);
  return true;
}();

}  // namespace
