#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/infer/detail/transitions.hpp>
#include <relapse/infer/detail/use_told.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The forward filter of a continuous-time hidden Markov model with a propensity grid.
/// Sources: Rabiner 1989 (scaled forward recursion); Jackson 2011 (panel data, exact
/// times, censored states).
namespace relapse::infer {

/// The last answer to a sign whose answers persist, and what it may have repeated itself.
struct GivenAnswer {
  double answer = -1.0;  ///< encoded; below 0: there is none
  double at = 0.0;       ///< in days
  model::Repeat repeated;

  /// What an answer to the sign at a time may repeat.
  model::Repeat repeat_at(Time time, const model::SignLaw& sign) const {
    return sign.repeat(answer, time.days - at);
  }
  bool operator==(const GivenAnswer&) const = default;
};

/// The last answer to an item; none where its answers do not persist.
/// @param given by sign whose answers persist
inline GivenAnswer last_given(int item, std::span<const GivenAnswer> given,
                              const Model& model) {
  const int place = model.lasting_place(item);
  return place < 0 ? GivenAnswer{} : given[static_cast<std::size_t>(place)];
}

/// Where one person stands between two check-ins.
struct PersonState {
  bool started = false;
  Time time;  ///< of the last check-in
  Belief belief;
  Covariates covariates;
  std::vector<GivenAnswer> given;  ///< by sign whose answers persist

  /// Time of the last check-in, if there was one.
  std::optional<Time> last() const {
    return started ? std::optional<Time>(time) : std::nullopt;
  }
  /// Days since the determinants were last updated, at the last check-in.
  double age() const { return time.days - covariates.updated; }
  bool operator==(const PersonState&) const = default;
};

/// Memory that the filter reuses from step to step.
struct Workspace {
  explicit Workspace(const Model& model);

  std::vector<double> updated;         ///< by determinant, x - x_ref at the last update
  std::vector<double> centred;         ///< [piece][point][determinant], x - x_ref
  std::vector<double> ratios;          ///< [piece][point][move]
  std::vector<double> days;            ///< by piece
  std::vector<double> log_likelihood;  ///< of the signs, [way][stage]
  std::vector<double> factor;          ///< of the signs without a table, by stage
  std::vector<std::uint8_t> rows;      ///< by sign table
  /// The signs that depend on the person, what was said of them, and [sign][way][8] the
  /// rows of those without levels.
  std::vector<model::PersonalSign> personal;
  std::vector<model::Said> said;
  std::vector<double> own_rows;
  Answers nothing;  ///< of a check-in that did not come
  NodePath path;
  Transitions transitions;  ///< of a model whose rates nothing changes
};

/// What a step went through, for the drivers.
struct StepTrace {
  Covariates before;  ///< determinants as they stood until this check-in
  Belief carried;     ///< belief at the check-in, before anything was learned
  Belief known;       ///< after what is known from outside, and of use at another time
  UseTold use;        ///< what was told of use
  std::vector<GivenAnswer> given;  ///< that this check-in may repeat
};

/// Carries a belief over a stretch of time under the determinants in force. Mass that
/// enters a stage of `avoided` is lost.
void carry(Belief& belief, const Covariates& covariates, Time from, Time to,
           ctmc::StateSet avoided, const Model& model, Workspace& workspace);

/// Start distribution and node weights at x - x_ref = `centred`.
Belief start_belief(std::span<const double> centred, const Model& model);

/// How late a check-in is missed, in parts of what lies between two; expert default.
inline constexpr double missed_from = 0.5;

/// Calls use(nothing) for each check-in that was expected between the last one and a
/// moment and did not come.
/// @param nothing becomes that check-in, which is empty
template <class Use>
void for_each_missed(Time last, Time until, const Model& model, Answers& nothing,
                     Use use) {
  const auto& every = model.document().expected_every_days;
  if (!every) return;
  const double missed = (until.days - last.days) / *every - missed_from;
  for (double k = 1.0; k <= missed; k += 1.0) {
    nothing.clear(Time{last.days + k * *every});
    nothing.complete(model);
    use(nothing);
  }
}

/// Takes in the check-ins that were expected until a moment and did not come. Returns
/// their log-likelihood.
double pass_silence(PersonState& state, Time until, const Model& model,
                    Workspace& workspace);

/// What a check-in tells of use. Throws CheckInError when it goes back behind the last
/// one, when the first one is an exact entry, or when it contradicts itself.
/// @param before what the last check-in left
UseTold told_in_order(const Answers& answers, std::optional<Time> last,
                      const Covariates& before, const Model& model);

/// One check-in: carries, conditions, updates and weighs. Returns the log-likelihood of
/// the check-in given the past. Throws CheckInError when it is impossible under the
/// model; `state` is then unspecified.
/// @param told of `told_in_order`
/// @param trace filled when not null
double step(PersonState& state, const Answers& answers, const UseTold& told,
            const Start& start, const Model& model, Workspace& workspace,
            StepTrace* trace = nullptr);
/// The same; throws as `told_in_order` does as well.
double step(PersonState& state, const Answers& answers, const Start& start,
            const Model& model, Workspace& workspace);

/// Keeps the answers that later ones may repeat.
/// @param given by sign whose answers persist
inline void remember_given(const Answers& answers, const Model& model,
                           std::span<GivenAnswer> given) {
  std::size_t lasting = 0;
  for (const int item : model.lasting_signs()) {
    auto& last = given[lasting++];
    if (!answers.is_answered(item)) continue;
    const auto repeated = last.repeat_at(answers.time, *model.sign(item));
    last = {answers.value(item), answers.time.days, repeated};
  }
}

/// Calls use(item, law, answer, repeat) for each sign that says something.
/// @param repeat_of called as repeat_of(law, k) for the k-th sign whose answers persist:
///   what an answer to it may repeat
template <class RepeatOf, class Use>
void for_each_sign(const Answers& answers, const Model& model, RepeatOf repeat_of,
                   Use use) {
  for (int item = 0; item < model.items(); ++item) {
    const auto* sign = model.sign(item);
    if (sign == nullptr) continue;
    const auto answer = answers.evidence(item, model);
    if (!answer) continue;
    const int k = model.lasting_place(item);
    use(item, *sign, *answer,
        k < 0 ? model::Repeat{} : repeat_of(*sign, static_cast<std::size_t>(k)));
  }
}

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/filter.ipp>
#endif
