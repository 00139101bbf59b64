#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/detail/signs.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace relapse::model {

/// The signs that are the same for everybody and whose answers are levels, a few of them
/// merged into one table: its rows hold what every stage gives to each combination of
/// answers. A missing answer is one more level, which all stages give alike.
class SignTables {
 public:
  /// Doubles in a row: a stage each, then padding that is zero.
  static constexpr int width = 8;
  /// Combinations in a table, so that their number is a byte.
  static constexpr int most_rows = 256;
  /// Products of fewer than this are not taken.
  static constexpr double smallest_product = 1e-300;

  /// A sign in a table: its level counts `stride` rows.
  struct Member {
    int item = 0;
    int table = 0;
    int levels = 0;  ///< a missing one included; the same number is "contributes nothing"
    int stride = 1;
  };

  /// @param signs by item, empty for items that are no signs
  SignTables(std::span<const std::optional<SignLaw>> signs, int stages);

  std::span<const Member> members() const noexcept { return members_; }
  /// Such signs without levels: counts and measurements.
  std::span<const int> others() const noexcept { return others_; }
  int tables() const noexcept { return tables_; }
  /// Whether rows are products of probabilities; otherwise, where such a product could
  /// vanish, they are sums of their logarithms.
  bool linear() const noexcept { return linear_; }
  /// The first row of a table, aligned to a row.
  const double* table(int index) const {
    return rows_[static_cast<std::size_t>(index) * most_rows].value.data();
  }
  /// The row number of a table when no sign in it contributes anything.
  std::uint8_t silent(int index) const {
    return silent_[static_cast<std::size_t>(index)];
  }

 private:
  struct alignas(sizeof(double) * width) Row {
    std::array<double, static_cast<std::size_t>(width)> value{};
  };

  void share_out(std::span<const std::optional<SignLaw>> signs);
  void measure(std::span<const std::optional<SignLaw>> signs, int stages);
  void fill(std::span<const std::optional<SignLaw>> signs, int stages);

  std::vector<Member> members_;
  std::vector<int> others_;
  std::vector<std::uint8_t> silent_;
  std::vector<Row> rows_;  // [table][combination]
  int tables_ = 0;
  bool linear_ = true;
};

}  // namespace relapse::model

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/sign_tables.ipp>
#endif
