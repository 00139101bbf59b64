#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/infer/start.hpp>
#include <relapse/model/model.hpp>
#include <relapse/plan/plan.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// All that an app keeps of one person, in one object: a log of events, from which
/// everything shown is derived. Nothing is stored beside the events.
namespace relapse {

/// What is known of a person from before the first event.
struct CaseFileStart {
  std::string person = {};   ///< empty: the one whom the first event names
  infer::Start before = {};  ///< as for a Monitor

  bool operator==(const CaseFileStart&) const = default;
};

/// How a view is made.
struct ViewSettings {
  std::string locale = "en";  ///< language of what is said, and place of the numbers
  Zone zone = {};             ///< clock of the person; see `Zone::everywhere`
  int suggestions = 3;        ///< at most so many, crisis steps not counted
  int questions = 0;          ///< to ask next; 0: as few as the model allows
  int days_ahead = 28;        ///< to list hard dates of, 1 to 366; expert default
};

/// A person's case file: a model, and a log of events (`relapse/case_file/1`: JSON lines,
/// a header and then an event a line; the reference has their keys). Events may arrive in
/// any order, more than once and over several devices: what is shown depends on which
/// events there are and on nothing else. What happened is ordered by `at`, then by `id`;
/// an event that arrives late is taken in by replay, and should say in `told` when it
/// came: what it raises counts from then on. An event that cannot be used stays in the
/// log with its problem, raises the safety flags that its answers raise, and changes
/// nothing else; where nobody knows when it was told, these stay up until it is corrected
/// by its id. Belongs to one thread at a time. An event that comes last costs one update
/// of a Monitor; memory grows with the log.
class CaseFile {
 public:
  explicit CaseFile(Model model, CaseFileStart start = {});
  CaseFile(const CaseFile& other);
  CaseFile(CaseFile&& other) noexcept;
  CaseFile& operator=(const CaseFile& other);
  CaseFile& operator=(CaseFile&& other) noexcept;
  ~CaseFile();

  /// Reads what `text` wrote. A line that is no event, such as a last one that was cut
  /// short, is kept and told among the problems; all others are whole. Of a log that
  /// another version of the same model wrote, the events are taken in by this one:
  /// answers to items that it no longer has are left out, but for the flags that they
  /// raise and the use that they report. Throws ParseError for a header that is none, and
  /// InvalidInput for a log of another model.
  static CaseFile read(Model model, std::string_view text);

  /// Takes in an event, a JSON object. Returns what came of it, a JSON object on one
  /// line: `status` (`taken_in`, `replayed` when it came late, `known` when it was told
  /// before, `refused`), `id`, `flags` that are up now, those `raised` (by a late one
  /// also where they were taken down since) and `lowered` by it, the `level` with the
  /// flags that are up, the `problem` of a refused one, and for `help_wanted` the `help`
  /// itself. Throws ParseError for more than 16 MiB, and nothing for what stands in it.
  std::string add(std::string_view event);

  /// The line that the last `add` put into the log, for those who keep it line by line;
  /// empty when the event was known before.
  const std::string& last_line() const noexcept;

  /// All that can be shown at a moment, `relapse/view/1`: from what happened up to then.
  /// Throws InvalidInput for settings out of range and for a time that is not finite.
  std::string view(Time now, const ViewSettings& settings = {}) const;
  /// The same in a language, on the clock of UTC.
  std::string view(Time now, std::string_view locale) const;
  /// What helps at once, without any level: the member `help` of the view.
  std::string help(Time now, std::string_view locale = "en") const;

  /// Takes in all events of another file of the same person, in whatever order they came.
  /// Throws InvalidInput, and changes nothing, for a file of another person or model, for
  /// one that knows another start, and where each was closed without what the other one
  /// closed.
  void merge(const CaseFile& other);

  /// Closes the log behind the last check-in up to a moment: the events before that go,
  /// and what views and later check-ins need of them stays. Views of moments from there
  /// on are the same. What is told of the closed part afterwards is refused, and another
  /// version of the model can no longer take this log in.
  void compact(Time before);

  /// The whole log, `relapse/case_file/1`. Reads back as the same file.
  std::string text() const;

  /// The check-ins as the model took them in, in their order: corrected, with what
  /// instruments answered, and reports of use among them. Of a closed log, those since
  /// then. Costs a replay.
  std::vector<CheckIn> check_ins() const;
  /// What was refused and why, a JSON list of objects `id` and `problem`.
  std::string problems() const;
  /// How flags rose and were taken down, in this order: a JSON list of objects `flag`,
  /// `at` and `up`.
  std::string flag_history() const;
  /// The plan as it stands after all events; empty without one.
  std::optional<Plan> plan() const;
  /// The time zone that the plan names which is known at a moment; empty without one.
  std::string time_zone(Time now) const;
  /// Whose file it is; empty as long as no event has named anybody.
  const std::string& person() const noexcept;
  const CaseFileStart& start() const noexcept;
  const Model& model() const noexcept;
  /// How many events there are, refused ones and corrections among them.
  std::size_t events() const noexcept;

 private:
  struct File;
  explicit CaseFile(std::unique_ptr<File> file);
  /// With all events taken in, those of which the replay waited as well.
  File& current() const;
  std::unique_ptr<File> file_;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/case_file/detail/case_file.ipp>
#endif
