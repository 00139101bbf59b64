#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/error.hpp>
#include <relapse/ctmc/passage.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/infer/detail/weigh.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace relapse::infer {

namespace detail {

/// Times between check-ins of one person that are remembered.
inline constexpr std::size_t remembered_times = 8;
/// Pieces of a way for which there is memory from the beginning: those of a year, and
/// many more.
inline constexpr std::size_t usual_pieces = 16;

}  // namespace detail

RELAPSE_INLINE Workspace::Workspace(const Model& model)
    : updated(static_cast<std::size_t>(model.determinants().count()), 0.0),
      centred(updated.size() * static_cast<std::size_t>(model.determinants().points())),
      ratios(model.movement().moves().size() *
             static_cast<std::size_t>(model.determinants().points())),
      log_likelihood(static_cast<std::size_t>(model.answer_ways() * model.stages()), 0.0),
      factor(row_width, 0.0),
      rows(static_cast<std::size_t>(model.sign_tables().tables()), 0),
      personal(model.personal_signs().size()),
      said(personal.size()),
      own_rows((personal.size() - model.sign_tables().personal().size()) *
               static_cast<std::size_t>(model.sign_tables().ways()) * row_width),
      nothing(model),
      path(model, 1, Grid::ways),
      transitions(model, model.movement().has_effects() ? 0 : detail::remembered_times) {
  centred.reserve(detail::usual_pieces * centred.size());
  ratios.reserve(detail::usual_pieces * ratios.size());
  days.reserve(detail::usual_pieces);
  path.reserve(detail::usual_pieces);
}

namespace detail {

/// The rates' ratios in one cell.
inline void fill_ratios_of(const Covariates& covariates, Cell cell, const Model& model,
                           Workspace& workspace) {
  const int points = model.determinants().points();
  const auto count = static_cast<std::size_t>(points);
  workspace.centred.resize(count * workspace.updated.size());
  workspace.ratios.resize(count * model.movement().moves().size());
  fill_updated(covariates, model, workspace.updated);
  fill_cell(covariates, workspace.updated, cell, points, model, workspace.centred);
  fill_ratios(workspace.centred, model, workspace.ratios);
}

/// The pieces of the way from one moment to another, and the ratios on them.
inline void lay_way(const Covariates& covariates, Time from, Time to, const Model& model,
                    Workspace& workspace) {
  auto& updated = workspace.updated;
  auto& centred = workspace.centred;
  auto& days = workspace.days;
  const int points = model.determinants().points();
  const auto count = static_cast<std::size_t>(points);
  fill_updated(covariates, model, updated);
  centred.clear();
  days.clear();
  for_each_piece(covariates, from, to, model, [&](Cell cell, double length) {
    centred.resize(centred.size() + count * updated.size());
    fill_cell(covariates, updated, cell, points, model,
              std::span(centred).last(count * updated.size()));
    days.push_back(length);
  });
  workspace.ratios.resize(days.size() * count * model.movement().moves().size());
  fill_ratios(centred, model, workspace.ratios);
}

}  // namespace detail

RELAPSE_INLINE void carry(Belief& belief, const Covariates& covariates, Time from,
                          Time to, ctmc::StateSet avoided, const Model& model,
                          Workspace& workspace) {
  if (!model.movement().has_effects() && avoided.none()) {
    const double days = to.days - from.days;
    if (!(days > 0.0)) return;
    std::uint32_t place = workspace.transitions.find(days);
    if (place == Transitions::full) {
      workspace.transitions.forget();
      place = workspace.transitions.find(days);
    }
    kernel().carry(belief.joint.data(), belief.nodes, belief.stages,
                   workspace.transitions.matrices() + place);
    return;
  }
  detail::lay_way(covariates, from, to, model, workspace);
  workspace.path.load(belief, avoided);
  workspace.path.lead_through(workspace.ratios, workspace.days);
  workspace.path.follow(avoided, {});
  workspace.path.store(belief, avoided);
}

RELAPSE_INLINE Belief start_belief(std::span<const double> centred, const Model& model) {
  const auto& law = model.start();
  Belief belief(model.nodes(), model.stages());
  const auto dot = [&](const std::vector<model::MoveEffect>& effects) {
    double sum = 0.0;
    for (const auto& effect : effects) {
      sum += effect.weight * centred[static_cast<std::size_t>(effect.determinant)];
    }
    return sum;
  };
  std::vector<double> tilts(static_cast<std::size_t>(belief.nodes), 0.0);
  for (const auto& latent : model.grid().latent) {
    const double tilt = dot(latent.prior);
    for (std::size_t i = 0; i < tilts.size(); ++i) tilts[i] += latent.number[i] * tilt;
  }
  const double largest_tilt = *std::max_element(tilts.begin(), tilts.end());
  std::vector<double> log_odds(static_cast<std::size_t>(model.stages()));
  for (std::size_t s = 0; s < log_odds.size(); ++s)
    log_odds[s] = dot(law.stage_effects[s]);
  double weights = 0.0;
  for (int i = 0; i < belief.nodes; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto odds = [&](std::size_t s) {
      double sum = log_odds[s];
      for (const auto& latent : model.grid().latent)
        sum += latent.start[s] * latent.number[at];
      return sum;
    };
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t s = 0; s < log_odds.size(); ++s) {
      if (law.initial[s] > 0.0) largest = std::max(largest, odds(s));
    }
    double sum = 0.0;
    const auto node = belief.node(i);
    for (std::size_t s = 0; s < log_odds.size(); ++s) {
      node[s] = law.initial[s] > 0.0 ? law.initial[s] * elementary::exp(odds(s) - largest)
                                     : 0.0;
      sum += node[s];
    }
    const double weight = elementary::exp(tilts[at] - largest_tilt);
    weights += weight;
    for (double& mass : node) mass *= weight / sum;
  }
  belief.scale(1.0 / weights);
  return belief;
}

namespace detail {

/// The density of jumping into `into` at this very moment, in place of the probability of
/// being there.
inline void enter(Belief& belief, const Covariates& covariates, double age,
                  ctmc::StateSet into, const Model& model, Workspace& workspace) {
  // The rates are those of the cell that ends at this age.
  const double just_before = std::nextafter(age, 0.0);
  fill_ratios_of(covariates, cell_after(std::max(0.0, just_before)), model, workspace);
  for (int i = 0; i < belief.nodes; ++i) {
    ctmc::jump_into(belief.node(i), model.movement().generator(workspace.ratios, i),
                    into);
  }
}

/// What is known from outside about the stage.
inline void condition(PersonState& state, const Answers& answers, const UseTold& told,
                      const Model& model, Workspace& workspace) {
  const auto known = known_stages(answers, told, model);
  if (!known) return;
  if (answers.entered) {
    enter(state.belief, state.covariates, answers.time.days - state.covariates.updated,
          *known, model, workspace);
  } else {
    state.belief.keep_only(*known);
  }
}

inline void begin(PersonState& state, const Answers& answers, const Start& start,
                  const UseTold& told, const Model& model, Workspace& workspace,
                  StepTrace* trace) {
  state.covariates = first_covariates(answers.time, start, model);
  state.given.assign(model.lasting_signs().size(), {});
  if (trace != nullptr) {
    trace->before = state.covariates;
    trace->given = state.given;
  }
  update(state.covariates, answers, model);
  fill_updated(state.covariates, model, workspace.updated);
  state.belief = start_belief(workspace.updated, model);
  if (trace != nullptr) trace->carried = state.belief;
  condition(state, answers, told, model, workspace);
  if (answers.abstinent_since_last) state.belief.keep_only(~model.use());
  if (trace != nullptr) trace->known = state.belief;
}

/// Use since the last check-in: to its moment, where the answers to use items count, or
/// the fact alone, and on. Returns their log-likelihood.
inline double carry_through_use(PersonState& state, const Answers& answers,
                                const UseTold& told, const Model& model,
                                Workspace& workspace) {
  carry(state.belief, state.covariates, state.time, told.at, {}, model, workspace);
  if (told.alone) state.belief.keep_only(model.use());
  const double log_normaliser =
      require_weight(state, answers.signs_of_use(model), told.at, model, workspace);
  carry(state.belief, state.covariates, told.at, answers.time, {}, model, workspace);
  return log_normaliser;
}

inline double proceed(PersonState& state, const Answers& answers, const UseTold& told,
                      const Model& model, Workspace& workspace, StepTrace* trace) {
  const bool since_last = told.when == UseTime::since_last;
  const auto avoided = rules_out_use(answers, told) ? model.use() : ctmc::StateSet{};
  const bool as_usual = !since_last && avoided.none();
  if (trace != nullptr) {
    trace->before = state.covariates;
    trace->given = state.given;
    if (!as_usual) {
      trace->carried = state.belief;
      carry(trace->carried, state.covariates, state.time, answers.time, {}, model,
            workspace);
    }
  }
  double log_normaliser = 0.0;
  if (since_last) {
    log_normaliser = carry_through_use(state, answers, told, model, workspace);
  } else {
    carry(state.belief, state.covariates, state.time, answers.time, avoided, model,
          workspace);
  }
  if (trace != nullptr && as_usual) trace->carried = state.belief;
  condition(state, answers, told, model, workspace);
  if (trace != nullptr) trace->known = state.belief;
  update(state.covariates, answers, model);
  return log_normaliser;
}

}  // namespace detail

namespace detail {

/// One check-in, or one that did not come.
inline double take_in(PersonState& state, const Answers& answers, const Start& start,
                      const UseTold& told, const Model& model, Workspace& workspace,
                      StepTrace* trace) {
  double log_normaliser = 0.0;
  if (state.started) {
    log_normaliser = proceed(state, answers, told, model, workspace, trace);
  } else {
    begin(state, answers, start, told, model, workspace, trace);
  }
  if (told.apart()) {
    log_normaliser += require_weight(state, answers.signs_beside_use(model), answers.time,
                                     model, workspace);
  } else {
    log_normaliser += require_weight(state, answers, answers.time, model, workspace);
  }
  remember_given(answers, model, state.given);
  state.started = true;
  state.time = answers.time;
  return log_normaliser;
}

}  // namespace detail

RELAPSE_INLINE double pass_silence(PersonState& state, Time until, const Model& model,
                                   Workspace& workspace) {
  double log_normaliser = 0.0;
  for_each_missed(
      state.time, until, model, workspace.nothing, [&](const Answers& nothing) {
        log_normaliser +=
            detail::take_in(state, nothing, {}, {}, model, workspace, nullptr);
      });
  return log_normaliser;
}

RELAPSE_INLINE UseTold told_in_order(const Answers& answers, std::optional<Time> last,
                                     const Covariates& before, const Model& model) {
  if (!last && answers.entered)
    throw CheckInError({{}, {}, "entered"}, "a first check-in cannot be an exact entry");
  if (last && !(answers.time >= *last))
    throw CheckInError({{}, {}, "time"}, "goes back behind the last check-in");
  UseTold told = use_told(answers, last, model);
  const bool used_then = last && before.use_known && before.use_clock == last->days;
  told.over = used_then && answers.abstinent_since_last &&
              (told.when == UseTime::none || told.when == UseTime::earlier);
  return told;
}

RELAPSE_INLINE double step(PersonState& state, const Answers& answers, const Start& start,
                           const Model& model, Workspace& workspace) {
  const UseTold told = told_in_order(answers, state.last(), state.covariates, model);
  return step(state, answers, told, start, model, workspace);
}

RELAPSE_INLINE double step(PersonState& state, const Answers& answers,
                           const UseTold& told, const Start& start, const Model& model,
                           Workspace& workspace, StepTrace* trace) {
  if (trace != nullptr) trace->use = told;
  double log_normaliser = 0.0;
  // What is told of the time since the last check-in stands in place of the silence.
  if (state.started && !answers.abstinent_since_last) {
    const bool since_last = told.when == UseTime::since_last;
    log_normaliser =
        pass_silence(state, since_last ? told.at : answers.time, model, workspace);
  }
  return log_normaliser +
         detail::take_in(state, answers, start, told, model, workspace, trace);
}

}  // namespace relapse::infer
