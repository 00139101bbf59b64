#pragma once

#include <relapse/case_file/detail/closing.hpp>
#include <relapse/case_file/detail/event.hpp>
#include <relapse/case_file/detail/fold.hpp>
#include <relapse/core/inline.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// The events of a case file as they were told, and in the order in which they count.
namespace relapse::case_file {

/// Where an event stands in the order: by its place, then by its id.
struct Position {
  Time place;
  std::string id;
  /// Among the texts of one id; 0: the one that counts, -1: the use that it tells of
  /// afterwards, at the moment of that use, 1: another one.
  int rank = 0;
  std::shared_ptr<const std::string> text = {};  ///< of another one

  // Not by <=>, which texts do not have in every standard library.
  friend bool operator<(const Position& one, const Position& other) {
    const bool late = one.rank >= 0;
    const bool other_late = other.rank >= 0;
    const auto here = std::tie(one.place, late, one.id, one.rank);
    const auto there = std::tie(other.place, other_late, other.id, other.rank);
    if (here != there || !one.text || !other.text) return here < there;
    return *one.text < *other.text;
  }
  friend bool operator>(const Position& one, const Position& other) {
    return other < one;
  }
  friend bool operator<=(const Position& one, const Position& other) {
    return !(other < one);
  }
  friend bool operator>=(const Position& one, const Position& other) {
    return !(one < other);
  }
};

/// Keeps the first of two positions.
inline void keep_first(std::optional<Position>& first, std::optional<Position> other) {
  if (other && (!first || *other < *first)) first = std::move(other);
}

/// Why another text of an id is refused.
inline constexpr std::string_view another_text =
    "event: has the id of another one, and says something else";

/// All that was told, each text once. What stands in the order depends on which texts
/// there are, and on nothing else.
class Log {
 public:
  Log() = default;
  /// What is told later of the part that was closed is refused.
  explicit Log(Closing closing) : closing_(std::move(closing)) {}

  /// Adds a text. Empty when it was there before, and otherwise the first position from
  /// which the order has changed; one after all others when nothing has.
  std::optional<Position> add(Telling telling);

  /// Whether a text counts as it is: it is the only one of its id, nothing corrects it,
  /// and the log is whole.
  bool stands_alone(const std::string& id) const {
    const auto& told = told_.find(id)->second;
    return !closing_ && told.entries.size() == 1 && told.correct.empty();
  }
  /// Whether a text is the one of its id that counts, 0, or another one, 1; -1 when it is
  /// not there.
  int rank_of(const std::string& id, const std::string& text) const;

  /// The events that count, corrections in the place of what they correct.
  const std::map<Position, Slot>& order() const noexcept { return order_; }
  /// Calls with each text, ordered by id.
  template <class Visit>
  void for_each_text(Visit visit) const {
    for (const auto& [id, told] : told_) {
      for (const auto& entry : told.entries) visit(entry);
    }
  }
  struct Entry {
    std::shared_ptr<const std::string> text;
    Time place;
    Time told;  ///< when it was told, or else when it happened
    std::optional<Correction> correction;
    std::optional<Time> earlier_use;  ///< that is told of afterwards
    bool unreadable = false;
    std::string problem;  ///< why it cannot count, whatever else was told
  };

  /// What a closing takes away, and what it leaves.
  struct Split {
    std::vector<Position> closed = {};   ///< in the order
    Closing closing = {};                ///< of the texts that go, and went before
    std::vector<std::string> open = {};  ///< texts that stay
  };
  /// The earliest moment that events from a moment on tell of, or of which they have the
  /// id; or else that moment.
  Time reaches_back(Time from) const;
  /// Events that lie before a moment.
  Split split(Time before) const;
  std::vector<Digest> digests() const;

  /// How many there are, those of the closed part among them.
  std::size_t texts() const noexcept {
    return texts_ + (closing_ ? closing_->known.size() : 0);
  }
  std::size_t corrections() const noexcept {
    return corrections_ + (closing_ ? closing_->corrections.size() : 0);
  }
  /// Empty while the log is whole.
  const std::optional<Closing>& closing() const noexcept { return closing_; }

 private:
  struct Told {
    std::vector<Entry> entries;     ///< the one that counts first
    std::vector<Position> places;   ///< in the order, of the one that counts
    std::set<std::string> correct;  ///< ids of its corrections
  };

  /// Where a text stands that is not the one of its id that counts.
  Position place_of_another(const std::string& id, const Entry& entry) const;
  /// Lays that text into the order; its position, unless it has told all it has to say.
  std::optional<Position> put_another(const std::string& id, const Entry& entry);
  /// Lays the one that counts into the order anew; the first position that has changed.
  std::optional<Position> settle(const std::string& id);
  /// The correction that counts; null without one.
  const Entry* correction_of(const std::string& id) const;
  std::string problem_of(const std::string& id, const Entry& correction) const;
  /// Whether a text that stays has told the closed part what it has to say.
  bool is_settled(const std::string& id, const Entry& entry) const;
  std::map<Position, Slot> slots_of(const std::string& id) const;
  /// Whether the text of an id that counts lies before a moment.
  bool lies_before(const std::string& id, Time before) const;

  std::optional<Closing> closing_;
  std::map<std::string, Told, std::less<>> told_;
  std::map<Position, Slot> order_;
  std::size_t texts_ = 0;
  std::size_t corrections_ = 0;
};

}  // namespace relapse::case_file

#ifndef RELAPSE_COMPILED
#include <relapse/case_file/detail/log.ipp>
#endif
