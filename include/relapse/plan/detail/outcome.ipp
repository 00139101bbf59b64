#pragma once

#include <relapse/core/error.hpp>
#include <relapse/plan/outcome.hpp>

#include <algorithm>
#include <cmath>

namespace relapse {
namespace detail {

/// Number of periods up to the last one that counts.
inline std::size_t followed(const std::vector<UseStatus>& resolved) {
  std::size_t length = resolved.size();
  while (length > 0 && resolved[length - 1] == UseStatus::not_scheduled) --length;
  return length;
}

inline void require_amount(const std::optional<double>& amount) {
  if (amount && !(*amount >= 0.0 && std::isfinite(*amount)))
    throw InvalidInput("amounts", "a day is not allowed, but must be finite, 0 or above");
}

}  // namespace detail

RELAPSE_INLINE std::vector<UseStatus> resolve(std::span<const UseStatus> pattern,
                                              MissingUse missing) {
  std::vector<UseStatus> resolved(pattern.begin(), pattern.end());
  UseStatus last = UseStatus::not_scheduled;
  for (auto& status : resolved) {
    if (status == UseStatus::missing) {
      status = missing == MissingUse::positive   ? UseStatus::positive
               : missing == MissingUse::negative ? UseStatus::negative
               : missing == MissingUse::last     ? last
                                                 : UseStatus::not_scheduled;
    } else if (status != UseStatus::not_scheduled) {
      last = status;
    }
  }
  return resolved;
}

RELAPSE_INLINE FirstTime first_use(std::span<const UseStatus> pattern,
                                   MissingUse missing) {
  return first_run(pattern, 1, missing);
}

RELAPSE_INLINE FirstTime first_run(std::span<const UseStatus> pattern, int run,
                                   MissingUse missing) {
  if (run < 1) throw InvalidInput("run", "must be at least 1");
  const auto resolved = resolve(pattern, missing);
  int length = 0;
  std::size_t begin = 0;
  for (std::size_t k = 0; k < resolved.size(); ++k) {
    if (resolved[k] == UseStatus::not_scheduled) continue;
    if (resolved[k] == UseStatus::negative) {
      length = 0;
      continue;
    }
    if (length++ == 0) begin = k;
    if (length == run) return {true, begin};
  }
  return {false, detail::followed(resolved)};
}

RELAPSE_INLINE int longest_abstinence(std::span<const UseStatus> pattern,
                                      MissingUse missing) {
  int longest = 0;
  int length = 0;
  for (const auto status : resolve(pattern, missing)) {
    if (status == UseStatus::not_scheduled) continue;
    length = status == UseStatus::negative ? length + 1 : 0;
    longest = std::max(longest, length);
  }
  return longest;
}

RELAPSE_INLINE std::optional<double> share_negative(std::span<const UseStatus> pattern,
                                                    MissingUse missing) {
  const auto resolved = resolve(pattern, missing);
  const auto negative = std::count(resolved.begin(), resolved.end(), UseStatus::negative);
  const auto positive = std::count(resolved.begin(), resolved.end(), UseStatus::positive);
  if (negative + positive == 0) return std::nullopt;
  return static_cast<double>(negative) / static_cast<double>(negative + positive);
}

RELAPSE_INLINE std::optional<bool>
abstinent_throughout(std::span<const UseStatus> pattern, MissingUse missing) {
  const auto share = share_negative(pattern, missing);
  return share ? std::optional(*share == 1.0) : std::nullopt;
}

RELAPSE_INLINE AmountSummary
summarise_amounts(std::span<const std::optional<double>> amounts, double heavy) {
  if (!(heavy > 0.0) || !std::isfinite(heavy))
    throw InvalidInput("heavy", "must be a finite number above 0");
  double total = 0.0;
  int use_days = 0;
  int heavy_days = 0;
  AmountSummary summary;
  for (const auto& amount : amounts) {
    detail::require_amount(amount);
    if (!amount) continue;
    ++summary.observed;
    total += *amount;
    use_days += *amount > 0.0 ? 1 : 0;
    heavy_days += *amount >= heavy ? 1 : 0;
  }
  if (summary.observed == 0) return summary;
  const auto days = static_cast<double>(summary.observed);
  summary.share_abstinent = 1.0 - use_days / days;
  summary.share_heavy = heavy_days / days;
  summary.any_heavy = heavy_days > 0;
  summary.mean = total / days;
  if (use_days > 0) summary.mean_on_use_days = total / use_days;
  return summary;
}

RELAPSE_INLINE std::vector<UseStatus>
status_of(std::span<const std::optional<double>> amounts, double least) {
  if (!(least >= 0.0)) throw InvalidInput("least", "must be 0 or above");
  std::vector<UseStatus> pattern;
  for (const auto& amount : amounts) {
    detail::require_amount(amount);
    const bool use = amount && *amount > 0.0 && *amount >= least;
    pattern.push_back(!amount ? UseStatus::missing
                      : use   ? UseStatus::positive
                              : UseStatus::negative);
  }
  return pattern;
}

RELAPSE_INLINE DrinkingRisk drinking_risk(double grams, const DrinkingLimits& limits) {
  if (!(grams >= 0.0) || !std::isfinite(grams))
    throw InvalidInput("grams", "must be a finite number, 0 or above");
  if (grams == 0.0) return DrinkingRisk::abstinent;
  if (grams <= limits[0]) return DrinkingRisk::low;
  if (grams <= limits[1]) return DrinkingRisk::medium;
  return grams <= limits[2] ? DrinkingRisk::high : DrinkingRisk::very_high;
}

}  // namespace relapse
