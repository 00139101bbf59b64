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

/// What a product of a mass and a likelihood is at least: `least` where neither is zero.
RELAPSE_LANE Lanes held_above(Lanes product, Lanes mass, Lanes likelihood, double least) {
  const Lanes smaller = mass < likelihood ? mass : likelihood;
  const Lanes floor = smaller > 0.0 ? all(least) : Lanes{};
  return product < floor ? floor : product;
}

/// Masses times likelihoods, before they are normalised.
template <int K>
RELAPSE_LANE void weigh_row(StageRow<K>& row, const StageRow<K>& given) {
  repeat<StageRow<K>::parts>([&](auto i) RELAPSE_LAMBDA {
    row.part[i] = held_above(keep(row.part[i] * given.part[i]), row.part[i],
                             given.part[i], least_normal);
  });
}

/// A mass once it is normalised: none that is possible vanishes.
RELAPSE_LANE Lanes held(Lanes product, Lanes scale) {
  const Lanes floor = product > 0.0 ? all(vanishing_mass) : Lanes{};
  const Lanes mass = keep(product * scale);
  return mass < floor ? floor : mass;
}

template <int K>
RELAPSE_LANE void hold_row(StageRow<K>& row, double scale) {
  repeat<StageRow<K>::parts>(
      [&](auto i) RELAPSE_LAMBDA { row.part[i] = held(row.part[i], all(scale)); });
}

template <int K>
RELAPSE_LANE void add(StageRow<K>& row, const StageRow<K>& other) {
  repeat<StageRow<K>::parts>(
      [&](auto i) RELAPSE_LAMBDA { row.part[i] = row.part[i] + other.part[i]; });
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
