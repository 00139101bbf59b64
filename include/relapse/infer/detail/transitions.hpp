#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/loops.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace relapse::infer {

/// The matrices exp(Q t) of a model whose rates nothing changes, one a node of the
/// propensity, kept for the times that were asked for. Up to 16 of them take no memory
/// after it was made.
class Transitions {
 public:
  /// No place: as many times are kept as may be.
  static constexpr std::uint32_t full = no_place;

  /// @param most times that are kept
  Transitions(const Model& model, std::size_t most);

  /// Where the matrices of a time begin, in doubles, or `full`.
  /// @param days zero or more, finite
  std::uint32_t find(double days);
  /// Forgets all times, whose places are valid no longer.
  void forget();
  /// Rows of 8 doubles, [node][stage].
  const double* matrices() const noexcept { return rows_.data()->value; }

 private:
  struct alignas(64) Row {
    double value[8] = {};
  };

  void compute(double days, std::size_t slot);

  Model model_;
  std::vector<double> unchanged_;  // ratios of the moves
  std::size_t most_;
  NodePath path_;
  std::size_t known_ = 0;
  std::vector<double> keys_;           // open addressing; negative: free
  std::vector<std::uint32_t> places_;  // by key: slot
  std::vector<Row> rows_;              // [slot][node][stage]
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/transitions.ipp>
#endif
