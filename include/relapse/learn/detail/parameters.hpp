#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/document.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace relapse::learn {

/// What a parameter is.
enum class ParameterKind {
  rate,          ///< log rate; with a cap log(r / (M - r))
  effect,        ///< log rate ratio
  group_effect,  ///< the same of all transitions of a group
  toward_use,    ///< loading of the propensity
  recovery,      ///< loading of the propensity
  loading,       ///< of a dimension
  initial,       ///< log odds against the stage that is likeliest
  tilt,          ///< log odds of a start per unit of the propensity or a dimension
  prior,         ///< tilt of the propensity or a dimension
  start_effect,  ///< log odds
  answer,        ///< of the law of an answer; as its `NumberScale` says
  persistence,   ///< log odds of a share
  half_life,     ///< log, of a persistence
  own_habit,     ///< weight of the habit of an item alone
  habit          ///< weight of an item in a habit or a dimension
};

/// One number of a model on a scale without bounds.
struct Parameter {
  ParameterKind kind;
  std::string name;
  /// Transition, group, item, stage or effect; of what is latent 0 for the propensity,
  /// else the dimension counted from 1; of a habit, dimensions after the habits.
  std::size_t first = 0;
  std::size_t second = 0;  ///< effect, stage or weight
  std::size_t third = 0;   ///< of an answer: which number of the law, or which level
  std::size_t base = 0;    ///< of log odds against the likeliest: which that is
  model::NumberScale scale = model::NumberScale::plain;  ///< of an answer
  bool is_measured = false;                              ///< of the law of a measurement
};

/// All numbers of a model document that a fit may move. Probabilities that are 0 or 1
/// are part of the structure and stay. Names are
/// `rate:from>to`, `effect:from>to:determinant`, `effect:group:determinant`,
/// `loading:toward_use`, `loading:recovery`, `initial:stage`, `start:stage`,
/// `prior:determinant`, `start_effect:stage:determinant`, `given:item:stage` (yes),
/// `given:item:stage:level`, `given:item:stage:mean`, `...:dispersion` and `...:sd`,
/// `persistence:item` or `persistence:item:level`, `half_life:item`, `habit:item`, of a
/// habit of several items `habit:id:item`, and of a dimension `loading:id:group`,
/// `habit:id:item`, `start:id:stage`, `prior:id:determinant`.
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
  void add_dimensions(const ModelDocument& document);
  /// The start and the tilt of the propensity, or of a dimension counted from 1.
  /// @param name of the dimension, with a colon
  void add_tilts(const ModelDocument& document, std::size_t latent,
                 const std::string& name);
  void add_habits(const ModelDocument& document);

  std::vector<Parameter> all_;
};

namespace detail {

/// Weights of the start of the propensity, or of a dimension counted from 1.
template <class Document>
auto& start_of(Document& document, std::size_t latent) {
  return latent == 0 ? document.propensity.start : document.dimensions[latent - 1].start;
}
/// The same of their tilt.
template <class Document>
auto& prior_of(Document& document, std::size_t latent) {
  return latent == 0 ? document.propensity.prior : document.dimensions[latent - 1].prior;
}
/// Weights of a habit, or of a dimension, counted after the habits.
template <class Document>
auto& habit_of(Document& document, std::size_t habit) {
  const std::size_t habits = document.habits.size();
  return habit < habits ? document.habits[habit].items
                        : document.dimensions[habit - habits].habits;
}

/// The number of a law that a parameter stands for.
template <class AnyEmission>
auto& number_of(const Parameter& parameter, AnyEmission& emission) {
  return model::visit_law(
      emission, [&](auto, auto& law) -> auto& {
        return model::number_of(law, parameter.second, parameter.third);
      });
}

/// Brings the entries above 0 to log odds, and their sum to 1.
template <class OddsOf>
void set_log_odds(std::vector<double>& shares, OddsOf odds_of) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < shares.size(); ++k) {
    if (shares[k] > 0.0) largest = std::max(largest, odds_of(k));
  }
  model::set_shares(shares, [&](std::size_t k) {
    // Stays above 0, which would be another structure.
    return std::max(elementary::exp(odds_of(k) - largest),
                    std::numeric_limits<double>::min());
  });
}

}  // namespace detail

/// Whether a name is meant by a pattern: the name itself, a beginning of it up to a
/// colon, or either with `*` for any run of characters.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace relapse::learn

#ifndef RELAPSE_COMPILED
#include <relapse/learn/detail/parameters.ipp>
#endif
