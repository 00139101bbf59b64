#pragma once

#include <relapse/engine/detail/columns.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace relapse::engine {

/// The determinants of whole columns, for models in which each keeps the last answer to
/// its item until the next: nothing fades, no clock runs. One a thread.
class HeldDeterminants {
 public:
  static bool takes(const Model& model) {
    const auto& determinants = model.determinants();
    const auto& laws = determinants.laws();
    // Answers that nobody reads are refused all the same when they cannot be averaged.
    for (int channel = 0; channel < determinants.channels(); ++channel) {
      if (!determinants.is_read(channel)) return false;
    }
    return std::all_of(laws.begin(), laws.end(), [](const model::DeterminantLaw& law) {
      return law.origin == model::Origin::level && law.half_life == 0.0;
    });
  }

  explicit HeldDeterminants(const Model& model) {
    const auto& determinants = model.determinants();
    for (const auto& law : determinants.laws()) {
      const auto channel = static_cast<std::size_t>(law.channel);
      sources_.push_back({determinants.channel_items()[channel], law.reference, {}});
    }
  }

  /// Goes through the columns read last.
  /// @param lost set where a person cannot be gone through here
  void read(const Columns& columns, std::span<const infer::Stretch> stretches,
            std::span<std::uint8_t> lost) {
    const auto time = columns.time();
    after_.assign(time.size() * count(), 0.0);
    updated_.resize(time.size());
    for (auto& source : sources_) source.answers = columns.told(source.item);
    for (std::size_t k = 0; k < stretches.size(); ++k) {
      const auto& person = stretches[k];
      read_updates(time, person);
      double* after = after_.data() + person.begin * count();
      for (const auto& source : sources_) {
        double* to = after++;
        if (!source.answers.empty() && !read_answers(source, person, to)) lost[k] = 1;
      }
    }
  }

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

  void read_updates(std::span<const double> time, const infer::Stretch& person) {
    double updated = time[person.begin];
    for (std::size_t row = person.begin; row < person.end; ++row) {
      for (const auto& source : sources_) {
        if (source.answers.empty()) continue;
        const double answer = source.answers[row];
        if (answer == answer) updated = time[row];
      }
      updated_[row] = updated;
    }
  }

  /// Sets a person's deviations from the reference, `after` on, a row apart. False when
  /// the answers are too large to be averaged.
  bool read_answers(const Source& source, const infer::Stretch& person, double* after) {
    double deviation = 0.0;
    double sum = 0.0;  // as the own mean needs it
    for (std::size_t row = person.begin; row < person.end; ++row, after += count()) {
      const double answer = source.answers[row];
      if (answer == answer) {
        deviation = answer - source.reference;
        sum += answer;
      }
      *after = deviation;
    }
    return std::isfinite(sum);
  }

  std::vector<Source> sources_;
  std::vector<double> after_;  // [row][determinant]
  std::vector<double> updated_;
};

}  // namespace relapse::engine
