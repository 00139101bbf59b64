#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/instruments/instrument.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace relapse {

/// A published probability for one value of a subscale.
struct ScoreProbability {
  std::string column;      ///< for whom it holds
  double published = 0.0;  ///< as the table has it
  double monotone = 0.0;   ///< the same table made non-decreasing in the score
  Mark mark = Mark::recalled;

  bool operator==(const ScoreProbability&) const = default;
};

/// What the answers give on one subscale.
struct SubscaleScore {
  std::string subscale;
  std::optional<double> value;        ///< empty when the missing rule refuses
  std::string band;                   ///< empty without a value or without bands
  std::vector<std::string> cut_offs;  ///< ids of those reached
  std::vector<ScoreProbability> probabilities;
  int missing = 0;      ///< items without an answer, after the skips of the form
  std::string refused;  ///< why there is no value; empty when there is one

  bool operator==(const SubscaleScore&) const = default;
};

/// What one response leads to. Flags stand apart from all scores: an answer raises its
/// flag whatever else is missing.
struct InstrumentScore {
  std::string instrument;
  std::vector<SubscaleScore> subscales;    ///< in the order of the document
  std::vector<std::string> flags;          ///< raised, in the order of the items
  std::vector<std::string> unknown_flags;  ///< asked about, not answered, not raised

  bool operator==(const InstrumentScore&) const = default;
};

/// Throws InvalidInput, which names the item and not the answer, for one that the item
/// does not have.
void require_answer(const InstrumentItem& item, double answer);

/// Answers by item, in the order of the document; empty where there is none.
using Response = std::vector<std::optional<double>>;

/// The response with what the form itself leaves out, such as days of heavy drinking of
/// somebody who does not drink. Throws InvalidInput for an answer that its item does not
/// have, or another number of answers.
Response complete_response(const Instrument& instrument,
                           std::span<const std::optional<double>> answers);

/// Scores one response.
/// @param answers by item, in the order of the document; empty where there is none
/// Throws InvalidInput for an answer that its item does not have, or another number of
/// answers.
InstrumentScore score_instrument(const Instrument& instrument,
                                 std::span<const std::optional<double>> answers);

/// The same for named answers; an item not named has none. Throws InvalidInput for an
/// unknown item, one that is answered twice, and an answer that is no number.
InstrumentScore score_instrument(const Instrument& instrument,
                                 const std::vector<Answer>& answers);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/instruments/detail/score.ipp>
#endif
