#pragma once

#include <relapse/core/error.hpp>
#include <relapse/io/detail/fhir_values.hpp>
#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/instruments.hpp>
#include <relapse/model/instrument_answers.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace relapse::io {
namespace detail {

/// The linkIds of what a check-in holds besides answers.
struct FhirKnowledge {
  static constexpr std::string_view used_days_ago = "used_days_ago";
  static constexpr std::string_view abstinent = "abstinent_since_last";
  static constexpr std::string_view stage = "stage";
  static constexpr std::string_view entered = "entered";
  static constexpr std::string_view acknowledge = "acknowledge";
  static constexpr std::string_view seconds = "seconds";
};

/// One check-in from the responses of a moment.
class FhirMoments {
 public:
  FhirMoments(const Model& model, std::vector<FhirNote>& notes)
      : model_(model), notes_(notes) {}

  CheckIn check_in(const std::vector<const FhirResponse*>& responses) {
    CheckIn check_in;
    check_in.person = responses.front()->person;
    check_in.time = responses.front()->time;
    std::vector<InstrumentResponse> whole;
    std::vector<InstrumentResponse> alarms;
    for (const auto* response : responses) {
      if (response->instrument.empty()) {
        add_own(*response, check_in);
        continue;
      }
      auto filled = instrument_response(*response);
      if (response->alarms_only) {
        alarms.push_back(std::move(filled));
      } else if (!response->answers.empty() || !response->missing.empty()) {
        if (matches(*response, filled)) whole.push_back(std::move(filled));
      }
      if (response->answers.empty() && !response->stated.empty())
        note(*response, FhirNoteKind::left_out,
             "states a value without the answers, which the model does not take",
             response->stated.front().first);
    }
    add_answers(whole, model_, check_in);
    for (const auto* response : responses) keep_reasons(*response, check_in);
    add_alarms(alarms, model_, check_in);
    keep_higher_alarms(check_in);
    if (check_in.known_stage && check_in.known_stage->any_of.empty())
      check_in.known_stage.reset();  // entered what is not said
    return check_in;
  }

 private:
  void note(const FhirResponse& response, FhirNoteKind kind, std::string problem,
            std::string question) {
    std::string where;
    for (const auto& each : response.sources) where += (where.empty() ? "" : "; ") + each;
    notes_.push_back({kind,
                      std::move(where),
                      response.person,
                      std::move(problem),
                      {std::move(question)}});
  }

  static InstrumentResponse instrument_response(const FhirResponse& response) {
    const Instrument& instrument = *instruments::find(response.instrument);
    InstrumentResponse filled{instrument,
                              Response(static_cast<std::size_t>(instrument.items()))};
    for (const auto& [item, value] : response.answers)
      filled.response[static_cast<std::size_t>(instrument.find_item(item))] =
          std::get<double>(value);
    return filled;
  }

  bool matches(const FhirResponse& response, const InstrumentResponse& filled) {
    try {
      require_match(filled.instrument, model_);
      return true;
    } catch (const InvalidInput&) {
      note(response, FhirNoteKind::left_out,
           "answers an instrument to which no item of the model refers",
           response.instrument);
      return false;
    }
  }

  void add_own(const FhirResponse& response, CheckIn& check_in) {
    for (auto each = response.answers.begin(); each != response.answers.end();) {
      const auto end = std::find_if(each, response.answers.end(), [&](const auto& other) {
        return other.item != each->item;
      });
      add_question(response, {each, end}, check_in);
      each = end;
    }
    for (const auto& gap : response.missing) {
      if (model_.find_item(gap.item) >= 0 || is_built_in_flag(gap.item))
        check_in.missing.push_back(gap);
    }
  }

  void add_question(const FhirResponse& response, const std::vector<Answer>& answers,
                    CheckIn& check_in) {
    const std::string& name = answers.front().item;
    if (add_knowledge(answers, check_in)) return;
    if (model_.find_item(name) < 0 && !is_built_in_flag(name)) {
      const auto meant = model_.safety_name(name);
      if (meant.empty()) {
        note(response, FhirNoteKind::left_out, "is no item of the model", name);
        return;
      }
      note(response, FhirNoteKind::refused, "is another spelling of a safety item", name);
      for (const auto& answer : answers)
        check_in.answers.push_back({std::string(meant), answer.value});
      return;
    }
    if (answers.size() > 1) {
      note(response, FhirNoteKind::refused, "has several answers, but an item has one",
           name);
      const bool safety = is_built_in_flag(name) ||
                          model_.item(model_.find_item(name)).role == Role::safety;
      if (!safety) return;
    }
    for (const auto& answer : answers) check_in.answers.push_back(answer);
  }

  static std::vector<std::string> texts(const std::vector<Answer>& answers) {
    std::vector<std::string> all;
    for (const auto& each : answers) {
      if (const auto* text = std::get_if<std::string>(&each.value)) all.push_back(*text);
    }
    return all;
  }

  /// What a check-in knows besides its answers.
  static bool add_knowledge(const std::vector<Answer>& answers, CheckIn& check_in) {
    using Known = FhirKnowledge;
    const std::string& name = answers.front().item;
    const auto* number = std::get_if<double>(&answers.front().value);
    const bool amount = number != nullptr && *number >= 0.0 && answers.size() == 1;
    if (name == Known::used_days_ago && amount) {
      check_in.used_days_ago = Days{*number};
    } else if (name == Known::abstinent && amount) {
      check_in.abstinent_since_last = *number > 0.0;
    } else if (name == Known::seconds && amount) {
      check_in.seconds = *number;
    } else if (name == Known::entered && amount) {
      if (!check_in.known_stage) check_in.known_stage.emplace();
      check_in.known_stage->entered = *number > 0.0;
    } else if (name == Known::stage && !texts(answers).empty()) {
      if (!check_in.known_stage) check_in.known_stage.emplace();
      check_in.known_stage->any_of = texts(answers);
    } else if (name == Known::acknowledge) {
      check_in.acknowledge = texts(answers);
    } else {
      return false;
    }
    return true;
  }

  /// Of several answers to a safety item the highest.
  /// Why a question of an instrument was not answered is why the item of the model is not
  /// that stands for it alone.
  void keep_reasons(const FhirResponse& response, CheckIn& check_in) const {
    const Instrument* instrument = instruments::find(response.instrument);
    if (instrument == nullptr) return;
    for (auto& gap : check_in.missing) {
      const int index = model_.find_item(gap.item);
      if (index < 0 || gap.reason != MissingReason::unknown) continue;
      for (const auto& asked : response.missing) {
        const int place = instrument->find_item(asked.item);
        if (place >= 0 && stands_for(model_.item(index), *instrument, place))
          gap.reason = asked.reason;
      }
    }
  }

  static bool stands_for(const Item& item, const Instrument& instrument, int place) {
    const auto& asked = instrument.item(place);
    if (item.role == Role::safety && item.flag == asked.flag) return true;
    return std::any_of(item.instruments.begin(), item.instruments.end(),
                       [&](const InstrumentReference& reference) {
                         return reference.id == instrument.document().id &&
                                reference.item == asked.id;
                       });
  }

  void keep_higher_alarms(CheckIn& check_in) {
    std::map<std::string, std::size_t> first;
    std::vector<Answer> kept;
    for (const auto& answer : check_in.answers) {
      const auto [place, is_new] = first.try_emplace(answer.item, kept.size());
      if (is_new) {
        kept.push_back(answer);
      } else {
        auto& value = kept[place->second].value;
        value = highest({value, answer.value});
      }
    }
    check_in.answers = std::move(kept);
    std::erase_if(check_in.missing,
                  [&](const MissingAnswer& gap) { return first.contains(gap.item); });
  }

  const Model& model_;
  std::vector<FhirNote>& notes_;
};

}  // namespace detail

RELAPSE_INLINE FhirCheckIns check_ins_from(const FhirReading& reading,
                                           const Model& model) {
  FhirCheckIns made;
  std::map<std::pair<std::string, double>, std::vector<const FhirResponse*>> moments;
  for (const auto& each : reading.responses)
    moments[{each.person, each.time.days}].push_back(&each);
  detail::FhirMoments maker(model, made.notes);
  for (const auto& [moment, responses] : moments) {
    auto check_in = maker.check_in(responses);
    const CheckIn empty{check_in.person, check_in.time, {}, {}, {}, {}, false, {}, {}};
    if (check_in != empty) made.check_ins.push_back(std::move(check_in));
  }
  return made;
}

}  // namespace relapse::io
