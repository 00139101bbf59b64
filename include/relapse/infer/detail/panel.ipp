#pragma once

#include <relapse/core/error.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/panel.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace relapse::infer {

RELAPSE_INLINE Panel::Panel(Model model) : model_(std::move(model)), nothing_(model_) {
  const auto count = static_cast<std::size_t>(model_.determinants().count());
  moves_.assign(count, 0);
  begins_.assign(count, 0);
  updated_.assign(count, 0.0);
  centred_.assign(count * static_cast<std::size_t>(model_.determinants().points()), 0.0);
  regimes_.width = centred_.size();
  starts_.width = count;
  for (const auto& move : model_.movement().moves()) {
    for (const auto& effect : move.effects) {
      moves_[static_cast<std::size_t>(effect.determinant)] = 1;
    }
  }
  for (const auto& effects : model_.start().stage_effects) {
    for (const auto& effect : effects)
      begins_[static_cast<std::size_t>(effect.determinant)] = 1;
  }
  for (const auto& latent : model_.grid().latent) {
    for (const auto& effect : latent.prior)
      begins_[static_cast<std::size_t>(effect.determinant)] = 1;
  }
  values_.resize(static_cast<std::size_t>(model_.items()));
  before_.resize(values_.size());
  code_index_.resize(values_.size());
  missing_.assign(values_.size(), -1);
  for (int item = 0; item < model_.items(); ++item) {
    if (!model_.item(item).missing_is_a_level) continue;
    missing_[static_cast<std::size_t>(item)] =
        code_of(item, model_.sign(item)->levels() - 1);
  }
}

RELAPSE_INLINE void Panel::add_person(const Start& start) {
  persons_.emplace_back();
  start_ = start;
  given_.assign(model_.lasting_signs().size(), {});
}

RELAPSE_INLINE int Panel::Rows::find_or_add(const std::vector<double>& row) {
  const auto [found, added] = index.try_emplace(row, static_cast<int>(count));
  if (added) {
    numbers.insert(numbers.end(), row.begin(), row.end());
    ++count;
  }
  return found->second;
}

RELAPSE_INLINE int Panel::regime_of(Cell cell) {
  fill_updated(covariates_, model_, updated_);
  fill_cell(covariates_, updated_, cell, model_.determinants().points(), model_,
            centred_);
  for (std::size_t k = 0; k < centred_.size(); ++k) {
    if (moves_[k % updated_.size()] == 0) centred_[k] = 0.0;
  }
  return regimes_.find_or_add(centred_);
}

/// The cells that the filter walks through, and the regime in which an exact entry falls.
RELAPSE_INLINE void Panel::add_way(Visit& visit, bool abstinent) {
  const Time before{persons_.back().visits.back().time};
  for_each_piece(
      covariates_, before, Time{visit.time}, model_, [&](Cell cell, double days) {
        const auto key = std::tuple(regime_of(cell), days, abstinent);
        const auto [found, added] =
            interval_index_.try_emplace(key, static_cast<int>(intervals_.size()));
        if (added) intervals_.push_back({std::get<0>(key), days, abstinent, 0});
        ++intervals_[static_cast<std::size_t>(found->second)].count;
        visit.way.push_back(found->second);
      });
  if (visit.entered) {
    const double last = visit.time - covariates_.updated;
    const double just_before = std::max(0.0, std::nextafter(last, 0.0));
    visit.entry_regime = regime_of(cell_after(just_before));
  }
}

RELAPSE_INLINE int Panel::code_of(int item, double value, AnswerBefore before) {
  const auto i = static_cast<std::size_t>(item);
  const auto [found, added] = code_index_[i].try_emplace(
      std::pair(value, before), static_cast<int>(values_[i].size()));
  if (added) {
    values_[i].push_back(value);
    before_[i].push_back(before);
  }
  return found->second;
}

RELAPSE_INLINE void Panel::add_evidence(Visit& visit, const Answers& answers) {
  for (int item = 0; item < model_.items(); ++item) {
    if (model_.sign(item) == nullptr) continue;
    AnswerBefore before;
    const auto last = last_given(item, given_, model_);
    // What is missing repeats nothing.
    if (last.answer >= 0.0 && answers.is_answered(item))
      before = {last.answer, visit.time - last.at};
    const auto value = answers.evidence(item, model_);
    if (!value) continue;
    visit.evidence.push_back({item, code_of(item, *value, before)});
  }
}

RELAPSE_INLINE std::optional<Time> Panel::last() const {
  const auto& visits = persons_.back().visits;
  return visits.empty() ? std::nullopt : std::optional<Time>(Time{visits.back().time});
}

/// The moment of use since the last check-in as a visit of its own.
RELAPSE_INLINE void Panel::add_use(const UseTold& told, const Answers& answers) {
  Visit visit;
  visit.time = told.at.days;
  visit.between = true;
  if (told.alone) visit.known = model_.use();
  add_way(visit, false);
  add_evidence(visit, answers.signs_of_use(model_));
  persons_.back().visits.push_back(std::move(visit));
}

/// The check-ins that were expected until a moment and did not come.
RELAPSE_INLINE void Panel::add_silence(Time until) {
  auto& visits = persons_.back().visits;
  for_each_missed(Time{visits.back().time}, until, model_, nothing_,
                  [&](const Answers& nothing) {
                    Visit visit;
                    visit.time = nothing.time.days;
                    visit.between = true;
                    add_way(visit, false);
                    update(covariates_, nothing, model_);
                    add_evidence(visit, nothing);
                    visits.push_back(std::move(visit));
                    remember_given(nothing, model_, given_);
                  });
}

RELAPSE_INLINE void Panel::add(const Answers& answers) {
  const UseTold told = told_in_order(answers, last(), covariates_, model_);
  auto& person = persons_.back();
  const bool first = person.visits.empty();
  Visit visit;
  visit.time = answers.time.days;
  visit.known = known_stages(answers, told, model_);
  visit.entered = answers.entered;
  if (!first && !answers.abstinent_since_last)
    add_silence(told.when == UseTime::since_last ? told.at : answers.time);
  if (told.when == UseTime::since_last) add_use(told, answers);
  if (first) {
    visit.without_use = answers.abstinent_since_last;
    covariates_ = first_covariates(answers.time, start_, model_);
  } else {
    add_way(visit, rules_out_use(answers, told));
  }
  update(covariates_, answers, model_);
  if (first) {
    fill_updated(covariates_, model_, updated_);
    for (std::size_t d = 0; d < updated_.size(); ++d) {
      if (begins_[d] == 0) updated_[d] = 0.0;
    }
    person.start = starts_.find_or_add(updated_);
  }
  if (told.apart()) {
    add_evidence(visit, answers.signs_beside_use(model_));
  } else {
    add_evidence(visit, answers);
  }
  person.visits.push_back(std::move(visit));
  remember_given(answers, model_, given_);
  ++visits_;
}

}  // namespace relapse::infer
