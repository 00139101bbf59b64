#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

/// What studies report of a person's use over days or weeks: time to first use, runs of
/// use, the longest abstinence, shares of periods, heavy use, reduction. A pattern has
/// one status, or one amount, a period; periods are of one length and follow each other.
namespace relapse {

/// What is known of one day or week, by urine or by report.
enum class UseStatus { negative, positive, missing, not_scheduled };

template <>
struct Names<UseStatus> {
  static constexpr std::string_view all[] = {"negative", "positive", "missing",
                                             "not_scheduled"};
};

/// What a missing period counts as. `positive` is the rule of most trials of treatment
/// for opioid use (Lee et al. 2018, Lancet 391:309); `last` repeats the last period that
/// was observed, and none where there is none before; `left_out` takes observed periods
/// alone; `negative` is the other bound of `positive`, for the study of what missing
/// periods can do. A period that was not scheduled is left out by every rule.
enum class MissingUse { positive, last, left_out, negative };

template <>
struct Names<MissingUse> {
  static constexpr std::string_view all[] = {"positive", "last", "left_out", "negative"};
};

/// The pattern with each missing period as the rule says; what is left out comes back as
/// `not_scheduled`.
std::vector<UseStatus> resolve(std::span<const UseStatus> pattern, MissingUse missing);

/// When something happened for the first time, or how long it did not.
struct FirstTime {
  bool happened = false;
  std::size_t period = 0;  ///< position of the event; when it did not happen, number of
                           ///< periods up to the last one that counts (censoring)

  bool operator==(const FirstTime&) const = default;
};

/// The first period of use; "time to first use" of survival analyses.
FirstTime first_use(std::span<const UseStatus> pattern, MissingUse missing);

/// The first period of the first `run` consecutive ones with use: with weeks, 4 and
/// `MissingUse::positive` the return to opioid use of trials (Lee et al. 2018; secondary
/// analysis of Luo et al. 2024, JAMA Psychiatry 81:45); with days and 7 relapse to
/// smoking (Deiches et al. 2013). Periods left out neither break a run nor add to it.
/// Throws InvalidInput for a run below 1.
FirstTime first_run(std::span<const UseStatus> pattern, int run, MissingUse missing);

/// Number of periods in the longest run without use. Periods left out neither break it
/// nor add to it.
int longest_abstinence(std::span<const UseStatus> pattern, MissingUse missing);

/// Share of the periods that are without use: "per cent negative", and with days "per
/// cent days abstinent"; empty when no period counts.
std::optional<double> share_negative(std::span<const UseStatus> pattern,
                                     MissingUse missing);

/// Whether all periods that count are without use ("continuous abstinence"); empty when
/// none does.
std::optional<bool> abstinent_throughout(std::span<const UseStatus> pattern,
                                         MissingUse missing);

/// Amounts of use a day, in drinks, grams or another unit; empty where missing.
using Amounts = std::vector<std::optional<double>>;

/// What observed days say; empty where no day can say it.
struct AmountSummary {
  int observed = 0;
  std::optional<double> share_abstinent;  ///< of the observed days
  std::optional<double> share_heavy;      ///< of the observed days
  std::optional<bool> any_heavy;  ///< no heavy day at all is the endpoint of the FDA's
                                  ///< draft guidance on alcoholism of 2015 (recalled)
  std::optional<double> mean;     ///< a day
  std::optional<double> mean_on_use_days;

  bool operator==(const AmountSummary&) const = default;
};

/// @param heavy least amount of a heavy day, above 0; with US standard drinks 5 for men
/// and 4 for women (NIAAA; Maisto et al. 2016, Alcohol Clin Exp Res 40:2180, compares it
/// with six other definitions)
/// Throws InvalidInput for an amount below 0 or not finite.
AmountSummary summarise_amounts(std::span<const std::optional<double>> amounts,
                                double heavy);

/// Days of use by amount: `positive` from `least` on, above 0 when it is 0.
std::vector<UseStatus> status_of(std::span<const std::optional<double>> amounts,
                                 double least);

/// Risk levels of drinking of the WHO, by grams of pure alcohol a day.
enum class DrinkingRisk { abstinent, low, medium, high, very_high };

template <>
struct Names<DrinkingRisk> {
  static constexpr std::string_view all[] = {"abstinent", "low", "medium", "high",
                                             "very_high"};
};

/// Upper ends of low, medium and high (WHO 2000, as in the registration NCT06074341,
/// secondary).
using DrinkingLimits = std::array<double, 3>;
inline constexpr DrinkingLimits drinking_limits_men{40.0, 60.0, 100.0};
inline constexpr DrinkingLimits drinking_limits_women{20.0, 40.0, 60.0};

/// @param grams a day, 0 or above
/// A reduction by one or two levels is an endpoint (Witkiewitz et al. 2017, recalled).
DrinkingRisk drinking_risk(double grams, const DrinkingLimits& limits);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/plan/detail/outcome.ipp>
#endif
