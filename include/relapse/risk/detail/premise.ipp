#pragma once

#include <relapse/core/random.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/risk/premise.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace relapse::risk {
namespace detail {

/// What is known of the direction of each determinant, and what was against it.
class Directions {
 public:
  explicit Directions(const Model& model) : model_(&model) {
    for (const auto& rule : model.document().determinants) {
      const auto* builtin = std::get_if<BuiltinKind>(&rule.from);
      signs_.push_back(builtin != nullptr && is_clock(*builtin) ? 0 : 1);
      is_asked_.push_back(!rule.indicator);
    }
  }

  /// @param passage probabilities by stage, within the horizon
  void look(const Eigen::VectorXd& passage, Days horizon) {
    constexpr double rounding = 1e-12;
    for (const auto& move : model_->movement().moves()) {
      if (model_->use()[static_cast<std::size_t>(move.from)]) continue;
      const double gain = passage(move.to) - passage(move.from);
      if (std::abs(gain) <= rounding * passage(move.to)) continue;
      for (const auto& effect : move.effects) {
        if (effect.weight == 0.0 ||
            !is_asked_[static_cast<std::size_t>(effect.determinant)])
          continue;
        const int sign = (effect.weight > 0.0) == (gain > 0.0) ? 1 : -1;
        auto& known = signs_[static_cast<std::size_t>(effect.determinant)];
        if (known == 0) known = sign;
        if (known != sign) add(effect.determinant, move.from, move.to, horizon);
      }
    }
  }

  std::vector<PremiseBreach> breaches;

 private:
  void add(int determinant, int from, int to, Days horizon) {
    const auto& document = model_->document();
    const PremiseBreach breach{
        document.determinants[static_cast<std::size_t>(determinant)].id,
        document.stages[static_cast<std::size_t>(from)].id,
        document.stages[static_cast<std::size_t>(to)].id, horizon};
    const bool known =
        std::any_of(breaches.begin(), breaches.end(), [&](const auto& other) {
          return other.determinant == breach.determinant && other.from == breach.from &&
                 other.to == breach.to;
        });
    if (!known) breaches.push_back(breach);
  }

  const Model* model_;
  std::vector<int> signs_;
  std::vector<bool> is_asked_;
};

}  // namespace detail

RELAPSE_INLINE std::vector<PremiseBreach> premise_breaches(const Model& model,
                                                           int draws) {
  Random random(7);
  std::vector<double> x(static_cast<std::size_t>(model.determinants().count()));
  std::vector<double> ratios(model.movement().moves().size());
  detail::Directions directions(model);
  for (int draw = 0; draw < draws; ++draw) {
    for (double& value : x) {
      const double u = sample_uniform(random);
      value = draw % 2 == 0 ? u : std::round(u);
    }
    model.movement().ratios(x, ratios);
    for (int node = 0; node < model.nodes(); ++node) {
      const auto generator = model.movement().generator(ratios, node);
      for (const double days : {0.001, 0.1, 0.5, 1.0, 3.0, 7.0, 30.0}) {
        directions.look(ctmc::passage_probability(generator, model.use(), Days{days}),
                        Days{days});
      }
    }
  }
  return directions.breaches;
}

}  // namespace relapse::risk
