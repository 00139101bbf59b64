#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/path_law.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <span>
#include <vector>

namespace relapse::infer {

/// Eight ways through pieces of time, one a lane of the kernel, laid piece by piece.
class LaidWays {
 public:
  explicit LaidWays(const Model& model);

  /// Forgets all pieces.
  void clear();
  /// Lays a piece of one way.
  /// @param centred x - x_ref of every determinant
  void lay(int lane, int piece, double days, std::span<const double> centred);
  /// Pieces of the way that has most.
  int pieces() const noexcept { return pieces_; }
  /// What is laid, for the kernel. Valid until more is.
  /// @param law of the same model
  Ways ways(const PathTask& law);

 private:
  MoveEffects effects_;
  int nodes_ = 1;
  int pieces_ = 0;
  std::vector<double> factor_;   // [node][move]
  std::vector<double> days_;     // [piece][8]
  std::vector<double> centred_;  // [piece][determinant][8]
  std::vector<double> rates_;    // [node][move + 1][8]
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/laid_ways.ipp>
#endif
