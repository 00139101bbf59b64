#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/model/document.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace relapse::learn {

/// What a parameter is.
enum class ParameterKind {
  rate,          ///< log rate; with a cap log(r / (M - r))
  effect,        ///< log rate ratio
  toward_use,    ///< loading
  recovery,      ///< loading
  initial,       ///< log odds against the stage that is likeliest
  tilt,          ///< log odds of a start per unit of propensity
  prior,         ///< tilt of the propensity
  start_effect,  ///< log odds
  yes,           ///< log odds of a yes
  level,         ///< log odds against the level that is likeliest
  count_mean,    ///< log
  dispersion,    ///< log
  mean,
  sd  ///< log
};

/// One number of a model on a scale without bounds.
struct Parameter {
  ParameterKind kind;
  std::string name;
  std::size_t first = 0;   ///< transition, item, stage or effect
  std::size_t second = 0;  ///< effect or stage
  std::size_t third = 0;   ///< level
};

/// All numbers of a model document that a fit may move. Probabilities that are 0 or 1
/// are part of the structure and stay. Names are
/// `rate:from>to`, `effect:from>to:determinant`, `loading:toward_use`,
/// `loading:recovery`, `initial:stage`, `start:stage`, `prior:determinant`,
/// `start_effect:stage:determinant`, `given:item:stage` (yes), `given:item:stage:level`,
/// `given:item:stage:mean`, `...:dispersion` and `...:sd`.
class Parameters {
 public:
  /// @param document checked
  explicit Parameters(const ModelDocument& document);

  std::size_t size() const noexcept { return all_.size(); }
  const Parameter& operator[](std::size_t index) const { return all_[index]; }
  /// The values in a document of the same structure.
  std::vector<double> read(const ModelDocument& document) const;
  /// Puts values into a document of the same structure; a number whose value does not
  /// change keeps its bits.
  void write(std::span<const double> values, ModelDocument& document) const;

 private:
  void add_movements(const ModelDocument& document);
  void add_start(const ModelDocument& document);
  void add_answers(const ModelDocument& document);
  void add_levels(const std::string& name, std::size_t item, std::size_t stage,
                  const std::vector<double>& probability);

  std::vector<Parameter> all_;
  std::size_t initial_base_ = 0;                      // stage
  std::vector<std::vector<std::size_t>> level_base_;  // [item][stage]
};

namespace detail {

inline bool is_open(double probability) { return probability > 0.0 && probability < 1.0; }

/// Writes log odds against a base into the entries above 0, which then sum to 1.
template <class OddsOf>
void set_shares(std::vector<double>& shares, OddsOf odds_of) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < shares.size(); ++k) {
    if (shares[k] > 0.0) largest = std::max(largest, odds_of(k));
  }
  double sum = 0.0;
  for (std::size_t k = 0; k < shares.size(); ++k) {
    if (shares[k] > 0.0) {
      // Stays above 0, which would be another structure.
      shares[k] = std::max(elementary::exp(odds_of(k) - largest),
                           std::numeric_limits<double>::min());
      sum += shares[k];
    }
  }
  for (double& share : shares) share /= sum;
}

/// The number that a parameter of an answer stands for.
template <class Law>
auto number_of(const Parameter& parameter, Law& emission)
    -> decltype(std::get<Poisson>(emission).mean.data()) {
  const std::size_t stage = parameter.second;
  switch (parameter.kind) {
  case ParameterKind::yes:
    return &std::get<Bernoulli>(emission).probability[stage];
  case ParameterKind::level:
    return &std::get<Categorical>(emission).probability[stage][parameter.third];
  case ParameterKind::dispersion:
    return &std::get<NegativeBinomial>(emission).dispersion[stage];
  case ParameterKind::mean:
    return &std::get<Normal>(emission).mean[stage];
  case ParameterKind::sd:
    return &std::get<Normal>(emission).sd[stage];
  default:
    break;
  }
  if (auto* count = std::get_if<Poisson>(&emission)) return &count->mean[stage];
  return &std::get<NegativeBinomial>(emission).mean[stage];
}

}  // namespace detail

/// Whether a name is meant by a pattern: the name itself, a beginning of it up to a
/// colon, or either with `*` for any run of characters.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/parameters.ipp>
#endif
