#pragma once

#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/lane_square.hpp>
#include <relapse/infer/detail/lanes.hpp>
#include <relapse/infer/detail/loops.hpp>

/// Chains with generators of their own in lanes: a row of masses carried by
/// uniformisation while (largest exit rate) x time is at most 25, by the matrix beyond.
/// Methods as in `ctmc`: nothing is ever subtracted. Jensen 1953; Moler & Van Loan 2003,
/// method 3; Xue & Ye 2013.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

/// Generators, one a lane.
template <int K>
struct LaneRates {
  LaneSquare<K> between;
  Lanes exit[K];
  Lanes largest;
};

/// The rates of one piece at one block of nodes.
RELAPSE_LANE const double* rates_of(const PathTask& task, int piece, int block) {
  return task.rates + piece * (task.moves + 1) * task.nodes + block;
}

/// So that it can be divided by, and powers of it times a day do not vanish at nodes that
/// are not there. Any number that no exit rate exceeds will do.
inline constexpr double least_jump_rate = 0x1p-10;

template <int K>
RELAPSE_LANE void add_exits(LaneRates<K>& rates) {
  rates.largest = all(least_jump_rate);
  repeat<K>([&](auto r) RELAPSE_LAMBDA {
    Lanes sum = rates.between.entry[r][0];
    repeat<K - 1>([&](auto s) RELAPSE_LAMBDA { sum += rates.between.entry[r][s + 1]; });
    rates.exit[r] = sum;
    rates.largest = rates.largest < sum ? sum : rates.largest;
  });
}

/// (Q + cI) factor
template <int K, int Live>
RELAPSE_LANE void uniformise(const LaneRates<K>& rates, Lanes factor,
                             LaneSquare<K, Live>& jumps) {
  repeat<Live>([&](auto r) RELAPSE_LAMBDA {
    repeat<K>([&](auto s) RELAPSE_LAMBDA {
      jumps.entry[r][s] = int{r} == int{s} ? (rates.largest - rates.exit[r]) * factor
                                           : rates.between.entry[r][s] * factor;
    });
  });
}

/// Number of the last term of the series for the largest x that takes it.
RELAPSE_LANE int series_end(const PathTask& task, double x, int path) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &x, sizeof(bits));
  bits >>= 48;
  const std::uint64_t place = bits <= task.first_place ? 0 : bits - task.first_place;
  const int whole = task.lengths[2 * place];
  const int first = task.lengths[2 * place + 1] + path;
  return whole > first ? whole : first;
}

/// 1 / n
struct Reciprocals {
  static constexpr int count = 128;
  double of[count] = {};

  constexpr Reciprocals() {
    for (int n = 1; n < count; ++n) of[n] = 1.0 / n;
  }
};
inline constexpr Reciprocals reciprocals;

/// The stages that are left while a path is followed, in their order, and last, where
/// there are stopped ones, these as one.
template <int K, bool Stops>
struct LiveChain {
  static constexpr int live = Stops ? K - 1 : K;
  /// Rows of the matrix of jumps that are held: where there are many, all of them, in the
  /// code that is there for chains that nothing stops.
  static constexpr int held = K > 5 ? K : live;

  int stage[row_width] = {};  ///< those that are left, then the stopped ones
  /// Where the rates of the moves stand among those of a piece; after those between the
  /// stages that are left, from each of these into each stopped one.
  int place[live][row_width];
  LaneRates<K> rates;
};

template <int K, bool Stops>
RELAPSE_LANE void find_live(const PathTask& task, LiveChain<K, Stops>& chain) {
  constexpr int live = LiveChain<K, Stops>::live;
  int left = 0;
  int stopped = live;
  for (int s = 0; s < task.stages; ++s) {
    chain.stage[(task.stopped >> s & 1U) == 0 ? left++ : stopped++] = s;
  }
  for (int r = 0; r < live; ++r) {
    const std::int32_t* moves = task.move_between + chain.stage[r] * task.stages;
    for (int s = 0; s < task.stages; ++s) {
      chain.place[r][s] = moves[chain.stage[s]] * task.nodes;
    }
  }
}

template <int K, bool Stops>
void load_rates(const PathTask& task, const double* from, LiveChain<K, Stops>& chain) {
  constexpr int live = LiveChain<K, Stops>::live;
  auto& between = chain.rates.between;
  repeat<live>([&](auto r) RELAPSE_LAMBDA {
    const int* place = chain.place[r];
    repeat<live>([&](auto s) RELAPSE_LAMBDA {
      between.entry[r][s] = int{r} == int{s} ? Lanes{} : load(from + place[s]);
    });
    if constexpr (Stops) {
      Lanes sum = load(from + place[live]);
      for (int s = K; s < task.stages; ++s) sum += load(from + place[s]);
      between.entry[r][live] = sum;
      between.entry[live][r] = Lanes{};
    }
  });
  if constexpr (Stops) between.entry[live][live] = Lanes{};
  add_exits(chain.rates);
}

/// A series leaves out a factor; the masses say which.
template <int K>
RELAPSE_LANE void keep_mass(Lanes mass, Lanes* row) {
  const Lanes reached = sum_lanes<K>(row);
  const Lanes scale = reached > 0.0 ? mass / reached : Lanes{};
  repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = keep(row[s] * scale); });
}

/// The way of a row in equal parts, each by a series. Lanes may need fewer parts and
/// terms than others; what they get does not depend on those.
struct Course {
  Lanes x = {};  ///< of a part
  int parts = 1;
  int last = 0;  ///< term of the series that is needed
  Lanes parts_of_lane = {};
  Lanes last_of_lane = {};
};

/// row <- row exp(Q t) by the series of J = I + Q / c in four sums, of every fourth term
/// each: so the row goes on by J^4 alone. Paterson & Stockmeyer 1973.
template <int K, int Live>
void follow_course(const LaneSquare<K, Live>& jumps, const Course& course, Lanes* row) {
  LaneSquare<K, Live> two;
  LaneSquare<K, Live> four;
  multiply(jumps, jumps, two);
  multiply(two, two, four);
  for (int part = 0; part < course.parts; ++part) {
    const Lanes x = course.parts_of_lane > static_cast<double>(part) ? course.x : Lanes{};
    const Lanes mass = sum_lanes<K>(row);
    Lanes sum[4][K];
    Lanes weight = all(1.0);
    repeat<4>([&](auto j) RELAPSE_LAMBDA {
      if constexpr (j > 0) weight = weight * (x * reciprocals.of[j]);
      repeat<K>([&](auto s) RELAPSE_LAMBDA { sum[j][s] = keep(weight * row[s]); });
    });
    for (int n = 4; n <= course.last; n += 4) {
      carry_lanes(row, four);
      weight = course.last_of_lane < static_cast<double>(n) ? Lanes{} : weight;
      repeat<4>([&](auto j) RELAPSE_LAMBDA {
        weight = weight * (x * reciprocals.of[n + j]);
        repeat<K>([&](auto s)
                      RELAPSE_LAMBDA { sum[j][s] = fma(weight, row[s], sum[j][s]); });
      });
    }
    repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = sum[3][s]; });
    for (int j = 2; j >= 0; --j) {
      carry_lanes(row, jumps);
      repeat<K>([&](auto s) RELAPSE_LAMBDA { row[s] = row[s] + sum[j][s]; });
    }
    keep_mass<K>(mass, row);
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

/// row <- row exp(Q t) by the matrix, in the lanes beyond the limit of the series.
template <int K>
void carry_far(const LaneRates<K>& rates, Lanes x, Lanes days, double series_limit,
               const Lanes* from, Lanes* row) {
  double largest[lanes];
  double at[lanes];
  double t[lanes];
  double step[lanes];
  double halvings[lanes];
  store(rates.largest, largest);
  store(x, at);
  store(days, t);
  int most = 0;
  for (int l = 0; l < lanes; ++l) {
    int n = 0;
    if (!(at[l] <= series_limit)) n = exponent_of(largest[l]) + exponent_of(t[l]);
    if (n < 0) n = 0;
    step[l] = at[l] <= series_limit ? 0.0 : halved(t[l], n);
    halvings[l] = n;
    most = n > most ? n : most;
  }
  LaneSquare<K> steps;
  uniformise(rates, load(step), steps);
  LaneSquare<K> matrix;
  taylor(steps, matrix);
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
  keep_mass<K>(sum_lanes<K>(from), there);
  for (int s = 0; s < K; ++s) row[s] = x > series_limit ? there[s] : row[s];
}

/// Zero, or NaN where a rate is not finite.
template <int K>
RELAPSE_LANE Lanes check_rates(const LaneRates<K>& rates) {
  Lanes total = rates.exit[0];
  repeat<K - 1>([&](auto s) RELAPSE_LAMBDA { total += rates.exit[s + 1]; });
  return keep(total * 0.0);
}

/// Whether any lane is beyond the limit.
RELAPSE_LANE bool any_beyond(Lanes x, double limit) {
  bool beyond = false;
  for (int l = 0; l < lanes; ++l) beyond = beyond || !(lane(x, l) <= limit);
  return beyond;
}

/// Parts that one piece of the way is taken in, at most, before the matrix is quicker.
inline constexpr int most_course_parts = 4;

/// What of x = (largest exit rate) t a course takes.
RELAPSE_LANE Lanes course_part(const PathTask& task, Lanes x) {
  return x <= task.series_limit * most_course_parts ? x : Lanes{};
}

/// Parts of the way and terms of their series for the largest x that takes them.
struct CourseLength {
  int parts = 1;
  int last = 0;
};

RELAPSE_LANE CourseLength measure_course(const PathTask& task, double x) {
  const int parts =
      x <= task.series_limit ? 1 : 1 + static_cast<int>(x / task.series_limit);
  return {parts, series_end(task, x / parts, task.longest_path)};
}

/// The course of lanes that share the largest x of any of them.
RELAPSE_LANE Course plan_course(const PathTask& task, double most) {
  const auto [parts, last] = measure_course(task, most);
  return {Lanes{}, parts, last, all(parts), all(last)};
}

/// @param most by lane, the largest x of those that it stands for
RELAPSE_LANE Course plan_courses(const PathTask& task, Lanes most) {
  double parts[lanes];
  double ends[lanes];
  Course course;
  for (int l = 0; l < lanes; ++l) {
    const auto [count, end] = measure_course(task, lane(most, l));
    course.parts = count > course.parts ? count : course.parts;
    course.last = end > course.last ? end : course.last;
    parts[l] = count;
    ends[l] = end;
  }
  course.parts_of_lane = load(parts);
  course.last_of_lane = load(ends);
  return course;
}

/// row <- row exp(Q days)
template <int K, int Live>
void carry_rows(const PathTask& task, const LaneRates<K>& rates, Lanes days,
                Course course, Lanes* row) {
  const Lanes x = rates.largest * days;
  LaneSquare<K, Live> jumps;
  uniformise(rates, 1.0 / rates.largest, jumps);
  Lanes from[K];
  repeat<K>([&](auto s) RELAPSE_LAMBDA { from[s] = row[s]; });
  course.x = course_part(task, x) / course.parts_of_lane;
  follow_course(jumps, course, row);
  const double limit = task.series_limit * most_course_parts;
  if (any_beyond(x, limit)) carry_far(rates, x, days, limit, from, row);
}

/// One block of nodes through one piece. Returns 0, or NaN where a rate is not finite.
template <int K, bool Stops>
RELAPSE_LANE Lanes carry_piece(const PathTask& task, int piece, int block,
                               LiveChain<K, Stops>& chain, Lanes* row) {
  load_rates(task, rates_of(task, piece, block), chain);
  const Lanes check = check_rates(chain.rates);
  const Lanes days = all(task.days[piece]);
  const double most = largest_lane(course_part(task, chain.rates.largest * days));
  constexpr int held = LiveChain<K, Stops>::held;
  carry_rows<K, held>(task, chain.rates, days, plan_course(task, most), row);
  return check;
}

template <int K, bool Stops>
bool follow_path(const PathTask& task) {
  LiveChain<K, Stops> chain;
  constexpr int live = chain.live;
  find_live(task, chain);
  Lanes check = Lanes{};
  for (int block = 0; block < task.nodes; block += lanes) {
    Lanes row[K];
    if constexpr (Stops) row[live] = Lanes{};
    repeat<live>([&](auto s) RELAPSE_LAMBDA {
      row[s] = load(task.row + chain.stage[s] * task.nodes + block);
    });
    for (int piece = 0; piece < task.pieces; ++piece) {
      if (task.days[piece] > 0.0) check += carry_piece(task, piece, block, chain, row);
      if constexpr (Stops) {
        if (task.entered != nullptr) {
          store(row[live], task.entered + piece * task.nodes + block);
        }
      }
    }
    repeat<live>([&](auto s) RELAPSE_LAMBDA {
      store(row[s], task.row + chain.stage[s] * task.nodes + block);
    });
  }
  for (int l = 0; l < lanes; ++l) {
    if (!(lane(check, l) == 0.0)) return false;
  }
  return true;
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
