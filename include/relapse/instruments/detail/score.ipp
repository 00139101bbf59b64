#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/instruments/score.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <variant>

namespace relapse {
namespace detail {

[[noreturn]] inline void refuse_answer(std::string_view id, const char* problem) {
  throw InvalidInput("item '" + std::string(id) + "'", problem);
}

/// The items of a subscale, one by one.
class SubscaleSum {
 public:
  SubscaleSum(const Instrument& instrument, int subscale)
      : instrument_(instrument),
        rule_(instrument.document().subscales[static_cast<std::size_t>(subscale)]),
        part_(instrument.part(subscale)) {}

  void add(const Response& answers) {
    for (std::size_t k = 0; k < part_.items.size(); ++k) {
      const int index = part_.items[k];
      const auto& answer = answers[static_cast<std::size_t>(index)];
      if (!answer) {
        missing_.push_back(instrument_.item(index).id);
        continue;
      }
      sum_ += worth(k, instrument_.item(index), *answer);
    }
  }
  int missing() const { return static_cast<int>(missing_.size()); }
  bool has_value() const {
    return missing_.empty() || (rule_.missing.kind == MissingPolicy::prorate &&
                                missing() <= rule_.missing.at_most);
  }
  /// Answered items stand for the others in proportion.
  double value() const {
    const auto all = static_cast<double>(part_.items.size());
    const double answered = all - static_cast<double>(missing_.size());
    const double in_proportion = missing_.empty() ? sum_ : sum_ * all / answered;
    return rule_.method == ScoreMethod::sum || rule_.method == ScoreMethod::count
               ? in_proportion
               : in_proportion / all;
  }
  std::string refusal() const {
    std::string text = std::to_string(missing()) + " of " +
                       std::to_string(part_.items.size()) + " items not answered: ";
    for (const auto& id : missing_) text += (&id == &missing_.front() ? "" : ", ") + id;
    return text + "; " + rule_.missing.source;
  }

 private:
  double worth(std::size_t k, const InstrumentItem& item, double answer) const {
    if (rule_.method == ScoreMethod::count)
      return answer >= part_.thresholds[k] ? 1.0 : 0.0;
    double points = points_of(item, answer);
    double low = item.lowest;
    double high = item.highest;
    if (!item.points.empty()) {
      const auto [least, most] =
          std::minmax_element(item.points.begin(), item.points.end());
      low = *least;
      high = *most;
    }
    if (part_.reversed[k]) points = low + high - points;
    return rule_.method == ScoreMethod::percent ? 100.0 * (points - low) / (high - low)
                                                : points;
  }

  const Instrument& instrument_;
  const Subscale& rule_;
  const Instrument::Part& part_;
  double sum_ = 0.0;
  std::vector<std::string> missing_;
};

/// Position of the last start at or below a value; the first covers what is below it.
template <class Starts>
std::size_t row_of(const Starts& starts, double value) {
  std::size_t row = 0;
  while (row + 1 < starts.size() && starts[row + 1].from <= value) ++row;
  return row;
}

inline void judge(const Subscale& rule, const Instrument::Part& part,
                  SubscaleScore& score) {
  const double value = *score.value;
  if (rule.bands) score.band = rule.bands->of[row_of(rule.bands->of, value)].id;
  for (const auto& cut : rule.cut_offs) {
    if (cut.at_least ? value >= *cut.at_least : value <= *cut.at_most)
      score.cut_offs.push_back(cut.id);
  }
  if (!rule.probability) return;
  const auto& table = *rule.probability;
  const std::size_t row = row_of(table.rows, value);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    score.probabilities.push_back({table.columns[c].id, table.rows[row].published[c],
                                   part.monotone[row][c], table.rows[row].mark});
  }
}

inline void raise_flags(const Instrument& instrument, const Response& answers,
                        InstrumentScore& score) {
  const auto note = [](std::vector<std::string>& flags, const std::string& flag) {
    if (!contains(flags, flag)) flags.push_back(flag);
  };
  for (int index = 0; index < instrument.items(); ++index) {
    const auto& item = instrument.item(index);
    const auto& answer = answers[static_cast<std::size_t>(index)];
    if (item.flag.empty() || !answer) continue;
    if (raises_flag(item, *answer)) note(score.flags, item.flag);
  }
  for (int index = 0; index < instrument.items(); ++index) {
    const auto& item = instrument.item(index);
    if (item.flag.empty() || answers[static_cast<std::size_t>(index)]) continue;
    if (!contains(score.flags, item.flag)) note(score.unknown_flags, item.flag);
  }
}

}  // namespace detail

RELAPSE_INLINE void require_answer(const InstrumentItem& item, double answer) {
  if (!(answer >= item.lowest && answer <= item.highest)) {
    detail::refuse_answer(item.id, "the answer is not allowed, but must be within range");
  }
  if (item.step == 0.0) return;
  // A part in a billion, as steps such as 0.1 have no exact double.
  constexpr double rounding = 1e-9;
  const double steps = (answer - item.lowest) / item.step;
  if (std::abs(steps - std::round(steps)) > rounding) {
    detail::refuse_answer(item.id,
                          "the answer is not allowed, but must be one of its answers");
  }
}

RELAPSE_INLINE Response complete_response(
    const Instrument& instrument, std::span<const std::optional<double>> answers) {
  if (answers.size() != static_cast<std::size_t>(instrument.items()))
    throw InvalidInput("response", "must have as many answers as there are items");
  Response complete(answers.begin(), answers.end());
  for (int item = 0; item < instrument.items(); ++item) {
    if (const auto& answer = answers[static_cast<std::size_t>(item)])
      require_answer(instrument.item(item), *answer);
  }
  for (const auto& skip : instrument.skips()) {
    const bool applies =
        std::all_of(skip.when_zero.begin(), skip.when_zero.end(), [&](int item) {
          return answers[static_cast<std::size_t>(item)] == 0.0;
        });
    if (!applies) continue;
    for (const int item : skip.not_asked) {
      auto& answer = complete[static_cast<std::size_t>(item)];
      if (!answer) answer = instrument.item(item).lowest;
    }
  }
  return complete;
}

RELAPSE_INLINE InstrumentScore score_instrument(
    const Instrument& instrument, std::span<const std::optional<double>> answers) {
  const auto complete = complete_response(instrument, answers);
  InstrumentScore result;
  result.instrument = instrument.document().id;
  for (int s = 0; s < instrument.subscales(); ++s) {
    const auto& rule = instrument.document().subscales[static_cast<std::size_t>(s)];
    detail::SubscaleSum sum(instrument, s);
    sum.add(complete);
    SubscaleScore score;
    score.subscale = rule.id;
    score.missing = sum.missing();
    if (sum.has_value()) {
      score.value = sum.value();
      detail::judge(rule, instrument.part(s), score);
    } else {
      score.refused = sum.refusal();
    }
    result.subscales.push_back(std::move(score));
  }
  detail::raise_flags(instrument, complete, result);
  return result;
}

RELAPSE_INLINE InstrumentScore score_instrument(const Instrument& instrument,
                                                const std::vector<Answer>& answers) {
  Response response(static_cast<std::size_t>(instrument.items()));
  for (const auto& answer : answers) {
    const int item = instrument.find_item(answer.item);
    if (item < 0)
      detail::refuse_answer(answer.item, "is not there, but must be in the instrument");
    auto& slot = response[static_cast<std::size_t>(item)];
    const auto* number = std::get_if<double>(&answer.value);
    if (number == nullptr)
      detail::refuse_answer(answer.item, "is answered by text, but must be by a number");
    if (slot)
      detail::refuse_answer(answer.item, "is answered twice, but must be once at most");
    slot = *number;
  }
  return score_instrument(instrument, response);
}

}  // namespace relapse
