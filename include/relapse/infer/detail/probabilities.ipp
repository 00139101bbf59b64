#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/unknown.hpp>
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

/// By latent number, in the order of the grid.
inline std::vector<double> held_numbers(const HeldAnswers& held, const Model& model) {
  const auto& document = model.document();
  const bool one = document.propensity.dimensions == 1;
  const double recovery = held.recovery_propensity.value_or(one ? held.propensity : 0.0);
  if (!std::isfinite(held.propensity) || !std::isfinite(recovery)) {
    throw InvalidInput("propensity", "must be a finite number");
  }
  if (one && recovery != held.propensity) {
    throw InvalidInput("recovery_propensity",
                       "must be left out: the model's propensity has one dimension");
  }
  std::vector<double> numbers{held.propensity};
  if (!one) numbers.push_back(recovery);
  numbers.resize(model.grid().latent.size(), 0.0);
  const std::size_t first = one ? 1 : 2;
  for (const auto& [id, number] : held.dimensions) {
    const int index = index_of(document.dimensions, id);
    if (index < 0) {
      throw InvalidInput("dimensions",
                         unknown_name("dimension", id, ids_of(document.dimensions)));
    }
    if (!std::isfinite(number))
      throw InvalidInput("dimensions", "must be finite numbers");
    numbers[first + static_cast<std::size_t>(index)] = number;
  }
  return numbers;
}

}  // namespace detail

RELAPSE_INLINE ctmc::Generator held_generator(const HeldAnswers& held,
                                              const Model& model) {
  const auto numbers = detail::held_numbers(held, model);
  const auto& latent = model.grid().latent;
  const auto& movement = model.movement();
  std::vector<double> ratios(movement.moves().size());
  movement.ratios(detail::held_determinants(held.answers, model), ratios);
  ctmc::Generator generator(model.stages());
  for (std::size_t m = 0; m < ratios.size(); ++m) {
    const auto& move = movement.moves()[m];
    double u = 0.0;
    for (std::size_t l = 0; l < numbers.size(); ++l)
      u += latent[l].loading[m] * numbers[l];
    const double rate = move.at(ratios[m] * elementary::exp(u));
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
