#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/course.hpp>
#include <relapse/model/detail/prepared_model.hpp>
#include <relapse/risk/estimate.hpp>

#include <span>
#include <vector>

namespace relapse::risk {

/// The determinants over the time ahead, in pieces on each of which the rates are
/// constant. Piece k reaches from ends[k - 1] (0 for the first) to ends[k], in days from
/// now.
struct Path {
  std::vector<double> ends;
  int points = 1;               ///< of a piece, over which a rate is the mean
  std::vector<double> updated;  ///< by determinant, x - x_ref at the last update
  std::vector<double> centred;  ///< [piece][point][determinant], x - x_ref

  int pieces() const { return static_cast<int>(ends.size()); }
  double length(int piece) const {
    const auto k = static_cast<std::size_t>(piece);
    return k == 0 ? ends[0] : ends[k] - ends[k - 1];
  }
  /// Sets the length of each piece.
  void lengths(std::vector<double>& days) const {
    days.resize(ends.size());
    for (int piece = 0; piece < pieces(); ++piece)
      days[static_cast<std::size_t>(piece)] = length(piece);
  }
};

/// The determinants of a person, as the time ahead is seen from now.
struct Ahead {
  const infer::Covariates& covariates;
  double age;  ///< days since their last update
  std::span<const Intervention> interventions = {};
  const infer::Course* course = nullptr;  ///< what is told of the time ahead
};

/// Adds the ends of the pieces on which rates are constant, up to `until` days from now:
/// of cells, and of what is told.
void add_ends(const Ahead& ahead, double until, const Model& model,
              std::vector<double>& ends);
/// Sorts and removes what stands twice.
void tidy_ends(std::vector<double>& ends);
/// Fills the determinants of every piece of `path`, whose ends are set. Throws
/// InvalidInput where they reach beyond what is told.
void fill_path(const Ahead& ahead, const Model& model, Path& path);
/// Lets interventions act on the determinants of a path that was filled without them.
void intervene(const Ahead& ahead, const Model& model, Path& path);

}  // namespace relapse::risk

#ifndef RELAPSE_COMPILED
#include <relapse/risk/detail/path.ipp>
#endif
