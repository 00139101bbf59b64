#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/io/detail/fhir_words.hpp>
#include <relapse/io/fhir_writer.hpp>
#include <relapse/io/wordings.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace relapse::io {
namespace detail {

struct FhirOutcome {
  std::string_view code;
  Phrase words;
};

inline constexpr FhirOutcome outcome_use{
    "use", {"fhir.outcome.use", "In use now, or a return to use"}};
inline constexpr FhirOutcome outcome_return{
    "return_to_use",
    {"fhir.outcome.return", "A return to use, given that there is none now"}};
inline constexpr FhirOutcome outcome_relapse{
    "relapse", {"fhir.outcome.relapse", "In continued use now, or entering it"}};
inline constexpr FhirOutcome outcome_leaves{
    "leaves_use", {"fhir.outcome.leaves", "A first time without use"}};

/// A concept with one code.
inline JsonObject coded(std::string_view system, std::string_view code,
                        std::string_view display = {}) {
  return JsonObject().add_json("coding",
                               json_array({coding_json(system, code, display)}));
}

/// A prediction as FHIR has it: in per cent, over a period.
inline std::string prediction_json(const FhirOutcome& outcome, double probability,
                                   const RiskEstimate& risk, const Assessment& of,
                                   const Wording& say) {
  constexpr double hundred = 100.0;
  const std::string words(say(outcome.words));
  JsonObject object;
  object.add_json("outcome", own_concept("outcome", outcome.code, words))
      .add("probabilityDecimal", std::min(hundred, probability * hundred))
      .add("whenPeriod", JsonObject()
                             .add("start", fhir_time(of.time))
                             .add("end", fhir_time(of.time + risk.within)));
  const double days = risk.within.count;
  std::string rationale =
      say(said::within, {words, days == 1.0 ? std::string(say(said::day))
                                            : say(said::days, {plain_decimals(days)})});
  if (outcome.code == outcome_use.code)
    rationale = say(said::interval, {rationale, percent(risk.low), percent(risk.high)});
  object.add("rationale", rationale);
  if (outcome.code == outcome_use.code &&
      risk.within == of.model.document().levels.horizon)
    object.add_json("qualitativeRisk",
                    own_concept("level", name_of(of.level), name_of(of.level)));
  return object.json();
}

inline std::string predictions_json(const Assessment& assessment, const Wording& say) {
  std::vector<std::string> predictions;
  const auto add = [&](const FhirOutcome& outcome, double probability,
                       const RiskEstimate& risk) {
    predictions.push_back(prediction_json(outcome, probability, risk, assessment, say));
  };
  for (const auto& risk : assessment.risks) {
    // A risk of what is there already tells a person nothing.
    if (risk.leaves_use) {
      add(outcome_leaves, *risk.leaves_use, risk);
    } else {
      add(outcome_use, risk.probability, risk);
    }
    if (risk.new_use) add(outcome_return, *risk.new_use, risk);
    if (risk.relapse) add(outcome_relapse, *risk.relapse, risk);
  }
  return json_array(predictions);
}

inline std::string flag_json(std::string_view status, std::string_view kind,
                             const std::string& code, const std::string& words,
                             Time since, std::optional<Time> until,
                             const FhirContext& context) {
  const auto category = coded("http://terminology.hl7.org/CodeSystem/flag-category",
                              kind == "flag" ? "safety" : "clinical");
  JsonObject period;
  period.add("start", fhir_time(since));
  if (until) period.add("end", fhir_time(*until));
  return JsonObject()
      .add("resourceType", "Flag")
      .add("id", fhir_id({"Flag", context.person, kind, code, fhir_time(since)}))
      .add("status", status)
      .add_json("category", json_array({category.json()}))
      .add_json("code", own_concept(kind, code, words))
      .add_json("subject", subject_json(context.person))
      .add("period", period)
      .add_json("text", narrative({words}))
      .json();
}

}  // namespace detail

RELAPSE_INLINE std::string fhir_risk_assessment(const Assessment& assessment,
                                                const FhirContext& context) {
  const Wording& say = find_wording(context.locale);
  const auto& model = assessment.model;
  const std::string time = detail::fhir_time(assessment.time);
  auto method = detail::coded(std::string(detail::relapse_system) + "model",
                              model.document().id, model.document().title);
  method.add("text", detail::maker(model) + ", sha256 " + model.content_hash());
  auto notes = detail::notes_of(assessment, say);
  std::vector<std::string> annotations;
  for (const auto& note : notes) annotations.push_back(detail::words_json(note));
  JsonObject object;
  object.add("resourceType", "RiskAssessment");
  object.add("id", detail::fhir_id(
                       {"RiskAssessment", context.person, time, model.content_hash()}));
  object.add("status", "final");
  object.add("method", method);
  object.add_json("code", detail::own_concept("assessment", "return_to_use",
                                              "Risk of a return to use"));
  object.add_json("subject", detail::subject_json(context.person));
  object.add("occurrenceDateTime", time);
  if (!context.basis.empty())
    object.add_json("basis", json_array({detail::reference_json(context.basis)}));
  if (!assessment.risks.empty())
    object.add_json("prediction", detail::predictions_json(assessment, say));
  object.add_json("note", json_array(annotations));
  notes.insert(notes.begin(), "Risk of a return to use, " + detail::maker(model));
  object.add_json("text", detail::narrative(notes));
  return object.json();
}

RELAPSE_INLINE std::vector<std::string> fhir_flags(const Assessment& assessment,
                                                   const FhirContext& context) {
  const Wording& say = find_wording(context.locale);
  const auto& model = assessment.model;
  std::vector<std::string> flags;
  // Each under the time of its rise, so that a later export says more of the same.
  auto times = assessment.flag_times;
  for (const auto& flag : assessment.flags) {
    const bool is_dated =
        std::any_of(times.begin(), times.end(),
                    [&](const FlagTime& time) { return time.flag == flag; });
    if (!is_dated) times.push_back({flag, assessment.time});
  }
  for (const auto& [flag, since, until] : times) {
    auto words = detail::flag_words(flag, model, say);
    if (contains(assessment.unreadable_flags, flag))
      words = say(detail::said::unread, {words});
    flags.push_back(detail::flag_json(until ? "inactive" : "active", "flag", flag, words,
                                      since, until, context));
  }
  for (const auto& floor : assessment.floors)
    flags.push_back(detail::flag_json("active", "floor", floor.id,
                                      detail::floor_words(floor, model, say), floor.since,
                                      floor.until, context));
  return flags;
}

namespace detail {

/// `Flag/relapse-...` of a resource. Throws ParseError.
inline std::string reference_of(const nlohmann::json& resource) {
  const Node node(resource);
  for (const auto* key : {"resourceType", "id"}) {
    if (!node.has(key)) node.refuse("a resource without " + std::string(key), "with it");
  }
  return node["resourceType"].text() + '/' + node["id"].text();
}

}  // namespace detail

RELAPSE_INLINE std::string fhir_provenance(const std::vector<std::string>& resources,
                                           const Model& model, Time recorded,
                                           const FhirContext& context) {
  std::vector<std::string> targets;
  std::string all;
  for (const auto& each : resources) {
    const auto reference = detail::reference_of(read_json(each));
    targets.push_back(detail::reference_json(reference));
    all += reference + '\n';
  }
  if (targets.empty())
    throw InvalidInput("resources", "are none, but must be what was made");
  const auto type =
      detail::coded("http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                    "assembler", "Assembler");
  JsonObject agent;
  agent.add("type", type).add("who", JsonObject().add("display", detail::maker(model)));
  const std::string time = detail::fhir_time(recorded);
  JsonObject object;
  object.add("resourceType", "Provenance");
  object.add("id", detail::fhir_id({"Provenance", all, time}));
  object.add_json("target", json_array(targets));
  object.add("recorded", time);
  object.add_json("agent", json_array({agent.json()}));
  if (!context.basis.empty()) {
    const auto what = detail::reference_json(context.basis);
    const auto entity = JsonObject().add("role", "source").add_json("what", what);
    object.add_json("entity", json_array({entity.json()}));
  }
  object.add_json("text", detail::narrative({"Made by " + detail::maker(model)}));
  return object.json();
}

RELAPSE_INLINE std::string fhir_bundle(const std::vector<std::string>& resources,
                                       std::string_view base) {
  std::vector<std::string> entries;
  std::map<std::string, nlohmann::json> put;  // a transaction puts each of them once
  for (const auto& each : resources) {
    const auto parsed = read_json(each);
    const auto reference = detail::reference_of(parsed);
    const auto [place, is_new] = put.try_emplace(reference, parsed);
    if (!is_new && place->second != parsed)
      throw InvalidInput("resources", "hold " + reference +
                                          " twice with other content, but must hold it "
                                          "once");
    if (!is_new) continue;
    entries.push_back(
        JsonObject()
            .add("fullUrl", std::string(base) + '/' + reference)
            .add_json("resource", each)
            .add("request", JsonObject().add("method", "PUT").add("url", reference))
            .json());
  }
  JsonObject object;
  object.add("resourceType", "Bundle").add("type", "transaction");
  if (!entries.empty()) object.add_json("entry", json_array(entries));
  return object.json();
}

}  // namespace relapse::io
