#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/engine/detail/column_kernel.hpp>
#include <relapse/infer/detail/loops.hpp>

/// Whole columns of answers, times and numbers.
namespace relapse::engine::RELAPSE_LANES {

using namespace relapse::RELAPSE_LANES;

RELAPSE_LANE Bytes load_bytes(const std::uint8_t* from) {
  Bytes bytes;
  std::memcpy(&bytes, from, sizeof(Bytes));
  return bytes;
}

RELAPSE_LANE void store_bytes(Bytes bytes, std::uint8_t* to) {
  std::memcpy(to, &bytes, sizeof(Bytes));
}

/// A number a lane as a byte a lane, and what is wrong with it.
RELAPSE_LANE void narrow(Lanes value, std::uint8_t* bytes, std::uint8_t* refused) {
  constexpr double gap = 255.0;
  const Lanes same = keep(value);  // as itself, unless it is no number
  const Lanes missing = value == same ? Lanes{} : all(gap);
  Lanes inside = value >= 0.0 ? value : Lanes{};
  inside = value < gap ? inside : Lanes{};
  using Whole [[gnu::vector_size(4 * lanes)]] = std::int32_t;
  using Narrow [[gnu::vector_size(lanes)]] = std::uint8_t;
  const Whole whole = __builtin_convertvector(inside, Whole);
  const Lanes back = __builtin_convertvector(whole, Lanes);
  Lanes wrong = back == value ? Lanes{} : all(gap);
  wrong = value == same ? wrong : Lanes{};
  Narrow marks;
  std::memcpy(&marks, refused, sizeof(marks));
  marks |= __builtin_convertvector(__builtin_convertvector(wrong, Whole), Narrow);
  const Narrow found =
      __builtin_convertvector(__builtin_convertvector(inside + missing, Whole), Narrow);
  std::memcpy(refused, &marks, sizeof(marks));
  std::memcpy(bytes, &found, sizeof(found));
}

inline void to_bytes(const double* values, std::size_t count, std::uint8_t* bytes,
                     std::uint8_t* refused) {
  std::size_t at = 0;
  for (; at + lanes <= count; at += lanes) {
    narrow(load(values + at), bytes + at, refused + at);
  }
  if (at == count) return;
  double rest[lanes] = {};
  std::uint8_t found[lanes];
  std::uint8_t marks[lanes] = {};
  std::memcpy(rest, values + at, (count - at) * sizeof(double));
  std::memcpy(marks, refused + at, count - at);
  narrow(load(rest), found, marks);
  std::memcpy(bytes + at, found, count - at);
  std::memcpy(refused + at, marks, count - at);
}

/// Products of bytes that fit into bytes: none is carried from one to the next.
RELAPSE_LANE Bytes multiply_bytes(Bytes values, std::uint8_t by) {
  using Words [[gnu::vector_size(sizeof(Bytes))]] = std::uint16_t;
  return reinterpret_cast<Bytes>(reinterpret_cast<Words>(values) * std::uint16_t{by});
}

/// The rows of check-ins at once, those from `at` on. What is refused and answered there.
RELAPSE_LANE void encode_bytes(const TableLevels& table, std::size_t at,
                               std::uint8_t* rows, Bytes& refused, Bytes& answered) {
  constexpr std::uint8_t gap = 255;
  const Bytes none = Bytes{};
  const Bytes ones = none + gap;
  Bytes row = none + table.silent;
  for (std::size_t c = 0; c < table.count; ++c) {
    const ByteLevels& column = table.columns[c];
    const Bytes value = load_bytes(column.values + at);
    const Bytes missing = column.gaps ? (value == ones ? ones : none) : none;
    Bytes level = column.falling ? none + column.first - value : value - column.first;
    const Bytes outside = level >= none + column.levels ? ones : none;
    refused |= ~missing & outside;
    answered |= ~missing;
    level = (missing & (none + column.missing)) | (~missing & ~outside & level);
    row += multiply_bytes(level, column.stride);
  }
  store_bytes(row, rows);
}

inline void encode(const TableLevels& table, std::size_t count, std::uint8_t* refused,
                   std::uint8_t* answered) {
  constexpr std::size_t width = sizeof(Bytes);
  const auto rows_at = [&](std::size_t at) RELAPSE_LAMBDA {
    return table.rows + at / infer::rows_together * table.block_step +
           at % infer::rows_together;
  };
  std::size_t at = 0;
  for (; at + width <= count; at += width) {
    Bytes wrong = load_bytes(refused + at);
    Bytes given = load_bytes(answered + at);
    encode_bytes(table, at, rows_at(at), wrong, given);
    store_bytes(wrong, refused + at);
    store_bytes(given, answered + at);
  }
  if (at == count) return;
  // The rest, too few to be loaded where they stand.
  std::uint8_t values[most_columns][width] = {};
  ByteLevels columns[most_columns];
  for (std::size_t c = 0; c < table.count; ++c) {
    columns[c] = table.columns[c];
    std::memcpy(values[c], columns[c].values + at, count - at);
    columns[c].values = values[c];
  }
  TableLevels rest = table;
  rest.columns = columns;
  Bytes wrong = Bytes{};
  Bytes given = Bytes{};
  encode_bytes(rest, 0, rows_at(at), wrong, given);
  std::uint8_t marks[2][width];
  store_bytes(wrong, marks[0]);
  store_bytes(given, marks[1]);
  for (std::size_t k = 0; at + k < count; ++k) {
    refused[at + k] |= marks[0][k];
    answered[at + k] |= marks[1][k];
  }
}

inline bool days_between(const double* time, std::size_t count, double least,
                         double* days) {
  constexpr double most = 0x1.fffffffffffffp1023;
  if (count == 0) return true;
  days[0] = 0.0;
  Lanes wrong = Lanes{};
  std::size_t k = 1;
  for (; k + lanes <= count; k += lanes) {
    const Lanes between = load(time + k) - load(time + k - 1);
    wrong = between >= least ? wrong : all(1.0);
    wrong = between <= most ? wrong : all(1.0);
    store(between, days + k);
  }
  bool rises = time[0] - time[0] == 0.0;
  for (; k < count; ++k) {
    days[k] = time[k] - time[k - 1];
    rises = rises && days[k] >= least && days[k] <= most;
  }
  return rises && largest_lane(wrong) == 0.0;
}

/// A whole number a lane; `wrong` where it is none from 0 to below `end`.
RELAPSE_LANE void to_whole(Lanes value, double end, std::int32_t* whole, Lanes& wrong) {
  const Lanes inside = value < end ? value : all(-1.0);
  using Whole [[gnu::vector_size(4 * lanes)]] = std::int32_t;
  const Whole found = __builtin_convertvector(inside > 0.0 ? inside : Lanes{}, Whole);
  wrong = __builtin_convertvector(found, Lanes) == value ? wrong : all(1.0);
  std::memcpy(whole, &found, sizeof(found));
}

inline bool look_up(const double* values, std::size_t count, const std::uint32_t* places,
                    int end, std::uint32_t* found) {
  Lanes wrong = Lanes{};
  bool known = true;
  for (std::size_t at = 0; at < count; at += lanes) {
    double padded[lanes] = {};
    std::int32_t whole[lanes];
    const std::size_t here = at + lanes <= count ? lanes : count - at;
    if (here < lanes) std::memcpy(padded, values + at, here * sizeof(double));
    to_whole(load(here < lanes ? padded : values + at), end, whole, wrong);
    for (std::size_t l = 0; l < here; ++l) {
      found[at + l] = places[whole[l]];
      known = known && found[at + l] != infer::no_place;
    }
  }
  return known && largest_lane(wrong) == 0.0;
}

/// Product of normal numbers above zero: a mantissa, and a power of two a lane.
struct LongProduct {
  static constexpr std::uint64_t bias = 1023;

  Lanes mantissa = all(1.0);
  Bits exponent = Bits{};
};

RELAPSE_LANE Bits exponent_of(Lanes value) {
  return (bits_of(value) >> 52) - LongProduct::bias;
}
RELAPSE_LANE Lanes mantissa_of(Lanes value) {
  return of_bits((bits_of(value) & 0x000fffffffffffff) | LongProduct::bias << 52);
}
RELAPSE_LANE void multiply(LongProduct& product, Lanes value) {
  product.mantissa = product.mantissa * mantissa_of(value);
  product.exponent += exponent_of(value);
}

inline bool sum_logarithms(const double* values, std::size_t count, double least,
                           double* sum) {
  constexpr int often = 512;  // so many mantissas below 2 do not overflow
  LongProduct product;
  Lanes wrong = Lanes{};
  int steps = 0;
  for (std::size_t at = 0; at < count; at += lanes) {
    double padded[lanes];
    for (double& value : padded) value = 1.0;
    const bool whole = at + lanes <= count;
    if (!whole) std::memcpy(padded, values + at, (count - at) * sizeof(double));
    const Lanes value = load(whole ? values + at : padded);
    wrong = value > least ? wrong : all(1.0);
    multiply(product, value);
    if (++steps % often != 0) continue;
    product.exponent += exponent_of(product.mantissa);
    product.mantissa = mantissa_of(product.mantissa);
  }
  if (largest_lane(wrong) != 0.0) return false;
  constexpr double log_2 = 0x1.62e42fefa39efp-1;
  std::int64_t exponents[lanes];
  std::memcpy(exponents, &product.exponent, sizeof(exponents));
  double twos = 0.0;
  for (const std::int64_t exponent : exponents) twos += static_cast<double>(exponent);
  *sum = sum_of(log(product.mantissa)) + twos * log_2;
  return true;
}

inline constexpr ColumnKernel column_kernel_here{name_of_lanes, to_bytes, encode,
                                                 days_between,  look_up,  sum_logarithms};

}  // namespace relapse::engine::RELAPSE_LANES
