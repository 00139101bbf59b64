#pragma once

#include <relapse/core/detail/likely_days.hpp>
#include <relapse/core/detail/texts.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/detail/fhir_safety.hpp>
#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/instruments.hpp>
#include <relapse/model/instrument_answers.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
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
    alarms_.clear();
    for (const auto* response : responses) {
      if (response->instrument.empty()) {
        add_own(*response, check_in);
        continue;
      }
      auto [filled, unreadable] = instrument_response(*response);
      if (response->alarms_only) {
        alarms_.push_back(std::move(filled));
      } else if (!response->answers.empty() || !response->missing.empty()) {
        if (matches(*response, filled)) whole.push_back(std::move(filled));
      }
      alarms_.push_back(std::move(unreadable));
      if (response->answers.empty() && !response->stated.empty())
        note(*response, FhirNoteKind::left_out,
             "states a value without the answers, which the model does not take",
             response->stated.front().first);
    }
    add_answers(whole, model_, check_in);
    for (const auto* response : responses) keep_reasons(*response, check_in);
    add_alarms(alarms_, model_, check_in);
    keep_alarms(check_in);
    if (check_in.known_stage && check_in.known_stage->any_of.empty())
      check_in.known_stage.reset();  // entered what is not said
    return check_in;
  }

 private:
  void note(const FhirResponse& response, FhirNoteKind kind, std::string problem,
            std::string question) {
    notes_.push_back({kind,
                      joined(response.sources, "; "),
                      response.person,
                      std::move(problem),
                      {std::move(question)}});
  }

  /// What can be read, and beside it what cannot, which is no answer of its item.
  static std::pair<InstrumentResponse, InstrumentResponse>
  instrument_response(const FhirResponse& response) {
    const Instrument& instrument = *instruments::find(response.instrument);
    const Response none(static_cast<std::size_t>(instrument.items()));
    std::pair<InstrumentResponse, InstrumentResponse> filled{{instrument, none},
                                                             {instrument, none}};
    for (const auto& [item, value] : response.answers) {
      const auto place = static_cast<std::size_t>(instrument.find_item(item));
      if (const auto* number = std::get_if<double>(&value)) {
        filled.first.response[place] = *number;
      } else {
        filled.second.response[place] = std::nan("");
      }
    }
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
    for (const auto& [name, number] : response.percents) {
      const int index = model_.find_item(name);
      const bool whole = index >= 0 && model_.item(index).scale == Scale{0.0, 100.0};
      if (whole) check_in.answers.push_back({name, number});
    }
    for (const auto& gap : response.missing) {
      const std::string meant = item_meant(gap.item);
      if (!meant.empty()) check_in.missing.push_back({meant, gap.reason});
    }
    // What of it is about safety is known here alone.
    for (const auto& name : response.unread) {
      const std::string meant = item_meant(name);
      if (is_safety(meant))
        check_in.answers.push_back({meant, std::string(fhir_unreadable)});
    }
  }

  /// The item that a name means, if any.
  std::string item_meant(const std::string& name) const {
    if (model_.find_item(name) >= 0 || is_built_in_flag(name)) return name;
    return meant_by(name,
                    [&](std::string_view part) { return model_.safety_name(part); });
  }

  bool is_safety(const std::string& item) const {
    const int index = model_.find_item(item);
    return is_built_in_flag(item) ||
           (index >= 0 && model_.item(index).role == Role::safety);
  }

  void add_question(const FhirResponse& response, const std::vector<Answer>& answers,
                    CheckIn& check_in) {
    const std::string& name = answers.front().item;
    if (add_knowledge(response, answers, check_in)) return;
    const std::string meant = item_meant(name);
    if (meant.empty()) {
      add_other(response, answers);
      return;
    }
    if (meant != name) {
      note_other_name(response, name, "the safety item ", meant);
      add_alarm(meant, answers, check_in);
      return;
    }
    if (answers.size() > 1) {
      note(response, FhirNoteKind::refused, "has several answers, but an item has one",
           name);
      if (!is_safety(name)) return;
    }
    for (const auto& answer : answers) check_in.answers.push_back(answer);
  }

  /// What is no item of the model may be one of an instrument with a flag.
  void add_other(const FhirResponse& response, const std::vector<Answer>& answers) {
    const std::string& name = answers.front().item;
    const FlaggedItem* item = flagged_item(name);
    if (item == nullptr) {
      note(response, FhirNoteKind::left_out, "is no item of the model", name);
      return;
    }
    note_other_name(response, name, "", item->column());
    for (const auto& answer : answers) add_flagged(*item, answer.value);
  }

  void note_other_name(const FhirResponse& response, const std::string& name,
                       const std::string& kind, const std::string& meant) {
    note(response, FhirNoteKind::refused,
         "is another name of " + kind + '\'' + meant + "', but must be '" + meant +
             "'; only what raises its flag is taken",
         name);
  }

  void add_flagged(const FlaggedItem& item, const AnswerValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    const auto number = text == nullptr ? std::nullopt : number_in_text(*text);
    alarms_.push_back(response_of(item, number ? AnswerValue(*number) : value));
  }

  /// A zero under another name, or a choice that was not made, is no answer to the item.
  static void add_alarm(const std::string& item, const std::vector<Answer>& answers,
                        CheckIn& check_in) {
    std::vector<AnswerValue> values;
    for (const auto& each : answers) values.push_back(each.value);
    auto value = most_alarming(values);
    const auto* text = std::get_if<std::string>(&value);
    const auto number =
        text != nullptr ? number_in_text(*text) : std::optional(std::get<double>(value));
    if (!number || *number > 0.0) {
      check_in.answers.push_back({item, std::move(value)});
    } else {
      check_in.missing.push_back({item, MissingReason::unknown});
    }
  }

  static std::vector<std::string> texts(const std::vector<Answer>& answers) {
    std::vector<std::string> all;
    for (const auto& each : answers) {
      if (const auto* text = std::get_if<std::string>(&each.value)) all.push_back(*text);
    }
    return all;
  }

  /// What a check-in knows besides its answers.
  bool add_knowledge(const FhirResponse& response, const std::vector<Answer>& answers,
                     CheckIn& check_in) {
    using Known = FhirKnowledge;
    const std::string& name = answers.front().item;
    const auto* number = std::get_if<double>(&answers.front().value);
    const bool amount = number != nullptr && *number >= 0.0 && answers.size() == 1;
    if (name == Known::used_days_ago && amount) {
      if (const auto problem = wrong_length(*number); !problem.empty()) {
        note(response, FhirNoteKind::refused, problem, name);
        return true;
      }
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

  /// Of several answers to a safety item the one that raises its flag. Instruments say by
  /// a NaN that an answer cannot be read, which no document of a check-in may hold.
  static void keep_alarms(CheckIn& check_in) {
    std::map<std::string, std::size_t> first;
    std::vector<Answer> kept;
    for (auto& answer : check_in.answers) {
      if (const auto* number = std::get_if<double>(&answer.value);
          number != nullptr && std::isnan(*number))
        answer.value = std::string(fhir_unreadable);
      const auto [place, is_new] = first.try_emplace(answer.item, kept.size());
      if (is_new) {
        kept.push_back(answer);
      } else {
        auto& value = kept[place->second].value;
        value = most_alarming({value, answer.value});
      }
    }
    check_in.answers = std::move(kept);
    std::set<std::string_view> seen;
    std::erase_if(check_in.missing, [&](const MissingAnswer& gap) {
      return first.contains(gap.item) || !seen.insert(gap.item).second;
    });
  }

  const Model& model_;
  std::vector<FhirNote>& notes_;
  std::vector<InstrumentResponse> alarms_;  ///< of the moment at work
};

}  // namespace detail

RELAPSE_INLINE FhirCheckIns check_ins_from(const FhirReading& reading,
                                           const Model& model) {
  FhirCheckIns made;
  std::map<std::pair<std::string, double>, std::vector<const FhirResponse*>> moments;
  for (const auto& each : reading.responses)
    moments[{each.person, each.time.days}].push_back(&each);
  detail::FhirMoments maker(model, made.notes);
  for (const auto& each : reading.untimed)
    made.untimed.push_back(maker.check_in({&each}));
  for (const auto& [moment, responses] : moments) {
    auto check_in = maker.check_in(responses);
    const CheckIn empty{check_in.person, check_in.time, {}, {}, {}, {}, false, {}, {}};
    if (check_in != empty) made.check_ins.push_back(std::move(check_in));
  }
  return made;
}

}  // namespace relapse::io
