#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/chain.hpp>
#include <relapse/ctmc/detail/series.hpp>
#include <relapse/ctmc/detail/square.hpp>

/// exp(Q t) of one chain that stands in every lane: its rows, one a lane, on their way
/// ahead from those of the identity, by the series as far as that is short, then by
/// squaring. Moler & Van Loan 2003, method 3.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of states, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::ctmc::RELAPSE_LANES {

/// A matrix with a row in each lane.
template <class Size>
struct RowsAbreast {
  static constexpr int blocks = (most<Size> + lanes - 1) / lanes;

  Lanes entry[blocks][most<Size>];  ///< [rows side by side][column]

  double at(int r, int s) const {
    double value = 0.0;
    std::memcpy(&value, place(r, s), sizeof(value));
    return value;
  }
  void set(int r, int s, double value) {
    std::memcpy(const_cast<char*>(place(r, s)), &value, sizeof(value));
  }

 private:
  const char* place(int r, int s) const {
    return reinterpret_cast<const char*>(entry[r / lanes] + s) +
           r % lanes * int{sizeof(double)};
  }
};

/// Calls use(block) for the blocks of rows that there are.
template <class Size, class Use>
RELAPSE_LANE void each_block_of_rows(Size size, Use&& use) {
  for (int block = 0; block * lanes < size; ++block) use(block);
}

/// The chain of one lane, in every lane, with the stopped states as one that leads
/// nowhere.
template <class Rows, class Size>
void spread_chain(const Chain<Rows, Size>& chain, int from, Chain<Size, Size>& alone) {
  const Size size = chain.size;
  alone.rows = alone.size = size;
  alone.largest = all(least_jump_rate);
  for (int r = 0; r < size; ++r) {
    for (int s = 0; s < size; ++s) {
      alone.between.entry[r][s] =
          r < chain.rows ? all(lane(chain.between.entry[r][s], from)) : Lanes{};
    }
    take_row(alone, r);
  }
}

/// row <- row matrix, its sum kept
template <class Size>
void carry(Lanes* row, const RowsAbreast<Size>& matrix, Size size) {
  const Lanes mass = sum_of_row(row, size);
  Lanes next[most<Size>];
  for (int s = 0; s < size; ++s) {
    next[s] = Lanes{};
    for (int r = 0; r < size; ++r) next[s] = fma(row[r], all(matrix.at(r, s)), next[s]);
  }
  keep_mass(mass, next, size);
  for (int s = 0; s < size; ++s) row[s] = next[s];
}

/// column <- matrix column
template <class Size>
void carry_back(const RowsAbreast<Size>& matrix, Lanes* column, Size size) {
  Lanes next[most<Size>];
  for (int r = 0; r < size; ++r) {
    next[r] = Lanes{};
    for (int s = 0; s < size; ++s) {
      next[r] = fma(column[s], all(matrix.at(r, s)), next[r]);
    }
  }
  for (int r = 0; r < size; ++r) column[r] = next[r];
}

/// A matrix, the same in every lane.
template <class Size>
RELAPSE_LANE void spread(const RowsAbreast<Size>& matrix, Square<Size, Size>& same,
                         Size size) {
  repeat(size, [&](auto r) RELAPSE_LAMBDA {
    repeat(size, [&](auto s) RELAPSE_LAMBDA { same.entry[r][s] = all(matrix.at(r, s)); });
  });
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

/// How often days are halved until (largest exit rate) x days is below 4, where a
/// squaring costs as much as what the series is shorter by. By the exponents, because the
/// product may overflow.
template <class Size>
RELAPSE_LANE int count_halvings(const Chain<Size, Size>& alone, double days) {
  const int n = exponent_of(lane(alone.largest, 0)) + exponent_of(days) - 2;
  return n > 0 ? n : 0;
}

/// exp(Q days)
/// @param days above zero, such that the series is taken
template <class Size>
void begin_matrix(const Chain<Size, Size>& alone, int longest_path, double days,
                  RowsAbreast<Size>& matrix) {
  const Jumps<Size, Size> jumps(alone);
  const Course course = plan_course(alone.largest * days, longest_path);
  each_block_of_rows(alone.size, [&](int block) RELAPSE_LAMBDA {
    Lanes* rows = matrix.entry[block];
    repeat(alone.size, [&](auto s) RELAPSE_LAMBDA { rows[s] = Lanes{}; });
    for (int l = 0; l < lanes && block * lanes + l < alone.size; ++l) {
      matrix.set(block * lanes + l, block * lanes + l, 1.0);
    }
    follow_course(jumps, course, rows, alone.rows, alone.size);
  });
}

/// matrix <- matrix^2, its rows brought to sum 1, which keeps what is lost in one entry
/// from doubling.
/// @param same the matrix, spread
template <class Size>
RELAPSE_LANE void square_rows(const Square<Size, Size>& same, RowsAbreast<Size>& matrix,
                              Size size) {
  each_block_of_rows(size, [&](int block) RELAPSE_LAMBDA {
    carry(matrix.entry[block], same, size, size);
    keep_mass(all(1.0), matrix.entry[block], size);
  });
}

/// exp(Q days)
/// @param days above zero
template <class Size>
void exponential(const Chain<Size, Size>& alone, int longest_path, double days,
                 RowsAbreast<Size>& matrix) {
  const int halvings = count_halvings(alone, days);
  begin_matrix(alone, longest_path, halved(days, halvings), matrix);
  for (int n = 0; n < halvings; ++n) {
    Square<Size, Size> same;
    spread(matrix, same, alone.size);
    square_rows(same, matrix, alone.size);
  }
}

}  // namespace relapse::ctmc::RELAPSE_LANES

#pragma GCC diagnostic pop
