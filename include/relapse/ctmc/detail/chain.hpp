#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/series.hpp>
#include <relapse/ctmc/detail/square.hpp>

/// Chains with generators of their own in lanes, and a row of masses carried by the
/// series of uniformisation.
///
/// A = (Q + cI) t with c the largest exit rate has no negative entry, and sums of
/// products of such numbers never cancel: so every entry of exp(Q t) = exp(-c t) exp(A),
/// however small, keeps its digits. Jensen 1953; Grassmann 1977; Moler & Van Loan 2003,
/// method 3; Xue & Ye 2013.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of states, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::ctmc::RELAPSE_LANES {

/// So that it can be divided by, and powers of it times a day do not vanish in lanes that
/// are not used. Any number that no exit rate exceeds will do.
inline constexpr double least_jump_rate = 0x1p-10;

/// Chains, one a lane: of the states that are left, in their order, and last, where some
/// are stopped, of these as one.
template <class Rows, class Size>
struct Chain {
  Rows rows;  ///< states that are left
  Size size;
  int state[lanes_together] = {};  ///< those that are left, then the stopped ones
  /// Where the rates of the moves stand among those of a piece; after those between the
  /// states that are left, from each of these into each stopped one.
  int place[most<Rows>][lanes_together];
  Square<Rows, Size> between;  ///< rates, zero on the diagonal
  Lanes exit[most<Rows>];
  Lanes largest;  ///< exit rate

  RELAPSE_LANE bool stops() const { return int{rows} != int{size}; }
};

template <class Rows, class Size>
RELAPSE_LANE void find_states(const Bundle& bundle, Chain<Rows, Size>& chain) {
  const MoveMap& map = bundle.map;
  int left = 0;
  int stopped = chain.rows;
  for (int s = 0; s < map.states; ++s) {
    chain.state[(map.stopped >> s & 1U) == 0 ? left++ : stopped++] = s;
  }
  for (int r = 0; r < chain.rows; ++r) {
    const std::int32_t* moves = map.between + chain.state[r] * map.states;
    for (int s = 0; s < map.states; ++s) {
      chain.place[r][s] = moves[chain.state[s]] * bundle.lanes;
    }
  }
}

/// Takes up the row of rates of a state.
template <class Rows, class Size>
RELAPSE_LANE void take_row(Chain<Rows, Size>& chain, int state) {
  const Lanes exit = sum_of_row(chain.between.entry[state], chain.size);
  chain.exit[state] = exit;
  chain.largest = chain.largest < exit ? exit : chain.largest;
}

/// @param from the rates of a piece at some lanes
template <class Rows, class Size>
void load_rates(const MoveMap& map, const double* from, Chain<Rows, Size>& chain) {
  const Rows rows = chain.rows;
  chain.largest = all(least_jump_rate);
  repeat(rows, [&](auto r) RELAPSE_LAMBDA {
    const int* place = chain.place[r];
    Lanes* row = chain.between.entry[r];
    repeat(rows, [&](auto s) RELAPSE_LAMBDA {
      row[s] = int{r} == int{s} ? Lanes{} : load(from + place[s]);
    });
    if (chain.stops()) {
      Lanes sum = load(from + place[rows]);
      for (int s = rows + 1; s < map.states; ++s) sum += load(from + place[s]);
      row[rows] = sum;
    }
    take_row(chain, r);
  });
}

/// Zero, or NaN where the sum of the rates is not finite.
template <class Rows, class Size>
RELAPSE_LANE Lanes check_rates(const Chain<Rows, Size>& chain) {
  const Lanes total = sum_of_row(chain.exit, chain.rows);
  return keep(total * 0.0);
}

/// J = I + Q / c
template <class Rows, class Size>
RELAPSE_LANE void uniformise(const Chain<Rows, Size>& chain, Square<Rows, Size>& jumps) {
  const Lanes factor = 1.0 / chain.largest;
  repeat(chain.rows, [&](auto r) RELAPSE_LAMBDA {
    repeat(chain.size, [&](auto s) RELAPSE_LAMBDA {
      jumps.entry[r][s] = int{r} == int{s} ? (chain.largest - chain.exit[r]) * factor
                                           : chain.between.entry[r][s] * factor;
    });
  });
}

/// J, and what carries a row over four jumps at once.
template <class Rows, class Size>
struct Jumps {
  Square<Rows, Size> one;
  Square<Rows, Size> four;

  explicit Jumps(const Chain<Rows, Size>& chain) {
    uniformise(chain, one);
    Square<Rows, Size> two;
    multiply(one, one, two, chain.rows, chain.size);
    multiply(two, two, four, chain.rows, chain.size);
  }
};

/// A series leaves out a factor; the masses say which.
template <class Size>
RELAPSE_LANE void keep_mass(Lanes mass, Lanes* row, Size size) {
  const Lanes reached = sum_of_row(row, size);
  const Lanes scale = reached > 0.0 ? mass / reached : Lanes{};
  repeat(size, [&](auto s) RELAPSE_LAMBDA { row[s] = keep(row[s] * scale); });
}

/// row <- row exp(Q t) by the series in four sums, of every fourth term each: so the row
/// goes on by J^4 alone. Paterson & Stockmeyer 1973.
template <class Rows, class Size>
void follow_course(const Jumps<Rows, Size>& jumps, const Course& course, Lanes* row,
                   Rows rows, Size size) {
  const Lanes mass = sum_of_row(row, size);
  Lanes sum[4][most<Size>];
  Lanes weight = all(1.0);
  repeat<4>([&](auto j) RELAPSE_LAMBDA {
    if constexpr (j > 0) weight = weight * (course.x * reciprocals.of[j]);
    repeat(size, [&](auto s) RELAPSE_LAMBDA { sum[j][s] = keep(weight * row[s]); });
  });
  for (int n = 4; n <= course.last; n += 4) {
    carry(row, jumps.four, rows, size);
    weight = course.weigh(weight, n);
    repeat<4>([&](auto j) RELAPSE_LAMBDA {
      weight = weight * (course.x * reciprocals.of[n + j]);
      repeat(size,
             [&](auto s) RELAPSE_LAMBDA { sum[j][s] = fma(weight, row[s], sum[j][s]); });
    });
  }
  repeat(size, [&](auto s) RELAPSE_LAMBDA { row[s] = sum[3][s]; });
  for (int j = 2; j >= 0; --j) {
    carry(row, jumps.one, rows, size);
    repeat(size, [&](auto s) RELAPSE_LAMBDA { row[s] = row[s] + sum[j][s]; });
  }
  keep_mass(mass, row, size);
}

}  // namespace relapse::ctmc::RELAPSE_LANES

#pragma GCC diagnostic pop
