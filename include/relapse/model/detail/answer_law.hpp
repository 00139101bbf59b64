#pragma once

#include <relapse/domain/item.hpp>
#include <relapse/model/detail/signs.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::model {

/// What counts of an item when it is answered, as compact as every check-in needs it.
class AnswerLaw {
 public:
  /// @param sign of the item, or null
  AnswerLaw(const Item& item, const SignLaw* sign) : role_(item.role) {
    const auto [first, second] = item.scale.value_or(Scale{0.0, 0.0});
    if (item.scale) {
      low_ = std::min(first, second);
      high_ = std::max(first, second);
    }
    if (sign == nullptr) {
      if (item.role != Role::determinant || !item.scale) return;
      kind_ = Kind::share;
      first_ = first;
      span_ = second - first;
      return;
    }
    levels_ = sign->levels() - (item.missing_is_a_level ? 1 : 0);
    if (item.missing_is_a_level) missing_level_ = levels_;
    const bool ordinal = item.scale && sign->family() == Family::categorical;
    kind_ = sign->levels() > 0 && (ordinal || !item.scale) ? Kind::level : Kind::other;
    first_ = first;
    if (!item.scale) low_ = 0.0;  // levels count from 0
  }

  Role role() const noexcept { return role_; }
  /// The level of an answer that is missing; -1: it says nothing.
  int missing_level() const noexcept { return missing_level_; }
  /// The number that a usual answer stands for in the units of inference. False, and
  /// nothing set, for any other one.
  bool encode(double value, double& encoded) const {
    if (!(low_ <= value && value <= high_)) return false;
    switch (kind_) {
    case Kind::level: {
      const double level = std::abs(value - first_);
      if (!(level < levels_) || level != static_cast<int>(level)) return false;
      encoded = level;
      return true;
    }
    case Kind::share:
      encoded = (value - first_) / span_;
      return true;
    case Kind::number:
      encoded = value;
      return true;
    default:
      return false;
    }
  }

 private:
  enum class Kind { level, share, number, other };

  Role role_;
  Kind kind_ = Kind::number;
  int levels_ = 0;
  int missing_level_ = -1;
  double low_ = std::numeric_limits<double>::lowest();
  double high_ = std::numeric_limits<double>::max();
  double first_ = 0.0;
  double span_ = 1.0;
};

}  // namespace relapse::model
