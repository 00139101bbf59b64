#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/infer/detail/path_law.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <optional>
#include <span>
#include <vector>

namespace relapse::infer {

/// The effects of the determinants on each move, on the scale of logs.
/// @param centred [piece][determinant], x - x_ref
/// @param sums [piece][move]
void fill_effects(std::span<const double> centred, const Model& model,
                  std::span<double> sums);
/// Their exp: `Movement::ratios` in lanes.
void fill_ratios(std::span<const double> centred, const Model& model,
                 std::span<double> ratios);
/// Adds to the slope of each determinant what gains on the moves are worth to it.
/// @param shift [piece][determinant], by how much each determinant moves
/// @param gains [piece][padded move], derivatives in the effects
void add_effect_slopes(std::span<const double> shift, std::span<const double> gains,
                       const Model& model, std::span<double> slopes);

/// A belief on its way through pieces of time with a generator of its own at each node:
/// the nodes of the propensity side by side in the lanes of the kernel.
class NodePath {
 public:
  NodePath() = default;
  explicit NodePath(const Model& model) { fit(model); }

  /// Prepares for a model; does nothing when it is the one of before.
  void fit(const Model& model);
  /// Takes the memory for so many pieces.
  void reserve(std::size_t pieces);
  /// Nodes in lanes: those of the model, padded.
  std::size_t padded_nodes() const noexcept { return padded_; }

  /// Takes over a belief but for its mass in some stages.
  void load(const Belief& belief, ctmc::StateSet without);
  /// Sets the pieces of time that the path leads through.
  /// @param ratios [piece][move], exp of the effects of the determinants; must outlive
  ///   the following, as `days` must
  /// @param days length of each piece, zero or more
  void lead_through(std::span<const double> ratios, std::span<const double> days);
  /// Carries the belief to the end. Throws InvalidInput when a rate is not finite.
  /// @param stopped stages that are not left
  /// @param entered [piece][padded node], mass in the stopped stages at the end of each
  ///   piece, set where any stage is stopped; or empty
  void follow(ctmc::StateSet stopped, std::span<double> entered);
  /// Probability of entering the stopped stages by the end of the path, from each node
  /// and stage. False when rates times days are so large that other methods are better;
  /// nothing is known then.
  /// @param passage [node][stage]
  /// @param gains [piece][padded move], set to the derivative of the mass that enters,
  ///   from the belief loaded, in the effects on each move; or empty
  bool find_passage(ctmc::StateSet stopped, std::span<double> passage,
                    std::span<double> gains);
  /// Gives the belief back but for its mass in some stages, which is lost.
  void store(Belief& belief, ctmc::StateSet without) const;

 private:
  PathTask make_task(ctmc::StateSet stopped);

  std::optional<Model> model_;
  std::size_t padded_ = 0;
  PathLaw law_;
  std::vector<double> factor_;      // [move][padded node]
  std::span<const double> ratios_;  // [piece][move]
  std::span<const double> days_;    // by piece
  std::vector<double> rates_;       // [piece][move + 1][padded node]
  std::vector<double> row_;         // [stage][padded node]
  std::vector<double> passage_;     // [stage][padded node]
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/node_path.ipp>
#endif
