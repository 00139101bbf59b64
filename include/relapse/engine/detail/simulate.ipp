#pragma once

#include <relapse/core/detail/elementary.hpp>
#include <relapse/core/error.hpp>
#include <relapse/core/random.hpp>
#include <relapse/engine/simulate.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/start_lengths.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace relapse {
namespace detail {

inline void check_settings(const SimulateSettings& settings) {
  const auto refuse = [](const char* what, const char* must) {
    throw InvalidInput("simulate", std::string(what) + " must be " + must);
  };
  if (settings.persons < 1) refuse("persons", "at least 1");
  if (!(settings.length.count > 0.0 && settings.length.count <= longest_horizon.count))
    refuse("days", "above 0 and at most 36525, a century");
  if (!(settings.every.count > 0.0 && std::isfinite(settings.every.count)))
    refuse("every", "a finite number above 0");
  if (!(settings.jitter >= 0.0 && settings.jitter < 1.0)) refuse("jitter", "in [0, 1)");
  if (!(settings.answered >= 0.0 && settings.answered <= 1.0))
    refuse("answered", "in [0, 1]");
  if (!(settings.missed >= 0.0 && settings.missed <= 1.0)) refuse("missed", "in [0, 1]");
  const double in_use = settings.missed_in_use.value_or(0.0);
  if (!(in_use >= 0.0 && in_use <= 1.0)) refuse("missed_in_use", "in [0, 1]");
  for (const double rate : {settings.drop_out, settings.drop_out_in_use}) {
    if (!(rate >= 0.0 && std::isfinite(rate)))
      refuse("drop_out", "a finite rate per day, 0 or more");
  }
  infer::require_lengths(settings.start);
  const auto lists = settings.schedules.size();
  if (lists > 1 && lists != static_cast<std::size_t>(settings.persons))
    refuse("schedules", "one list, or one for each person");
  for (const auto& times : settings.schedules) {
    if (times.empty() || times.front() != 0.0 || !std::isfinite(times.back()))
      refuse("schedules", "finite days that begin with 0");
    for (std::size_t k = 1; k < times.size(); ++k) {
      if (!(times[k] > times[k - 1])) refuse("schedules", "days that rise");
    }
  }
}

/// One simulated person: the truth, and what the model would have seen of it.
class SimulatedPerson {
 public:
  SimulatedPerson(const Model& model, const SimulateSettings& settings, Random random)
      : model_(model),
        settings_(settings),
        random_(random),
        workspace_(model),
        answers_(model),
        given_(static_cast<std::size_t>(model.items()), 0.0),
        mean_(given_),
        deviation_(mean_),
        last_(model.lasting_signs().size()) {
    for (int item = 0; item < model_.items(); ++item) {
      const auto& law = model_.item(item).simulate;
      if (!law) continue;
      const auto i = static_cast<std::size_t>(item);
      mean_[i] = law->mean + law->sd_between * sample_normal(random_);
      deviation_[i] = law->sd_within * sample_normal(random_);
    }
  }

  /// Appends all check-ins of the person.
  void write(std::int32_t person, Simulated& out) {
    double first_use = absent_time;
    double time = 0.0;
    for (std::size_t visit = 0; is_due(person, visit, time); ++visit) {
      const bool first = visit == 0;
      bool used = false;
      if (!first) used = move_until(time, first_use);
      if (!first && drops_out(time)) break;
      ask(time, first);
      used |= model_.use()[static_cast<std::size_t>(stage_)];
      if (first && used) first_use = 0.0;
      out.person.push_back(person);
      out.time.push_back(time);
      out.stage.push_back(static_cast<std::int8_t>(stage_));
      out.used.push_back(used ? 1 : 0);
      for (int item = 0; item < model_.items(); ++item) {
        out.answers[static_cast<std::size_t>(item)].push_back(raw(item));
        if (!model_.item(item).missing_is_a_level) continue;
        const auto reason =
            answers_.missing_reason(item).value_or(MissingReason::unknown);
        out.reasons[static_cast<std::size_t>(item)].push_back(
            static_cast<std::uint8_t>(reason));
      }
    }
    out.first_use.push_back(first_use);
    out.node.push_back(static_cast<std::int8_t>(node_));
  }

 private:
  static constexpr double absent_time = std::numeric_limits<double>::quiet_NaN();

  /// Whether there is a check-in of this number; moves `time` on to it.
  bool is_due(std::int32_t person, std::size_t visit, double& time) {
    if (settings_.schedules.empty()) {
      if (visit > 0) {
        time += settings_.every.count *
                (1.0 + settings_.jitter * (sample_uniform(random_) - 0.5));
      }
      return time <= settings_.length.count;
    }
    const bool shared = settings_.schedules.size() == 1;
    const auto& times =
        settings_.schedules[shared ? 0 : static_cast<std::size_t>(person)];
    if (visit < times.size()) time = times[visit];
    return visit < times.size();
  }

  /// Whether the person was lost since the last check-in.
  bool drops_out(double time) {
    const double hazard = settings_.drop_out * (time - covariates_time_) +
                          settings_.drop_out_in_use * days_in_use_;
    return hazard > 0.0 && sample_exponential(random_) < hazard;
  }

  /// An answer to a sign, which may be the one before again.
  double sample(int item) {
    const auto& sign = *model_.sign(item);
    const auto repeat =
        infer::last_given(item, last_, model_).repeat_at(answers_.time, sign);
    return sign.sample(repeat, stage_, node_ % model_.answer_ways(), random_);
  }

  bool is_missed() {
    const int item = model_.missed_item();
    if (item >= 0) return sample(item) > 0.0;
    const bool in_use = model_.use()[static_cast<std::size_t>(stage_)];
    const double share =
        in_use ? settings_.missed_in_use.value_or(settings_.missed) : settings_.missed;
    return sample_uniform(random_) < share;
  }

  /// The answer as it would be written down; what is computed is not.
  double raw(int item) const {
    const bool there = answers_.is_answered(item) && item != model_.missed_item();
    return there ? given_[static_cast<std::size_t>(item)] : absent_time;
  }

  /// Moves the true stage up to `time` under the determinants in force. Returns whether a
  /// stage of use was visited.
  bool move_until(double time, double& first_use) {
    bool used = false;
    days_in_use_ = 0.0;
    const double last = time - covariates_.updated;
    double age = covariates_time_ - covariates_.updated;
    while (age < last) {
      const auto cell = infer::cell_after(age);
      const double until = std::min(last, cell.end);
      infer::fill_updated(covariates_, model_, workspace_.updated);
      infer::fill_cell(covariates_, workspace_.updated, cell,
                       model_.determinants().points(), model_, workspace_.centred);
      model_.movement().ratios(workspace_.centred, workspace_.ratios);
      const auto generator = model_.movement().generator(workspace_.ratios, node_);
      bool moved = true;
      while (moved) {
        const bool in_use = model_.use()[static_cast<std::size_t>(stage_)];
        const double since = age;
        moved = jump(generator, age, until);
        if (in_use) days_in_use_ += std::min(age, until) - since;
        if (!moved || !model_.use()[static_cast<std::size_t>(stage_)]) continue;
        used = true;
        if (std::isnan(first_use)) first_use = covariates_.updated + age;
      }
      age = until;
    }
    return used;
  }

  /// Waits for the next jump and makes it; false when none comes before `until`.
  bool jump(const ctmc::Generator& generator, double& age, double until) {
    const double exit = generator.exit_rate(stage_);
    if (exit <= 0.0) return false;
    age += sample_exponential(random_) / exit;
    if (age >= until) return false;
    std::array<double, ctmc::max_states> rates{};
    for (int s = 0; s < model_.stages(); ++s) {
      if (s != stage_) rates[static_cast<std::size_t>(s)] = generator.rate(stage_, s);
    }
    stage_ = sample_index(rates, random_);
    return true;
  }

  void ask(double time, bool first) {
    answers_.clear(Time{time});
    drift(time - covariates_time_);
    if (first) {
      ask_determinants();
      begin();
      ask_signs();
    } else {
      if (!is_missed()) {
        ask_determinants();
        ask_signs();
      }
    }
    answers_.complete(model_);
    infer::update(covariates_, answers_, model_);
    infer::remember_given(answers_, model_, last_);
    covariates_time_ = time;
  }

  /// The answers to determinant items between check-ins: Ornstein-Uhlenbeck.
  void drift(double days) {
    for (int item = 0; item < model_.items(); ++item) {
      const auto& law = model_.item(item).simulate;
      if (!law || days <= 0.0) continue;
      const double kept = elementary::exp2(-days / law->half_life_days);
      double& deviation = deviation_[static_cast<std::size_t>(item)];
      deviation = kept * deviation +
                  law->sd_within * std::sqrt(1.0 - kept * kept) * sample_normal(random_);
    }
  }

  void give(int item, double value) {
    answers_.answer(item, value, model_);
    given_[static_cast<std::size_t>(item)] = value;
  }

  bool is_answered() { return sample_uniform(random_) < settings_.answered; }

  void ask_determinants() {
    for (int item = 0; item < model_.items(); ++item) {
      const Item& asked = model_.item(item);
      if (!asked.simulate || !is_answered()) continue;
      const auto i = static_cast<std::size_t>(item);
      double value = mean_[i] + deviation_[i];
      if (asked.scale) {
        const auto [low, high] = std::minmax(asked.scale->first, asked.scale->second);
        value = std::clamp(std::round(value), low, high);
      }
      give(item, value);
    }
  }

  void ask_signs() {
    for (int item = 0; item < model_.items(); ++item) {
      const auto* sign = model_.sign(item);
      if (sign == nullptr || item == model_.missed_item() || !is_answered()) continue;
      const double level = sample(item);
      const int missing = model_.answer_law(item).missing_level();
      if (missing >= 0 && level == missing) {
        answers_.miss(item, MissingReason::unknown);
      } else {
        give(item, decode_answer(item, level, model_));
      }
    }
  }

  /// Draws node and stage at the first check-in, from the determinants alone.
  void begin() {
    covariates_ = infer::first_covariates(answers_.time, settings_.start, model_);
    infer::Covariates seen = covariates_;
    infer::update(seen, answers_, model_);
    infer::fill_updated(seen, model_, workspace_.updated);
    auto belief = infer::start_belief(workspace_.updated, model_);
    if (settings_.from == StartFrom::without_use) belief.keep_only(~model_.use());
    const int drawn = sample_index(belief.joint, random_);
    node_ = drawn / belief.stages;
    stage_ = drawn % belief.stages;
  }

  const Model& model_;
  const SimulateSettings& settings_;
  Random random_;
  infer::Workspace workspace_;
  Answers answers_;
  std::vector<double> given_;  // last answers, in the units of the items
  std::vector<double> mean_;
  std::vector<double> deviation_;
  std::vector<infer::GivenAnswer> last_;  // by sign whose answers persist
  infer::Covariates covariates_;
  double covariates_time_ = 0.0;
  double days_in_use_ = 0.0;  // since the last check-in
  int node_ = 0;
  int stage_ = 0;
};

}  // namespace detail

RELAPSE_INLINE Simulated simulate(const Model& model, const SimulateSettings& settings) {
  detail::check_settings(settings);
  Simulated out;
  out.answers.resize(static_cast<std::size_t>(model.items()));
  out.reasons.resize(static_cast<std::size_t>(model.items()));
  for (int person = 0; person < settings.persons; ++person) {
    detail::SimulatedPerson one(
        model, settings,
        random_stream(settings.seed, static_cast<std::uint64_t>(person)));
    one.write(person, out);
  }
  return out;
}

}  // namespace relapse
