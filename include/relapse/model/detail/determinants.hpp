#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/detail/cells.hpp>
#include <relapse/model/document.hpp>

#include <span>
#include <vector>

namespace relapse::model {

/// Where a determinant reads its value.
enum class Origin { level, deviation, excess, situation, log_clock, held };

/// One determinant, prepared. `channel` numbers the determinant items that are asked.
struct DeterminantLaw {
  Origin origin = Origin::level;
  int channel = -1;           ///< item, or exposure of a situation
  int efficacy_channel = -1;  ///< of a situation; -1: none asked
  double default_efficacy = 0.5;
  BuiltinKind builtin = BuiltinKind::lapses;  ///< of a clock or a held count
  double reference = 0.0;
  double half_life = 0.0;            ///< days; 0: carried until replaced
  std::vector<double> unknown_days;  ///< since use, equally likely, where it is not known
  double unknown_recent = 0.0;       ///< mean of what these leave of `recent_use`
  OutlookRule outlook;
};

/// All determinants of a model, and what they need the engine to keep.
class Determinants {
 public:
  /// @param document checked
  explicit Determinants(const ModelDocument& document);

  const std::vector<DeterminantLaw>& laws() const noexcept { return laws_; }
  int count() const noexcept { return static_cast<int>(laws_.size()); }
  /// Number of determinant items.
  int channels() const noexcept { return static_cast<int>(channel_items_.size()); }
  /// The items of the channels, in the order of the document.
  std::span<const int> channel_items() const noexcept { return channel_items_; }
  /// Channel of an item; -1 for an item that is no determinant.
  int channel(int item) const { return channel_[static_cast<std::size_t>(item)]; }
  /// Whether an answer on this channel moves any determinant.
  bool is_read(int channel) const {
    return read_[static_cast<std::size_t>(channel)] != 0;
  }
  /// Whether any determinant changes while nothing is answered.
  bool drift() const noexcept { return drift_; }
  /// The same over the outlook.
  bool outlook_drifts() const noexcept { return outlook_drifts_; }
  /// The clocks, which go on while nothing is answered.
  std::span<const int> clocks() const noexcept { return clocks_; }
  /// Those whose outlook is not their own memory.
  std::span<const int> own_outlooks() const noexcept { return own_outlooks_; }
  /// How many points the mean of a rate over a cell takes, see `cell_weights`.
  int points() const noexcept { return drift_ ? most_points : 1; }
  /// The same over the outlook.
  int outlook_points() const noexcept { return outlook_drifts_ ? most_points : 1; }
  /// What is left, at one of the points of a cell, of a deviation that fades from age 0
  /// on.
  /// @param points of the rule
  double left(int determinant, const Cell& cell, int point, int points) const {
    const auto d = static_cast<std::size_t>(determinant);
    const double half_life = laws_[d].half_life;
    if (!(half_life > 0.0)) return 1.0;
    if (is_known(cell, points)) return known_left(cell, point)[d];
    return fading(age_at_point(point, points, cell.begin, cell.end), half_life);
  }
  /// The same of every determinant.
  /// @param deviations at age 0, @param faded at the point; of clocks nothing
  void fade(const Cell& cell, int point, int points, std::span<const double> deviations,
            std::span<double> faded) const {
    if (is_known(cell, points)) {
      const double* left = known_left(cell, point);
      for (std::size_t d = 0; d < faded.size(); ++d) faded[d] = deviations[d] * left[d];
      return;
    }
    for (std::size_t d = 0; d < faded.size(); ++d) {
      faded[d] = deviations[d] * left(static_cast<int>(d), cell, point, points);
    }
  }
  bool reads_use() const noexcept { return reads_use_; }
  bool reads_missed() const noexcept { return reads_missed_; }

 private:
  static constexpr int known_cells = 16;

  static bool is_known(const Cell& cell, int points) {
    return points == most_points && 0 <= cell.number && cell.number < known_cells;
  }
  const double* known_left(const Cell& cell, int point) const {
    return left_.data() +
           static_cast<std::size_t>(cell.number * most_points + point) * laws_.size();
  }

  std::vector<DeterminantLaw> laws_;
  std::vector<double> left_;  // [cell][point][determinant]
  std::vector<int> clocks_;
  std::vector<int> own_outlooks_;
  std::vector<int> channel_;  // by item
  std::vector<int> channel_items_;
  std::vector<char> read_;  // by channel
  bool drift_ = false;
  bool outlook_drifts_ = false;
  bool reads_use_ = false;
  bool reads_missed_ = false;
};

}  // namespace relapse::model

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/determinants.ipp>
#endif
