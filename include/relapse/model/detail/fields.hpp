#pragma once

#include <relapse/core/detail/fields.hpp>
#include <relapse/model/document.hpp>

#include <tuple>

/// The fields of a model document. What depends on the stages, on the source of a
/// determinant or on the fact of a floor has a form of its own: see `canonical_json`.
namespace relapse {

/// Of a run, in weeks: a century.
inline constexpr int longest_run = 5218;

inline std::string value_json(const Scale& scale) {
  return json_array({json_number(scale.first), json_number(scale.second)});
}

inline void check_value(const JsonPointer& at, const Scale& scale) {
  require_finite(at / std::size_t{0}, scale.first);
  require_finite(at / std::size_t{1}, scale.second);
}

template <>
struct FieldsOf<Stage> {
  static constexpr std::tuple all{
      Field{"id", &Stage::id, Need::required}, Field{"use", &Stage::use},
      Field{"label", &Stage::label}, Field{"level", &Stage::level}};
};

template <>
struct FieldsOf<TransitionRule> {
  using Rule = TransitionRule;
  static constexpr std::tuple all{
      Field{"from", &Rule::from, Need::required},
      Field{"to", &Rule::to, Need::required},
      Field{"rate", &Rule::rate, Need::required},
      Field{"direction", &Rule::direction},
      KeyedField{"effects", &Rule::effects, &Effect::determinant, &Effect::weight},
      Field{"max_rate", &Rule::max_rate},
      Field{"group", &Rule::group},
      Field{"source", &Rule::source}};
};

template <>
struct FieldsOf<GroupRule> {
  static constexpr std::tuple all{
      Field{"id", &GroupRule::id, Need::required},
      KeyedField{"effects", &GroupRule::effects, &Effect::determinant, &Effect::weight},
      Field{"source", &GroupRule::source}};
};

template <>
struct FieldsOf<PropensityRule> {
  using Rule = PropensityRule;
  static constexpr std::tuple all{
      Field{"nodes", &Rule::nodes, Need::written, 1, std::numeric_limits<int>::max()},
      Field{"dimensions", &Rule::dimensions, Need::optional, 1, 2},
      FieldGroup{"loadings", std::tuple{Field{"toward_use", &Rule::toward_use},
                                        Field{"recovery", &Rule::recovery}}},
      KeyedField{"start", &Rule::start, &StageWeight::stage, &StageWeight::weight},
      KeyedField{"prior", &Rule::prior, &Effect::determinant, &Effect::weight},
      Field{"source", &Rule::source}};
};

template <>
struct FieldsOf<HabitRule> {
  static constexpr std::tuple all{
      Field{"id", &HabitRule::id, Need::required},
      KeyedField{"items", &HabitRule::items, &HabitWeight::item, &HabitWeight::weight},
      Field{"nodes", &HabitRule::nodes, Need::optional, 2, 31},
      Field{"source", &HabitRule::source}};
};

template <>
struct FieldsOf<DimensionRule> {
  using Rule = DimensionRule;
  static constexpr std::tuple all{
      Field{"id", &Rule::id, Need::required},
      Field{"nodes", &Rule::nodes, Need::optional, 2, 31},
      KeyedField{"loadings", &Rule::loadings, &GroupWeight::group, &GroupWeight::weight},
      KeyedField{"habits", &Rule::habits, &HabitWeight::item, &HabitWeight::weight},
      KeyedField{"prior", &Rule::prior, &Effect::determinant, &Effect::weight},
      KeyedField{"start", &Rule::start, &StageWeight::stage, &StageWeight::weight},
      Field{"source", &Rule::source}};
};

/// One number alone stands for every answer.
inline std::string value_json(const Persistence& rule) {
  const auto by_level = [](const std::vector<double>& numbers) {
    return numbers.size() == 1 ? json_number(numbers.front()) : value_json(numbers);
  };
  JsonObject object;
  object.add_json("share", by_level(rule.share));
  if (!rule.half_life_days.empty())
    object.add_json("half_life_days", by_level(rule.half_life_days));
  if (rule.settle != 0.0) object.add("settle", rule.settle);
  return object.json();
}

inline void check_value(const JsonPointer& at, const Persistence& rule) {
  check_value(at / "share", rule.share);
  check_value(at / "half_life_days", rule.half_life_days);
  check_value(at / "settle", rule.settle);
}

/// What an item says of its answers beside their law.
template <>
struct FieldsOf<ItemRule> {
  static constexpr std::tuple all{Field{"persistence", &ItemRule::persistence},
                                  Field{"habit", &ItemRule::habit}};
};

template <>
struct FieldsOf<SimulationLaw> {
  using Law = SimulationLaw;
  static constexpr std::tuple all{
      Field{"mean", &Law::mean, Need::required},
      Field{"sd_between", &Law::sd_between, Need::required},
      Field{"sd_within", &Law::sd_within, Need::required},
      Field{"half_life_days", &Law::half_life_days, Need::required}};
};

template <>
struct FieldsOf<InstrumentReference> {
  using Reference = InstrumentReference;
  static constexpr std::tuple all{Field{"id", &Reference::id, Need::required},
                                  IdField{"item", &Reference::item},
                                  Field{"subscale", &Reference::subscale},
                                  Field{"from", &Reference::from},
                                  Field{"to", &Reference::to},
                                  Field{"source", &Reference::source}};
};

template <>
struct FieldsOf<Item> {
  static constexpr std::tuple all{Field{"id", &Item::id, Need::required},
                                  Field{"role", &Item::role, Need::required},
                                  Field{"label", &Item::label},
                                  Field{"question", &Item::question},
                                  Field{"asked", &Item::asked},
                                  Field{"home", &Item::home},
                                  Field{"scale", &Item::scale},
                                  Field{"labels", &Item::labels},
                                  Field{"missing_is_a_level", &Item::missing_is_a_level},
                                  Field{"substance", &Item::substance},
                                  Field{"flag", &Item::flag},
                                  Field{"raise_at", &Item::raise_at},
                                  Field{"urgent_at", &Item::urgent_at},
                                  Field{"simulate", &Item::simulate},
                                  Field{"source", &Item::source}};
};

template <>
struct FieldsOf<FromItem> {
  static constexpr std::tuple all{Field{"item", &FromItem::item, Need::required},
                                  Field{"relative_to", &FromItem::relative_to}};
};

template <>
struct FieldsOf<FromSituation> {
  using From = FromSituation;
  static constexpr std::tuple all{Field{"situation", &From::situation, Need::required},
                                  Field{"exposure", &From::exposure, Need::required},
                                  Field{"efficacy", &From::efficacy},
                                  Field{"default_efficacy", &From::default_efficacy}};
};

template <>
struct FieldsOf<MemoryRule> {
  static constexpr std::tuple all{Field{"kind", &MemoryRule::kind, Need::required},
                                  Field{"half_life_days", &MemoryRule::half_life_days}};
};

template <>
struct FieldsOf<OutlookRule> {
  static constexpr std::tuple all{Field{"kind", &OutlookRule::kind, Need::required},
                                  Field{"half_life_days", &OutlookRule::half_life_days}};
};

template <>
struct FieldsOf<DeterminantRule> {
  using Rule = DeterminantRule;
  static constexpr std::tuple all{
      Field{"id", &Rule::id, Need::required},
      Field{"label", &Rule::label},
      Field{"reference", &Rule::reference},
      Field{"memory", &Rule::memory},
      Field{"outlook", &Rule::outlook},
      Field{"indicator", &Rule::indicator},
      Field{"source", &Rule::source},
      FieldGroup{"when_unknown", std::tuple{Field{"days_since_use", &Rule::unknown_days,
                                                  Need::required}}}};
};

template <>
struct FieldsOf<LevelRule> {
  static constexpr std::tuple all{
      Field{"horizon_days", &LevelRule::horizon, Need::required},
      Field{"lower_after_days", &LevelRule::lower_after},
      Field{"source", &LevelRule::source}};
};

template <>
struct FieldsOf<FloorRule> {
  static constexpr std::tuple all{Field{"level", &FloorRule::level, Need::required},
                                  Field{"for_days", &FloorRule::lasts},
                                  Field{"source", &FloorRule::source}};
};

template <>
struct FieldsOf<SafetyRule> {
  static constexpr std::tuple all{Field{"flag", &SafetyRule::flag, Need::required},
                                  Field{"level", &SafetyRule::level, Need::required},
                                  Field{"protocol", &SafetyRule::protocol},
                                  Field{"source", &SafetyRule::source}};
};

template <>
struct FieldsOf<ActionNeeds> {
  static constexpr std::tuple all{
      Field{"minutes", &ActionNeeds::minutes}, Field{"contact", &ActionNeeds::contact},
      Field{"place", &ActionNeeds::place}, Field{"daytime", &ActionNeeds::daytime}};
};

template <>
struct FieldsOf<BetaPrior> {
  static constexpr std::tuple all{Field{"alpha", &BetaPrior::alpha, Need::required},
                                  Field{"beta", &BetaPrior::beta, Need::required}};
};

template <>
struct FieldsOf<Action> {
  static constexpr std::tuple all{Field{"id", &Action::id, Need::required},
                                  Field{"label", &Action::label},
                                  Field{"family", &Action::family},
                                  KeyedField{"acts_on", &Action::acts_on,
                                             &ActionEffect::determinant,
                                             &ActionEffect::factor},
                                  Field{"for_days", &Action::lasts},
                                  Field{"stages", &Action::stages},
                                  Field{"situations", &Action::situations},
                                  Field{"items", &Action::items},
                                  Field{"quiet_day", &Action::quiet_day},
                                  Field{"needs", &Action::needs},
                                  Field{"helpfulness", &Action::helpfulness},
                                  Field{"source", &Action::source}};
};

template <>
struct FieldsOf<AnswerRange> {
  static constexpr std::tuple all{Field{"at_least", &AnswerRange::at_least},
                                  Field{"at_most", &AnswerRange::at_most}};
};

template <>
struct FieldsOf<QualityRule> {
  static constexpr std::tuple all{
      Field{"id", &QualityRule::id, Need::required},
      KeyedField{"together", &QualityRule::together, &AnswerRange::item, Need::required},
      Field{"source", &QualityRule::source}};
};

template <>
struct FieldsOf<Recalibration> {
  using Line = Recalibration;
  static constexpr std::tuple all{Field{"intercept", &Line::intercept, Need::required},
                                  Field{"slope", &Line::slope, Need::required},
                                  Field{"status", &Line::status, Need::required}};
};

/// All but `answer`, which has a form of its own.
template <>
struct FieldsOf<OutcomeRule> {
  using Rule = OutcomeRule;
  static constexpr std::tuple all{
      Field{"id", &Rule::id, Need::required},
      Field{"label", &Rule::label},
      Field{"item", &Rule::item, Need::required},
      Field{"at_least", &Rule::at_least},
      Field{"given", &Rule::given},
      Field{"after_days", &Rule::after_days},
      Field{"run", &Rule::run, Need::optional, 1, longest_run},
      Field{"weeks", &Rule::weeks, Need::optional, 1, longest_run},
      Field{"recalibration", &Rule::recalibration},
      Field{"source", &Rule::source}};
};

/// Levels and counts as numbers, a missing answer as null; one alone without a list.
inline std::string value_json(const OutcomeRule& rule) {
  JsonObject object;
  add_fields(object, rule);
  std::vector<std::string> answers;
  for (const double answer : rule.answers) answers.push_back(json_number(answer));
  if (rule.or_missing) answers.emplace_back("null");
  if (answers.size() == 1) object.add_json("answer", answers.front());
  if (answers.size() > 1) object.add_json("answer", json_array(answers));
  return object.json();
}

template <>
struct FieldsOf<Calibration> {
  static constexpr std::tuple all{Field{"status", &Calibration::status, Need::required},
                                  Field{"source", &Calibration::source}};
};

/// All but what has a form of its own: `initial`, `items`, `start_effects` and `levels`.
template <>
struct FieldsOf<ModelDocument> {
  using Document = ModelDocument;
  using Source = std::pair<std::string, std::string>;
  static constexpr std::tuple all{
      Field{"id", &Document::id, Need::required},
      Field{"version", &Document::version, Need::required},
      Field{"stages", &Document::stages, Need::required},
      Field{"transitions", &Document::transitions, Need::required},
      Field{"horizons_days", &Document::horizons_days, Need::required},
      Field{"calibration", &Document::calibration, Need::required},
      Field{"title", &Document::title},
      Field{"description", &Document::description},
      Field{"groups", &Document::groups},
      Field{"propensity", &Document::propensity},
      Field{"habits", &Document::habits},
      Field{"dimensions", &Document::dimensions},
      Field{"expected_every_days", &Document::expected_every_days},
      Field{"determinants", &Document::determinants},
      Field{"risk_recalibration", &Document::risk_recalibration},
      Field{"safety", &Document::safety},
      Field{"actions", &Document::actions},
      Field{"quality", &Document::quality},
      KeyedField{"sources", &Document::sources, &Source::first, &Source::second}};
};

}  // namespace relapse
