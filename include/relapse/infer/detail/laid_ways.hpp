#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <span>
#include <vector>

namespace relapse::infer {

/// Eight ways through pieces of time side by side, laid piece by piece.
class LaidWays {
 public:
  /// @param points of a piece, over which a rate is the mean
  LaidWays(const Model& model, int points)
      : effects_(move_effects_of(model)), points_(points) {}

  /// Forgets all pieces.
  void clear();
  /// Lays a piece of one way.
  /// @param centred [point][determinant], x - x_ref
  void lay(int person, int piece, double days, std::span<const double> centred);
  /// Pieces of the way that has most.
  int pieces() const noexcept { return pieces_; }
  /// Leads a path of eight persons through what is laid. Valid until more is.
  void lead(NodePath& path);

 private:
  MoveEffects effects_;
  int points_;
  int pieces_ = 0;
  std::vector<double> days_;     // [piece][8]; 0: no such piece on this way
  std::vector<double> centred_;  // [piece][point][determinant][8]
  std::vector<double> ratios_;   // [piece][point][move][8]
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/laid_ways.ipp>
#endif
