#pragma once

#include <relapse/care/plan_check.hpp>
#include <relapse/care/suggest.hpp>
#include <relapse/case_file/case_file.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/instruments/score.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/detail/care_json.hpp>
#include <relapse/io/detail/field_reader.hpp>
#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/timestamp.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/model/item_table.hpp>
#include <relapse/plan/merge.hpp>
#include <relapse/plan/versions.hpp>

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// What goes through the door beside the documents that the library has for itself:
/// settings on the way in, results on the way out.
namespace relapse::c {
namespace {

// --- in
// ---------------------------------------------------------------------------------

/// An object of optional and required fields, without a schema; an empty text is none.
class Settings {
 public:
  Settings(std::string_view text, const io::Keys& optional, const io::Keys& required = {})
      : parsed_(text.empty() ? nlohmann::json::object() : io::read_json(text)),
        fields_(io::Node(parsed_), required, optional) {}
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  template <class Value>
  void take(std::string_view key, Value& value) const {
    if (fields_.has(key)) io::take_value(fields_[key], value);
  }
  template <class Value>
  Value get(std::string_view key, Value value = {}) const {
    take(key, value);
    return value;
  }
  bool has(std::string_view key) const { return fields_.has(key); }
  io::Node operator[](std::string_view key) const { return fields_[key]; }

 private:
  nlohmann::json parsed_;
  io::Fields fields_;
};

/// Throws ParseError with the place of a value that the library refused.
template <class Make>
auto made_of(const io::Node& node, Make make) {
  try {
    return make();
  } catch (const ParseError&) {
    throw;
  } catch (const InvalidInput& error) {
    throw ParseError(node.at().text(), error.what());
  }
}

inline Zone zone_of(const Settings& settings) {
  if (!settings.has("zone")) return {};
  const io::Node node = settings["zone"];
  const io::Fields fields(node, {"transitions", "known_until"});
  std::vector<ZoneTransition> transitions;
  for (const auto& each : fields["transitions"].list()) {
    constexpr int day = 86'400;
    const io::Fields change(each, {"at", "offset_seconds"});
    transitions.push_back(
        {change["at"].time(), change["offset_seconds"].whole(-day, day)});
  }
  const Time end = fields["known_until"].time();
  return made_of(node, [&] { return Zone(std::move(transitions), end); });
}

inline std::optional<Time> now_of(const Settings& settings) {
  return settings.get<std::optional<Time>>("now");
}

inline Wording wording_of(const Settings& settings) {
  return io::find_wording(settings.get<std::string>("locale", "en"));
}

/// What was before the first check-in.
inline void take_start(const Settings& given, infer::Start& start) {
  given.take("days_since_use", start.days_since_use);
  given.take("days_in_recovery", start.days_in_recovery);
}

inline MonitorSettings monitor_settings(std::string_view text) {
  const Settings given(
      text, {"days_since_use", "days_in_recovery", "drivers", "outcome_drivers"});
  MonitorSettings settings;
  given.take("drivers", settings.drivers);
  given.take("outcome_drivers", settings.outcome_drivers);
  take_start(given, settings.start);
  return settings;
}

inline CaseFileStart case_file_start(std::string_view text) {
  const Settings given(text, {"person", "days_since_use", "days_in_recovery"});
  CaseFileStart start;
  given.take("person", start.person);
  take_start(given, start.before);
  return start;
}

/// When to look, and how.
struct ViewOf {
  Time now;
  ViewSettings settings;
};

inline ViewOf view_of(std::string_view text) {
  constexpr int many = 1000;
  constexpr int most_days_ahead = 366;
  const Settings given(text, {"locale", "zone", "suggestions", "questions", "days_ahead"},
                       {"now"});
  ViewSettings settings;
  given.take("locale", settings.locale);
  settings.zone = zone_of(given);
  if (given.has("suggestions"))
    settings.suggestions = given["suggestions"].whole(0, many);
  if (given.has("questions")) settings.questions = given["questions"].whole(0, many);
  if (given.has("days_ahead"))
    settings.days_ahead = given["days_ahead"].whole(1, most_days_ahead);
  return {given["now"].time(), settings};
}

inline SuggestSettings suggest_settings(std::string_view text) {
  constexpr int many = 1000;
  const Settings given(text, {"count", "horizon_days", "minutes", "contact_available",
                              "places", "coming", "cool_down_days", "quiet_hours", "zone",
                              "level", "exploration", "seed", "locale"});
  SuggestSettings settings;
  if (given.has("count")) settings.count = given["count"].whole(0, many);
  given.take("horizon_days", settings.horizon);
  given.take("minutes", settings.minutes);
  given.take("contact_available", settings.contact_available);
  given.take("places", settings.places);
  given.take("coming", settings.coming);
  given.take("cool_down_days", settings.cool_down);
  given.take("level", settings.level);
  given.take("exploration", settings.exploration);
  if (given.has("seed")) settings.seed = given["seed"].bits();
  if (given.has("quiet_hours")) {
    const io::Node node = given["quiet_hours"];
    const auto hours = node.texts();
    if (hours.size() != 2) node.refuse("another list", "two times such as 22:00");
    settings.quiet = made_of(node, [&] { return DailyHours(hours[0], hours[1]); });
  }
  settings.zone = zone_of(given);
  settings.wording = wording_of(given);
  return settings;
}

inline FollowUp parse_follow_up(std::string_view text) {
  const Settings given(text, {"helped"}, {"action", "at"});
  return {given["action"].text(), given["at"].time(),
          given.get<std::optional<double>>("helped")};
}

inline Revision parse_revision(std::string_view text) {
  const Settings given(text, {}, {"device", "at"});
  return {given["device"].text(), given["at"].time()};
}

/// A timestamp, or a number of days, as a text without quotes.
inline Time parse_time(std::string_view text) {
  const auto [time, problem] = io::read_timestamp(text);
  if (time) return *time;
  nlohmann::json number;
  try {
    number = io::read_json(text);
  } catch (const ParseError&) {
    return io::parse_timestamp(text);
  }
  return number.is_number() ? io::Node(number).time() : io::parse_timestamp(text);
}

/// Answers by item of a form.
inline std::vector<Answer> parse_response(std::string_view text) {
  std::vector<Answer> answers;
  const auto parsed = io::read_json(text);
  for (const auto& [item, value] : io::Node(parsed).members()) {
    if (!value.is_null()) answers.push_back({item, value.number()});
  }
  return answers;
}

// --- out
// --------------------------------------------------------------------------------

inline JsonObject document(std::string_view schema) {
  return JsonObject().add("schema", schema);
}

inline std::string one_suggestion(const Suggestion& suggestion) {
  return io::suggestion_object(suggestion)
      .add("action", suggestion.action)
      .add("level_change_low", suggestion.level_change_low)
      .add("level_change_high", suggestion.level_change_high)
      .json();
}

inline std::string suggestions_json(const std::vector<Suggestion>& suggestions) {
  return document("relapse/suggestions/1")
      .add_json("suggestions", json_list(suggestions, one_suggestion))
      .json();
}

inline std::string note_json(const io::FhirNote& note) {
  JsonObject object;
  object.add("kind", name_of(note.kind));
  object.add("place", note.place);
  object.add_unless_empty("person", note.person);
  object.add("problem", note.problem);
  if (!note.questions.empty()) object.add_json("questions", json_texts(note.questions));
  return object.json();
}

inline std::string medication_json(const io::FhirMedication& medication) {
  return JsonObject()
      .add("person", medication.person)
      .add("name", medication.name)
      .add_unless_empty("dose", medication.dose)
      .add_unless_empty("prescriber", medication.prescriber)
      .add("status", medication.status)
      .add_truth("current", medication.current)
      .add("medication_class", name_of(medication.medication_class))
      .add("source", medication.source)
      .json();
}

inline std::string fhir_json(const io::FhirReading& reading,
                             const io::FhirCheckIns& made) {
  const auto check_in = [](const CheckIn& each) { return io::to_json(each); };
  auto notes = reading.notes;
  notes.insert(notes.end(), made.notes.begin(), made.notes.end());
  return document("relapse/fhir_check_ins/1")
      .add_json("check_ins", json_list(made.check_ins, check_in))
      .add_json("untimed", json_list(made.untimed, check_in))
      .add_json("medication", json_list(reading.medication, medication_json))
      .add_json("notes", json_list(notes, note_json))
      .json();
}

inline std::string findings_json(const std::vector<PlanFinding>& findings) {
  return document("relapse/plan_findings/1")
      .add_json("findings", json_list(findings, io::finding_json))
      .json();
}

inline std::string plan_value_json(const PlanValue& value) {
  return std::visit(
      [](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          return "null";
        } else if constexpr (std::is_same_v<Held, Time>) {
          return io::time_json(held);
        } else {
          return value_json(held);
        }
      },
      value);
}

/// @param plan its document
inline std::string merged_json(const std::string& plan,
                               const std::vector<PlanConflict>& conflicts) {
  const auto one = [](const PlanConflict& conflict) {
    return JsonObject()
        .add("part", conflict.part)
        .add("entry", conflict.entry)
        .add_unless_empty("field", conflict.field)
        .add_json("base", plan_value_json(conflict.base))
        .add_json("kept", plan_value_json(conflict.kept))
        .add_json("other", plan_value_json(conflict.other))
        .json();
  };
  return document("relapse/merged_plan/1")
      .add_json("plan", plan)
      .add_json("conflicts", json_list(conflicts, one))
      .json();
}

inline std::string items_json(const Model& model, const Wording& say) {
  JsonObject object = document("relapse/items/1");
  object.add("language", say.language());
  object.add_json(
      "items", json_list(items_table(model), [&](const ItemRow& row) {
        JsonObject one;
        one.add("id", row.id);
        one.add("label", say.known(row.label));
        one.add("question", say.known(row.question));
        one.add("role", name_of(row.role));
        if (row.lowest) one.add("lowest", *row.lowest);
        if (row.highest) one.add("highest", *row.highest);
        one.add("adverse", name_of(row.adverse));
        if (row.asked) one.add("asked", name_of(*row.asked));
        if (row.computed) one.add_truth("computed", true);
        const auto& levels =
            model.document().items[static_cast<std::size_t>(model.find_item(row.id))];
        if (!levels.item.labels.empty())
          one.add_json("labels", json_texts(levels.item.labels));
        return one.json();
      }));
  return object.json();
}

inline std::string one_subscale(const SubscaleScore& score) {
  JsonObject object;
  object.add("subscale", score.subscale);
  object.add_json("value", value_json(score.value));
  object.add_unless_empty("band", score.band);
  object.add_json("cut_offs", json_texts(score.cut_offs));
  object.add_whole("missing", score.missing);
  object.add_unless_empty("refused", score.refused);
  if (!score.probabilities.empty()) {
    object.add_json("probabilities",
                    json_list(score.probabilities, [](const ScoreProbability& each) {
                      return JsonObject()
                          .add("column", each.column)
                          .add("published", each.published)
                          .add("monotone", each.monotone)
                          .json();
                    }));
  }
  return object.json();
}

inline std::string score_json(const InstrumentScore& score) {
  return document("relapse/instrument_score/1")
      .add("instrument", score.instrument)
      .add_json("subscales", json_list(score.subscales, one_subscale))
      .add_json("flags", json_texts(score.flags))
      .add_json("unknown_flags", json_texts(score.unknown_flags))
      .json();
}

}  // namespace
}  // namespace relapse::c
