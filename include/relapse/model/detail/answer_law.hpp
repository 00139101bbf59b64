#pragma once

#include <relapse/domain/item.hpp>
#include <relapse/model/detail/signs.hpp>
#include <relapse/model/document.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::model {

/// The one encoder of answers to an item, as compact as every check-in needs it: which
/// answers there are, and the number that each stands for in the units of inference.
class AnswerLaw {
 public:
  /// @param sign of the item, or null
  AnswerLaw(const Item& item, const SignLaw* sign)
      : role_(item.role), has_scale_(item.scale.has_value()) {
    const auto [first, last] = item.scale.value_or(Scale{0.0, 1.0});
    if (item.scale) {
      low_ = std::min(first, last);
      high_ = std::max(first, last);
    }
    if (item.id == missed_check_in) {
      kind_ = Kind::computed;
    } else if (sign == nullptr) {
      kind_ = item.role == Role::determinant && item.scale ? Kind::share : Kind::number;
    } else if (sign->levels() > 0) {
      kind_ = Kind::level;
    } else {
      kind_ = sign->kind() == AnswerKind::count ? Kind::count : Kind::number;
    }
    if (kind_ == Kind::share || kind_ == Kind::level) {
      first_ = first;
      span_ = last - first;
    }
    if (!item.scale && kind_ == Kind::level) low_ = 0.0;
    if (kind_ == Kind::count) low_ = std::max(low_, 0.0);
    if (sign == nullptr || sign->levels() == 0) return;
    levels_ = sign->levels() - (item.missing_is_a_level ? 1 : 0);
    if (item.missing_is_a_level) missing_level_ = levels_;
  }

  Role role() const noexcept { return role_; }
  /// Number of levels that can be answered; 0 when the answers are no levels.
  int levels() const noexcept { return levels_; }
  /// The level of an answer that is missing; -1: it says nothing.
  int missing_level() const noexcept { return missing_level_; }
  /// The ends of what can be answered.
  double low() const noexcept { return low_; }
  double high() const noexcept { return high_; }
  /// The answer that counts 0, and from it the one that counts 1 (a share) or is last (a
  /// level).
  double first() const noexcept { return first_; }
  double span() const noexcept { return span_; }

  /// The number that an answer stands for. False, and nothing set, for what is none.
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
    case Kind::count:
      if (value != std::floor(value)) return false;
      encoded = value;
      return true;
    case Kind::number:
      encoded = value;
      return true;
    case Kind::computed:
      break;
    }
    return false;
  }
  /// Back to the units in which the item is answered.
  double decode(double encoded) const {
    if (kind_ == Kind::share) return first_ + encoded * span_;
    if (kind_ == Kind::level && has_scale_) return first_ + std::copysign(encoded, span_);
    return encoded;
  }
  /// What a value that is refused must be instead.
  const char* wanted(double value) const {
    if (!std::isfinite(value)) return "a finite number";
    if (kind_ == Kind::computed) return "left out: it is computed";
    if (has_scale_ && !(low_ <= value && value <= high_)) return "within its scale";
    return kind_ == Kind::level ? "one of its levels" : "a whole number from 0";
  }

 private:
  enum class Kind { level, share, count, number, computed };

  Role role_;
  bool has_scale_;
  Kind kind_ = Kind::number;
  int levels_ = 0;
  int missing_level_ = -1;
  double low_ = std::numeric_limits<double>::lowest();
  double high_ = std::numeric_limits<double>::max();
  double first_ = 0.0;
  double span_ = 1.0;
};

}  // namespace relapse::model
