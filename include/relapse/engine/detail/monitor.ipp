#pragma once

#include <relapse/care/detail/candidates.hpp>
#include <relapse/core/detail/likely_days.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/detail/assessor.hpp>
#include <relapse/engine/detail/remembered.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/infer/detail/course.hpp>
#include <relapse/infer/detail/start_lengths.hpp>
#include <relapse/risk/detail/floors.hpp>

#include <cmath>
#include <string>
#include <utility>

namespace relapse {

/// What a monitor keeps.
struct Monitor::Person {
  Person(const Model& model, const MonitorSettings& settings)
      : assessor(model, {.drivers = settings.drivers,
                         .outcome_drivers = settings.outcome_drivers,
                         .explain_later = settings.explain_later}),
        answers(model),
        told(static_cast<std::size_t>(model.items())),
        assessment(model) {}

  Assessor assessor;
  Answers answers;
  PersonRecord record;
  care::Helpfulness helpfulness;
  std::vector<std::optional<Told>> told;  // by item: the last answer
  Assessment assessment;
};

RELAPSE_INLINE Monitor::Monitor(const Monitor& other)
    : person_(std::make_unique<Person>(*other.person_)) {}

RELAPSE_INLINE Monitor::Monitor(Monitor&& other) noexcept = default;

RELAPSE_INLINE Monitor& Monitor::operator=(const Monitor& other) {
  return *this = Monitor(other);
}

RELAPSE_INLINE Monitor& Monitor::operator=(Monitor&& other) noexcept = default;

RELAPSE_INLINE Monitor::~Monitor() = default;

RELAPSE_INLINE Monitor::Monitor(Model model, MonitorSettings settings)
    : person_(std::make_unique<Person>(model, settings)) {
  infer::require_lengths(settings.start);
  person_->record.start = settings.start;
}

RELAPSE_INLINE Monitor::Monitor(Model model, const Snapshot& snapshot,
                                MonitorSettings settings)
    : Monitor(std::move(model), settings) {
  const Model& own = this->model();
  const auto refuse = [](const char* problem) {
    throw InvalidInput("snapshot", problem);
  };
  if (snapshot.content_hash() != own.content_hash()) refuse("is of another model");
  const auto& remembered = snapshot.remembered();
  const auto& kept = remembered.record;
  const auto& state = kept.state;
  const auto channels = static_cast<std::size_t>(own.determinants().channels());
  const bool belief_fits =
      state.belief.nodes == own.nodes() && state.belief.stages == own.stages() &&
      state.belief.joint.size() == static_cast<std::size_t>(own.nodes()) *
                                       static_cast<std::size_t>(own.stages()) &&
      state.covariates.channels.size() == channels &&
      state.given.size() == own.lasting_signs().size();
  const bool flags_fit = kept.acknowledged.size() <= own.flags().size() &&
                         kept.floors.since.size() <= own.document().floors.size() &&
                         kept.raised_at.size() <= own.flags().size() &&
                         kept.up_since.size() <= own.flags().size() &&
                         kept.down_at.size() <= own.flags().size();
  if (!flags_fit || (state.started && !belief_fits)) refuse("does not fit the model");
  auto& record = person_->record;
  record = kept;
  // An older snapshot does not say when a flag rose: at the last check-in at the
  // latest.
  FlagBits undated;
  for (std::size_t flag = 0; flag < own.flags().size(); ++flag) {
    const bool dated = flag < record.raised_at.size() && record.raised_at[flag];
    if (!dated) undated.up |= record.flags & std::uint64_t{1} << flag;
  }
  if (record.state.started) record.raise(undated, record.state.time);
  if (!remembered.tolerance_known && kept.use_reported)
    record.tolerance.extend(state.time, state.time + lost_tolerance_lasts);
  person_->helpfulness = remembered.helpfulness;
  for (const auto& [id, told] : remembered.told) {
    const int item = own.find_item(id);
    if (item < 0) refuse("does not fit the model");
    person_->told[static_cast<std::size_t>(item)] = Told{item, told.answer, told.at};
  }
}

RELAPSE_INLINE const Assessment& Monitor::update(const CheckIn& check_in) {
  try {
    person_->answers.read(check_in, model());
    person_->assessor.step(person_->record, person_->answers, person_->assessment);
  } catch (const CheckInError& error) {
    throw CheckInError({check_in.person, {}, error.place().item}, error.problem(),
                       raise_flags(check_in));
  } catch (const InvalidInput& error) {
    throw CheckInError({check_in.person, {}, ""}, error.what(), raise_flags(check_in));
  }
  for (int item = 0; item < model().items(); ++item) {
    const Role role = model().item(item).role;
    if (person_->answers.is_answered(item) &&
        (role == Role::sign || role == Role::determinant)) {
      person_->told[static_cast<std::size_t>(item)] = {item, person_->answers.value(item),
                                                       person_->answers.time};
    }
  }
  return person_->assessment;
}

RELAPSE_INLINE std::vector<Driver> Monitor::explain() const {
  return person_->assessor.explain(person_->record);
}

RELAPSE_INLINE std::vector<Driver> Monitor::explain(std::string_view outcome) const {
  return person_->assessor.explain(person_->record, outcome);
}

RELAPSE_INLINE RaisedFlags Monitor::raise_flags(const CheckIn& check_in) {
  const FlagBits bits = person_->answers.read_safety(check_in, model());
  person_->record.raise(bits, check_in.time);
  return {model().flags_in(bits.up), model().flags_in(bits.unreadable)};
}

RELAPSE_INLINE RaisedFlags Monitor::flags() const {
  return {model().flags_in(person_->record.flags),
          model().flags_in(person_->record.unreadable)};
}

RELAPSE_INLINE Assessment Monitor::at(Time now) const {
  Assessment assessment(model());
  person_->assessor.look(person_->record, now, assessment);
  return assessment;
}

RELAPSE_INLINE bool Monitor::acknowledge(std::string_view flag, Time at) {
  const int index = model().find_flag(flag);
  if (index < 0) {
    throw InvalidInput("acknowledge", "is not a flag of the model");
  }
  if (!std::isfinite(at.days))
    throw InvalidInput("acknowledge", "the time must be finite");
  return person_->record.acknowledge(index, at);
}

RELAPSE_INLINE void Monitor::hear(Time at) {
  if (!std::isfinite(at.days)) throw InvalidInput("hear", "the time must be finite");
  risk::hear(person_->record.floors, at, model());
}

RELAPSE_INLINE void Monitor::expect_every(Days days) {
  if (const auto problem = wrong_length(days.count, most_days_between); !problem.empty())
    throw InvalidInput("expect_every", problem);
  person_->record.floors.expected = days;
}

RELAPSE_INLINE void Monitor::follow_up(const Plan& plan, std::string_view action,
                                       double helped) {
  person_->helpfulness.follow_up(care::find_action(plan, model(), action), helped);
}

RELAPSE_INLINE void Monitor::follow_up(const Plan& plan, const FollowUp& told,
                                       std::optional<Time> now) {
  if (now && !(told.at <= *now)) {
    throw InvalidInput("follow-up", "the time lies after now");
  }
  person_->helpfulness.follow_up(care::find_action(plan, model(), told.action), told);
}

RELAPSE_INLINE void Monitor::suggested(const Plan& plan, std::string_view action,
                                       Time at) {
  person_->helpfulness.suggested(care::find_action(plan, model(), action), at);
}

RELAPSE_INLINE std::vector<Suggestion> Monitor::suggest(const Plan& plan,
                                                        SuggestSettings settings) const {
  settings.flags = model().flags_in(person_->record.flags);
  if (!person_->record.state.started && person_->record.flags != 0)
    return care::crisis_steps(plan, model(), settings);
  settings.told.clear();
  for (const auto& told : person_->told) {
    if (told) settings.told.push_back(*told);
  }
  const auto& state = person_->record.state;
  const Time now = settings.now.value_or(state.time);
  const risk::Outlook there(state, now, model());
  if (!settings.level) settings.level = at(now).level;
  if (settings.floors.empty())
    risk::floors_at(person_->record.floors, state.covariates, now, model(),
                    settings.floors);
  return care::suggest(plan, there, person_->helpfulness, settings);
}

RELAPSE_INLINE std::vector<double>
Monitor::forecast(std::string_view item, Days after,
                  std::span<const CheckIn> plan) const {
  return outlook(plan).forecast(model().find_item(item), after);
}

RELAPSE_INLINE std::vector<std::string>
Monitor::next_questions(int count, const CheckIn& so_far) const {
  return relapse::next_questions(count, person_->record, so_far, model());
}

RELAPSE_INLINE std::vector<ItemInformation>
Monitor::information(const CheckIn& so_far) const {
  return relapse::information(person_->record, so_far, model());
}

RELAPSE_INLINE risk::Outlook Monitor::outlook(std::span<const CheckIn> plan) const {
  std::vector<Answers> told(plan.size(), Answers(model()));
  for (std::size_t k = 0; k < plan.size(); ++k) {
    told[k].read(plan[k], model());
    infer::require_determinants(told[k], model());
  }
  return {person_->record.state, person_->record.state.time, model(), told};
}

RELAPSE_INLINE std::optional<Time> Monitor::last() const {
  return person_->record.state.last();
}

RELAPSE_INLINE const Model& Monitor::model() const noexcept {
  return person_->assessor.model();
}

RELAPSE_INLINE Snapshot Monitor::snapshot() const {
  engine::Remembered taken{.record = person_->record,
                           .helpfulness = person_->helpfulness};
  for (const auto& told : person_->told) {
    if (told) taken.told[model().item(told->item).id] = {told->answer, told->at};
  }
  return {model().document().id, model().content_hash(), std::move(taken)};
}

}  // namespace relapse
