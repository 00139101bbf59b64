#pragma once

#include <relapse/infer/detail/expectation.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <cstddef>

/// What is expected of answers that may repeat the one before.
namespace relapse::learn::detail {

/// An answer as it is expected in one stage and way of the habits.
struct ExpectedAnswer {
  double count;  ///< expected number
  double answer;
  std::size_t code;
  int stage;
  int way;
  double repeated_days;       ///< since the answer that it may repeat
  model::Repeat repeat;       ///< what it may repeat
  double copy = 0.0;          ///< probability that it does, where the stage allows it
  double fresh = 1.0;         ///< share of fresh ones among such answers
  double copied = 0.0;        ///< what a copy's part loses with each answer missing
  double among_copies = 0.0;  ///< probability of the answer among copies
};

/// Calls use(expected) for all answers that are expected to an item.
template <class Use>
void each_answer(int item, const infer::Expectation& expected, const infer::Panel& panel,
                 const Model& model, Use use) {
  const auto& sign = *model.sign(item);
  const auto values = panel.values(item);
  const double* count = expected.answers[static_cast<std::size_t>(item)].data();
  for (std::size_t code = 0; code < values.size(); ++code) {
    const double answer = values[code];
    const auto& [last, days] = panel.before(item)[code];
    const bool missing = sign.missing_level() >= 0 && answer == sign.missing_level();
    const auto repeat = missing ? model::Repeat{} : sign.repeat(last, days);
    for (int way = 0; way < sign.ways(); ++way) {
      for (int s = 0; s < model.stages(); ++s, ++count) {
        if (*count == 0.0) continue;
        ExpectedAnswer told{*count, answer, code, s, way, days, repeat};
        if (repeat.share > 0.0) {
          told.copy = sign.copied(repeat, s, way);
          const double all = sign.likelihood(answer, repeat, s, way);
          told.fresh = (1.0 - told.copy) * sign.likelihood(answer, {}, s, way) / all;
          told.among_copies = sign.among_copies(answer, repeat.answer);
          told.copied =
              told.copy * told.among_copies * (1.0 - sign.answered(s, way)) / all;
        }
        use(told);
      }
    }
  }
}

}  // namespace relapse::learn::detail
