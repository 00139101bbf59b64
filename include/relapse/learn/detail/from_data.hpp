#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/random.hpp>
#include <relapse/infer/detail/panel.hpp>
#include <relapse/learn/detail/parameters.hpp>
#include <relapse/learn/detail/units.hpp>
#include <relapse/model/detail/signs.hpp>
#include <relapse/model/document.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <span>

/// Starting values from data alone: check-ins are put into as many groups of like answers
/// as there are stages (Lloyd 1982; Arthur & Vassilvitskii 2007), the groups are matched
/// to the stages by their reports of use, and each stage begins with the answers of its
/// group.
namespace relapse::learn {

namespace detail {

/// Check-ins as points: a standardised coordinate for each sign, 0 where nothing was
/// answered.
struct Points {
  std::size_t width = 0;
  std::vector<double> numbers;              // [visit][item]
  std::vector<const infer::Visit*> visits;  // in the order of the persons
  std::vector<double> use;                  // [visit], mean standing of the use items

  std::size_t count() const { return visits.size(); }
  std::span<const double> at(std::size_t visit) const {
    return std::span<const double>(numbers).subspan(visit * width, width);
  }
};

inline Points to_points(const infer::Panel& panel) {
  const auto scale = spreads(panel);
  Points points;
  points.width = scale.size();
  for (const auto& person : panel.persons()) {
    for (const auto& visit : person.visits) {
      const std::size_t begin = points.numbers.size();
      points.numbers.resize(begin + points.width, 0.0);
      double use = 0.0;
      for (const auto& [item, code] : visit.evidence) {
        const auto i = static_cast<std::size_t>(item);
        if (!(scale[i].sd > 0.0)) continue;
        const double value = panel.values(item)[static_cast<std::size_t>(code)];
        points.numbers[begin + i] = (value - scale[i].mean) / scale[i].sd;
        if (panel.model().item(item).role == Role::use) use += points.numbers[begin + i];
      }
      points.visits.push_back(&visit);
      points.use.push_back(use);
    }
  }
  return points;
}

inline double square_distance(std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
  return sum;
}

/// Centres far from each other: each drawn by its square distance to those before.
inline std::vector<std::vector<double>>
first_centres(const Points& points, std::size_t groups, Random& random) {
  std::vector<std::vector<double>> centres;
  std::vector<double> distance(points.count(), 1.0);
  while (centres.size() < groups) {
    const double total = std::accumulate(distance.begin(), distance.end(), 0.0);
    // Fewer different check-ins than groups.
    if (!(total > 0.0)) std::fill(distance.begin(), distance.end(), 1.0);
    const auto drawn =
        points.at(static_cast<std::size_t>(sample_index(distance, random)));
    centres.emplace_back(drawn.begin(), drawn.end());
    for (std::size_t v = 0; v < points.count(); ++v) {
      const double away = square_distance(points.at(v), centres.back());
      distance[v] = centres.size() == 1 ? away : std::min(distance[v], away);
    }
  }
  return centres;
}

inline std::vector<std::size_t> grouped(const Points& points, std::size_t groups,
                                        Random& random) {
  auto centres = first_centres(points, groups, random);
  std::vector<std::size_t> group(points.count(), 0);
  constexpr int rounds = 10;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t v = 0; v < points.count(); ++v) {
      double nearest = std::numeric_limits<double>::infinity();
      for (std::size_t g = 0; g < groups; ++g) {
        const double away = square_distance(points.at(v), centres[g]);
        if (away < nearest) {
          nearest = away;
          group[v] = g;
        }
      }
    }
    std::vector<double> count(groups, 0.0);
    for (auto& centre : centres) std::fill(centre.begin(), centre.end(), 0.0);
    for (std::size_t v = 0; v < points.count(); ++v) {
      count[group[v]] += 1.0;
      const auto point = points.at(v);
      for (std::size_t k = 0; k < points.width; ++k) centres[group[v]][k] += point[k];
    }
    for (std::size_t g = 0; g < groups; ++g) {
      for (double& number : centres[g]) number /= std::max(1.0, count[g]);
    }
  }
  return group;
}

/// The stage of each group: those with most use are the stages of use; the others follow
/// in the order of their distance from them, the nearest to use last.
inline std::vector<std::size_t> stage_of_group(const Points& points,
                                               const std::vector<std::size_t>& group,
                                               const ModelDocument& document) {
  const std::size_t groups = document.stages.size();
  std::vector<double> count(groups, 0.0), use(groups, 0.0);
  for (std::size_t v = 0; v < points.count(); ++v) {
    count[group[v]] += 1.0;
    use[group[v]] += points.use[v];
  }
  std::vector<std::size_t> by_use(groups);
  std::iota(by_use.begin(), by_use.end(), std::size_t{0});
  std::stable_sort(by_use.begin(), by_use.end(), [&](std::size_t a, std::size_t b) {
    return use[a] / std::max(1.0, count[a]) < use[b] / std::max(1.0, count[b]);
  });
  // Stages without use first, each kind in the order of the document.
  std::vector<std::size_t> stages;
  for (const bool of_use : {false, true}) {
    for (std::size_t s = 0; s < groups; ++s) {
      if ((document.stages[s].use != UseKind::none) == of_use) stages.push_back(s);
    }
  }
  std::vector<std::size_t> stage(groups);
  for (std::size_t k = 0; k < groups; ++k) stage[by_use[k]] = stages[k];
  return stage;
}

/// Answers of one item in each stage and in all.
inline void set_answers(const infer::Panel& panel, const Points& points,
                        const std::vector<std::size_t>& stage_of_visit, int item,
                        Emission& emission) {
  const auto stages = static_cast<std::size_t>(panel.model().stages());
  const auto values = panel.values(item);
  // As many answers as all stages share are added to each, so that none is empty.
  constexpr double shared = 4.0;
  std::vector<double> count(values.size() * (stages + 1), 0.0);
  for (std::size_t v = 0; v < points.count(); ++v) {
    for (const auto& evidence : points.visits[v]->evidence) {
      if (evidence.item != item) continue;
      const auto code = static_cast<std::size_t>(evidence.code);
      count[code * (stages + 1) + stage_of_visit[v]] += 1.0;
      count[code * (stages + 1) + stages] += 1.0;
    }
  }
  double all = 0.0;
  for (std::size_t code = 0; code < values.size(); ++code)
    all += count[code * (stages + 1) + stages];
  if (all == 0.0) return;
  for (std::size_t s = 0; s < stages; ++s) {
    const model::AnswerSums sums(
        values, model::levels_of(emission), [&](std::size_t code) {
          return count[code * (stages + 1) + s] +
                 shared * count[code * (stages + 1) + stages] / all;
        });
    model::visit_law(emission,
                     [&](auto family, auto& law) { family.begin(law, s, sums); });
  }
}

/// A share of copies from how often an answer is that of the time before, beside how
/// often two answers are the same by chance.
inline void set_share(const infer::Panel& panel, int item, Persistence& persistence) {
  constexpr double least = 0.05;
  const auto values = panel.values(item);
  std::map<double, double> given;
  double same = 0.0;
  double pairs = 0.0;
  double all = 0.0;
  for (const auto& person : panel.persons()) {
    for (const auto& visit : person.visits) {
      for (const auto& evidence : visit.evidence) {
        if (evidence.item != item || evidence.code == panel.missing(item)) continue;
        const auto code = static_cast<std::size_t>(evidence.code);
        const double last = panel.before(item)[code].answer;
        given[values[code]] += 1.0;
        all += 1.0;
        if (last < 0.0) continue;
        pairs += 1.0;
        if (last == values[code]) same += 1.0;
      }
    }
  }
  if (pairs == 0.0) return;
  double chance = 0.0;
  for (const auto& [answer, count] : given) chance += count * count / (all * all);
  const double share = (same / pairs - chance) / std::max(least, 1.0 - chance);
  for (double& each : persistence.share) {
    if (each > 0.0) each = std::clamp(share, least, 1.0 - least);
  }
}

/// Mean time between check-ins, in days.
inline double mean_gap(const infer::Panel& panel) {
  double days = 0.0;
  double gaps = 0.0;
  for (const auto& person : panel.persons()) {
    days += person.visits.back().time - person.visits.front().time;
    gaps += static_cast<double>(person.visits.size() - 1);
  }
  return gaps > 0.0 && days > 0.0 ? days / gaps : 1.0;
}

}  // namespace detail

/// The document with numbers found from the answers; what the panel says nothing about
/// stays. Effects and loadings begin at 0, or at a small loading where there is a
/// propensity.
inline ModelDocument from_data(const infer::Panel& panel, ModelDocument document,
                               Random& random) {
  const auto points = detail::to_points(panel);
  const auto group = detail::grouped(points, document.stages.size(), random);
  const auto stage_of = detail::stage_of_group(points, group, document);
  std::vector<std::size_t> stage(group.size());
  for (std::size_t v = 0; v < group.size(); ++v) stage[v] = stage_of[group[v]];
  for (std::size_t i = 0; i < document.items.size(); ++i) {
    if (!document.items[i].emission) continue;
    detail::set_answers(panel, points, stage, static_cast<int>(i),
                        *document.items[i].emission);
    if (document.items[i].persistence)
      detail::set_share(panel, static_cast<int>(i), *document.items[i].persistence);
  }
  // A stage is left within a few check-ins.
  constexpr double gaps_in_a_stage = 5.0;
  const double exit = 1.0 / (gaps_in_a_stage * detail::mean_gap(panel));
  for (auto& rule : document.transitions) {
    const auto leaving = std::count_if(
        document.transitions.begin(), document.transitions.end(),
        [&](const TransitionRule& other) { return other.from == rule.from; });
    rule.rate = exit / static_cast<double>(leaving);
    if (rule.max_rate) rule.rate = std::min(rule.rate, 0.5 * *rule.max_rate);
    for (auto& effect : rule.effects) effect.weight = 0.0;
  }
  for (auto& shared : document.groups) {
    for (auto& effect : shared.effects) effect.weight = 0.0;
  }
  std::vector<double> share(document.stages.size(), 1.0);
  std::size_t v = 0;
  for (const auto& person : panel.persons()) {
    share[stage[v]] += 1.0;
    v += person.visits.size();
  }
  detail::set_log_odds(document.initial,
                       [&](std::size_t s) { return elementary::log(share[s]); });
  for (auto& part : document.start_effects) part.effect.weight = 0.0;
  constexpr double some = 0.5;
  // Each smaller than the one before: two that begin alike would stay alike.
  double smaller = some;
  for (auto& rule : document.dimensions) {
    smaller /= 2.0;
    for (auto& loading : rule.loadings)
      loading.weight = loading.group == name_of(Direction::recovery) ? -smaller : smaller;
    for (auto& tilt : rule.start) tilt.weight = 0.0;
    for (auto& effect : rule.prior) effect.weight = 0.0;
  }
  if (document.propensity.nodes > 1) {
    document.propensity.toward_use = some;
    document.propensity.recovery = -some;
    for (auto& tilt : document.propensity.start) tilt.weight = 0.0;
    for (auto& effect : document.propensity.prior) effect.weight = 0.0;
  }
  return document;
}

/// The document with its numbers moved at random, for another start.
/// @param units of all parameters
/// @param spread standard deviation in units
inline ModelDocument scattered(const ModelDocument& document,
                               std::span<const double> units, double spread,
                               Random& random) {
  const Parameters parameters(document);
  auto values = parameters.read(document);
  for (std::size_t j = 0; j < values.size(); ++j)
    values[j] += spread * units[j] * sample_normal(random);
  ModelDocument other = document;
  parameters.write(values, other);
  return other;
}

}  // namespace relapse::learn
