#pragma once

#include <relapse/care/contact_rules.hpp>
#include <relapse/case_file/case_file.hpp>
#include <relapse/case_file/detail/event.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/domain/item.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/plan/follow_up.hpp>
#include <relapse/plan/merge.hpp>
#include <relapse/risk/assessment.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// What the events of a case file come to, one after the other.
namespace relapse::case_file {

/// A flag that rose, or was taken down.
struct FlagMove {
  std::string flag;
  Time at;
  bool up = true;

  bool operator==(const FlagMove&) const = default;
};

/// Why an event changed nothing.
struct EventProblem {
  std::string id;
  std::string problem;
  int rank = 0;  ///< of several texts of this id

  bool operator==(const EventProblem&) const = default;
};

/// What happened, list by list in the order of the events. Lists only grow, so that going
/// back to an earlier moment is cutting them.
struct Past {
  std::vector<LevelShown> levels;
  std::vector<FlagMove> flags;
  std::vector<Time> check_ins;
  std::vector<UseReport> uses;
  std::vector<Time> inserted;  ///< uses that the model was told of before they were told
  std::vector<UseReport> doubted;  ///< reports that nobody is sure of
  std::vector<TestResult> tests;
  std::vector<ScheduleTold> schedules;
  std::vector<FollowUp> follow_ups;
  std::vector<Message> sent;
  std::vector<HelpWanted> help;
  std::vector<AppointmentTold> appointments;
  std::vector<GoalTold> goals;
  std::vector<StepTold> steps;
  std::vector<Note> notes;
  std::vector<LearningRecord> learning;
  std::vector<PlanConflict> conflicts;
  std::vector<EventProblem> problems;
  std::vector<Time> told_late;  ///< use that was told of afterwards: when

  auto lists() {
    return std::tie(levels, flags, check_ins, uses, inserted, doubted, tests, schedules,
                    follow_ups, sent, help, appointments, goals, steps, notes, learning,
                    conflicts, problems, told_late);
  }
  static constexpr std::size_t count = 19;
  using Sizes = std::array<std::size_t, count>;

  Sizes sizes() const;
  /// Forgets what came after.
  void cut(const Sizes& sizes);
};

/// A text as it stands in the order of events.
struct Slot {
  std::shared_ptr<const std::string> text;
  std::string problem = {};  ///< why it cannot count, whatever it says
  /// Not the event, but the use that it tells of afterwards.
  std::optional<Time> earlier_use = {};
  bool unreadable = false;  ///< no event: views of every moment have it
  Time told_at = {};        ///< of earlier use: the place of the event that tells of it
  Time heard = {};          ///< of a correction: what it raises counts from then on
};

/// Use at a moment that is told of afterwards, until it is clear whether a check-in came
/// in between: without one, the check-in that tells of it says when it was.
struct EarlierUse {
  Time at;
  std::string substance;
  std::shared_ptr<const std::string> told;
};

/// A plan as it was told, and what edits made of it: contents without history. The whole
/// of it is made where it is asked for.
struct PlanKept {
  std::shared_ptr<const Plan> told;
  std::vector<std::shared_ptr<const Plan>> edited = {};
  mutable std::string content_hash = {};  ///< once somebody has asked for it

  /// Null without one.
  const Plan* now() const noexcept {
    return edited.empty() ? told.get() : edited.back().get();
  }
  /// With history and edits.
  Plan whole() const;
  /// What an edit names as its base.
  const std::string& hash() const;
};

/// Where the fold stood before some event: a cache, and never the truth.
struct Checkpoint {
  Snapshot snapshot;
  PlanKept plan;
  std::shared_ptr<const Assessment> shown;
  std::string person;
  Time moment;
  std::vector<std::shared_ptr<const std::string>> at_moment;
  Past::Sizes sizes{};
  std::vector<EarlierUse> earlier = {};  ///< in the order of time
};

/// Takes in one event after the other.
class Fold {
 public:
  /// @param former items of earlier versions of the model that this one does not have
  Fold(Model model, const CaseFileStart& start, const std::vector<Item>& former);

  /// Takes in the event of a slot, or keeps its problem and the flags that it raises.
  /// @param rank of several texts of an id
  void apply(Time place, const std::string& id, int rank, const Slot& slot);

  /// Shows the flags among `up` that a text raises which is told as of later.
  void raise_ahead(Time now, const std::string& text, const std::vector<std::string>& up);

  /// The fold of one text alone.
  Fold with(const Telling& telling, std::string person = {}) const;
  /// The flags that a text raises, or what it puts in the place of another.
  std::vector<std::string> raised_by(const Telling& telling) const;

  /// Why an event cannot count in the place of another, whatever was told before; empty
  /// when it can.
  std::string problem_of(const Correction& told) const;

  /// From now on each check-in that is taken in is put there, too; null: no longer.
  void tell_check_ins(std::vector<CheckIn>* taken) noexcept { taken_ = taken; }

  Checkpoint checkpoint() const;
  void go_back(const Checkpoint& to);
  /// Stands where another fold did.
  void take_over(const Checkpoint& to, Past past);

  const Monitor& monitor() const noexcept { return monitor_; }
  /// The safety flags that are up, also those that this version does not know.
  RaisedFlags flags() const;
  /// Those that were raised under an earlier version of the model, and that this one does
  /// not know: up until they are acknowledged.
  std::vector<std::string> former_flags() const;
  const Past& past() const noexcept { return past_; }
  /// Null before the first. Without history, which `whole_plan` has.
  const Plan* plan() const noexcept { return plan_.now(); }
  std::optional<Plan> whole_plan() const;
  const std::string& plan_hash() const { return plan_.hash(); }
  const std::string& person() const noexcept { return person_; }
  /// What was shown at the last check-in; null before the first.
  const Assessment* shown() const noexcept { return shown_.get(); }
  /// The same with its reasons.
  std::shared_ptr<const Assessment> explained() const;

 private:
  void take(CheckInTold told, const Event& event, const Slot& slot);
  void take(UseTold told, const Event& event, const Slot& slot);
  void take(PlanTold told, const Event& event, const Slot& slot);
  void take(ScheduleTold told, const Event& event, const Slot& slot);
  void take(FollowUpTold told, const Event& event, const Slot& slot);
  void take(Acknowledged told, const Event& event, const Slot& slot);
  void take(MessageSent told, const Event& event, const Slot& slot);
  void take(LearningRecord told, const Event& event, const Slot& slot);
  void take(const Correction& told, const Event& event, const Slot& slot);

  /// What is kept in its list as it was told.
  template <class Told>
  void take(Told told, const Event&, const Slot&) {
    std::get<std::vector<Told>&>(past_.lists()).push_back(std::move(told));
  }

  void take_whole(Plan next);
  void take_parts(const PlanTold& told, const Event& event);
  /// Parts that were set in a plan that is not the present one.
  void take_apart(const PlanTold& told, const Event& event);
  void merge_in(const Plan& current, const Plan& next);
  /// Takes out consents that an earlier version had and this one does not: who gives them
  /// again without knowing of that does not know that they were withdrawn.
  void hold_back(const Plan& whole, Plan& next);
  void keep_conflict(PlanConflict conflict);
  /// Tells again what events told of and a plan now says otherwise: the last word stands.
  void tell_again(const Plan& before, Time at);
  template <class IsThere>
  void require_known(const char* what, IsThere is_there) const;
  void require_person(const std::string& named) const;
  /// Adds the answers to instruments.
  void complete(CheckInTold& told) const;
  /// Takes in a check-in, and before it the use that was told of afterwards, unless the
  /// check-in is refused then: no use is taken in for one that is refused.
  void update(CheckIn check_in, const Slot& slot);
  void insert_earlier_use(const CheckIn& before, const Slot& slot);
  /// Evidence for the model, at its moment or the next free microsecond.
  void take_in(CheckIn check_in, const Slot& slot);
  /// Keeps use that an event tells of afterwards, unless the event will be refused.
  void keep_earlier_use(const Slot& slot);
  /// Whether use within a day of a moment was told before.
  bool knows_use(Time at) const;
  /// What a check-in says of use, one for each substance; empty when it does not.
  std::vector<UseReport> uses_of(const CheckIn& check_in) const;
  /// Leaves out use that the model knows of.
  void forget_known_use(CheckIn& check_in) const;
  void raise(Time place, const std::string& text);
  /// How flags have moved, and the level with them.
  void keep_flags(Time place, const std::vector<std::string>& before, bool new_level);
  void keep_level(Time at, RiskLevel level);
  /// Keeps when use was told of, where that was afterwards.
  void keep_telling(const Event& event);

  /// Takes out what was answered to former items, and raises their flags. Returns what
  /// this version cannot take in.
  std::string take_former(CheckIn& check_in, Time place);
  /// How a flag moved last; null: never.
  const FlagMove* last_move(const std::string& flag) const;
  void raise_former(const std::string& flag, Time at);
  /// As that of a Monitor.
  bool acknowledge_former(const std::string& flag, Time at);

  Model model_;
  std::shared_ptr<const std::vector<Item>> former_;
  Monitor monitor_;
  PlanKept plan_;
  std::shared_ptr<const Assessment> shown_;
  /// With its reasons, from the first time that these were asked for.
  mutable std::shared_ptr<const Assessment> explained_;
  mutable std::shared_ptr<const Assessment> explained_of_;  ///< which `shown_` it was
  std::string person_;
  Time moment_;
  std::vector<std::shared_ptr<const std::string>> at_moment_;
  Past past_;
  std::vector<EarlierUse> earlier_;
  std::vector<CheckIn>* taken_ = nullptr;
};

}  // namespace relapse::case_file

#ifndef RELAPSE_COMPILED
#include <relapse/case_file/detail/fold.ipp>
#endif
