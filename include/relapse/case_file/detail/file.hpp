#pragma once

#include <relapse/case_file/case_file.hpp>
#include <relapse/case_file/detail/fold.hpp>
#include <relapse/case_file/detail/log.hpp>
#include <relapse/domain/item.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace relapse {

/// What a case file keeps: the log, how far it was folded, and where that stood before.
struct CaseFile::File {
  File(Model by, CaseFileStart from, std::vector<Item> earlier = {});

  /// Adds to the log, as `Log::add`; a correction by what cannot count corrects nothing.
  std::optional<case_file::Position> tell(case_file::Telling telling);
  /// Brings the fold up to date after the order has changed from a position on.
  void fold_from(const case_file::Position& first);
  /// Takes in all events after the last one that was taken in.
  void fold_all();
  /// What comes of an event alone, where its replay can wait: it came so late that this
  /// takes long, raises no flag, and takes none down. Empty otherwise.
  /// @param rank of several texts of its id
  std::optional<std::string> problem_alone(const case_file::Telling& telling, int rank,
                                           const case_file::Position& first) const;
  /// The fold of what happened up to a moment.
  case_file::Fold fold_until(Time now) const;
  /// Begins where a log was closed. The file has no event yet.
  void begin_at(case_file::Closing closing, case_file::Fold base);
  /// The fold of what was closed; without a closing, that of nothing.
  case_file::Fold base() const;
  /// The fold of nothing.
  case_file::Fold nothing() const { return {model, start, former}; }
  /// Until when a log can be closed up to a moment: a check-in before which nothing was
  /// that an event from then on tells of. Empty: no further than it is.
  std::optional<Time> closes_at(Time before) const;
  /// The last event that has a moment, or where the log was closed.
  std::optional<case_file::Position> last() const;
  /// Where that stands; 1970 without one.
  Time latest() const;
  /// What is shown of the fold of what happened up to a moment.
  template <class Show>
  auto shown_at(Time now, const Show& show) const {
    const auto& order = log.order();
    const bool all = order.empty() || order.rbegin()->first.place <= now;
    return all ? show(fold) : show(fold_until(now));
  }

  Model model;
  CaseFileStart start;
  std::vector<Item> former;     ///< items of earlier versions that the model lacks
  std::string written_by = {};  ///< hash of another version that the log was kept with
  std::string last_line = {};
  case_file::Log log = {};
  case_file::Fold fold;
  std::optional<case_file::Position> folded = {};  ///< the last event that was taken in
  /// Where a replay that waits has to begin.
  std::optional<case_file::Position> waits_from = {};
  /// By the last event within; the longer ago, the fewer. The first is that of a closing.
  std::map<case_file::Position, case_file::Checkpoint> checkpoints = {};

 private:
  void apply(const case_file::Position& position, const case_file::Slot& slot);
  void keep_checkpoint(const case_file::Position& position);

  int since_checkpoint_ = 0;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/case_file/detail/file.ipp>
#endif
