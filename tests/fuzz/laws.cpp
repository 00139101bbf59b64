/// Models and persons drawn from the bytes, and the promises about any of them:
/// streaming, batch, stream and filter give the same doubles, a snapshot goes on where it
/// was taken, risks are probabilities that rise with the horizon, reasons add up,
/// forecasts sum to one, and no flag comes down but by somebody's acknowledgement.

#include <relapse/core/error.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/engine/score.hpp>
#include <relapse/engine/stream.hpp>
#include <relapse/io/cbor.hpp>
#include <relapse/model/model.hpp>

#include "../sample_models.hpp"
#include "targets.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fuzz {
namespace {

using namespace relapse;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::vector<double> draw_law(Choices& choices, std::size_t entries, bool zeros) {
  std::vector<double> law(entries);
  double sum = 0.0;
  for (double& each : law) {
    each = zeros && choices.one_in(6) ? 0.0 : choices.between(0.01, 1.0);
    sum += each;
  }
  if (!(sum > 0.0)) law[0] = sum = 1.0;
  for (double& each : law) each /= sum;
  // Exactly one, as far as a sum of doubles is.
  law.back() = std::max(0.0, 1.0 - std::accumulate(law.begin(), law.end() - 1, 0.0));
  return law;
}

Emission draw_emission(Choices& choices, std::size_t stages, Family family,
                       std::size_t levels) {
  const auto by_stage = [&](double low, double high) {
    std::vector<double> values(stages);
    for (double& each : values) each = choices.between(low, high);
    return values;
  };
  switch (family) {
  case Family::bernoulli:
    return Bernoulli{by_stage(0.0, 1.0)};
  case Family::categorical: {
    Categorical law;
    for (std::size_t s = 0; s < stages; ++s) {
      law.probability.push_back(draw_law(choices, levels, true));
    }
    return law;
  }
  case Family::poisson:
    return Poisson{by_stage(0.1, 8.0)};
  case Family::negative_binomial:
    return NegativeBinomial{by_stage(0.1, 8.0), by_stage(0.3, 4.0)};
  case Family::normal:
    break;
  }
  return Normal{by_stage(-2.0, 12.0), by_stage(0.4, 4.0)};
}

void add_items(Choices& choices, ModelDocument& document) {
  const std::size_t stages = document.stages.size();
  ItemRule used;
  used.item.id = "used";
  used.item.role = Role::use;
  used.emission = Bernoulli{std::vector<double>(stages, 0.02)};
  std::get<Bernoulli>(*used.emission).probability.back() = 0.9;
  document.items.push_back(used);
  const int signs = 1 + choices.below(4);
  for (int k = 0; k < signs; ++k) {
    ItemRule sign;
    sign.item.id = "sign" + std::to_string(k);
    const auto family = static_cast<Family>(choices.below(5));
    const std::size_t levels = 2 + static_cast<std::size_t>(choices.below(4));
    sign.item.missing_is_a_level = family == Family::categorical && choices.one_in(3);
    sign.emission = draw_emission(choices, stages, family, levels);
    document.items.push_back(sign);
  }
  const int determinants = choices.below(4);
  for (int k = 0; k < determinants; ++k) {
    ItemRule asked;
    asked.item.id = "moved" + std::to_string(k);
    asked.item.role = Role::determinant;
    asked.item.scale = choices.one_in(4) ? Scale{10.0, 0.0} : Scale{0.0, 10.0};
    document.items.push_back(asked);
    DeterminantRule rule;
    rule.id = asked.item.id;
    rule.from = FromItem{asked.item.id, static_cast<RelativeTo>(choices.below(3))};
    rule.reference = choices.between(0.0, 0.5);
    if (choices.one_in(2)) rule.memory = {MemoryKind::decay, choices.between(0.2, 20.0)};
    document.determinants.push_back(rule);
  }
  for (const auto kind :
       {BuiltinKind::log_days_since_use, BuiltinKind::recent_use, BuiltinKind::lapses,
        BuiltinKind::share_missed, BuiltinKind::log_days_in_study}) {
    if (!choices.one_in(3)) continue;
    DeterminantRule clock;
    clock.id = name_of(kind);
    clock.from = kind;
    if (kind == BuiltinKind::recent_use) clock.memory = {MemoryKind::decay, 5.0};
    document.determinants.push_back(clock);
  }
  ItemRule safety;
  safety.item.id = "voices";
  safety.item.role = Role::safety;
  safety.item.flag = "psychosis";
  document.safety = {{"psychosis", RiskLevel::high, "contact", "drawn"}};
  document.items.push_back(safety);
}

/// How the person answers: what is said again, and habits.
void add_ways_to_answer(Choices& choices, ModelDocument& document) {
  HabitRule habit;
  habit.id = "style";
  constexpr int grids[] = {1, 3, 5};
  habit.nodes = grids[choices.below(3)];
  habit.source = "drawn";
  for (auto& rule : document.items) {
    if (!rule.emission || choices.one_in(2)) continue;
    const Family family = family_of(*rule.emission);
    if (family != Family::normal && choices.one_in(2)) {
      Persistence persistence;
      const std::size_t levels =
          family == Family::categorical && choices.one_in(2)
              ? std::get<Categorical>(*rule.emission).probability.front().size()
              : 1;
      for (std::size_t l = 0; l < levels; ++l)
        persistence.share.push_back(choices.one_in(5) ? 0.0 : choices.between(0.0, 0.99));
      for (std::size_t l = 0; l < levels && choices.one_in(2); ++l)
        persistence.half_life_days.assign(levels, choices.between(0.1, 20.0));
      for (double& each : persistence.half_life_days) each *= choices.between(0.5, 2.0);
      if (test::allows_all_levels(rule) && choices.one_in(2))
        persistence.settle = choices.between(0.0, 0.9);
      rule.persistence = persistence;
    }
    if (choices.one_in(3))
      habit.items.push_back({rule.item.id, choices.between(-3.0, 3.0)});
    if (choices.one_in(6)) rule.habit = choices.between(-2.0, 2.0);
  }
  if (!habit.items.empty()) document.habits.push_back(habit);
}

/// What is latent in the person beside propensity and habits.
void add_dimensions(Choices& choices, ModelDocument& document) {
  for (int count = choices.below(3); count > 0; --count) {
    DimensionRule rule;
    rule.id = "dimension" + std::to_string(count);
    rule.nodes = 2 + choices.below(2);
    rule.source = "drawn";
    for (const auto group : {"toward_use", "recovery"}) {
      const auto in_group = [&](const auto& move) { return group_of(move) == group; };
      if (choices.one_in(2) &&
          std::any_of(document.transitions.begin(), document.transitions.end(), in_group))
        rule.loadings.push_back({group, choices.between(-2.0, 2.0)});
    }
    for (const auto& each : document.items) {
      if (each.emission && choices.one_in(4))
        rule.habits.push_back({each.item.id, choices.between(-2.0, 2.0)});
    }
    if (choices.one_in(2))
      rule.start.push_back({document.stages.front().id, choices.between(-2.0, 2.0)});
    if (!document.determinants.empty() && choices.one_in(2))
      rule.prior.push_back(
          {document.determinants.front().id, choices.between(-2.0, 2.0)});
    document.dimensions.push_back(rule);
  }
}

void add_moves(Choices& choices, ModelDocument& document) {
  const auto count = document.stages.size();
  for (std::size_t from = 0; from < count; ++from) {
    for (std::size_t to = 0; to < count; ++to) {
      const bool next = to == from + 1;
      if (from == to || (!next && !choices.one_in(2))) continue;
      TransitionRule move;
      move.from = document.stages[from].id;
      move.to = document.stages[to].id;
      move.rate = std::exp(choices.between(-7.0, 1.5));
      move.direction = to > from ? Direction::toward_use : Direction::recovery;
      for (const auto& determinant : document.determinants) {
        if (choices.one_in(3)) {
          move.effects.push_back({determinant.id, choices.between(-1.5, 1.5)});
        }
      }
      if (choices.one_in(4)) move.max_rate = move.rate * choices.between(1.5, 20.0);
      move.source = "drawn";
      document.transitions.push_back(move);
    }
  }
}

Recalibration draw_line(Choices& choices) {
  return {choices.between(-2.0, 2.0), choices.between(0.3, 2.5), "drawn"};
}

/// What can be checked later: an answer to the use item, and a run of them.
void add_outcomes(Choices& choices, ModelDocument& document) {
  OutcomeRule rule;
  rule.id = "used_later";
  rule.item = "used";
  rule.answers = {1.0};
  rule.after_days = choices.between(0.1, 30.0);
  if (choices.one_in(2)) rule.recalibration = draw_line(choices);
  document.outcomes.push_back(rule);
  if (!choices.one_in(4)) return;
  rule.id = "used_again";
  rule.after_days.reset();
  rule.run = 1 + choices.below(3);
  rule.weeks = rule.run + choices.below(3);
  document.outcomes.push_back(rule);
}

std::optional<Model> draw_model(Choices& choices) {
  ModelDocument document;
  document.id = "drawn";
  document.version = "1.0.0";
  document.title = "drawn";
  const std::size_t stages = 2 + static_cast<std::size_t>(choices.below(4));
  for (std::size_t s = 0; s < stages; ++s) {
    const UseKind use = s + 1 < stages ? UseKind::none : UseKind::lapse;
    document.stages.push_back({"stage" + std::to_string(s), use, ""});
  }
  document.initial = draw_law(choices, stages, true);
  constexpr int grids[] = {1, 3, 5};
  document.propensity.nodes = grids[choices.below(3)];
  if (document.propensity.nodes > 1) {
    document.propensity.toward_use = choices.between(-1.0, 1.5);
    document.propensity.recovery = choices.between(-1.0, 1.0);
    document.propensity.source = "drawn";
  }
  add_items(choices, document);
  add_moves(choices, document);
  if (choices.one_in(2)) add_ways_to_answer(choices, document);
  if (choices.one_in(4)) document.propensity.dimensions = 2;
  if (choices.one_in(3)) add_dimensions(choices, document);
  if (choices.one_in(4)) add_outcomes(choices, document);
  if (choices.one_in(4)) document.risk_recalibration = draw_line(choices);
  document.horizons_days = {1.0, 7.0, 30.0};
  document.levels = {.horizon = Days{7.0},
                     .cuts = {0.05, 0.15, 0.35, 0.65},
                     .lower_after = Days{choices.between(0.0, 4.0)},
                     .source = "drawn"};
  document.calibration = {"drawn", ""};
  try {
    return Model(std::move(document));
  } catch (const InvalidInput&) {
    return std::nullopt;
  }
}

double draw_answer(Choices& choices, const Model& model, int item) {
  if (model.item(item).role == Role::safety) return choices.below(2);
  if (const auto& scale = model.item(item).scale) {
    return choices.between(std::min(scale->first, scale->second),
                           std::max(scale->first, scale->second));
  }
  const int levels = model.answer_levels(item);
  if (levels > 0) return choices.below(levels);
  const auto& emission = model.document().items[static_cast<std::size_t>(item)].emission;
  if (emission && family_of(*emission) == Family::normal) {
    return choices.between(-10.0, 20.0);
  }
  return choices.below(20);
}

CheckIn draw_check_in(Choices& choices, const Model& model, Time time) {
  CheckIn check_in;
  check_in.time = time;
  for (int item = 0; item < model.items(); ++item) {
    const std::string& id = model.item(item).id;
    if (choices.one_in(3)) {
      if (choices.one_in(2)) {
        check_in.missing.push_back({id, static_cast<MissingReason>(choices.below(6))});
      }
      continue;
    }
    check_in.answers.push_back({id, draw_answer(choices, model, item)});
  }
  if (choices.one_in(10)) check_in.abstinent_since_last = true;
  if (choices.one_in(12)) check_in.used_days_ago = Days{choices.between(0.0, 5.0)};
  if (choices.one_in(14)) {
    check_in.known_stage = KnownStage{{model.document().stages.back().id}, false};
  }
  if (choices.one_in(6)) check_in.acknowledge = {"psychosis"};
  return check_in;
}

/// A person as a table: one row a check-in, one column an item.
class Table {
 public:
  explicit Table(const Model& model)
      : model_(model), values_(items()), reasons_(items()) {}

  void add(const CheckIn& check_in) {
    for (std::size_t i = 0; i < items(); ++i) {
      values_[i].push_back(nothing);
      reasons_[i].push_back(static_cast<std::uint8_t>(MissingReason::not_asked));
    }
    for (const auto& answer : check_in.answers) {
      values_[position(answer.item)].back() = std::get<double>(answer.value);
    }
    for (const auto& missing : check_in.missing) {
      reasons_[position(missing.item)].back() = static_cast<std::uint8_t>(missing.reason);
    }
    person_.push_back(0);
    time_.push_back(check_in.time.days);
    abstinent_.push_back(check_in.abstinent_since_last ? 1 : 0);
    used_.push_back(check_in.used_days_ago ? check_in.used_days_ago->count : nothing);
    std::uint8_t known = 0;
    if (check_in.known_stage)
      known = static_cast<std::uint8_t>(1U << (model_.stages() - 1));
    known_.push_back(known);
    std::uint64_t dealt = 0;
    for (const auto& flag : check_in.acknowledge) {
      dealt |= std::uint64_t{1} << model_.find_flag(flag);
    }
    acknowledge_.push_back(dealt);
  }

  std::size_t rows() const { return time_.size(); }

  Batch rows(std::size_t from, std::size_t to) const {
    const std::size_t count = to - from;
    Batch batch;
    batch.person = std::span(person_).subspan(from, count);
    batch.time = std::span(time_).subspan(from, count);
    for (std::size_t i = 0; i < items(); ++i) {
      batch.columns.push_back({.item = model_.item(static_cast<int>(i)).id,
                               .values = std::span(values_[i]).subspan(from, count),
                               .reasons = std::span(reasons_[i]).subspan(from, count)});
    }
    batch.known = std::span(known_).subspan(from, count);
    batch.abstinent_since_last = std::span(abstinent_).subspan(from, count);
    batch.used_days_ago = std::span(used_).subspan(from, count);
    batch.acknowledge = std::span(acknowledge_).subspan(from, count);
    return batch;
  }

 private:
  std::size_t items() const { return static_cast<std::size_t>(model_.items()); }
  std::size_t position(const std::string& id) const {
    return static_cast<std::size_t>(model_.find_item(id));
  }

  const Model& model_;
  std::vector<std::vector<double>> values_;
  std::vector<std::vector<std::uint8_t>> reasons_;
  std::vector<std::int32_t> person_;
  std::vector<double> time_;
  std::vector<std::uint8_t> abstinent_;
  std::vector<double> used_;
  std::vector<std::uint8_t> known_;
  std::vector<std::uint64_t> acknowledge_;
};

bool same(double one, double other) {
  return std::bit_cast<std::uint64_t>(one) == std::bit_cast<std::uint64_t>(other);
}

/// @param last what was said at the check-in before; empty at the first one
void require_believable(const Assessment& found, const std::optional<Assessment>& last) {
  double sum = 0.0;
  for (const double each : found.stages) {
    require(each >= 0.0 && each <= 1.0 + 1e-12, "a stage has a probability");
    sum += each;
  }
  require(std::abs(sum - 1.0) < 1e-9, "stages sum to one");
  double before = 0.0;
  for (const auto& risk : found.risks) {
    require(risk.probability >= 0.0 && risk.probability <= 1.0 + 1e-12,
            "a risk is a probability");
    require(risk.probability >= before - 1e-12, "risk rises with the horizon");
    require(risk.low <= risk.high + 1e-12, "an interval has a lower end");
    before = risk.probability;
  }
  require(found.level >= found.numeric_level, "flags and floors never lower a level");
  const auto sum_of = [](const std::vector<Driver>& drivers) {
    double reasons = 0.0;
    for (const auto& driver : drivers) reasons += driver.contribution;
    return reasons;
  };
  if (!last) return;
  const double change = found.level_risk - last->level_risk;
  require(std::abs(sum_of(found.drivers) - change) < 1e-9,
          "reasons add up to the change");
  for (std::size_t k = 0; k < found.outcomes.size(); ++k) {
    const double moved = found.outcomes[k].probability - last->outcomes[k].probability;
    require(std::abs(sum_of(found.outcomes[k].drivers) - moved) < 1e-9,
            "reasons of an outcome add up to its change");
  }
}

void require_forecasts(const Monitor& monitor) {
  const Model& model = monitor.model();
  for (int item = 0; item < model.items(); ++item) {
    const auto& rule = model.document().items[static_cast<std::size_t>(item)];
    if (!rule.emission || model.answer_levels(item) == 0) continue;
    const auto law = monitor.forecast(rule.item.id, Days{3.0});
    const double sum = std::accumulate(law.begin(), law.end(), 0.0);
    require(std::abs(sum - 1.0) < 1e-9, "a forecast sums to one");
  }
}

void require_same_row(const std::optional<Assessment>& expected, const Scores& scores,
                      std::size_t row) {
  require(expected.has_value() == (scores.level[row] >= 0),
          "a batch refuses what a monitor refuses");
  if (!expected) return;
  const Assessment& one = *expected;
  for (std::size_t s = 0; s < one.stages.size(); ++s) {
    require(same(one.stages[s], scores.stages[row * scores.stages_count + s]),
            "a batch has the stages of a monitor");
  }
  for (std::size_t h = 0; h < one.risks.size(); ++h) {
    const std::size_t at = row * scores.horizons_count + h;
    require(same(one.risks[h].probability, scores.risk[at]) &&
                same(one.risks[h].low, scores.risk_low[at]) &&
                same(one.risks[h].high, scores.risk_high[at]),
            "a batch has the risks of a monitor");
  }
  require(same(one.log_likelihood, scores.log_likelihood[row]),
          "a batch has the log-likelihood of a monitor");
  require(static_cast<std::int8_t>(one.level) == scores.level[row],
          "a batch has the level of a monitor");
}

void require_filter_agrees(const Batch& batch, const Model& model,
                           const std::vector<std::optional<Assessment>>& expected) {
  for (const auto& each : expected) {
    if (!each) return;  // it refuses the whole
  }
  const Filtered filtered = filter(batch, model, {.threads = 1});
  for (std::size_t row = 0; row < expected.size(); ++row) {
    const double one = expected[row]->log_likelihood;
    require(std::abs(filtered.log_likelihood[row] - one) <= 1e-9 * (1.0 + std::abs(one)),
            "the filter has the log-likelihood of a monitor");
  }
}

/// @param expected by row; empty where the check-in was refused
void require_tables_agree(const Table& table, const Model& model,
                          const std::vector<std::optional<Assessment>>& expected,
                          Choices& choices) {
  const ScoreSettings collecting = {.threads = 1, .on_error = OnError::collect};
  const Batch whole = table.rows(0, table.rows());
  const Scores scores = score(whole, model, collecting);
  for (std::size_t row = 0; row < expected.size(); ++row) {
    require_same_row(expected[row], scores, row);
  }
  require_filter_agrees(whole, model, expected);
  Stream stream(model, collecting);
  const std::int64_t keys[] = {7};
  for (std::size_t from = 0; from < table.rows();) {
    const auto step = 1 + static_cast<std::size_t>(choices.below(4));
    const std::size_t to = std::min(table.rows(), from + step);
    const Scores part = stream.score(table.rows(from, to), keys);
    for (std::size_t row = from; row < to; ++row) {
      require_same_row(expected[row], part, row - from);
    }
    from = to;
  }
}

/// Flags that are up by what was answered and acknowledged, kept beside the monitor.
class FlagRecord {
 public:
  void take_in(const CheckIn& check_in, bool accepted) {
    if (accepted) {
      for (const auto& flag : check_in.acknowledge) {
        const auto risen = up_.find(flag);
        if (risen != up_.end() && risen->second < check_in.time) up_.erase(risen);
      }
    }
    for (const auto& answer : check_in.answers) {
      if (answer.item == "voices" && std::get<double>(answer.value) > 0.0) {
        up_.insert_or_assign("psychosis", check_in.time);
      }
    }
  }
  void require_up(const Monitor& monitor) const {
    const auto flags = monitor.flags().flags;
    const std::set<std::string> there(flags.begin(), flags.end());
    for (const auto& [flag, at] : up_) {
      require(there.contains(flag), "a flag stays up until it is dealt with");
    }
  }

 private:
  std::map<std::string, Time> up_;
};

void laws(Bytes bytes) {
  Choices choices(bytes);
  const auto model = draw_model(choices);
  if (!model) return;
  Monitor monitor(*model, {.outcome_drivers = true});
  std::optional<Monitor> restored;
  Table table(*model);
  FlagRecord flags;
  std::vector<std::optional<Assessment>> assessments;
  std::optional<Assessment> last;
  double now = choices.between(0.0, 100.0);
  constexpr int most_check_ins = 24;
  for (int k = 0; k < most_check_ins && !choices.empty(); ++k) {
    now += choices.one_in(12) ? 40.0 * choices.share() : 2.0 * choices.share();
    const CheckIn check_in = draw_check_in(choices, *model, Time{now});
    const Snapshot before = monitor.snapshot();
    restored.emplace(*model, io::from_cbor(io::to_cbor(before)));
    try {
      const Assessment& found = monitor.update(check_in);
      const Assessment& again = restored->update(check_in);
      require(same(found.level_risk, again.level_risk) && found.stages == again.stages &&
                  same(found.log_likelihood, again.log_likelihood),
              "a restored person goes on with the same doubles");
      require_believable(found, last);
      last = found;
      assessments.emplace_back(found);
      flags.take_in(check_in, true);
    } catch (const CheckInError&) {
      flags.take_in(check_in, false);
      assessments.emplace_back();
    }
    table.add(check_in);
    flags.require_up(monitor);
    if (monitor.last()) require_forecasts(monitor);
  }
  if (!assessments.empty()) require_tables_agree(table, *model, assessments, choices);
}

constexpr Target all[] = {{"laws", laws}};

}  // namespace

std::span<const Target> law_targets() { return all; }

}  // namespace fuzz
