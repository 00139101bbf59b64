#pragma once

#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/error.hpp>
#include <relapse/risk/detail/path.hpp>

#include <algorithm>
#include <limits>

namespace relapse::risk {

namespace detail {

/// A stretch of the time ahead without news of the determinants.
struct Stretch {
  const infer::Covariates* covariates;
  double age;  ///< now, below 0 where they are told later
};

/// The stretch that a day from now lies in, or begins.
inline Stretch stretch_at(const Ahead& ahead, double day) {
  Stretch stretch{&ahead.covariates, ahead.age};
  if (ahead.course == nullptr) return stretch;
  const double now = ahead.covariates.updated + ahead.age;
  for (const auto& piece : ahead.course->pieces) {
    if (piece.from.days - now > day) break;
    stretch = {&piece.covariates, now - piece.covariates.updated};
  }
  return stretch;
}

/// The first day after this one with news of the determinants.
inline double next_news(const Ahead& ahead, double day) {
  if (ahead.course != nullptr) {
    const double now = ahead.covariates.updated + ahead.age;
    for (const auto& piece : ahead.course->pieces) {
      if (piece.from.days - now > day) return piece.from.days - now;
    }
  }
  return std::numeric_limits<double>::infinity();
}

/// The age, in a stretch, from which the outlook of a determinant starts: when it was
/// told, or now.
inline double outlook_from(const Ahead& ahead, const Stretch& stretch, int determinant,
                           const Model& model) {
  const int channel =
      model.determinants().laws()[static_cast<std::size_t>(determinant)].channel;
  if (channel < 0 || stretch.covariates == &ahead.covariates) return stretch.age;
  const auto& told = stretch.covariates->channels[static_cast<std::size_t>(channel)];
  return std::max(stretch.age, told.at - stretch.covariates->updated);
}

inline void require_told(const Ahead& ahead, double until) {
  if (ahead.course == nullptr || !ahead.course->until) return;
  constexpr double rounding = 1e-9;
  const double now = ahead.covariates.updated + ahead.age;
  const double told = ahead.course->until->days - now;
  if (until <= told + rounding) return;
  throw InvalidInput("plan", "ends " + shortest_decimals(told) +
                                 " days ahead, before the " + shortest_decimals(until) +
                                 " days that are looked at");
}

}  // namespace detail

RELAPSE_INLINE void add_ends(const Ahead& ahead, double until, const Model& model,
                             std::vector<double>& ends) {
  for (double day = 0.0; day < until;) {
    const auto stretch = detail::stretch_at(ahead, day);
    const double next = std::min(until, detail::next_news(ahead, day));
    if (model.determinants().outlook_drifts()) {
      for (auto cell = infer::cell_after(stretch.age + day);
           cell.end - stretch.age < next; cell = infer::cell_after(cell.end)) {
        ends.push_back(cell.end - stretch.age);
      }
    }
    if (next < until) ends.push_back(next);
    day = next;
  }
}

RELAPSE_INLINE void tidy_ends(std::vector<double>& ends) {
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
}

namespace detail {

/// x - x_ref when what is done acts on it up to the end of a piece.
inline double under_interventions(const infer::Standing& standing, int determinant,
                                  double end,
                                  std::span<const Intervention> interventions) {
  double factor = 1.0;
  for (const auto& doing : interventions) {
    if (doing.determinant == determinant && end <= doing.lasts.count) {
      factor *= doing.factor;
    }
  }
  return factor == 1.0 ? standing.deviation : standing.times(factor);
}

}  // namespace detail

namespace detail {

/// Calls visit(stretch, cell, end, centred) of each piece.
template <class Visit>
void for_each_piece(const Ahead& ahead, Path& path, Visit visit) {
  const std::size_t width = path.centred.size() / path.ends.size();
  std::span<double> left(path.centred);
  double begin = 0.0;
  for (const double end : path.ends) {
    const auto stretch = stretch_at(ahead, begin);
    const auto cell = infer::cell_after(stretch.age + 0.5 * (begin + end));
    visit(stretch, cell, end, left.first(width));
    left = left.subspan(width);
    begin = end;
  }
}

}  // namespace detail

RELAPSE_INLINE void fill_path(const Ahead& ahead, const Model& model, Path& path) {
  detail::require_told(ahead, path.ends.back());
  const auto& laws = model.determinants();
  const auto count = static_cast<std::size_t>(laws.count());
  path.updated.resize(count);
  path.points = laws.outlook_points();
  path.centred.resize(path.ends.size() * static_cast<std::size_t>(path.points) * count);
  const infer::Covariates* filled = nullptr;
  detail::for_each_piece(
      ahead, path,
      [&](const auto& stretch, const auto& cell, double, std::span<double> piece) {
        const auto& covariates = *stretch.covariates;
        if (&covariates != filled) infer::fill_updated(covariates, model, path.updated);
        filled = &covariates;
        infer::fill_cell(covariates, path.updated, cell, path.points, model, piece);
        for (const int d : laws.own_outlooks()) {
          const double from = detail::outlook_from(ahead, stretch, d, model);
          for (int point = 0; point < path.points; ++point) {
            const auto at = static_cast<std::size_t>(point) * count;
            piece[at + static_cast<std::size_t>(d)] =
                infer::ahead_in_cell(covariates, d, cell, point, path.points, from, model)
                    .deviation;
          }
        }
      });
  intervene(ahead, model, path);
}

RELAPSE_INLINE void intervene(const Ahead& ahead, const Model& model, Path& path) {
  if (ahead.interventions.empty()) return;
  const auto count = static_cast<std::size_t>(model.determinants().count());
  detail::for_each_piece(
      ahead, path,
      [&](const auto& stretch, const auto& cell, double end, std::span<double> piece) {
        for (const auto& doing : ahead.interventions) {
          const int d = doing.determinant;
          const double from = detail::outlook_from(ahead, stretch, d, model);
          for (int point = 0; point < path.points; ++point) {
            const auto at = static_cast<std::size_t>(point) * count;
            const auto standing = infer::ahead_in_cell(*stretch.covariates, d, cell,
                                                       point, path.points, from, model);
            piece[at + static_cast<std::size_t>(d)] =
                detail::under_interventions(standing, d, end, ahead.interventions);
          }
        }
      });
}

}  // namespace relapse::risk
