#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/infer/detail/loops.hpp>

/// Rows of stages in lanes.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

using namespace relapse::RELAPSE_LANES;

/// One number a stage, in as few lanes as the instruction set allows.
template <int K>
struct StageRow {
  static constexpr int parts = (K + lanes - 1) / lanes;

  Lanes part[parts];
};

template <int K>
RELAPSE_LANE StageRow<K> load_row(const double* padded) {
  StageRow<K> row;
  repeat<StageRow<K>::parts>(
      [&](auto i) RELAPSE_LAMBDA { row.part[i] = load(padded + i * lanes); });
  return row;
}

template <int K>
RELAPSE_LANE void store_row(const StageRow<K>& row, double* padded) {
  repeat<StageRow<K>::parts>(
      [&](auto i) RELAPSE_LAMBDA { store(row.part[i], padded + i * lanes); });
}

/// The K numbers alone, without padding.
template <int K>
RELAPSE_LANE void store_stages(const StageRow<K>& row, double* to) {
  repeat<StageRow<K>::parts>([&](auto i) RELAPSE_LAMBDA {
    constexpr int first = decltype(i)::value * lanes;
    if constexpr (first + lanes <= K) {
      store(row.part[i], to + first);
    } else {
#if defined(RELAPSE_AVX512)
      _mm512_mask_storeu_pd(to + first, (1U << (K - first)) - 1U, row.part[i]);
#else
      repeat<K - first>([&](auto j)
                            RELAPSE_LAMBDA { to[first + j] = lane(row.part[i], j); });
#endif
    }
  });
}

template <int K>
RELAPSE_LANE void multiply(StageRow<K>& row, const StageRow<K>& by) {
  repeat<StageRow<K>::parts>(
      [&](auto i) RELAPSE_LAMBDA { row.part[i] = keep(row.part[i] * by.part[i]); });
}

template <int K>
RELAPSE_LANE void multiply(StageRow<K>& row, double by) {
  repeat<StageRow<K>::parts>(
      [&](auto i) RELAPSE_LAMBDA { row.part[i] = keep(row.part[i] * by); });
}

template <int K>
RELAPSE_LANE void drop_vanishing(StageRow<K>& row) {
  repeat<StageRow<K>::parts>([&](auto i) RELAPSE_LAMBDA {
    row.part[i] = row.part[i] < vanishing_mass ? Lanes{} : row.part[i];
  });
}

template <int K>
RELAPSE_LANE void add(StageRow<K>& row, const StageRow<K>& other) {
  repeat<StageRow<K>::parts>(
      [&](auto i) RELAPSE_LAMBDA { row.part[i] = row.part[i] + other.part[i]; });
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
