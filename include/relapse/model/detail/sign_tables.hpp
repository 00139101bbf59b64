#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/detail/personal_sign.hpp>
#include <relapse/model/detail/signs.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace relapse::model {

/// The signs whose answers are levels, as rows of what every stage gives to them. Those
/// that are the same for everybody are merged, a few into one table: its rows stand for
/// combinations of answers. A missing answer is one more level, which all stages give
/// alike.
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
  SignTables(const SignTables&) = delete;
  SignTables& operator=(const SignTables&) = delete;

  std::span<const Member> members() const noexcept { return members_; }
  /// Such signs without levels: counts and measurements.
  std::span<const int> others() const noexcept { return others_; }
  /// The signs that depend on the person and have rows, in the order of the items.
  std::span<const PersonalSign> personal() const noexcept { return personal_; }
  /// Ways in which the signs differ from person to person.
  int ways() const noexcept { return ways_; }
  /// Whether a sign that depends on the person stands among `personal`.
  static bool has_rows(const SignLaw& sign) {
    return sign.levels() > 0 && sign.levels() < most_rows - 1;
  }
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
  void lay_out(std::span<const std::optional<SignLaw>> signs, int stages);
  void measure(std::span<const std::optional<SignLaw>> signs, int stages);
  void fill(std::span<const std::optional<SignLaw>> signs, int stages);

  std::vector<Member> members_;
  std::vector<int> others_;
  std::vector<std::uint8_t> silent_;
  std::vector<Row> rows_;           // [table][combination]
  std::vector<Row> personal_rows_;  // [sign][way][level and two more]
  std::vector<PersonalSign> personal_;
  int ways_ = 1;
  int tables_ = 0;
  bool linear_ = true;
};

}  // namespace relapse::model

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/sign_tables.ipp>
#endif
