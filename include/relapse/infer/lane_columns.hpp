#pragma once

#include <relapse/infer/lane_rows.hpp>
#include <relapse/infer/lanes.hpp>
#include <relapse/infer/loops.hpp>

/// Whole columns of answers, times and numbers.
namespace relapse::infer::RELAPSE_LANES {

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
#ifdef __GNUC__
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
#else
  const bool wrong = value == same && static_cast<int>(inside) != value;
  if (wrong) *refused = 255;
  *bytes = static_cast<std::uint8_t>(static_cast<int>(inside + missing));
#endif
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
    refused |= ~missing & (level >= none + column.levels ? ones : none);
    answered |= ~missing;
    level = (missing & (none + column.missing)) | (~missing & level);
    row += level * column.stride;
  }
  store_bytes(row, rows);
}

inline void encode(const TableLevels& table, std::size_t count, std::uint8_t* refused,
                   std::uint8_t* answered) {
  constexpr std::size_t width = sizeof(Bytes);
  const auto rows_at = [&](std::size_t at) RELAPSE_LAMBDA {
    return table.rows + at / rows_together * table.block_step + at % rows_together;
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

/// values <- function of values, in lanes.
template <class Function>
RELAPSE_LANE void transform(double* values, std::size_t count, Function function) {
  std::size_t at = 0;
  for (; at + lanes <= count; at += lanes)
    store(function(load(values + at)), values + at);
  if (at == count) return;
  double rest[lanes];
  for (double& value : rest) value = 1.0;
  std::memcpy(rest, values + at, (count - at) * sizeof(double));
  store(function(load(rest)), rest);
  std::memcpy(values + at, rest, (count - at) * sizeof(double));
}

inline void exponentials(double* values, std::size_t count) {
  transform(values, count, [](Lanes x) RELAPSE_LAMBDA { return exp(x); });
}

inline bool logarithms(double* values, std::size_t count, double least) {
  Lanes wrong = Lanes{};
  std::size_t at = 0;
  for (; at + lanes <= count; at += lanes) {
    wrong = load(values + at) > least ? wrong : all(1.0);
  }
  bool fine = largest_lane(wrong) == 0.0;
  for (; at < count; ++at) fine = fine && values[at] > least;
  if (fine) transform(values, count, [](Lanes x) RELAPSE_LAMBDA { return log(x); });
  return fine;
}

}  // namespace relapse::infer::RELAPSE_LANES
