#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/detail/assessor.hpp>
#include <relapse/engine/questions.hpp>
#include <relapse/model/item_table.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

namespace relapse {
namespace detail {

/// Use reported in so many days makes what is asked after use due; expert default.
inline constexpr double after_use_days = 7.0;
/// A longer list of answers is not gone through.
inline constexpr double most_answers = 1000.0;

/// An answer that may come, and its weight among all.
struct Possible {
  double answer = 0.0;
  double weight = 0.0;
};

inline bool can_be_asked(int item, const Model& model) {
  return item != model.missed_item() && model.item(item).role != Role::follow_up;
}

inline bool is_use_or_safety(const Item& item) {
  return item.role == Role::use || item.role == Role::safety;
}

inline bool is_always_asked(const Item& item) {
  return is_use_or_safety(item) && item.asked.value_or(Asked::daily) == Asked::daily;
}

/// Entropy of a yes or no, in bits.
inline double entropy(double yes) {
  const auto part = [](double p) { return p > 0.0 ? -p * elementary::log2(p) : 0.0; };
  return part(yes) + part(1.0 - yes);
}

inline double normal_below(double x, double mean, double sd) {
  if (sd > 0.0) return 0.5 * elementary::erfc((mean - x) / (sd * std::sqrt(2.0)));
  return x >= mean ? 1.0 : 0.0;
}

/// Mean and SD of the next answer to a determinant, in units of the item: the law of its
/// simulation given what the person answered so far, the own mean drawn towards the
/// model's by how few answers there are.
inline std::pair<double, double> next_answer(int item, const infer::PersonState& state,
                                             Time now, const Model& model) {
  const SimulationLaw& law = *model.item(item).simulate;
  const double between = law.sd_between * law.sd_between;
  const double within = law.sd_within * law.sd_within;
  const auto channel = static_cast<std::size_t>(model.determinants().channel(item));
  const auto* asked = state.started ? &state.covariates.channels[channel] : nullptr;
  if (asked == nullptr || !asked->asked()) return {law.mean, std::sqrt(between + within)};
  const double own = decode_answer(item, asked->mean(), model);
  const double last = decode_answer(item, asked->value, model);
  const double spread = between * asked->count + within;
  const double share = spread > 0.0 ? between * asked->count / spread : 1.0;
  const double mean = law.mean + share * (own - law.mean);
  const double kept = elementary::exp2(-(now.days - asked->at) / law.half_life_days);
  const double of_mean = between * (1.0 - share) * (1.0 - kept) * (1.0 - kept);
  return {mean + kept * (last - mean), std::sqrt(within * (1.0 - kept * kept) + of_mean)};
}

/// The whole answers between two ends, which are among them.
inline std::vector<double> whole_answers(double low, double high) {
  if (high - low > most_answers) return {};
  std::vector<double> answers{low};
  for (double next = std::floor(low) + 1.0; next < high; next += 1.0)
    answers.push_back(next);
  if (high > low) answers.push_back(high);
  return answers;
}

inline std::vector<Possible> determinant_answers(int item,
                                                 const infer::PersonState& state,
                                                 Time now, const Model& model) {
  constexpr double widest = 8.0;
  const Item& asked = model.item(item);
  std::vector<Possible> possible;
  if (!asked.scale && !asked.simulate) return possible;
  const auto law =
      asked.simulate ? next_answer(item, state, now, model) : std::pair(0.0, 0.0);
  const auto [low, high] = asked.scale
                               ? std::minmax({asked.scale->first, asked.scale->second})
                               : std::pair(std::round(law.first - widest * law.second),
                                           std::round(law.first + widest * law.second));
  const auto answers = whole_answers(low, high);
  double below = 0.0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    double weight = 1.0;
    if (asked.simulate) {
      const double until =
          i + 1 == answers.size()
              ? 1.0
              : normal_below(std::floor(answers[i]) + 0.5, law.first, law.second);
      weight = until - below;
      below = until;
    }
    if (weight > 0.0) possible.push_back({answers[i], weight});
  }
  return possible;
}

/// The answers to a sign; their weights come from the filter.
inline std::vector<Possible> sign_answers(int item, const Model& model) {
  constexpr int measurements = 101;
  constexpr double widest = 6.0;
  const auto& sign = *model.sign(item);
  const Item& asked = model.item(item);
  std::vector<Possible> possible;
  if (const int levels = model.answer_levels(item); levels > 0) {
    for (int level = 0; level < levels; ++level)
      possible.push_back({decode_answer(item, level, model), 1.0});
    return possible;
  }
  const bool counts = sign.kind() == model::AnswerKind::count;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (int s = 0; s < model.stages(); ++s) {
    const double mean = sign.mean(s);
    const double sd = std::sqrt(sign.variance(s));
    low = std::min(low, counts ? 0.0 : mean - widest * sd);
    high =
        std::max(high, counts ? std::ceil(mean + 2.0 * widest * sd) : mean + widest * sd);
  }
  if (asked.scale) {
    low = std::max(low, asked.scale->first);
    high = std::min(high, asked.scale->second);
  }
  if (counts) {
    for (const double answer : whole_answers(low, high))
      possible.push_back({answer, 1.0});
    return possible;
  }
  for (int k = 0; k < measurements; ++k)
    possible.push_back({std::lerp(low, high, k / (measurements - 1.0)), 1.0});
  return possible;
}

/// Weighs what one item may be answered by what would follow.
class Enquiry {
 public:
  Enquiry(PersonRecord record, const CheckIn& so_far, const Model& model)
      : record_(std::move(record)),
        assessor_(model, {.drivers = false, .same_time = SameTime::in_order}),
        given_(model),
        assessment_(model) {
    given_.read(so_far, model);
    // What cannot be followed is refused here, with its reason; a later time alone can.
    if (is_later_time(so_far)) return;
    PersonRecord unchanged = record_;
    assessor_.step(unchanged, given_, assessment_);
  }

  bool is_answered(int item) const { return given_.is_answered(item); }

  /// Empty for an item whose answers cannot be forecast.
  std::optional<double> bits(int item) {
    const Model& model = assessor_.model();
    const bool is_sign = model.sign(item) != nullptr;
    if (model.item(item).role == Role::safety) return 0.0;
    auto possible = is_sign
                        ? sign_answers(item, model)
                        : determinant_answers(item, record_.state, given_.time, model);
    if (possible.empty()) return std::nullopt;
    std::vector<double> risks;
    std::vector<double> logs;
    for (const auto& [answer, weight] : possible) {
      const auto [risk, log_likelihood] = follow(item, answer);
      risks.push_back(risk);
      logs.push_back(is_sign ? log_likelihood : elementary::log(weight));
    }
    return expected(risks, logs);
  }

 private:
  /// Whether nothing is said but that it is after the last check-in.
  bool is_later_time(const CheckIn& so_far) const {
    const auto last = record_.state.last();
    CheckIn bare;
    bare.person = so_far.person;
    bare.time = so_far.time;
    return last && std::isfinite(so_far.time.days) && *last < so_far.time &&
           so_far == bare;
  }

  /// The risk after an answer, and its log-likelihood: minus infinity where it cannot be.
  std::pair<double, double> follow(int item, double answer) {
    Answers trial = given_;
    PersonRecord after = record_;
    try {
      trial.answer(item, answer, assessor_.model());
      trial.complete(assessor_.model());
      assessor_.step(after, trial, assessment_);
    } catch (const InvalidInput&) {
      return {0.0, -std::numeric_limits<double>::infinity()};
    }
    return {assessment_.level_risk, assessment_.log_likelihood};
  }

  static double expected(const std::vector<double>& risks,
                         const std::vector<double>& logs) {
    const double largest = *std::max_element(logs.begin(), logs.end());
    if (!std::isfinite(largest)) return 0.0;
    double sum = 0.0;
    double risk = 0.0;
    double left = 0.0;
    for (std::size_t y = 0; y < risks.size(); ++y) {
      const double weight = elementary::exp(logs[y] - largest);
      sum += weight;
      risk += weight * risks[y];
      left += weight * entropy(risks[y]);
    }
    // Not below 0 but for rounding.
    return std::max(0.0, entropy(risk / sum) - left / sum);
  }

  PersonRecord record_;
  Assessor assessor_;
  Answers given_;
  Assessment assessment_;
};

/// Whether use was reported in the last week.
inline bool is_after_use(const PersonRecord& record, Time now) {
  const auto& x = record.state.covariates;
  return record.state.started && x.use_known && now.days - x.use_clock <= after_use_days;
}

/// Items of use and safety that are not asked daily and are due now.
inline std::vector<int> due_items(const PersonRecord& record, Time now,
                                  const Model& model) {
  std::vector<int> due;
  std::vector<int> weekly;
  for (int item = 0; item < model.items(); ++item) {
    const Item& asked = model.item(item);
    if (!is_use_or_safety(asked)) continue;
    if (asked.asked == Asked::after_use && is_after_use(record, now)) due.push_back(item);
    if (asked.asked == Asked::weekly) weekly.push_back(item);
    if (asked.asked == Asked::at_start && !record.state.started) due.push_back(item);
  }
  if (weekly.empty()) return due;
  const auto turns = static_cast<double>(weekly.size());
  const double turn = std::floor(now.days) - turns * std::floor(now.days / turns);
  // Rounding of a day far out can reach the next turn.
  due.push_back(weekly[std::min(static_cast<std::size_t>(turn), weekly.size() - 1)]);
  return due;
}

/// Whether an item that is neither of use nor of safety may be asked now.
inline bool in_season(int item, const PersonRecord& record, Time now,
                      const Model& model) {
  const Item& asked = model.item(item);
  if (!can_be_asked(item, model) || is_use_or_safety(asked)) return false;
  if (asked.asked == Asked::after_use) return is_after_use(record, now);
  if (asked.asked != Asked::at_start || !record.state.started) return true;
  const int channel = model.determinants().channel(item);
  return channel >= 0 &&
         !record.state.covariates.channels[static_cast<std::size_t>(channel)].asked();
}

/// What is always asked, what is due, and then the rest by information.
/// @param in_season whether an item is among the rest
template <class InSeason>
std::vector<std::string> choose(int count, const std::vector<int>& due,
                                const Model& model, Enquiry& enquiry,
                                InSeason in_season) {
  std::vector<std::string> chosen;
  const auto take = [&](int item) {
    if (static_cast<int>(chosen.size()) < count && !enquiry.is_answered(item))
      chosen.push_back(model.item(item).id);
  };
  for (int item = 0; item < model.items(); ++item) {
    if (is_always_asked(model.item(item))) take(item);
  }
  for (const int item : due) take(item);
  if (static_cast<int>(chosen.size()) == count) return chosen;
  std::vector<std::pair<double, int>> rest;
  for (int item = 0; item < model.items(); ++item) {
    if (!in_season(item) || enquiry.is_answered(item)) continue;
    if (const auto bits = enquiry.bits(item)) rest.emplace_back(*bits, item);
  }
  std::stable_sort(rest.begin(), rest.end(), [](const auto& one, const auto& other) {
    return one.first > other.first;
  });
  for (const auto& each : rest) take(each.second);
  return chosen;
}

inline void require_bounds(int count, const Model& model) {
  const auto [least, most] = question_bounds(model);
  if (count >= least && count <= most) return;
  throw InvalidInput("questions", "are " + std::to_string(count) + ", but must be from " +
                                      std::to_string(least) + " to " +
                                      std::to_string(most) +
                                      " for this model, use and safety among them");
}

}  // namespace detail

RELAPSE_INLINE QuestionBounds question_bounds(const Model& model) {
  QuestionBounds bounds;
  for (int item = 0; item < model.items(); ++item) {
    if (!detail::can_be_asked(item, model)) continue;
    ++bounds.most;
    if (detail::is_always_asked(model.item(item))) ++bounds.least;
  }
  bounds.least = std::max(bounds.least, 1);
  return bounds;
}

RELAPSE_INLINE std::vector<ItemInformation>
information(const PersonRecord& record, const CheckIn& so_far, const Model& model) {
  detail::Enquiry enquiry(record, so_far, model);
  std::vector<ItemInformation> found;
  for (int item = 0; item < model.items(); ++item) {
    if (!detail::can_be_asked(item, model) || enquiry.is_answered(item)) continue;
    if (const auto bits = enquiry.bits(item))
      found.push_back({model.item(item).id, *bits});
  }
  return found;
}

RELAPSE_INLINE std::vector<std::string> next_questions(int count,
                                                       const PersonRecord& record,
                                                       const CheckIn& so_far,
                                                       const Model& model) {
  detail::require_bounds(count, model);
  detail::Enquiry enquiry(record, so_far, model);
  const auto due = detail::due_items(record, so_far.time, model);
  return detail::choose(count, due, model, enquiry, [&](int item) {
    return detail::in_season(item, record, so_far.time, model);
  });
}

RELAPSE_INLINE std::vector<std::string> short_form(int count, const Model& model) {
  detail::require_bounds(count, model);
  detail::Enquiry enquiry({}, {}, model);
  return detail::choose(count, {}, model, enquiry, [&](int item) {
    const Item& asked = model.item(item);
    return detail::can_be_asked(item, model) && !detail::is_use_or_safety(asked) &&
           asked.asked != Asked::at_start && asked.asked != Asked::after_use;
  });
}

}  // namespace relapse
