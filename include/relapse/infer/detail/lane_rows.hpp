#pragma once

#include <relapse/infer/detail/lanes.hpp>
#include <relapse/infer/detail/loops.hpp>

/// Rows of stages in lanes.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

/// Exchanges what stands in the upper half of each pair of groups of `Step` lanes of one
/// row with what stands in the lower half of the other.
template <int Step, int... Places>
RELAPSE_LANE void exchange(Lanes& low, Lanes& high) {
  const Lanes first = __builtin_shufflevector(
      low, high, ((Places & Step) != 0 ? lanes + Places - Step : Places)...);
  high = __builtin_shufflevector(
      low, high, ((Places & Step) != 0 ? lanes + Places : Places + Step)...);
  low = first;
}

template <int... Places>
RELAPSE_LANE void transpose_lanes(Lanes* row) {
  repeat<lanes>([&](auto r) RELAPSE_LAMBDA {
    if constexpr ((r & 1) == 0) exchange<1, Places...>(row[r], row[r + 1]);
  });
  repeat<lanes>([&](auto r) RELAPSE_LAMBDA {
    if constexpr (lanes > 2 && (r & 2) == 0) {
      exchange<2, Places...>(row[r], row[r + 2]);
    }
  });
  repeat<lanes>([&](auto r) RELAPSE_LAMBDA {
    if constexpr (lanes > 4 && (r & 4) == 0) {
      exchange<4, Places...>(row[r], row[r + 4]);
    }
  });
}

/// The numbers of row r, as many rows as lanes, become those of lane r.
RELAPSE_LANE void transpose(Lanes* row) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  transpose_lanes<0, 1, 2, 3, 4, 5, 6, 7>(row);
#elif defined(__AVX2__) && defined(__FMA__)
  transpose_lanes<0, 1, 2, 3>(row);
#else
  transpose_lanes<0, 1>(row);
#endif
}

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
#if defined(__AVX512F__) && defined(__AVX512DQ__)
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
