#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/model.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace relapse::infer {

/// The matrices exp(Q t) of a model whose rates nothing changes, one a node of the
/// propensity, kept for the times that were asked for. Takes no memory after it was made.
class Transitions {
 public:
  /// @param most times that are kept; when there are more, all are forgotten
  Transitions(const Model& model, std::size_t most);

  /// Where the matrices of a time begin, in doubles. A place stays valid until `room` was
  /// asked for.
  /// @param days zero or more, finite
  std::uint32_t find(double days);
  /// Makes room for so many times that are not known yet; at most `most`.
  void room(std::size_t times);
  std::size_t most() const noexcept { return most_; }
  /// Rows of 8 doubles, [node][stage].
  const double* matrices() const noexcept { return rows_.data()->value; }

 private:
  struct alignas(64) Row {
    double value[8] = {};
  };

  void forget();
  void compute(double days, std::size_t slot);

  Model model_;
  std::vector<double> unchanged_;  // ratios of the moves
  std::size_t most_;
  std::size_t known_ = 0;
  std::vector<double> keys_;           // open addressing; negative: free
  std::vector<std::uint32_t> places_;  // by key: slot
  std::vector<Row> rows_;              // [slot][node][stage]
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/transitions.ipp>
#endif
