#pragma once

#include <relapse/case_file/detail/log.hpp>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace relapse::case_file {
namespace detail {

/// Of several texts of one id, the one that was told first counts.
inline bool counts_before(const Log::Entry& one, const Log::Entry& other) {
  return std::tie(one.told, *one.text) < std::tie(other.told, *other.text);
}

}  // namespace detail

RELAPSE_INLINE std::optional<Position> Log::add(Telling telling) {
  if (closing_ && closing_->knows(digest_of(telling.id, telling.text)))
    return std::nullopt;
  Entry entry{std::make_shared<const std::string>(std::move(telling.text)),
              telling.place(),
              telling.told.value_or(telling.at),
              std::move(telling.correction),
              telling.earlier_use,
              telling.unreadable,
              std::move(telling.problem)};
  auto& entries = told_[telling.id].entries;
  const auto after =
      std::lower_bound(entries.begin(), entries.end(), entry, detail::counts_before);
  if (after != entries.end() && *after->text == *entry.text) return std::nullopt;
  const auto target = entry.correction ? entry.correction->of : std::string();
  const auto here = entries.insert(after, std::move(entry));
  ++texts_;
  if (!target.empty()) {
    ++corrections_;
    told_[target].correct.insert(telling.id);
  }
  std::optional<Position> first;
  if (here != entries.begin()) {
    first = put_another(telling.id, *here);
  } else {
    if (entries.size() > 1) first = put_another(telling.id, entries[1]);
    keep_first(first, settle(telling.id));
    // What a text of this id corrects, and what was told of it before it came.
    for (std::size_t k = 0; k < std::min<std::size_t>(entries.size(), 2); ++k) {
      if (entries[k].correction) keep_first(first, settle(entries[k].correction->of));
    }
    for (const auto& id : told_[telling.id].correct) keep_first(first, settle(id));
  }
  if (!first) first = Position{Time{std::numeric_limits<double>::infinity()}, "", 0};
  return first;
}

RELAPSE_INLINE Position Log::place_of_another(const std::string& id,
                                              const Entry& entry) const {
  const Time place = closing_ ? std::max(entry.place, closing_->before) : entry.place;
  return {place, id, 1, entry.text};
}

RELAPSE_INLINE std::optional<Position> Log::put_another(const std::string& id,
                                                        const Entry& entry) {
  if (is_settled(id, entry)) return std::nullopt;
  auto position = place_of_another(id, entry);
  order_.emplace(position,
                 Slot{entry.text, std::string(another_text), {}, entry.unreadable});
  return position;
}

RELAPSE_INLINE int Log::rank_of(const std::string& id, const std::string& text) const {
  const auto found = told_.find(id);
  if (found == told_.end()) return -1;
  const auto& entries = found->second.entries;
  const auto here = std::find_if(entries.begin(), entries.end(),
                                 [&](const Entry& each) { return *each.text == text; });
  if (here == entries.end()) return -1;
  return here == entries.begin() ? 0 : 1;
}

RELAPSE_INLINE std::string Log::problem_of(const std::string& id,
                                           const Entry& correction) const {
  if (!correction.correction) return {};  // its reading says what is wrong
  const auto& of = correction.correction->of;
  const auto found = told_.find(of);
  const bool is_here = found != told_.end() && !found->second.entries.empty();
  if (is_here ? found->second.entries.front().correction.has_value()
              : closing_ && closing_->knows_correction(of) && !is_settled(id, correction))
    return "event: is a correction of a correction, but must be one of the event itself";
  if (is_here) return {};
  if (!closing_ || !closing_->knows_id(of))
    return "event: is a correction of one that is not here, and counts once it is";
  return is_settled(id, correction)
             ? std::string()
             : "event: is a correction of one in the part of the log that was closed";
}

RELAPSE_INLINE bool Log::is_settled(const std::string& id,
                                    const Entry& correction) const {
  if (!closing_) return false;
  const auto& settled = closing_->settled;
  return std::binary_search(settled.begin(), settled.end(),
                            digest_of(id, *correction.text));
}

RELAPSE_INLINE const Log::Entry* Log::correction_of(const std::string& id) const {
  const auto& told = told_.find(id)->second;
  if (told.entries.empty() || told.entries.front().correction) return nullptr;
  const Entry* last = nullptr;
  for (const auto& by : told.correct) {
    if (closing_ && closing_->knows_id(by)) continue;  // of something else
    const Entry& entry = told_.find(by)->second.entries.front();
    // The one of this id that counts may be of something else.
    if (!entry.correction || entry.correction->of != id) continue;
    // Ids are visited in their order: of the same moment the last one counts.
    if (last == nullptr || entry.place >= last->place) last = &entry;
  }
  return last;
}

RELAPSE_INLINE std::map<Position, Slot> Log::slots_of(const std::string& id) const {
  std::map<Position, Slot> slots;
  const auto& entries = told_.find(id)->second.entries;
  if (entries.empty()) return slots;
  const auto& entry = entries.front();
  Slot slot{entry.text, entry.problem, {}, entry.unreadable};
  Time place = entry.place;
  auto earlier_use = entry.earlier_use;
  if (entry.correction) {
    slot.problem = problem_of(id, entry);
    if (!slot.problem.empty() && is_settled(id, entry)) return slots;
  } else if (const Entry* by = correction_of(id)) {
    if (by->correction->event.empty()) return slots;  // it never was
    auto replacement = read_replacement(*by->correction);
    place = replacement.place();
    earlier_use = replacement.earlier_use;
    slot.text = std::make_shared<const std::string>(std::move(replacement.text));
    slot.unreadable = false;
    slot.heard = by->told;
  }
  if (closing_ && closing_->knows_id(id)) slot.problem = another_text;
  if (closing_ && place < closing_->before) {
    if (slot.problem.empty() && !entry.correction)
      slot.problem = "event: lies in the part of the log that was closed";
    place = closing_->before;
  }
  if (slot.problem.empty() && earlier_use) {
    const Time there = closing_ ? std::max(*earlier_use, closing_->before) : *earlier_use;
    slots.emplace(Position{there, id, -1},
                  Slot{slot.text, {}, earlier_use, false, place});
  }
  slots.emplace(Position{place, id, 0}, std::move(slot));
  return slots;
}

RELAPSE_INLINE std::optional<Position> Log::settle(const std::string& id) {
  auto& told = told_.find(id)->second;
  const auto now = slots_of(id);
  std::optional<Position> first;
  std::vector<Position> places;
  for (const auto& position : told.places) {
    const auto stays = now.find(position);
    const auto& slot = order_.at(position);
    if (stays != now.end() && *stays->second.text == *slot.text &&
        stays->second.problem == slot.problem &&
        stays->second.earlier_use == slot.earlier_use &&
        stays->second.told_at == slot.told_at && stays->second.heard == slot.heard) {
      continue;
    }
    keep_first(first, position);
    order_.erase(position);
  }
  for (const auto& [position, slot] : now) {
    places.push_back(position);
    if (order_.emplace(position, slot).second) keep_first(first, position);
  }
  told.places = std::move(places);
  return first;
}

RELAPSE_INLINE bool Log::lies_before(const std::string& id, Time before) const {
  const auto& told = told_.find(id)->second;
  const Entry& first = told.entries.front();
  if (first.correction) {
    // It waits for its event, or goes with it.
    const auto of = told_.find(first.correction->of);
    const bool is_here = of != told_.end() && !of->second.entries.empty();
    if (!is_here) return false;
    const bool counts = !of->second.entries.front().correction;
    return first.place < before && (!counts || lies_before(of->first, before));
  }
  for (const auto& position : told.places) {
    if (position.rank == 0) return position.place < before;
  }
  return first.place < before;  // it never was
}

RELAPSE_INLINE Time Log::reaches_back(Time from) const {
  Time first = from;
  for (const auto& [position, slot] : order_) {
    if (!(position.place < from)) break;
    if (slot.earlier_use && !(slot.told_at < from))
      first = std::min(first, position.place);
  }
  // Texts of one id go together or not at all.
  for (const auto& [id, told] : told_) {
    if (told.entries.size() < 2) continue;
    Time least = told.entries.front().place;
    Time most = least;
    const auto take = [&](Time place) {
      least = std::min(least, place);
      most = std::max(most, place);
    };
    for (const auto& entry : told.entries) take(entry.place);
    for (const auto& position : told.places) take(position.place);
    if (!(most < from)) first = std::min(first, least);
  }
  return first;
}

RELAPSE_INLINE Log::Split Log::split(Time before) const {
  Split split;
  auto& closing = split.closing;
  if (closing_) closing = *closing_;
  closing.before = before;
  const auto is_here = [&](const std::string& target) {
    const auto of = told_.find(target);
    return of != told_.end() && !of->second.entries.empty();
  };
  const auto goes = [&](const std::string& target) {
    return is_here(target) && !told_.find(target)->second.entries.front().correction &&
           lies_before(target, before);
  };
  const auto close = [&](const std::string& id, const Told& told, std::size_t k) {
    const auto another = place_of_another(id, told.entries[k]);
    if (k > 0 && order_.find(another) != order_.end()) split.closed.push_back(another);
    for (const auto& position : told.places) {
      if (k == 0 && position.rank == 0) split.closed.push_back(position);
    }
  };
  for (const auto& [id, told] : told_) {
    if (told.entries.empty()) continue;
    const bool first_closed = lies_before(id, before);
    for (const auto& position : told.places) {
      if (position.rank < 0 && position.place < before) split.closed.push_back(position);
    }
    for (std::size_t k = 0; k < told.entries.size(); ++k) {
      const auto& entry = told.entries[k];
      if (!first_closed || (k > 0 && !(entry.place < before))) {
        split.open.push_back(*entry.text);
        // What waits for its event, and another text of its id, has told all it has to.
        const bool waits = k > 0 || (entry.correction && !is_here(entry.correction->of));
        const bool told_all = waits && entry.place < before;
        if (told_all) close(id, told, k);
        if (told_all || (k == 0 && entry.correction && goes(entry.correction->of)))
          closing.settled.push_back(digest_of(id, *entry.text));
        continue;
      }
      closing.known.push_back(digest_of(id, *entry.text));
      if (entry.correction) closing.corrections.push_back(digest_of(id, {})[0]);
      close(id, told, k);
    }
  }
  std::sort(closing.known.begin(), closing.known.end());
  std::sort(closing.corrections.begin(), closing.corrections.end());
  std::sort(closing.settled.begin(), closing.settled.end());
  std::sort(split.closed.begin(), split.closed.end());
  return split;
}

RELAPSE_INLINE std::vector<Digest> Log::digests() const {
  std::vector<Digest> all;
  for (const auto& [id, told] : told_) {
    for (const auto& entry : told.entries) all.push_back(digest_of(id, *entry.text));
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace relapse::case_file
