#include <relapse/c/relapse.h>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/standard.hpp>

#include "data_set.hpp"

#include <benchmark/benchmark.h>

#include <string>

using namespace relapse;

namespace {

/// A check-in over the C ABI, documents in and out.
void update(benchmark::State& state) {
  const bench::DataSet data(models::standard(), bench::draw_daily(models::standard(), 1));
  auto history = data.first_person();
  relapse_model* model = nullptr;
  relapse_monitor* monitor = nullptr;
  relapse_text* out = nullptr;
  relapse_model_named("standard", 8, &model, &out);
  relapse_monitor_new(model, nullptr, 0, &monitor, &out);
  std::size_t next = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto& check_in = history[next];
    const std::string json = io::to_json(check_in);
    check_in.time = check_in.time + Days{1.0 * bench::check_ins};
    next = (next + 1) % history.size();
    state.ResumeTiming();
    if (relapse_monitor_update(monitor, json.data(), json.size(), &out) != RELAPSE_OK) {
      state.SkipWithError(relapse_text_data(out));
    }
    relapse_text_free(out);
  }
  state.SetItemsProcessed(state.iterations());
  relapse_monitor_free(monitor);
  relapse_model_free(model);
}

const bool registered = [] {
  benchmark::RegisterBenchmark("door/update/standard", update);
  return true;
}();

}  // namespace
