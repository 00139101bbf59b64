#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/instruments/document.hpp>

#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse {

/// A checked instrument. Immutable; a copy shares the same content, and threads may share
/// one.
class Instrument {
 public:
  /// A subscale in positions: what scoring needs.
  struct Part {
    std::vector<int> items;
    std::vector<bool> reversed;
    std::vector<double> thresholds;
    double lowest = 0.0;                        ///< least value of the subscale
    double highest = 0.0;                       ///< largest
    std::vector<std::vector<double>> monotone;  ///< of the probabilities, by row
  };
  /// Items that are not asked where others are answered with 0.
  struct Skip {
    std::vector<int> when_zero;
    std::vector<int> not_asked;
  };

  /// Throws ParseError, with the JSON pointer of the place, for a rule about an unknown
  /// item, a range without length, bands out of order, a missing source and the like.
  explicit Instrument(InstrumentDocument document);

  const InstrumentDocument& document() const noexcept { return parts_->document; }
  int items() const noexcept { return static_cast<int>(document().items.size()); }
  int subscales() const noexcept { return static_cast<int>(document().subscales.size()); }
  const InstrumentItem& item(int index) const {
    return document().items[static_cast<std::size_t>(index)];
  }
  /// Position of an item, or of a subscale; -1 when there is none of this id.
  int find_item(std::string_view id) const;
  int find_subscale(std::string_view id) const;

  const Part& part(int subscale) const {
    return parts_->parts[static_cast<std::size_t>(subscale)];
  }
  std::span<const Skip> skips() const noexcept { return parts_->skips; }

  bool operator==(const Instrument& other) const {
    return document() == other.document();
  }

 private:
  struct Parts {
    InstrumentDocument document;
    std::vector<Part> parts;
    std::vector<Skip> skips;
  };

  std::shared_ptr<const Parts> parts_;
};

/// The instrument with what it says to a person in another language: title, description,
/// labels, licence. Words that do not come with the library stay as they are. Scores are
/// the same; sources, and why a score is refused, are for the records and in English.
Instrument translated(const Instrument& instrument, const Wording& wording);

/// What an answer is worth in a subscale.
/// @param answer one that the item has
double points_of(const InstrumentItem& item, double answer);

/// The closest values, in the sense of least squares with equal weights, that never fall
/// (pool adjacent violators; Ayer et al. 1955, Ann Math Stat 26:641).
std::vector<double> isotonic(std::vector<double> values);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/instruments/detail/instrument.ipp>
#endif
