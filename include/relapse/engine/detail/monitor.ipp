#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/monitor.hpp>

#include <cmath>
#include <utility>

namespace relapse {

RELAPSE_INLINE Monitor::Monitor(Model model, MonitorSettings settings)
    : assessor_(model, {.drivers = settings.drivers}),
      answers_(model),
      told_(static_cast<std::size_t>(model.items())),
      assessment_(std::move(model)) {
  for (const auto& days :
       {settings.start.days_since_use, settings.start.days_in_recovery}) {
    if (days && !(days->count >= 0.0 && std::isfinite(days->count))) {
      throw InvalidInput("monitor", "days before the start must be finite and 0 or more");
    }
  }
  record_.start = settings.start;
}

RELAPSE_INLINE Monitor::Monitor(Model model, const Snapshot& snapshot,
                                MonitorSettings settings)
    : Monitor(std::move(model), settings) {
  const Model& own = this->model();
  const auto refuse = [](const char* problem) {
    throw InvalidInput("snapshot", problem);
  };
  if (snapshot.content_hash != own.content_hash()) refuse("is of another model");
  const auto& state = snapshot.state;
  const auto channels = static_cast<std::size_t>(own.determinants().channels());
  const bool belief_fits =
      state.belief.nodes == own.nodes() && state.belief.stages == own.stages() &&
      state.belief.joint.size() == static_cast<std::size_t>(own.nodes()) *
                                       static_cast<std::size_t>(own.stages()) &&
      state.covariates.channels.size() == channels;
  const bool flags_fit = snapshot.acknowledged.size() <= own.flags().size() &&
                         snapshot.floors.since.size() <= own.document().floors.size() &&
                         snapshot.raised_at.size() <= own.flags().size();
  if (!flags_fit || (state.started && !belief_fits)) refuse("does not fit the model");
  record_ = {snapshot.start,
             snapshot.state,
             snapshot.level,
             snapshot.last_risk,
             snapshot.flags,
             snapshot.acknowledged,
             snapshot.use_reported,
             snapshot.floors,
             snapshot.raised_at,
             snapshot.unreadable,
             {}};
  // An older snapshot does not say when a flag rose: at the last check-in at the latest.
  FlagBits undated;
  for (std::size_t flag = 0; flag < own.flags().size(); ++flag) {
    const bool dated = flag < record_.raised_at.size() && record_.raised_at[flag];
    if (!dated) undated.up |= record_.flags & std::uint64_t{1} << flag;
  }
  if (record_.state.started) record_.raise(undated, record_.state.time);
  if (snapshot.tolerance) {
    record_.tolerance = *snapshot.tolerance;
  } else if (snapshot.use_reported) {
    record_.tolerance.extend(state.time, state.time + lost_tolerance_lasts);
  }
  helpfulness_ = snapshot.helpfulness;
  for (const auto& [id, told] : snapshot.told) {
    const int item = own.find_item(id);
    if (item < 0) refuse("does not fit the model");
    told_[static_cast<std::size_t>(item)] = Told{item, told.answer, told.at};
  }
}

RELAPSE_INLINE const Assessment& Monitor::update(const CheckIn& check_in) {
  try {
    answers_.read(check_in, model());
    assessor_.step(record_, answers_, assessment_);
  } catch (const CheckInError& error) {
    throw CheckInError({check_in.person, {}, error.place().item}, error.problem(),
                       raise_flags(check_in));
  } catch (const InvalidInput& error) {
    throw CheckInError({check_in.person, {}, ""}, error.what(), raise_flags(check_in));
  }
  for (int item = 0; item < model().items(); ++item) {
    const Role role = model().item(item).role;
    if (answers_.is_answered(item) && (role == Role::sign || role == Role::determinant)) {
      told_[static_cast<std::size_t>(item)] = {item, answers_.value(item), answers_.time};
    }
  }
  return assessment_;
}

RELAPSE_INLINE RaisedFlags Monitor::raise_flags(const CheckIn& check_in) {
  const FlagBits bits = answers_.read_safety(check_in, model());
  record_.raise(bits, check_in.time);
  return {model().flags_in(bits.up), model().flags_in(bits.unreadable)};
}

RELAPSE_INLINE RaisedFlags Monitor::flags() const {
  return {model().flags_in(record_.flags), model().flags_in(record_.unreadable)};
}

RELAPSE_INLINE Assessment Monitor::at(Time now) const {
  Assessment assessment(model());
  assessor_.look(record_, now, assessment);
  return assessment;
}

RELAPSE_INLINE bool Monitor::acknowledge(std::string_view flag, Time at) {
  const int index = model().find_flag(flag);
  if (index < 0) {
    throw InvalidInput("acknowledge",
                       "'" + std::string(flag) + "' is not a flag of the model");
  }
  if (!std::isfinite(at.days))
    throw InvalidInput("acknowledge", "the time must be finite");
  return record_.acknowledge(index, at);
}

RELAPSE_INLINE void Monitor::follow_up(const Plan& plan, std::string_view action,
                                       double helped) {
  helpfulness_.follow_up(care::find_action(plan, model(), action), helped);
}

RELAPSE_INLINE void Monitor::follow_up(const Plan& plan, const FollowUp& told,
                                       std::optional<Time> now) {
  if (now && !(told.at <= *now)) {
    throw InvalidInput("follow-up of '" + told.action + "'", "the time lies after now");
  }
  helpfulness_.follow_up(care::find_action(plan, model(), told.action), told);
}

RELAPSE_INLINE void Monitor::suggested(const Plan& plan, std::string_view action,
                                       Time at) {
  helpfulness_.suggested(care::find_action(plan, model(), action), at);
}

RELAPSE_INLINE std::vector<Suggestion> Monitor::suggest(const Plan& plan,
                                                        SuggestSettings settings) const {
  settings.flags = model().flags_in(record_.flags);
  if (!record_.state.started && record_.flags != 0)
    return care::crisis_steps(plan, model(), settings);
  settings.told.clear();
  for (const auto& told : told_) {
    if (told) settings.told.push_back(*told);
  }
  if (!settings.level && record_.state.started) {
    settings.level = at(record_.state.time).level;
  }
  return care::suggest(plan, outlook(), helpfulness_, settings);
}

RELAPSE_INLINE std::vector<double> Monitor::forecast(std::string_view item,
                                                     Days after) const {
  return outlook().forecast(model().find_item(item), after);
}

RELAPSE_INLINE std::vector<std::string>
Monitor::next_questions(int count, const CheckIn& so_far) const {
  return relapse::next_questions(count, record_, so_far, model());
}

RELAPSE_INLINE std::vector<ItemInformation>
Monitor::information(const CheckIn& so_far) const {
  return relapse::information(record_, so_far, model());
}

RELAPSE_INLINE risk::Outlook Monitor::outlook() const {
  return {record_.state, record_.state.time, model()};
}

RELAPSE_INLINE Snapshot Monitor::snapshot() const {
  Snapshot taken;
  taken.model_id = model().document().id;
  taken.content_hash = model().content_hash();
  taken.start = record_.start;
  taken.state = record_.state;
  taken.level = record_.level;
  taken.last_risk = record_.last_risk;
  taken.flags = record_.flags;
  taken.acknowledged = record_.acknowledged;
  taken.use_reported = record_.use_reported;
  taken.floors = record_.floors;
  taken.tolerance = record_.tolerance;
  taken.helpfulness = helpfulness_;
  for (const auto& told : told_) {
    if (told)
      taken.told.emplace(model().item(told->item).id, LastAnswer{told->answer, told->at});
  }
  taken.raised_at = record_.raised_at;
  taken.unreadable = record_.unreadable;
  return taken;
}

}  // namespace relapse
