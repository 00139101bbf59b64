#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/ctmc/generator.hpp>
#include <relapse/model/detail/cells.hpp>
#include <relapse/model/detail/raw_rate.hpp>
#include <relapse/model/document.hpp>

#include <limits>
#include <span>
#include <vector>

namespace relapse::model {

/// A determinant's weight on a movement, by index.
struct MoveEffect {
  int determinant;
  double weight;
};

/// An allowed movement, prepared: rate = r e / (1 + (e - 1) r / M) with e = exp(u), u the
/// sum of effects and loading, r the reference rate and M the smooth cap (infinite when
/// none), which is M / (1 + (M / r - 1) exp(-u)).
struct Move {
  int from;
  int to;
  double rate;
  double max_rate = std::numeric_limits<double>::infinity();
  Direction direction = Direction::none;
  std::vector<MoveEffect> effects;

  /// Rate in 1/day at the ratio e = exp(u).
  double at(double ratio) const {
    const double raw = rate * ratio;
    if (max_rate == std::numeric_limits<double>::infinity()) return raw;
    const double held = raw > most_raw_rate ? most_raw_rate : raw;
    return max_rate * held / (held + (max_rate - rate));
  }
  /// Derivative of the rate in u.
  double slope(double ratio) const {
    const double q = at(ratio);
    return max_rate == std::numeric_limits<double>::infinity() ? q
                                                               : q * (1.0 - q / max_rate);
  }
};

/// One of the numbers that are latent in a person.
struct Latent {
  std::vector<double> number;     ///< by node, in standard deviations
  std::vector<double> loading;    ///< log rate per unit, by move
  std::vector<double> start;      ///< log odds per unit, by stage
  std::vector<MoveEffect> prior;  ///< tilt of the number
};

/// The values of a latent number, from the lowest: Phi^-1((i - 1/2) / G), scaled to unit
/// variance.
std::vector<double> propensity_grid(int nodes);

/// How fast the stages move: the generator at given determinants and propensity.
class Movement {
 public:
  /// @param document checked
  Movement(const ModelDocument& document, std::span<const Latent> latent);

  int stages() const noexcept { return stages_; }
  std::span<const Move> moves() const noexcept { return moves_; }
  bool has_effects() const noexcept { return has_effects_; }

  /// The effects as a table, [determinant][move], the moves padded with zeros.
  const double* weights() const noexcept { return weights_.data(); }
  int padded_moves() const noexcept { return padded_moves_; }

  /// exp(beta . (x - x_ref)) of each move at each point of a cell.
  /// @param centred [point][determinant], x - x_ref
  /// @param ratios [point][move]
  void ratios(std::span<const double> centred, std::span<double> ratios) const;
  /// exp of the loadings of a move at a node.
  double factor(int move, int node) const {
    return node_factor_[static_cast<std::size_t>(node) * moves_.size() +
                        static_cast<std::size_t>(move)];
  }
  /// Mean over the points of a cell of what `of` makes of the ratio of a move at a node,
  /// loading included.
  /// @param ratios [point][move]
  template <class Of>
  double mean(std::span<const double> ratios, int move, int node, Of of) const {
    const auto weights = cell_weights(static_cast<int>(ratios.size() / moves_.size()));
    const double factor = this->factor(move, node);
    double sum = 0.0;
    for (std::size_t p = 0; p < weights.size(); ++p) {
      const auto at = p * moves_.size() + static_cast<std::size_t>(move);
      sum += weights[p] * of(ratios[at] * factor);
    }
    return sum;
  }
  /// The generator at a node: the mean over the points of a cell. Throws InvalidInput
  /// when a rate is not finite.
  /// @param ratios [point][move]
  ctmc::Generator generator(std::span<const double> ratios, int node) const;

 private:
  int stages_;
  bool has_effects_ = false;
  std::vector<Move> moves_;
  int padded_moves_ = 0;
  std::vector<double> weights_;
  std::vector<double> node_factor_;  // [node][move]
};

}  // namespace relapse::model

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/movement.ipp>
#endif
