#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/document.hpp>

#include <vector>

namespace relapse::model {

/// Where a determinant reads its value.
enum class Origin { level, deviation, situation, log_clock, held };

/// One determinant, prepared. `channel` numbers the determinant items that are asked.
struct DeterminantLaw {
  Origin origin = Origin::level;
  int channel = -1;           ///< item, or exposure of a situation
  int efficacy_channel = -1;  ///< of a situation; -1: none asked
  double default_efficacy = 0.5;
  BuiltinKind builtin = BuiltinKind::lapses;  ///< of a clock or a held count
  double reference = 0.0;
  double half_life = 0.0;  ///< days; 0: carried until replaced
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
  int channels() const noexcept { return channels_; }
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
  bool reads_use() const noexcept { return reads_use_; }
  bool reads_missed() const noexcept { return reads_missed_; }

 private:
  std::vector<DeterminantLaw> laws_;
  std::vector<int> channel_;  // by item
  std::vector<char> read_;    // by channel
  int channels_ = 0;
  bool drift_ = false;
  bool outlook_drifts_ = false;
  bool reads_use_ = false;
  bool reads_missed_ = false;
};

}  // namespace relapse::model

#ifndef RELAPSE_COMPILED
#include <relapse/model/determinants.ipp>
#endif
