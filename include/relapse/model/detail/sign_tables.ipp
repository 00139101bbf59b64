#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/model/detail/sign_tables.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::model {

RELAPSE_INLINE SignTables::SignTables(std::span<const std::optional<SignLaw>> signs,
                                      int stages) {
  share_out(signs);
  measure(signs, stages);
  fill(signs, stages);
  lay_out(signs, stages);
}

/// Signs are taken in their order into the same table as long as it can hold them.
RELAPSE_INLINE void SignTables::share_out(std::span<const std::optional<SignLaw>> signs) {
  int rows = most_rows;
  for (int item = 0; item < static_cast<int>(signs.size()); ++item) {
    const auto& sign = signs[static_cast<std::size_t>(item)];
    if (!sign || sign->is_personal()) continue;
    const int codes = sign->levels() + 1;
    if (sign->levels() == 0 || codes > most_rows) {
      others_.push_back(item);
      continue;
    }
    if (rows * codes > most_rows) {
      rows = 1;
      ++tables_;
    }
    members_.push_back({item, tables_ - 1, sign->levels(), rows});
    rows *= codes;
  }
  silent_.assign(static_cast<std::size_t>(tables_), 0);
  for (const auto& member : members_) {
    auto& silent = silent_[static_cast<std::size_t>(member.table)];
    silent = static_cast<std::uint8_t>(silent + member.stride * member.levels);
  }
}

/// Whether the product of the smallest probabilities of all signs that are not zero is
/// one that a double holds with all its digits.
RELAPSE_INLINE void SignTables::measure(std::span<const std::optional<SignLaw>> signs,
                                        int stages) {
  double log_product = 0.0;
  for (const auto& member : members_) {
    double least = 0.0;
    for (int level = 0; level < member.levels; ++level) {
      for (int stage = 0; stage < stages; ++stage) {
        const double log_probability =
            signs[static_cast<std::size_t>(member.item)]->log_likelihood(level, stage);
        if (log_probability > -std::numeric_limits<double>::infinity()) {
          least = std::min(least, log_probability);
        }
      }
    }
    log_product += least;
  }
  linear_ = log_product > elementary::log(smallest_product);
}

RELAPSE_INLINE void SignTables::fill(std::span<const std::optional<SignLaw>> signs,
                                     int stages) {
  rows_.resize(static_cast<std::size_t>(tables_) * most_rows);
  for (auto& row : rows_) {
    for (int stage = 0; stage < stages; ++stage) {
      row.value[static_cast<std::size_t>(stage)] = linear_ ? 1.0 : 0.0;
    }
  }
  for (const auto& member : members_) {
    const auto& sign = *signs[static_cast<std::size_t>(member.item)];
    for (int code = 0; code < most_rows; ++code) {
      const int level = code / member.stride % (member.levels + 1);
      if (level == member.levels) continue;
      const auto first = static_cast<std::size_t>(member.table) * most_rows;
      auto& row = rows_[first + static_cast<std::size_t>(code)].value;
      for (int stage = 0; stage < stages; ++stage) {
        const double log_probability = sign.log_likelihood(level, stage);
        auto& value = row[static_cast<std::size_t>(stage)];
        value =
            linear_ ? value * sign.probability(level, stage) : value + log_probability;
      }
    }
  }
}

/// The rows of the signs that depend on the person.
RELAPSE_INLINE void SignTables::lay_out(std::span<const std::optional<SignLaw>> signs,
                                        int stages) {
  std::vector<std::size_t> first;
  for (const auto& sign : signs) {
    if (!sign || !sign->is_personal()) continue;
    ways_ = std::max(ways_, sign->ways());
    if (!has_rows(*sign)) continue;
    first.push_back(personal_rows_.size());
    const int step = sign->ways() > 1 ? (sign->levels() + 2) * width : 0;
    personal_.push_back({nullptr, step, sign->levels(), sign->persists()});
    for (int way = 0; way < sign->ways(); ++way) {
      for (int row = 0; row < sign->levels() + 2; ++row) {
        auto& values = personal_rows_.emplace_back().value;
        for (int s = 0; s < stages; ++s) {
          auto& value = values[static_cast<std::size_t>(s)];
          value = row > sign->levels() ? sign->answered(s, way) : 1.0;
          if (row < sign->levels()) value = sign->probability(row, s, way);
        }
      }
    }
  }
  for (std::size_t k = 0; k < personal_.size(); ++k)
    personal_[k].rows = personal_rows_[first[k]].value.data();
}

}  // namespace relapse::model
