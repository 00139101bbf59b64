#pragma once

#include <relapse/infer/lane_rows.hpp>
#include <relapse/infer/lanes.hpp>
#include <relapse/infer/loops.hpp>

/// Chains with generators of their own in lanes: a row of masses carried by
/// uniformisation while (largest exit rate) x time is at most 25, by the matrix beyond.
/// Which one depends on the lane alone, and so does every number in it. Methods as in
/// `ctmc`: nothing is ever subtracted. Jensen 1953; Moler & Van Loan 2003, method 3; Xue
/// & Ye 2013.
#ifdef __GNUC__
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif

namespace relapse::infer::RELAPSE_LANES {

/// One number a pair of stages and lane.
template <int K>
struct LaneSquare {
  Lanes entry[K][K];
};

/// Generators, one a lane.
template <int K>
struct LaneRates {
  LaneSquare<K> between;
  Lanes exit[K];
  Lanes largest;
};

/// @param ratios of one piece, by move
/// @param factor of the first node of the block; `nodes` from one move to the next
template <int K>
RELAPSE_LANE void fill_rates(const PathTask& task, const double* ratios,
                             const double* factor, LaneRates<K>& rates) {
  repeat<K>([&](auto r) RELAPSE_LAMBDA {
    repeat<K>([&](auto s) RELAPSE_LAMBDA { rates.between.entry[r][s] = Lanes{}; });
  });
  for (int m = 0; m < task.moves; ++m, factor += task.nodes) {
    const MoveLaw& move = task.move[m];
    if ((task.stopped >> move.from & 1U) != 0) continue;
    const Lanes ratio = load(factor) * ratios[m];
    Lanes rate = keep(ratio * move.rate);
    if (move.max_rate > 0.0) {
      rate = rate * move.max_rate / (rate + (move.max_rate - move.rate));
    }
    rates.between.entry[move.from][move.to] = rate;
  }
  rates.largest = all(1e-290);  // so that it can be divided by
  repeat<K>([&](auto r) RELAPSE_LAMBDA {
    Lanes sum = rates.between.entry[r][0];
    repeat<K - 1>([&](auto s) RELAPSE_LAMBDA { sum += rates.between.entry[r][s + 1]; });
    rates.exit[r] = sum;
    rates.largest = rates.largest < sum ? sum : rates.largest;
  });
}

/// (Q + cI) factor
template <int K>
RELAPSE_LANE void uniformise(LaneRates<K>& rates, Lanes factor) {
  repeat<K>([&](auto r) RELAPSE_LAMBDA {
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      rates.between.entry[r][s] = rates.between.entry[r][s] * factor;
    });
    rates.between.entry[r][r] = (rates.largest - rates.exit[r]) * factor;
  });
}

/// row <- row matrix, which leads from the stopped stages to themselves alone
template <int K>
RELAPSE_LANE void carry_lanes(Lanes* row, const LaneSquare<K>& matrix,
                              unsigned stopped = 0) {
  Lanes sum[K];
  repeat<K>([&](auto s) RELAPSE_LAMBDA { sum[s] = Lanes{}; });
  repeat<K>([&](auto r) RELAPSE_LAMBDA {
    if ((stopped >> r & 1U) != 0) {
      sum[r] = fma(row[r], matrix.entry[r][r], sum[r]);
    } else {
      repeat<K>([&](auto s)
                    RELAPSE_LAMBDA { sum[s] = fma(row[r], matrix.entry[r][s], sum[s]); });
    }
  });
  repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = sum[s]; });
}

/// Number of the last term of the series in each lane; 0 where the matrix is taken.
RELAPSE_LANE Lanes series_ends(const PathTask& task, Lanes x, int path, int& longest) {
  double at[lanes];
  double end[lanes];
  store(x, at);
  longest = 0;
  for (int l = 0; l < lanes; ++l) {
    int last = 0;
    if (at[l] <= task.series_limit) {
      std::uint64_t bits;
      std::memcpy(&bits, &at[l], sizeof(bits));
      bits >>= 48;
      const std::uint64_t place = bits <= task.first_place ? 0 : bits - task.first_place;
      const int whole = task.lengths[2 * place];
      const int first = task.lengths[2 * place + 1] + path;
      last = whole > first ? whole : first;
    }
    end[l] = last;
    longest = last > longest ? last : longest;
  }
  return load(end);
}

inline constexpr double reciprocals[] = {
    0.0,      1.0,      1.0 / 2,  1.0 / 3,  1.0 / 4,  1.0 / 5,  1.0 / 6,  1.0 / 7,
    1.0 / 8,  1.0 / 9,  1.0 / 10, 1.0 / 11, 1.0 / 12, 1.0 / 13, 1.0 / 14, 1.0 / 15,
    1.0 / 16, 1.0 / 17, 1.0 / 18, 1.0 / 19, 1.0 / 20, 1.0 / 21, 1.0 / 22, 1.0 / 23,
    1.0 / 24, 1.0 / 25, 1.0 / 26, 1.0 / 27, 1.0 / 28, 1.0 / 29, 1.0 / 30, 1.0 / 31};

/// Sum over n of x^n / n! row jumps^n, to the last term of each lane.
template <int K>
RELAPSE_LANE void sum_series(const LaneSquare<K>& jumps, Lanes x, Lanes end, int longest,
                             unsigned stopped, const Lanes* from, Lanes* sum) {
  Lanes row[K];
  repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = sum[s] = from[s]; });
  Lanes weight = all(1.0);
  for (int n = 1; n <= longest; ++n) {
    weight = weight * (n < 32 ? x * reciprocals[n] : x / static_cast<double>(n));
    weight = end < static_cast<double>(n) ? Lanes{} : weight;
    carry_lanes(row, jumps, stopped);
    repeat<K>([&](auto s) RELAPSE_LAMBDA { sum[s] = fma(weight, row[s], sum[s]); });
  }
}

template <int K>
void multiply(const LaneSquare<K>& left, const LaneSquare<K>& right,
              LaneSquare<K>& product) {
  for (int r = 0; r < K; ++r) {
    Lanes row[K];
    for (int s = 0; s < K; ++s) row[s] = left.entry[r][s];
    carry_lanes<K>(row, right);
    for (int s = 0; s < K; ++s) product.entry[r][s] = row[s];
  }
}

template <int K>
void normalise(LaneSquare<K>& matrix) {
  for (auto& row : matrix.entry) {
    Lanes sum = row[0];
    for (int s = 1; s < K; ++s) sum += row[s];
    for (Lanes& entry : row) entry = entry / sum;
  }
}

/// exp(A) for row sums below 1, to degree 25, by powers up to the fifth. Paterson &
/// Stockmeyer 1973.
template <int K>
void taylor(const LaneSquare<K>& a, LaneSquare<K>& sum) {
  constexpr int degree = 25;
  double inverse_factorial[degree + 1] = {1.0};
  for (int n = 1; n <= degree; ++n) inverse_factorial[n] = inverse_factorial[n - 1] / n;
  LaneSquare<K> power[6];
  power[1] = a;
  for (int n = 2; n <= 5; ++n) multiply(power[n - 1], a, power[n]);
  for (int r = 0; r < K; ++r) {
    for (int s = 0; s < K; ++s) {
      sum.entry[r][s] = power[5].entry[r][s] * inverse_factorial[degree];
    }
  }
  for (int n = degree - 5; n >= 0; n -= 5) {
    if (n < degree - 5) {
      LaneSquare<K> risen;
      multiply(sum, power[5], risen);
      sum = risen;
    }
    for (int r = 0; r < K; ++r) {
      for (int p = 4; p > 0; --p) {
        for (int s = 0; s < K; ++s) {
          sum.entry[r][s] =
              fma(power[p].entry[r][s], all(inverse_factorial[n + p]), sum.entry[r][s]);
        }
      }
      sum.entry[r][r] += inverse_factorial[n];
    }
  }
}

/// 2^-n, for n from 0 to 2000, in two factors of which each is a normal number.
RELAPSE_LANE double halved(double value, int n) {
  const auto power = [](int exponent) {
    const std::uint64_t bits = static_cast<std::uint64_t>(1023 - exponent) << 52;
    double factor;
    std::memcpy(&factor, &bits, sizeof(factor));
    return factor;
  };
  return value * power(n / 2) * power(n - n / 2);
}

/// The exponent e of value = m 2^e with m in [1/2, 1), for normal numbers above zero.
RELAPSE_LANE int exponent_of(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return static_cast<int>(bits >> 52) - 1022;
}

/// row <- row exp(Q t) by the matrix, in the lanes beyond the limit of the series.
template <int K>
void carry_far(LaneRates<K>& rates, Lanes x, double t, const PathTask& task,
               const Lanes* from, Lanes* row) {
  double largest[lanes];
  double at[lanes];
  double step[lanes];
  double halvings[lanes];
  store(rates.largest, largest);
  store(x, at);
  int most = 0;
  for (int l = 0; l < lanes; ++l) {
    int n = 0;
    if (!(at[l] <= task.series_limit)) n = exponent_of(largest[l]) + exponent_of(t);
    if (n < 0) n = 0;
    step[l] = at[l] <= task.series_limit ? 0.0 : halved(t, n);
    halvings[l] = n;
    most = n > most ? n : most;
  }
  uniformise(rates, load(step));
  LaneSquare<K> matrix;
  taylor(rates.between, matrix);
  normalise(matrix);
  for (int n = 0; n < most; ++n) {
    LaneSquare<K> square;
    multiply(matrix, matrix, square);
    normalise(square);
    for (int r = 0; r < K; ++r) {
      for (int s = 0; s < K; ++s) {
        matrix.entry[r][s] = load(halvings) > static_cast<double>(n) ? square.entry[r][s]
                                                                     : matrix.entry[r][s];
      }
    }
  }
  Lanes there[K];
  for (int s = 0; s < K; ++s) there[s] = from[s];
  carry_lanes<K>(there, matrix);
  for (int s = 0; s < K; ++s) row[s] = x > task.series_limit ? there[s] : row[s];
}

template <int K>
RELAPSE_LANE Lanes sum_lanes(const Lanes* row) {
  Lanes sum = row[0];
  repeat<K - 1>([&](auto s) RELAPSE_LAMBDA { sum += row[s + 1]; });
  return sum;
}

/// One block of nodes through one piece. Returns 0, or NaN where a rate is not finite.
template <int K>
RELAPSE_LANE Lanes carry_piece(const PathTask& task, int piece, int block, Lanes* row) {
  LaneRates<K> rates;
  fill_rates(task, task.ratios + piece * task.moves, task.factor + block, rates);
  const double t = task.days[piece];
  const Lanes x = rates.largest * t;
  Lanes total = rates.exit[0];
  repeat<K - 1>([&](auto s) RELAPSE_LAMBDA { total += rates.exit[s + 1]; });
  int longest = 0;
  const Lanes end = series_ends(task, x, task.longest_path, longest);
  LaneRates<K> jumps = rates;
  uniformise(jumps, 1.0 / rates.largest);
  Lanes sum[K];
  sum_series(jumps.between, x, end, longest, task.stopped, row, sum);
  bool far = false;
  for (int l = 0; l < lanes; ++l) far = far || !(lane(x, l) <= task.series_limit);
  if (far) carry_far(rates, x, t, task, row, sum);
  // The series leaves out a factor; the masses say which.
  const Lanes mass = sum_lanes<K>(row);
  const Lanes reached = sum_lanes<K>(sum);
  const Lanes scale = reached > 0.0 ? mass / reached : Lanes{};
  repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = keep(sum[s] * scale); });
  return keep(total * 0.0);
}

template <int K>
bool follow_path(const PathTask& task) {
  Lanes check = Lanes{};
  for (int block = 0; block < task.nodes; block += lanes) {
    Lanes row[K];
    repeat<K>([&](auto s)
                  RELAPSE_LAMBDA { row[s] = load(task.row + s * task.nodes + block); });
    for (int piece = 0; piece < task.pieces; ++piece) {
      if (task.days[piece] > 0.0) check += carry_piece<K>(task, piece, block, row);
      if (task.entered == nullptr) continue;
      Lanes entered = Lanes{};
      for (int s = 0; s < K; ++s) {
        if ((task.stopped >> s & 1U) != 0) entered += row[s];
      }
      store(entered, task.entered + piece * task.nodes + block);
    }
    repeat<K>([&](auto s)
                  RELAPSE_LAMBDA { store(row[s], task.row + s * task.nodes + block); });
  }
  for (int l = 0; l < lanes; ++l) {
    if (!(lane(check, l) == 0.0)) return false;
  }
  return true;
}

}  // namespace relapse::infer::RELAPSE_LANES

#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
