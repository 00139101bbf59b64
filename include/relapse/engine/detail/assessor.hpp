#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/domain/safety.hpp>
#include <relapse/engine/batch.hpp>
#include <relapse/engine/detail/person_record.hpp>
#include <relapse/risk/assessment.hpp>
#include <relapse/risk/detail/drivers.hpp>
#include <relapse/risk/detail/outcome_target.hpp>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace relapse {

namespace engine {

/// Throws CheckInError for a second check-in at the same time where that is refused.
void require_new_time(const Answers& answers, std::optional<Time> last,
                      SameTime same_time);

}  // namespace engine

struct AssessorSettings {
  bool drivers = true;
  bool outcome_drivers = false;  ///< those of each outcome of the model
  bool explain_later = false;    ///< drivers only where `explain` asks for them
  SameTime same_time = SameTime::refuse;
};

/// The one way from answers to an assessment, shared by streaming and batch, so that both
/// give the same doubles. Owns the memory that a step needs; one a thread.
class Assessor {
 public:
  explicit Assessor(Model model, AssessorSettings settings = {});

  const Model& model() const noexcept { return model_; }
  /// The model's horizons and the level's, in days.
  std::span<const double> horizons() const noexcept { return horizons_; }
  /// Takes in a check-in. Throws CheckInError; `record` is as it was then.
  /// @param plan what is told of the determinants ahead, see `infer::lay_course`; drivers
  /// know nothing of it
  void step(PersonRecord& record, const Answers& answers, Assessment& assessment,
            std::span<const Answers> plan = {});
  /// The drivers of the last step, where they were left for later: empty otherwise.
  std::vector<Driver> explain(const PersonRecord& record) const;
  /// The same of an outcome. Throws InvalidInput for one that the model does not name.
  std::vector<Driver> explain(const PersonRecord& record, std::string_view outcome) const;
  /// The assessment of a moment without a check-in. Before the first check-in there is
  /// one while a flag is up: what the model says of anybody, and the flag.
  void look(const PersonRecord& record, Time now, Assessment& assessment) const;

  /// The first half of a step: belief and flags, and what follows from them. Throws as it
  /// does; `record` is then unspecified.
  /// @param trace of the drivers, filled when not null
  void take_in(PersonRecord& record, const Answers& answers, Assessment& assessment,
               infer::StepTrace* trace = nullptr, std::span<const Answers> plan = {});
  /// The second half, once the risks are known: what the level remembers, and the level.
  /// @param last the state at the check-in before; one that has not started where there
  /// is none, or `is_soon` after it
  /// @param estimates by horizon
  void conclude(PersonRecord& record, const infer::PersonState& last,
                std::span<const RiskEstimate> estimates, Assessment& assessment) const;
  /// Whether a level that was left at the last check-in may still be kept at this moment.
  bool is_soon(const infer::PersonState& last, Time now) const;

 private:
  void describe(const PersonRecord& record, const infer::Belief& belief, Time now,
                Assessment& assessment) const;
  void foretell(const infer::PersonState& state, Time now, std::span<const Answers> plan,
                Assessment& assessment) const;
  void set_risks(std::span<const RiskEstimate> estimates, Assessment& assessment) const;
  /// Lets the level remember a time since the last check-in in which nobody looked: the
  /// risk may have been below for long enough.
  void catch_up(const infer::PersonState& last, const Assessment& assessment,
                risk::LevelMemory& level) const;

  /// What the drivers of a step are found from.
  struct Unexplained {
    infer::StepTrace trace;
    Answers answers;
    risk::Change change;
    bool first = false;
    infer::PersonState last;  ///< state at the last check-in, where there are outcomes
    std::vector<OutcomeEstimate> outcomes;
  };

  Model model_;
  AssessorSettings settings_;
  engine::OpioidItems opioids_;
  std::vector<double> horizons_;  ///< the model's, and the level's among them
  infer::Workspace filter_;
  infer::StepTrace trace_;
  risk::HorizonWorkspace horizon_;
  risk::DriverWorkspace driver_;
  std::vector<RiskEstimate> estimates_;
  PersonRecord next_;
  std::optional<Unexplained> unexplained_;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/assessor.ipp>
#endif
