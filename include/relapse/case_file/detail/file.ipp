#pragma once

#include <relapse/case_file/detail/file.hpp>
#include <relapse/case_file/detail/fold_told_again.ipp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

namespace relapse {
namespace case_file {
namespace detail {

inline constexpr int events_a_checkpoint = 32;
inline constexpr std::size_t most_checkpoints = 24;
inline constexpr std::ptrdiff_t replayed_at_once = 256;  // events; expert default
inline constexpr Days clock_ahead{1.0};  // at most, as by a zone; expert default

}  // namespace detail
}  // namespace case_file

RELAPSE_INLINE CaseFile::File::File(Model by, CaseFileStart from,
                                    std::vector<Item> earlier)
    : model(std::move(by)),
      start(std::move(from)),
      former(std::move(earlier)),
      fold(nothing()) {}

RELAPSE_INLINE std::optional<case_file::Position>
CaseFile::File::tell(case_file::Telling telling) {
  if (telling.correction) telling.problem = fold.problem_of(*telling.correction);
  if (!telling.problem.empty()) telling.correction.reset();
  return log.add(std::move(telling));
}

RELAPSE_INLINE void CaseFile::File::apply(const case_file::Position& position,
                                          const case_file::Slot& slot) {
  // What has no moment stands behind all others.
  fold.apply(std::isfinite(position.place.days) ? position.place : latest(), position.id,
             position.rank, slot);
  folded = position;
  if (++since_checkpoint_ >= case_file::detail::events_a_checkpoint)
    keep_checkpoint(position);
}

RELAPSE_INLINE void CaseFile::File::keep_checkpoint(const case_file::Position& position) {
  since_checkpoint_ = 0;
  checkpoints.insert_or_assign(position, fold.checkpoint());
  if (checkpoints.size() <= case_file::detail::most_checkpoints) return;
  // Late events are rarely very late.
  auto each = std::next(checkpoints.begin(), log.closing() ? 1 : 0);
  for (std::size_t k = 0; k < case_file::detail::most_checkpoints / 2; ++k) {
    each = k % 2 == 0 ? checkpoints.erase(each) : std::next(each);
  }
}

RELAPSE_INLINE void CaseFile::File::fold_from(const case_file::Position& from) {
  auto begin = std::exchange(waits_from, std::nullopt);
  case_file::keep_first(begin, from);
  const auto& first = *begin;
  if (folded && !(*folded < first)) {
    checkpoints.erase(checkpoints.lower_bound(first), checkpoints.end());
    if (checkpoints.empty()) {
      fold = nothing();
      folded.reset();
    } else {
      fold.go_back(checkpoints.rbegin()->second);
      folded = checkpoints.rbegin()->first;
    }
    since_checkpoint_ = 0;
  }
  fold_all();
}

RELAPSE_INLINE void CaseFile::File::fold_all() {
  const auto& order = log.order();
  auto next = folded ? order.upper_bound(*folded) : order.begin();
  for (; next != order.end(); ++next) apply(next->first, next->second);
}

RELAPSE_INLINE std::optional<std::string>
CaseFile::File::problem_alone(const case_file::Telling& telling, int rank,
                              const case_file::Position& first) const {
  const auto& order = log.order();
  auto each = order.rbegin();
  for (std::ptrdiff_t k = 0; !waits_from && k < case_file::detail::replayed_at_once;
       ++k) {
    if (each == order.rend() || each->first < first) return std::nullopt;
    ++each;
  }
  for (const auto kind :
       {case_file::EventKind::acknowledge, case_file::EventKind::correction}) {
    if (telling.text.find(name_of(kind)) != telling.text.npos) return std::nullopt;
  }
  const auto alone = fold.with(telling, fold.person());
  if (!alone.flags().flags.empty()) return std::nullopt;
  const auto& problems = alone.past().problems;
  // These are refused whatever came before.
  if (rank > 0) return std::string(case_file::another_text);
  if (telling.unreadable) return problems.front().problem;
  const bool counts = log.stands_alone(telling.id) && problems.empty();
  return counts && alone.person() == fold.person() ? std::optional<std::string>("")
                                                   : std::nullopt;
}

RELAPSE_INLINE case_file::Fold CaseFile::File::fold_until(Time now) const {
  const auto& order = log.order();
  const auto end = std::find_if(order.begin(), order.end(),
                                [&](const auto& each) { return each.first.place > now; });
  // Use is known from when it was told.
  const auto is_hidden = [&](const auto& each) {
    return each.second.earlier_use && each.second.told_at > now;
  };
  const auto stop = std::find_if(order.begin(), end, is_hidden);
  case_file::Fold earlier = fold;
  auto next = order.begin();
  const auto after =
      stop == order.end() ? checkpoints.end() : checkpoints.lower_bound(stop->first);
  if (after == checkpoints.begin()) {
    earlier = nothing();
  } else {
    earlier.go_back(std::prev(after)->second);
    next = order.upper_bound(std::prev(after)->first);
  }
  const auto take = [&](Time place, const auto& each) {
    earlier.apply(place, each.first.id, each.first.rank, each.second);
  };
  for (; next != end; ++next) {
    if (!is_hidden(*next)) take(next->first.place, *next);
  }
  const auto up = fold.flags().flags;
  for (; next != order.end(); ++next) {
    // What could not be read is not of later; and a clock may be ahead: what raises a
    // flag that is up is not held back for that.
    if (next->second.unreadable) {
      take(now, *next);
    } else if (next->first.rank >= 0 &&
               next->first.place <= now + case_file::detail::clock_ahead) {
      earlier.raise_ahead(now, *next->second.text, up);
    }
  }
  return earlier;
}

RELAPSE_INLINE void CaseFile::File::begin_at(case_file::Closing closing,
                                             case_file::Fold base) {
  const case_file::Position position{closing.before, "", -1};
  log = case_file::Log(std::move(closing));
  fold = std::move(base);
  checkpoints.emplace(position, fold.checkpoint());
  folded = position;
}

RELAPSE_INLINE case_file::Fold CaseFile::File::base() const {
  if (!log.closing()) return nothing();
  case_file::Fold base = fold;
  base.go_back(checkpoints.begin()->second);
  return base;
}

RELAPSE_INLINE std::optional<Time> CaseFile::File::closes_at(Time before) const {
  const auto& check_ins = fold.past().check_ins;
  while (true) {
    const auto after = std::upper_bound(check_ins.begin(), check_ins.end(), before);
    if (after == check_ins.begin()) return std::nullopt;
    // The last check-in stays, which views show with its reasons.
    const Time until = *std::prev(after);
    if (log.closing() && !(log.closing()->before < until)) return std::nullopt;
    before = log.reaches_back(until);
    if (!(before < until)) return until;
  }
}

RELAPSE_INLINE std::optional<case_file::Position> CaseFile::File::last() const {
  const Time never{std::numeric_limits<double>::infinity()};
  const auto& order = log.order();
  const auto after = order.lower_bound(case_file::Position{never, "", -1});
  if (after != order.begin()) return std::prev(after)->first;
  if (log.closing()) return case_file::Position{log.closing()->before, "", -1};
  return std::nullopt;
}

RELAPSE_INLINE Time CaseFile::File::latest() const {
  const auto there = last();
  return there ? there->place : Time{0.0};
}

}  // namespace relapse
