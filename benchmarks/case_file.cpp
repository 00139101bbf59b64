#include <relapse/case_file/case_file.hpp>
#include <relapse/io/standard.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <malloc.h>
#include <string>

using namespace relapse;

namespace {

constexpr int ten_years = 3652;  // days

/// What somebody tells on a day, as an app would: some of the daily items.
std::string event_of(int day) {
  const auto answer = [day](int span, int step) {
    return std::to_string(day / step % span);
  };
  return R"({"kind":"check_in","id":"0f8fad5b-d9cb-469f-a165-)" + std::to_string(day) +
         R"(","at":)" + std::to_string(18000 + day) +
         R"(.75,"answers":{"used":0,"craving":)" + answer(5, 3) + R"(,"confidence":)" +
         answer(4, 7) + R"(,"negative_affect":)" + answer(6, 5) + R"(,"stress":)" +
         answer(7, 2) + R"(,"sleep":)" + answer(9, 4) + R"(,"isolating":)" +
         answer(3, 9) + R"(,"restless":)" + answer(4, 11) + R"(,"thinking_of_use":)" +
         answer(3, 13) + R"(,"exposure_II-B":)" + answer(4, 6) + R"(,"self_harm":0}})";
}

CaseFile told(int days) {
  CaseFile file(models::standard(), {"P7"});
  for (int day = 0; day < days; ++day) file.add(event_of(day));
  return file;
}

/// An event that comes last.
void add(benchmark::State& state) {
  CaseFile file = told(90);
  int day = 90;
  for (auto _ : state) benchmark::DoNotOptimize(file.add(event_of(day++)));
}

void view(benchmark::State& state) {
  const CaseFile file = told(90);
  for (auto _ : state) benchmark::DoNotOptimize(file.view(Time{18090.0}));
}

/// Ninety days, read from their text.
void replay(benchmark::State& state) {
  const std::string text = told(90).text();
  for (auto _ : state) benchmark::DoNotOptimize(CaseFile::read(models::standard(), text));
}

double megabytes_in_use() {
  const auto now = mallinfo2();
  return static_cast<double>(now.uordblks + now.hblkhd) / 1e6;
}

/// What a case file holds of ten years of daily check-ins, and after they were closed.
void memory(benchmark::State& state) {
  constexpr double most_whole = 20.0;
  constexpr double most_closed = 1.0;
  benchmark::DoNotOptimize(told(2).view(Time{18002.0}));  // what is made once
  for (auto _ : state) {
    const double before = megabytes_in_use();
    CaseFile file = told(ten_years);
    const double whole = megabytes_in_use() - before;
    file.compact(Time{18000.0 + ten_years});
    const double closed = megabytes_in_use() - before;
    state.counters["MB"] = whole;
    state.counters["MB_closed"] = closed;
    if (whole > most_whole) state.SkipWithError("holds more than 20 MB");
    if (closed > most_closed) state.SkipWithError("holds more than 1 MB once closed");
  }
}

const bool registered = [] {
  benchmark::RegisterBenchmark("case_file/add", add);
  benchmark::RegisterBenchmark("case_file/view", view);
  benchmark::RegisterBenchmark("case_file/replay_90_days", replay);
  benchmark::RegisterBenchmark("case_file/memory_of_ten_years", memory)->Iterations(1);
  return true;
}();

}  // namespace
