/// What the machine can do now, to be read beside the other rows of the same run.

#include <relapse/engine/score.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define BENCH_HAS_WIDE_FMA
#endif

namespace {

/// a[i] = b[i] + s c[i] over arrays beyond the caches, bytes by STREAM's count.
/// McCalpin 1995.
void triad(benchmark::State& state) {
  constexpr std::size_t count = std::size_t{1} << 23;
  std::vector<double> a(count, 1.0);
  const std::vector<double> b(count, 2.0);
  const std::vector<double> c(count, 3.0);
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) a[i] = b[i] + 3.0 * c[i];
    benchmark::DoNotOptimize(a.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(24 * count));
}

#ifdef BENCH_HAS_WIDE_FMA
constexpr int chains = 12;
constexpr int rounds = 100'000;

[[gnu::target("avx512f")]] double run_avx512() {
  __m512d sum[chains];
  for (auto& one : sum) one = _mm512_set1_pd(1.0);
  const __m512d factor = _mm512_set1_pd(0.999);
  const __m512d term = _mm512_set1_pd(0.001);
  for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < chains; ++i) sum[i] = _mm512_fmadd_pd(sum[i], factor, term);
  }
  double total = 0.0;
  for (const auto& one : sum) total += one[0];
  return total;
}

[[gnu::target("avx2,fma")]] double run_avx2() {
  __m256d sum[chains];
  for (auto& one : sum) one = _mm256_set1_pd(1.0);
  const __m256d factor = _mm256_set1_pd(0.999);
  const __m256d term = _mm256_set1_pd(0.001);
  for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < chains; ++i) sum[i] = _mm256_fmadd_pd(sum[i], factor, term);
  }
  double total = 0.0;
  for (const auto& one : sum) total += one[0];
  return total;
}

/// Multiplications and additions of doubles that do not wait for each other.
void peak(benchmark::State& state, double (*run)(), int lanes) {
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.counters["flop"] = benchmark::Counter(2.0 * lanes * chains * rounds *
                                                  static_cast<double>(state.iterations()),
                                              benchmark::Counter::kIsRate);
}
#endif

const bool registered = [] {
  benchmark::AddCustomContext("instruction set", relapse::instruction_set());
  benchmark::RegisterBenchmark("machine/triad", triad);
#ifdef BENCH_HAS_WIDE_FMA
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    benchmark::RegisterBenchmark("machine/fma/avx2", peak, run_avx2, 4);
  }
  if (__builtin_cpu_supports("avx512f")) {
    benchmark::RegisterBenchmark("machine/fma/avx512", peak, run_avx512, 8);
  }
#endif
  return true;
}();

}  // namespace
