#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/error.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/infer/detail/held_generator.hpp>
#include <relapse/infer/probabilities.hpp>
#include <relapse/model/detail/answers.hpp>

#include <cmath>
#include <limits>

namespace relapse::infer {
namespace detail {

/// x - x_ref of every determinant right after the answers.
inline std::vector<double> held_determinants(const std::vector<Answer>& given,
                                             const Model& model) {
  CheckIn check_in;
  check_in.answers = given;
  Answers answers(model);
  answers.read(check_in, model);
  for (const auto& answer : given) {
    const int item = model.find_item(answer.item);
    if (item < 0 || model.determinants().channel(item) < 0) {
      throw CheckInError({{}, {}, answer.item}, "is no determinant, so it moves nothing");
    }
  }
  Covariates x = first_covariates(answers.time, {}, model);
  update(x, answers, model);
  std::vector<double> centred;
  for (int d = 0; d < model.determinants().count(); ++d) {
    const auto& law = model.determinants().laws()[static_cast<std::size_t>(d)];
    const bool counted =
        law.origin == model::Origin::log_clock || law.origin == model::Origin::held;
    centred.push_back(counted ? 0.0 : at_age(x, d, 0.0, model).deviation);
  }
  return centred;
}

}  // namespace detail

RELAPSE_INLINE ctmc::Generator held_generator(const HeldAnswers& held,
                                              const Model& model) {
  const bool one = model.document().propensity.dimensions == 1;
  const double recovery = held.recovery_propensity.value_or(one ? held.propensity : 0.0);
  if (!std::isfinite(held.propensity) || !std::isfinite(recovery)) {
    throw InvalidInput("propensity", "must be a finite number");
  }
  if (one && recovery != held.propensity) {
    throw InvalidInput("recovery_propensity",
                       "must be left out: the model's propensity has one dimension");
  }
  const auto& movement = model.movement();
  std::vector<double> ratios(movement.moves().size());
  movement.ratios(detail::held_determinants(held.answers, model), ratios);
  ctmc::Generator generator(model.stages());
  for (std::size_t m = 0; m < ratios.size(); ++m) {
    const auto& move = movement.moves()[m];
    const double eta = move.direction == Direction::recovery ? recovery : held.propensity;
    const double rate = move.at(ratios[m] * elementary::exp(move.loading * eta));
    if (!(rate <= std::numeric_limits<double>::max())) {
      throw InvalidInput("propensity", "makes a rate infinite");
    }
    generator.set_rate(move.from, move.to, rate);
  }
  return generator;
}

RELAPSE_INLINE std::vector<double> transition_matrix(Days after, const HeldAnswers& held,
                                                     const Model& model) {
  const ctmc::Matrix matrix = ctmc::transition_matrix(held_generator(held, model), after);
  return {matrix.data(), matrix.data() + matrix.size()};
}

RELAPSE_INLINE std::vector<double> passage_probability(ctmc::StateSet to, Days within,
                                                       const HeldAnswers& held,
                                                       const Model& model) {
  if (to.none()) throw InvalidInput("to", "must name at least one stage");
  const ctmc::Vector probability =
      ctmc::passage_probability(held_generator(held, model), to, within);
  return {probability.data(), probability.data() + probability.size()};
}

}  // namespace relapse::infer
