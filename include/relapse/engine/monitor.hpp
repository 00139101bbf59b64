#pragma once

#include <relapse/care/suggest.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/engine/questions.hpp>
#include <relapse/engine/snapshot.hpp>
#include <relapse/infer/start.hpp>
#include <relapse/risk/assessment.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace relapse {

/// How a person is followed.
struct MonitorSettings {
  bool drivers = true;  ///< attribute each change of risk to its reasons
  /// The same for each outcome of the model. An outcome may cost as much as the risk, or,
  /// as a run of weekly answers, many times that.
  bool outcome_drivers = false;
  /// Only that of the check-in for which `explain` asks, instead: half the time where
  /// many check-ins are gone through for the last of them.
  bool explain_later = false;
  infer::Start start = {};  ///< what is known from before the first check-in
};

/// Follows one person, check-in by check-in, at a cost that does not depend on the length
/// of the history. Belongs to one thread at a time.
class Monitor {
 public:
  explicit Monitor(Model model, MonitorSettings settings = {});
  Monitor(const Monitor& other);
  Monitor(Monitor&& other) noexcept;
  Monitor& operator=(const Monitor& other);
  Monitor& operator=(Monitor&& other) noexcept;
  ~Monitor();
  /// Continues where a snapshot was taken. Throws InvalidInput when it is of another
  /// model.
  Monitor(Model model, const Snapshot& snapshot, MonitorSettings settings = {});

  /// Takes in a check-in. The reference stays valid until the next call. One that arrives
  /// late is handled by replay: go back to a snapshot from before it, and take in what
  /// has come since in the order of time. Throws CheckInError for a check-in that cannot
  /// be used (unknown item, answer out of its scale, time not after the last one,
  /// impossible under the model); nothing has changed then but the flags that its safety
  /// answers raise, which the error carries.
  const Assessment& update(const CheckIn& check_in);
  /// The drivers of the last check-in, where they were left for later; empty otherwise,
  /// and where the monitor was restored after it.
  std::vector<Driver> explain() const;
  /// Those of an outcome of the model, likewise. Throws InvalidInput for one that it does
  /// not name.
  std::vector<Driver> explain(std::string_view outcome) const;
  /// Takes in nothing of a check-in but the flags that its safety answers raise, and
  /// returns them: what `update` does with one that it refuses, for readers that could
  /// not make a whole check-in of what they read.
  RaisedFlags raise_flags(const CheckIn& check_in);
  /// The safety flags that are up, before the first check-in as well.
  RaisedFlags flags() const;
  /// The assessment at a moment without a check-in, not before the last one. Before the
  /// first check-in there is one while a flag is up: what the model says of anybody.
  Assessment at(Time now) const;
  /// Takes a safety flag down because it was dealt with, and records when. False, and
  /// the flag stays up, unless that was after its last rise. Throws InvalidInput for an
  /// unknown flag and for a time that is not finite.
  bool acknowledge(std::string_view flag, Time at);
  /// Ends a silence of somebody who was heard of without a check-in, as by a report that
  /// there was no use. Moves no number. Throws InvalidInput for a time that is not
  /// finite.
  void hear(Time at);
  /// Says how far apart check-ins are expected from now on, 0 when none are: a silence is
  /// none before one was missed. Until it is said, as the model's floors say. Throws
  /// InvalidInput for what is negative or not finite.
  void expect_every(Days days);
  /// Takes in that an action was tried, and how much it helped, 0 to 10.
  void follow_up(const Plan& plan, std::string_view action, double helped);
  /// The same with the moment; says, too, that an action was not tried. Throws
  /// InvalidInput for a moment after `now`, where that is given: a monitor has no clock
  /// of its own.
  void follow_up(const Plan& plan, const FollowUp& told,
                 std::optional<Time> now = std::nullopt);

  /// Takes in that an action was suggested to the person: until it was tried, it steps
  /// back in what is suggested at later check-ins, for some days.
  void suggested(const Plan& plan, std::string_view action, Time at);

  /// What to do now. The flags that are up and what was told are filled in, and the level
  /// where it is not given. Before the first check-in: the crisis steps of the flags.
  std::vector<Suggestion> suggest(const Plan& plan, SuggestSettings settings = {}) const;
  /// Probability of each answer of a sign (or its mean) after a time without check-ins.
  /// @param plan see `outlook`
  std::vector<double> forecast(std::string_view item, Days after,
                               std::span<const CheckIn> plan = {}) const;
  /// The items to ask next, at most `count`, by what their answers are expected to tell;
  /// use and safety always among them (see `relapse::next_questions`).
  /// @param so_far time of the check-in, and what was answered in it up to now
  std::vector<std::string> next_questions(int count, const CheckIn& so_far) const;
  /// What each answer is expected to tell, in bits (see `relapse::information`).
  std::vector<ItemInformation> information(const CheckIn& so_far) const;
  /// What can be looked up from the last check-in on.
  /// @param plan what is told of the determinants ahead (weeks of treatment, phases of a
  /// study): answers to determinants alone, in the order of time. Each holds until the
  /// next, the last says where the plan ends; a look beyond it throws InvalidInput.
  risk::Outlook outlook(std::span<const CheckIn> plan = {}) const;
  Snapshot snapshot() const;
  /// Time of the last check-in; empty before the first.
  std::optional<Time> last() const;
  const Model& model() const noexcept;

 private:
  struct Person;
  std::unique_ptr<Person> person_;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/monitor.ipp>
#endif
