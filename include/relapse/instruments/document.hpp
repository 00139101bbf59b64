#pragma once

#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/domain/mark.hpp>
#include <relapse/domain/safety.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The content of an instrument document (`relapse/instrument/1`) as plain values:
/// numbers, short topics of our own and scoring rules, never the wording of a published
/// instrument. `Instrument` is the checked form.
namespace relapse {

/// One question of an instrument, by its number in the form.
struct InstrumentItem {
  std::string id;     ///< the number, such as 8 or 7A
  std::string label;  ///< topic in a few words of our own
  double lowest = 0.0;
  double highest = 1.0;
  double step = 1.0;                ///< between neighbouring answers; 0: any number
  std::vector<double> points = {};  ///< worth of each answer, lowest first; empty: itself
  std::string flag = {};            ///< safety flag that the item raises
  std::optional<double> raise_at =
      {};  ///< raised at or above; above the lowest when absent
  std::string loinc = {};

  bool operator==(const InstrumentItem&) const = default;
};

/// Whether an answer to an item with a flag raises it. Nothing softens a built-in flag:
/// every answer above the lowest raises it.
inline bool raises_flag(const InstrumentItem& item, double answer) {
  if (!item.raise_at || is_built_in_flag(item.flag)) return answer > item.lowest;
  return answer >= *item.raise_at;
}

/// Questions that a form leaves out: when all of `when_zero` are answered 0, those of
/// `not_asked` that have no answer count as answered with their lowest.
struct SkipRule {
  std::vector<std::string> when_zero;
  std::vector<std::string> not_asked;
  std::string source;
  Mark mark = Mark::recalled;

  bool operator==(const SkipRule&) const = default;
};

/// How the worths of the items become one number: their sum, their mean, the mean share
/// of each item's range in per cent, or the number of items at or above a threshold.
enum class ScoreMethod { sum, mean, percent, count };

template <>
struct Names<ScoreMethod> {
  static constexpr std::string_view all[] = {"sum", "mean", "percent", "count"};
};

/// What a higher value says about the person's situation.
enum class HigherIs { worse, better };

template <>
struct Names<HigherIs> {
  static constexpr std::string_view all[] = {"worse", "better"};
};

/// What becomes of a subscale with unanswered items: no value, or the answered items in
/// proportion where a published rule allows it.
enum class MissingPolicy { refuse, prorate };

template <>
struct Names<MissingPolicy> {
  static constexpr std::string_view all[] = {"refuse", "prorate"};
};

/// How many answers may be missing, and what stands in for them.
struct MissingRule {
  MissingPolicy kind = MissingPolicy::refuse;
  int at_most = 0;  ///< items that may be unanswered in a prorated score
  std::string source;
  Mark mark = Mark::recalled;

  bool operator==(const MissingRule&) const = default;
};

/// The part of a subscale's range from here to the next band.
struct Band {
  std::string id;
  double from = 0.0;
  std::string label = {};  ///< what it is called; empty: as its id

  bool operator==(const Band&) const = default;
};

/// The bands of a score, and where they come from.
struct Bands {
  std::vector<Band> of;  ///< from low to high
  std::string source;
  Mark mark = Mark::recalled;

  bool operator==(const Bands&) const = default;
};

/// A value at which something is taken to hold, such as a positive screen.
struct CutOff {
  std::string id;
  std::optional<double> at_least = {};  ///< exactly one of the two is given
  std::optional<double> at_most = {};
  std::optional<double> sensitivity = {};
  std::optional<double> specificity = {};
  std::string source;
  Mark mark = Mark::recalled;
  std::string label = {};  ///< what it says in a few words; empty: as its id

  bool operator==(const CutOff&) const = default;
};

/// For whom a column of a published table of probabilities holds.
struct ProbabilityColumn {
  std::string id;
  std::string label;

  bool operator==(const ProbabilityColumn&) const = default;
};

/// A score, and the probability that goes with it.
struct ProbabilityRow {
  double from = 0.0;
  std::vector<double> published;  ///< by column
  Mark mark = Mark::recalled;

  bool operator==(const ProbabilityRow&) const = default;
};

/// A published table from values of a subscale to the probability of an outcome.
struct ProbabilityTable {
  std::string outcome;
  std::vector<ProbabilityColumn> columns;
  std::vector<ProbabilityRow> rows;  ///< from low to high
  std::string source;

  bool operator==(const ProbabilityTable&) const = default;
};

/// A score of its own, made from some of the items.
struct Subscale {
  std::string id;
  std::string label;
  ScoreMethod method = ScoreMethod::sum;
  std::vector<std::string> items;
  std::vector<std::string> reversed;  ///< worth lowest + highest - answer
  std::vector<std::pair<std::string, double>> thresholds;  ///< of a count, by item
  HigherIs higher_is = HigherIs::worse;
  MissingRule missing;
  std::optional<Bands> bands;
  std::vector<CutOff> cut_offs;
  std::optional<ProbabilityTable> probability;
  std::string loinc;
  std::string source;
  Mark mark = Mark::recalled;

  bool operator==(const Subscale&) const = default;
};

/// An instrument as it is written (`relapse/instrument/1`): scoring, bands, cut-offs.
struct InstrumentDocument {
  std::string id;
  std::string version;
  std::string title;
  std::string description;
  std::optional<Days> frame;  ///< time that the answers are about; absent: now
  std::vector<InstrumentItem> items;
  std::vector<SkipRule> skips;
  std::vector<Subscale> subscales;
  std::string loinc;    ///< of the whole battery
  std::string licence;  ///< what is known about the right to use the form
  std::string source;
  Mark mark = Mark::recalled;

  bool operator==(const InstrumentDocument&) const = default;
};

}  // namespace relapse
