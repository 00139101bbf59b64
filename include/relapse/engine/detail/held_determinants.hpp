#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/detail/columns.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace relapse::engine {

/// The determinants of whole columns, for models in which each keeps the last answer to
/// its item until the next: nothing fades, no clock runs. One a thread.
class HeldDeterminants {
 public:
  static bool takes(const Model& model);

  explicit HeldDeterminants(const Model& model);

  /// Goes through the columns read last.
  /// @param lost set where a person cannot be gone through here
  void read(const Columns& columns, std::span<const infer::Stretch> stretches,
            std::span<std::uint8_t> lost);
  /// x - x_ref of every determinant, once the answers of a row are known.
  std::span<const double> after(std::size_t row) const {
    return {after_.data() + row * count(), count()};
  }
  /// The time of the last row, up to this one, that answered any of them; before one did,
  /// that of the first row.
  double updated(std::size_t row) const { return updated_[row]; }

 private:
  /// A determinant and the answers to its item, by row.
  struct Source {
    int item = -1;
    double reference = 0.0;
    std::span<const double> answers;
  };

  std::size_t count() const { return sources_.size(); }
  void read_updates(std::span<const double> time, const infer::Stretch& person);
  /// Sets a person's deviations from the reference, `after` on, a row apart. False when
  /// the answers are too large to be averaged.
  bool read_answers(const Source& source, const infer::Stretch& person, double* after);

  std::vector<Source> sources_;
  std::vector<double> after_;  // [row][determinant]
  std::vector<double> updated_;
};

}  // namespace relapse::engine

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/held_determinants.ipp>
#endif
