/// Runs all benchmarks. RELAPSE_BENCHMARK_PERSONS sets the size of the tables (1000);
/// 100000 takes some minutes. Times are of this machine now: quote ratios of one run.

#include <benchmark/benchmark.h>

#include <cstdio>

int main(int argc, char** argv) {
#ifdef NDEBUG
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
#else
  static_cast<void>(argc);
  std::fprintf(stderr, "%s: built without NDEBUG; use the bench preset\n", argv[0]);
  return 2;
#endif
}
