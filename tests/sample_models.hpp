#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/random.hpp>
#include <relapse/domain/check_in.hpp>
#include <relapse/engine/simulate.hpp>
#include <relapse/model/detail/families.hpp>
#include <relapse/model/model.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Models that the law tests run over.
namespace test {

using namespace relapse;

inline TransitionRule move(std::string from, std::string to, double rate,
                           Direction direction, std::vector<Effect> effects = {}) {
  return {.from = std::move(from),
          .to = std::move(to),
          .rate = rate,
          .direction = direction,
          .effects = std::move(effects),
          .max_rate = {},
          .source = "test"};
}

inline ItemRule sign(std::string id, Emission emission, Role role = Role::sign) {
  ItemRule rule;
  rule.item.id = std::move(id);
  rule.item.role = role;
  rule.emission = std::move(emission);
  return rule;
}

inline ItemRule asked(std::string id, std::optional<Scale> scale) {
  ItemRule rule;
  rule.item.id = std::move(id);
  rule.item.role = Role::determinant;
  rule.item.scale = scale;
  rule.item.simulate =
      SimulationLaw{scale ? 0.4 * (scale->first + scale->second) : 0.5, 0.5, 0.8, 2.0};
  return rule;
}

/// Three stages, a use item and two signs; no determinants.
inline ModelDocument small_document() {
  ModelDocument document;
  document.id = "small";
  document.version = "1.0.0";
  document.title = "three stages";
  document.stages = {{"stable", UseKind::none, ""},
                     {"warning", UseKind::none, ""},
                     {"lapse", UseKind::lapse, ""}};
  document.initial = {0.7, 0.25, 0.05};
  document.transitions = {move("stable", "warning", 0.05, Direction::toward_use),
                          move("warning", "stable", 0.10, Direction::recovery),
                          move("warning", "lapse", 0.04, Direction::toward_use),
                          move("lapse", "stable", 0.30, Direction::recovery)};
  document.items = {
      sign("used", Bernoulli{{0.01, 0.02, 0.9}}, Role::use),
      sign("isolating", Categorical{{{0.6, 0.3, 0.1}, {0.2, 0.4, 0.4}, {0.3, 0.4, 0.3}}}),
      sign("nights", Poisson{{0.4, 1.5, 2.0}})};
  document.horizons_days = {1.0, 7.0, 30.0};
  document.levels = {.horizon = Days{7.0},
                     .cuts = {0.05, 0.15, 0.35, 0.65},
                     .lower_after = Days{3.0},
                     .source = "test"};
  document.calibration = {"test", ""};
  return document;
}

/// Every feature at once: five stages, all families, memories, outlooks, situations,
/// clocks, caps, start effects and a propensity of five nodes.
inline ModelDocument rich_document() {
  ModelDocument document = small_document();
  document.id = "rich";
  document.title = "every feature";
  document.stages = {{"stable", UseKind::none, ""},
                     {"emotional", UseKind::none, ""},
                     {"mental", UseKind::none, ""},
                     {"lapse", UseKind::lapse, ""},
                     {"relapse", UseKind::relapse, ""}};
  document.initial = {0.6, 0.2, 0.1, 0.06, 0.04};
  const auto up = Direction::toward_use;
  const auto down = Direction::recovery;
  document.transitions = {
      move("stable", "emotional", 0.06, up, {{"stress", 0.8}, {"stress_rise", 0.6}}),
      move("emotional", "stable", 0.12, down, {{"stress", -0.4}}),
      move("emotional", "mental", 0.09, up, {{"craving", 0.9}, {"since_use", -0.3}}),
      move("mental", "emotional", 0.15, down),
      move("mental", "lapse", 0.07, up,
           {{"craving", 1.2}, {"situation:II-B", 0.9}, {"lapses", 0.1}, {"missed", 0.4}}),
      move("stable", "lapse", 0.004, up,
           {{"situation:II-B", 1.5}, {"in_recovery", -0.2}}),
      move("lapse", "stable", 0.4, down),
      move("lapse", "relapse", 0.2, up, {{"stress", 0.3}}),
      move("relapse", "lapse", 0.1, down),
      move("relapse", "emotional", 0.05, down)};
  document.transitions[4].max_rate = 2.0;
  document.transitions[0].max_rate = 0.5;
  document.propensity = {.nodes = 5,
                         .toward_use = 0.8,
                         .recovery = -0.4,
                         .start = {{"mental", 0.3}, {"lapse", 0.2}},
                         .prior = {{"severity", 0.7}},
                         .source = "test"};
  document.items = {
      sign("used", Bernoulli{{0.01, 0.01, 0.02, 0.9, 0.95}}, Role::use),
      sign("isolating", Categorical{{{0.6, 0.3, 0.1, 0.0},
                                     {0.2, 0.3, 0.3, 0.2},
                                     {0.2, 0.2, 0.3, 0.3},
                                     {0.25, 0.25, 0.25, 0.25},
                                     {0.1, 0.2, 0.3, 0.4}}}),
      sign("nights", Poisson{{0.4, 1.0, 1.5, 2.0, 2.5}}),
      sign("drinks",
           NegativeBinomial{{0.1, 0.1, 0.2, 2.0, 6.0}, {1.0, 1.0, 1.0, 1.5, 2.0}},
           Role::use),
      sign("mood", Normal{{7.0, 5.0, 4.5, 4.0, 3.0}, {1.5, 1.6, 1.7, 1.8, 2.0}}),
      sign("missed_check_in", Bernoulli{{0.1, 0.15, 0.15, 0.2, 0.3}}),
      asked("craving", Scale{0.0, 4.0}),
      asked("stress", Scale{0.0, 10.0}),
      asked("confidence", Scale{10.0, 0.0}),
      asked("severity", Scale{0.0, 11.0}),
      asked("exposure", Scale{0.0, 10.0}),
      asked("efficacy", Scale{0.0, 100.0})};
  document.items[1].item.missing_is_a_level = true;
  const auto determinant =
      [](std::string id, std::variant<FromItem, FromSituation, BuiltinKind> from,
         MemoryRule memory = {}, OutlookRule outlook = {}, double reference = 0.0) {
        return DeterminantRule{
            std::move(id), "", std::move(from), reference, memory, outlook, {}, ""};
      };
  const MemoryRule day{MemoryKind::decay, 1.0};
  document.determinants = {
      determinant("craving", FromItem{"craving"}, day, {}, 0.2),
      determinant("stress", FromItem{"stress"}, {}, {OutlookKind::own_mean, 3.0}),
      determinant("stress_rise", FromItem{"stress", RelativeTo::own_mean},
                  {MemoryKind::decay, 2.5}),
      determinant("severity", FromItem{"severity"}),
      determinant("situation:II-B", FromSituation{"II-B", "exposure", "efficacy", 0.5},
                  day),
      determinant("since_use", BuiltinKind::log_days_since_use),
      determinant("in_recovery", BuiltinKind::log_days_in_recovery),
      determinant("lapses", BuiltinKind::lapses, {MemoryKind::decay, 50.0}),
      determinant("missed", BuiltinKind::share_missed)};
  document.start_effects = {{"mental", {"severity", 0.5}},
                            {"emotional", {"stress", 0.4}}};
  document.safety = {{"psychosis", RiskLevel::high, "contact", "test"}};
  ItemRule safety;
  safety.item.id = "hearing_voices";
  safety.item.role = Role::safety;
  safety.item.flag = "psychosis";
  document.items.push_back(safety);
  document.actions = {{.id = "urge_surfing",
                       .label = "Ride out the urge",
                       .family = "urges",
                       .acts_on = {{"craving", 0.5}},
                       .lasts = Days{0.5},
                       .stages = {},
                       .situations = {},
                       .items = {},
                       .needs = {},
                       .helpfulness = {},
                       .source = "test"},
                      {.id = "relaxation",
                       .label = "Relax",
                       .family = "coping",
                       .acts_on = {{"stress", 0.6}},
                       .lasts = Days{1.0},
                       .stages = {},
                       .situations = {},
                       .items = {},
                       .needs = {},
                       .helpfulness = {2.0, 1.0},
                       .source = "test"},
                      {.id = "call",
                       .label = "Call somebody",
                       .family = "support",
                       .acts_on = {{"craving", 0.6}, {"stress", 0.8}},
                       .lasts = Days{1.0},
                       .stages = {},
                       .situations = {},
                       .items = {},
                       .needs = {10.0, true, ""},
                       .helpfulness = {},
                       .source = "test"}};
  return document;
}

/// A propensity towards use and another to recover.
inline ModelDocument two_propensities() {
  ModelDocument document = small_document();
  document.id = "two";
  document.title = "a propensity of two dimensions";
  document.propensity = {.nodes = 3,
                         .dimensions = 2,
                         .toward_use = 0.8,
                         .recovery = 0.5,
                         .start = {{"warning", 0.3}},
                         .prior = {},
                         .source = "test"};
  return document;
}

/// Answers that persist, and no habit.
inline ModelDocument lasting_answers() {
  ModelDocument document = small_document();
  document.id = "lasting";
  document.title = "answers that persist";
  document.items[0].persistence = Persistence{{0.3}, {}};
  document.items[1].persistence = Persistence{{0.2, 0.5, 0.4}, {}};
  document.items[2].persistence = Persistence{{0.4}, {5.0}};
  return document;
}

/// Every feature, answers that persist, one habit of several signs and one of its own.
inline ModelDocument personal_answers() {
  ModelDocument document = rich_document();
  document.id = "personal";
  document.title = "answers that are those of a person";
  document.propensity.nodes = 3;
  auto& items = document.items;
  items[0].persistence = Persistence{{0.3}, {10.0}};
  items[1].persistence = Persistence{{0.2, 0.6, 0.4}, {}};
  items[2].persistence = Persistence{{0.5}, {3.0}};
  items[3].persistence = Persistence{{0.25}, {}};
  items[5].persistence = Persistence{{0.6}, {7.0}};
  items[3].habit = 0.4;
  document.habits = {
      {"style", {{"isolating", 0.7}, {"mood", -0.3}, {"nights", 0.4}}, 3, "test"}};
  // One group by direction, and one of its own whose transitions name it.
  DeterminantRule study;
  study.id = "in_study";
  study.from = BuiltinKind::log_days_in_study;
  study.indicator = true;
  document.determinants.push_back(study);
  document.transitions[0].group = "away";
  document.groups = {{"recovery", {{"in_study", 0.3}}, "test"},
                     {"away", {{"in_study", -0.2}}, "test"}};
  return document;
}

/// What is latent under names of its own: one number that moves and answers, one that
/// moves alone, one that answers alone, each with whatever a dimension may have.
inline ModelDocument named_dimensions() {
  ModelDocument document = personal_answers();
  document.id = "dimensions";
  document.title = "dimensions by name";
  document.propensity.nodes = 2;
  document.items[3].habit = 0.0;
  document.habits.clear();
  document.dimensions = {
      {"answers_alone",
       2,
       {},
       {{"isolating", 0.5}, {"nights", 0.3}},
       {{"severity", 0.4}},
       {},
       "test"},
      {"comes_back", 2, {{"recovery", 0.6}}, {}, {}, {{"lapse", 0.5}}, "test"},
      {"driven",
       3,
       {{"away", 0.7}, {"toward_use", 0.4}},
       {{"isolating", 0.6}, {"mood", -0.8}},
       {{"severity", -0.3}},
       {{"mental", 0.4}},
       "test"}};
  return document;
}

/// Whether each stage allows each level of a sign.
inline bool allows_all_levels(const ItemRule& rule) {
  if (rule.item.role != Role::sign) return false;
  const auto inside = [](double p) { return p > 0.0 && p < 1.0; };
  if (const auto* law = std::get_if<Bernoulli>(&*rule.emission))
    return std::all_of(law->probability.begin(), law->probability.end(), inside);
  const auto* law = std::get_if<Categorical>(&*rule.emission);
  return law != nullptr &&
         std::all_of(law->probability.begin(), law->probability.end(),
                     [&](const auto& row) {
                       return std::all_of(row.begin(), row.end(), inside);
                     });
}

/// The same with copies that settle and half-lives by level, where that may be.
inline ModelDocument settling(ModelDocument document, std::uint64_t seed) {
  auto random = random_stream(seed, 7);
  for (auto& rule : document.items) {
    const std::size_t levels = rule.emission ? model::answer_levels(rule) : 0;
    if (levels == 0 || !rule.persistence) continue;
    auto& half_life = rule.persistence->half_life_days;
    if (!half_life.empty() && sample_uniform(random) < 0.5) {
      half_life.resize(levels, half_life.front());
      for (double& each : half_life) each *= 0.5 + sample_uniform(random);
    }
    if (allows_all_levels(rule) && sample_uniform(random) < 0.5)
      rule.persistence->settle = sample_uniform(random);
  }
  return document;
}

/// The same with answers that persist, some by level, some for ever.
inline ModelDocument lasting(ModelDocument document, std::uint64_t seed) {
  auto random = random_stream(seed, 0);
  for (auto& rule : document.items) {
    if (!rule.emission || sample_uniform(random) < 0.2) continue;
    const std::size_t levels = model::answer_levels(rule);
    const bool by_level = levels > 0 && sample_uniform(random) < 0.5;
    std::vector<double> share(by_level ? levels : 1);
    for (double& each : share) each = sample_uniform(random);
    rule.persistence = Persistence{share, {}};
    if (sample_uniform(random) < 0.7)
      rule.persistence->half_life_days = {0.5 + 20.0 * sample_uniform(random)};
  }
  return settling(std::move(document), seed);
}

/// The same with a habit of one sign and, where there are more, one that they share.
inline ModelDocument habitual(ModelDocument document, std::uint64_t seed) {
  auto random = random_stream(seed, 1);
  HabitRule shared{.id = "style", .items = {}, .nodes = 3, .source = "test"};
  bool own = false;
  for (auto& rule : document.items) {
    if (!rule.emission || rule.item.role == Role::use) continue;
    const double weight = 2.0 * sample_uniform(random) - 1.0;
    if (!own) {
      rule.habit = weight;
    } else {
      shared.items.push_back({rule.item.id, weight});
    }
    own = true;
  }
  if (!shared.items.empty()) document.habits = {shared};
  return document;
}

inline const std::vector<Model>& models() {
  static const std::vector<Model> all{
      Model(small_document()),  Model(rich_document()),    Model(two_propensities()),
      Model(lasting_answers()), Model(personal_answers()), Model(named_dimensions())};
  return all;
}

/// Answers at a time.
inline CheckIn at(Time time, std::vector<Answer> answers = {}) {
  CheckIn check_in;
  check_in.time = time;
  check_in.answers = std::move(answers);
  return check_in;
}
inline CheckIn at(double days, std::vector<Answer> answers = {}) {
  return at(Time{days}, std::move(answers));
}

/// Check-ins of one simulated person, as documents.
inline std::vector<CheckIn> check_ins(const Model& model, std::uint64_t seed,
                                      double days = 40.0) {
  const auto data = simulate(model, {.persons = 1,
                                     .length = Days{days},
                                     .every = Days{1.7},
                                     .jitter = 0.8,
                                     .answered = 0.7,
                                     .missed = 0.1,
                                     .seed = seed});
  std::vector<CheckIn> all;
  for (std::size_t row = 0; row < data.time.size(); ++row) {
    CheckIn check_in{.person = "P1",
                     .time = Time{data.time[row]},
                     .answers = {},
                     .missing = {},
                     .known_stage = {},
                     .used_days_ago = {},
                     .acknowledge = {},
                     .seconds = {}};
    for (std::size_t item = 0; item < data.answers.size(); ++item) {
      const double value = data.answers[item][row];
      const auto& id = model.document().items[item].item.id;
      if (value == value) check_in.answers.push_back({id, value});
    }
    all.push_back(std::move(check_in));
  }
  return all;
}

}  // namespace test
