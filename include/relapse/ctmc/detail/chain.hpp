#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/series.hpp>
#include <relapse/ctmc/detail/square.hpp>

/// Chains with generators of their own in lanes: a row of masses carried by
/// uniformisation while (largest exit rate) x time is at most 100, by the matrix beyond.
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
    const Lanes exit = sum_of_row(row, chain.size);
    chain.exit[r] = exit;
    chain.largest = chain.largest < exit ? exit : chain.largest;
  });
}

/// Zero, or NaN where the sum of the rates is not finite.
template <class Rows, class Size>
RELAPSE_LANE Lanes check_rates(const Chain<Rows, Size>& chain) {
  const Lanes total = sum_of_row(chain.exit, chain.rows);
  return keep(total * 0.0);
}

/// (Q + cI) factor
template <class Rows, class Size, class Held>
RELAPSE_LANE void uniformise(const Chain<Rows, Size>& chain, Lanes factor,
                             Square<Held, Size>& jumps) {
  repeat(chain.rows, [&](auto r) RELAPSE_LAMBDA {
    repeat(chain.size, [&](auto s) RELAPSE_LAMBDA {
      jumps.entry[r][s] = int{r} == int{s} ? (chain.largest - chain.exit[r]) * factor
                                           : chain.between.entry[r][s] * factor;
    });
  });
}

/// A series leaves out a factor; the masses say which.
template <class Size>
RELAPSE_LANE void keep_mass(Lanes mass, Lanes* row, Size size) {
  const Lanes reached = sum_of_row(row, size);
  const Lanes scale = reached > 0.0 ? mass / reached : Lanes{};
  repeat(size, [&](auto s) RELAPSE_LAMBDA { row[s] = keep(row[s] * scale); });
}

/// row <- row exp(Q t) by the series of J = I + Q / c in four sums, of every fourth term
/// each: so the row goes on by J^4 alone. Paterson & Stockmeyer 1973.
template <class Rows, class Size>
void follow_course(const Square<Rows, Size>& jumps, const Course& course, Lanes* row,
                   Rows rows, Size size) {
  Square<Rows, Size> two;
  Square<Rows, Size> four;
  multiply(jumps, jumps, two, rows, size);
  multiply(two, two, four, rows, size);
  for (int part = 0; part < course.parts; ++part) {
    const Lanes x = course.parts_of_lane > static_cast<double>(part) ? course.x : Lanes{};
    const Lanes mass = sum_of_row(row, size);
    Lanes sum[4][most<Size>];
    Lanes weight = all(1.0);
    repeat<4>([&](auto j) RELAPSE_LAMBDA {
      if constexpr (j > 0) weight = weight * (x * reciprocals.of[j]);
      repeat(size, [&](auto s) RELAPSE_LAMBDA { sum[j][s] = keep(weight * row[s]); });
    });
    for (int n = 4; n <= course.last; n += 4) {
      carry(row, four, rows, size);
      weight = course.last_of_lane < static_cast<double>(n) ? Lanes{} : weight;
      repeat<4>([&](auto j) RELAPSE_LAMBDA {
        weight = weight * (x * reciprocals.of[n + j]);
        repeat(size, [&](auto s)
                         RELAPSE_LAMBDA { sum[j][s] = fma(weight, row[s], sum[j][s]); });
      });
    }
    repeat(size, [&](auto s) RELAPSE_LAMBDA { row[s] = sum[3][s]; });
    for (int j = 2; j >= 0; --j) {
      carry(row, jumps, rows, size);
      repeat(size, [&](auto s) RELAPSE_LAMBDA { row[s] = row[s] + sum[j][s]; });
    }
    keep_mass(mass, row, size);
  }
}

/// 2^-n, for n from 0 to 2000, in two factors of which each is a normal number.
RELAPSE_LANE double halved(double value, int n) {
  const auto power = [](int exponent) {
    const std::uint64_t bits = static_cast<std::uint64_t>(1023 - exponent) << 52;
    double factor = 0.0;
    std::memcpy(&factor, &bits, sizeof(factor));
    return factor;
  };
  return value * power(n / 2) * power(n - n / 2);
}

/// The exponent e of value = m 2^e with m in [1/2, 1), for normal numbers above zero.
RELAPSE_LANE int exponent_of(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return static_cast<int>(bits >> 52) - 1022;
}

/// Times halved so often that (largest exit rate) x time is below 1; by the exponents,
/// because the product may overflow.
struct Halvings {
  Lanes step;  ///< days
  Lanes of_lane;
  int most = 0;
};

/// @param days zero where a lane is not wanted
template <class Rows, class Size>
RELAPSE_LANE Halvings halve(const Chain<Rows, Size>& chain, Lanes days) {
  Halvings halvings;
  double step[lanes];
  double counts[lanes];
  for (int l = 0; l < lanes; ++l) {
    const double t = lane(days, l);
    int n = t > 0.0 ? exponent_of(lane(chain.largest, l)) + exponent_of(t) : 0;
    if (n < 0) n = 0;
    step[l] = halved(t, n);
    counts[l] = n;
    halvings.most = n > halvings.most ? n : halvings.most;
  }
  halvings.step = load(step);
  halvings.of_lane = load(counts);
  return halvings;
}

/// exp(Q step), by scaling and squaring. Rows are brought to sum 1 at each squaring,
/// which keeps what is lost in one entry from doubling.
template <class Rows, class Size>
void exponential_of_step(const Chain<Rows, Size>& chain, Lanes step,
                         Square<Size, Size>& matrix) {
  const Size size = chain.size;
  Square<Size, Size> steps;
  uniformise(chain, step, steps);
  if (chain.stops()) {
    const int last = chain.rows;
    for (int s = 0; s < last; ++s) steps.entry[last][s] = Lanes{};
    steps.entry[last][last] = chain.largest * step;
  }
  taylor(steps, matrix, size);
  normalise(matrix, size);
}

/// Where a lane is still to be doubled for the n-th time, the new numbers.
RELAPSE_LANE void take_doubled(const Halvings& halvings, int n, Lanes doubled,
                               Lanes& value) {
  value = halvings.of_lane > static_cast<double>(n) ? doubled : value;
}

template <class Size>
void square(const Halvings& halvings, int n, Square<Size, Size>& matrix, Size size) {
  Square<Size, Size> doubled;
  multiply(matrix, matrix, doubled, size, size);
  normalise(doubled, size);
  for (int r = 0; r < size; ++r) {
    for (int s = 0; s < size; ++s) {
      take_doubled(halvings, n, doubled.entry[r][s], matrix.entry[r][s]);
    }
  }
}

/// exp(Q days)
template <class Rows, class Size>
void exponential(const Chain<Rows, Size>& chain, Lanes days, Square<Size, Size>& matrix) {
  const Halvings halvings = halve(chain, days);
  exponential_of_step(chain, halvings.step, matrix);
  for (int n = 0; n < halvings.most; ++n) square(halvings, n, matrix, chain.size);
}

/// Days of the lanes whose x is beyond the series, of others zero.
RELAPSE_LANE Lanes days_beyond(Lanes x, Lanes days) {
  return x <= series_limit * most_parts ? Lanes{} : days;
}

/// row <- row exp(Q t) by the matrix, in the lanes beyond the series.
template <class Rows, class Size>
void carry_far(const Chain<Rows, Size>& chain, Lanes days, const Lanes* from,
               Lanes* row) {
  const Size size = chain.size;
  Square<Size, Size> matrix;
  exponential(chain, days, matrix);
  Lanes there[most<Size>];
  for (int s = 0; s < size; ++s) there[s] = from[s];
  carry(there, matrix, size, size);
  keep_mass(sum_of_row(from, size), there, size);
  for (int s = 0; s < size; ++s) row[s] = days > 0.0 ? there[s] : row[s];
}

/// row <- row exp(Q days)
template <class Rows, class Size>
void advance(const MoveMap& map, const Chain<Rows, Size>& chain, Lanes days, Lanes* row) {
  const Rows rows = chain.rows;
  const Size size = chain.size;
  const Lanes x = chain.largest * days;
  Square<Rows, Size> jumps;
  uniformise(chain, 1.0 / chain.largest, jumps);
  Lanes from[most<Size>];
  repeat(size, [&](auto s) RELAPSE_LAMBDA { from[s] = row[s]; });
  follow_course(jumps, plan_course(by_series(x), map.longest_path), row, rows, size);
  if (any_beyond(x, series_limit * most_parts)) {
    carry_far(chain, days_beyond(x, days), from, row);
  }
}

/// Carries rows through the pieces at one block of lanes. Returns 0, or NaN where rates
/// are not finite.
template <class Rows, class Size>
Lanes go_ahead(const AheadTask& task, int block, Chain<Rows, Size>& chain) {
  const Bundle& bundle = task.bundle;
  Lanes row[most<Size>];
  if (chain.stops()) row[chain.rows] = Lanes{};
  repeat(chain.rows, [&](auto s) RELAPSE_LAMBDA {
    row[s] = load(task.row + chain.state[s] * bundle.lanes + block);
  });
  Lanes check = Lanes{};
  for (int piece = 0; piece < bundle.pieces; ++piece) {
    const Lanes days = load(bundle.days + piece * bundle.lanes + block);
    if (largest_lane(days) > 0.0) {
      load_rates(bundle.map, bundle.rates_of(piece) + block, chain);
      check += check_rates(chain);
      advance(bundle.map, chain, days, row);
    }
    if (chain.stops() && task.entered != nullptr) {
      store(row[chain.rows], task.entered + piece * bundle.lanes + block);
    }
  }
  repeat(chain.rows, [&](auto s) RELAPSE_LAMBDA {
    store(row[s], task.row + chain.state[s] * bundle.lanes + block);
  });
  return check;
}

}  // namespace relapse::ctmc::RELAPSE_LANES

#pragma GCC diagnostic pop
