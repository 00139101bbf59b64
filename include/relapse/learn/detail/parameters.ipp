#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/probability.hpp>
#include <relapse/learn/detail/parameters.hpp>
#include <relapse/model/detail/person_grid.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse::learn {
namespace detail {

inline std::size_t likeliest(const std::vector<double>& probability) {
  return static_cast<std::size_t>(
      std::max_element(probability.begin(), probability.end()) - probability.begin());
}

/// Log of a rate, or of its odds against the cap.
inline double free_rate(const TransitionRule& rule) {
  return rule.max_rate ? elementary::log(rule.rate / (*rule.max_rate - rule.rate))
                       : elementary::log(rule.rate);
}

/// A weight that is free is one of the structure: it does not become 0.
inline double held_apart(double weight) {
  return weight == 0.0 ? std::numeric_limits<double>::min() : weight;
}

inline void set_rate(TransitionRule& rule, double value) {
  if (!rule.max_rate) {
    rule.rate = elementary::exp(value);
    return;
  }
  const double highest = std::nextafter(*rule.max_rate, 0.0);
  rule.rate = std::min(highest, *rule.max_rate * expit(value));
}

}  // namespace detail

RELAPSE_INLINE Parameters::Parameters(const ModelDocument& document) {
  add_movements(document);
  add_start(document);
  add_dimensions(document);
  add_answers(document);
  add_habits(document);
}

RELAPSE_INLINE void Parameters::add_movements(const ModelDocument& document) {
  using Kind = ParameterKind;
  bool toward_use = false;
  bool recovery = false;
  for (std::size_t m = 0; m < document.transitions.size(); ++m) {
    const auto& rule = document.transitions[m];
    const std::string pair = rule.from + ">" + rule.to;
    if (rule.rate > 0.0) all_.push_back({Kind::rate, "rate:" + pair, m});
    for (std::size_t e = 0; e < rule.effects.size(); ++e) {
      all_.push_back(
          {Kind::effect, "effect:" + pair + ":" + rule.effects[e].determinant, m, e});
    }
    toward_use |= rule.direction == Direction::toward_use;
    recovery |= rule.direction == Direction::recovery;
  }
  for (std::size_t g = 0; g < document.groups.size(); ++g) {
    const auto& group = document.groups[g];
    for (std::size_t e = 0; e < group.effects.size(); ++e) {
      all_.push_back({Kind::group_effect,
                      "effect:" + group.id + ":" + group.effects[e].determinant, g, e});
    }
  }
  if (document.propensity.nodes == 1) return;
  if (toward_use) all_.push_back({Kind::toward_use, "loading:toward_use"});
  if (recovery) all_.push_back({Kind::recovery, "loading:recovery"});
}

RELAPSE_INLINE void Parameters::add_start(const ModelDocument& document) {
  using Kind = ParameterKind;
  const std::size_t base = detail::likeliest(document.initial);
  for (std::size_t s = 0; s < document.initial.size(); ++s) {
    if (s == base || !(document.initial[s] > 0.0)) continue;
    all_.push_back({Kind::initial, "initial:" + document.stages[s].id, s, 0, 0, base});
  }
  for (std::size_t k = 0; k < document.start_effects.size(); ++k) {
    const auto& [stage, effect] = document.start_effects[k];
    all_.push_back(
        {Kind::start_effect, "start_effect:" + stage + ":" + effect.determinant, k});
  }
  if (document.propensity.nodes > 1) add_tilts(document, 0, "");
}

RELAPSE_INLINE void Parameters::add_tilts(const ModelDocument& document,
                                          std::size_t latent, const std::string& name) {
  using Kind = ParameterKind;
  const auto& start = detail::start_of(document, latent);
  for (std::size_t k = 0; k < start.size(); ++k)
    all_.push_back({Kind::tilt, "start:" + name + start[k].stage, latent, k});
  const auto& prior = detail::prior_of(document, latent);
  for (std::size_t k = 0; k < prior.size(); ++k)
    all_.push_back({Kind::prior, "prior:" + name + prior[k].determinant, latent, k});
}

RELAPSE_INLINE void Parameters::add_dimensions(const ModelDocument& document) {
  using Kind = ParameterKind;
  for (std::size_t d = 0; d < document.dimensions.size(); ++d) {
    const auto& rule = document.dimensions[d];
    if (!model::has_say(rule)) continue;
    for (std::size_t k = 0; k < rule.loadings.size(); ++k) {
      all_.push_back(
          {Kind::loading, "loading:" + rule.id + ":" + rule.loadings[k].group, d + 1, k});
    }
    add_tilts(document, d + 1, rule.id + ":");
  }
}

namespace detail {

/// The numbers of a law in one stage that are no part of the structure.
template <class Law>
void add_numbers(const Law& law, const std::string& name, std::size_t item,
                 std::size_t stage, std::vector<Parameter>& all) {
  using Scale = model::NumberScale;
  std::size_t base = 0;
  if constexpr (model::has_rows<Law>) base = likeliest(law.probability[stage]);
  for (std::size_t k = 0; k < model::count_of_numbers(law, stage); ++k) {
    const auto scale = model::scale_of<Law>(k);
    const double number = model::number_of(law, stage, k);
    if (scale == Scale::share && k == base) continue;
    if ((scale == Scale::share || scale == Scale::odds) && !model::is_open(number))
      continue;
    std::string suffix;
    if constexpr (model::has_rows<Law>) {
      suffix = ":" + std::to_string(k);
    } else if (const auto word = model::LawOf<Law>::numbers[k].name; !word.empty()) {
      suffix = ":" + std::string(word);
    }
    all.push_back({ParameterKind::answer, name + suffix, item, stage, k, base, scale,
                   model::LawOf<Law>::kind == model::AnswerKind::measurement});
  }
}

}  // namespace detail

RELAPSE_INLINE void Parameters::add_answers(const ModelDocument& document) {
  for (std::size_t i = 0; i < document.items.size(); ++i) {
    const auto& rule = document.items[i];
    if (!rule.emission) continue;
    for (std::size_t s = 0; s < document.stages.size(); ++s) {
      const std::string name = "given:" + rule.item.id + ":" + document.stages[s].id;
      model::visit_law(*rule.emission, [&](auto, const auto& law) {
        detail::add_numbers(law, name, i, s, all_);
      });
    }
  }
}

RELAPSE_INLINE void Parameters::add_habits(const ModelDocument& document) {
  using Kind = ParameterKind;
  for (std::size_t i = 0; i < document.items.size(); ++i) {
    const auto& rule = document.items[i];
    const std::string& id = rule.item.id;
    const auto by_level = [&](Kind kind, const std::string& name, const auto& numbers) {
      for (std::size_t k = 0; k < numbers.size(); ++k) {
        const std::string level = numbers.size() == 1 ? "" : ":" + std::to_string(k);
        if (numbers[k] > 0.0) all_.push_back({kind, name + id + level, i, k});
      }
    };
    const Persistence says = rule.persistence.value_or(Persistence{});
    by_level(Kind::persistence, "persistence:", says.share);
    by_level(Kind::half_life, "half_life:", says.half_life_days);
    if (rule.habit != 0.0) all_.push_back({Kind::own_habit, "habit:" + id, i});
  }
  const std::size_t habits = document.habits.size();
  for (std::size_t h = 0; h < habits + document.dimensions.size(); ++h) {
    const auto& id =
        h < habits ? document.habits[h].id : document.dimensions[h - habits].id;
    const auto& items = detail::habit_of(document, h);
    for (std::size_t k = 0; k < items.size(); ++k) {
      const std::string name = "habit:" + id + ":" + items[k].item;
      if (items[k].weight != 0.0) all_.push_back({Kind::habit, name, h, k});
    }
  }
}

namespace detail {

/// Where the number of a parameter stands.
template <class Document>
auto& place_of(const Parameter& parameter, Document& document) {
  const std::size_t k = parameter.first;
  const std::size_t part = parameter.second;
  switch (parameter.kind) {
  case ParameterKind::rate:
    return document.transitions[k].rate;
  case ParameterKind::effect:
    return document.transitions[k].effects[part].weight;
  case ParameterKind::group_effect:
    return document.groups[k].effects[part].weight;
  case ParameterKind::toward_use:
    return document.propensity.toward_use;
  case ParameterKind::recovery:
    return document.propensity.recovery;
  case ParameterKind::loading:
    return document.dimensions[k - 1].loadings[part].weight;
  case ParameterKind::initial:
    return document.initial[k];
  case ParameterKind::tilt:
    return start_of(document, k)[part].weight;
  case ParameterKind::prior:
    return prior_of(document, k)[part].weight;
  case ParameterKind::start_effect:
    return document.start_effects[k].effect.weight;
  case ParameterKind::persistence:
    return document.items[k].persistence->share[part];
  case ParameterKind::half_life:
    return document.items[k].persistence->half_life_days[part];
  case ParameterKind::own_habit:
    return document.items[k].habit;
  case ParameterKind::habit:
    return habit_of(document, k)[part].weight;
  case ParameterKind::answer:
    break;
  }
  return number_of(parameter, *document.items[k].emission);
}

inline double share_of(double odds) {
  return std::clamp(expit(odds), std::numeric_limits<double>::min(),
                    std::nextafter(1.0, 0.0));
}

/// On the scale without bounds.
inline double read_answer(const Parameter& parameter, const Emission& emission) {
  const double number = number_of(parameter, emission);
  switch (parameter.scale) {
  case model::NumberScale::odds:
    return logit(number);
  case model::NumberScale::share:
    return elementary::log(
        number /
        std::get<Categorical>(emission).probability[parameter.second][parameter.base]);
  case model::NumberScale::log:
    return elementary::log(number);
  case model::NumberScale::plain:
    break;
  }
  return number;
}

/// Of any scale but that of shares, which are written together.
inline double written_answer(const Parameter& parameter, double value) {
  if (parameter.scale == model::NumberScale::odds) return share_of(value);
  return parameter.scale == model::NumberScale::log ? elementary::exp(value) : value;
}

}  // namespace detail

RELAPSE_INLINE std::vector<double> Parameters::read(const ModelDocument& document) const {
  std::vector<double> values;
  for (const auto& parameter : all_) {
    const std::size_t k = parameter.first;
    const double number = detail::place_of(parameter, document);
    switch (parameter.kind) {
    case ParameterKind::rate:
      values.push_back(detail::free_rate(document.transitions[k]));
      break;
    case ParameterKind::initial:
      values.push_back(elementary::log(number / document.initial[parameter.base]));
      break;
    case ParameterKind::answer:
      values.push_back(detail::read_answer(parameter, *document.items[k].emission));
      break;
    case ParameterKind::persistence:
      values.push_back(logit(number));
      break;
    case ParameterKind::half_life:
      values.push_back(elementary::log(number));
      break;
    default:
      values.push_back(number);
    }
  }
  return values;
}

RELAPSE_INLINE void Parameters::write(std::span<const double> values,
                                      ModelDocument& document) const {
  std::vector<double> initial(document.initial.size(), 0.0);
  std::vector<double> odds;
  // What does not change keeps its bits.
  const auto now = read(document);
  bool another_start = false;
  bool other_levels = false;
  for (std::size_t j = 0; j < all_.size(); ++j) {
    const auto& parameter = all_[j];
    const std::size_t k = parameter.first;
    const double value = values[j];
    const bool changes = value != now[j];
    if (parameter.kind == ParameterKind::initial) {
      initial[k] = value;
      another_start |= changes;
      continue;
    }
    if (parameter.kind == ParameterKind::answer &&
        parameter.scale == model::NumberScale::share) {
      auto& row = std::get<Categorical>(*document.items[k].emission)
                      .probability[parameter.second];
      odds.resize(row.size(), 0.0);
      odds[parameter.third] = value;
      other_levels |= changes;
      const bool last = j + 1 == all_.size() ||
                        all_[j + 1].kind != ParameterKind::answer ||
                        all_[j + 1].first != k || all_[j + 1].second != parameter.second;
      if (!last) continue;
      if (other_levels)
        detail::set_log_odds(row, [&](std::size_t level) { return odds[level]; });
      odds.clear();
      other_levels = false;
      continue;
    }
    if (!changes) continue;
    double& number = detail::place_of(parameter, document);
    switch (parameter.kind) {
    case ParameterKind::rate:
      detail::set_rate(document.transitions[k], value);
      break;
    case ParameterKind::loading:
    case ParameterKind::own_habit:
    case ParameterKind::habit:
      number = detail::held_apart(value);
      break;
    case ParameterKind::persistence:
      number = detail::share_of(value);
      break;
    case ParameterKind::half_life:
      number = elementary::exp(value);
      break;
    case ParameterKind::answer:
      number = detail::written_answer(parameter, value);
      break;
    default:
      number = value;
    }
  }
  if (another_start)
    detail::set_log_odds(document.initial, [&](std::size_t s) { return initial[s]; });
}

RELAPSE_INLINE bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty() || name.front() == ':';
  if (pattern.front() == '*') {
    for (std::size_t skipped = 0; skipped <= name.size(); ++skipped) {
      if (matches(pattern.substr(1), name.substr(skipped))) return true;
    }
    return false;
  }
  return !name.empty() && name.front() == pattern.front() &&
         matches(pattern.substr(1), name.substr(1));
}

}  // namespace relapse::learn
