#pragma once

#include <relapse/core/detail/texts.hpp>
#include <relapse/instruments/score.hpp>
#include <relapse/io/detail/fhir_choice.hpp>
#include <relapse/io/detail/fhir_safety.hpp>
#include <relapse/io/instruments.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// Responses out of the questions of resources.
namespace relapse::io::detail {

/// What is told of one item.
struct FhirTold {
  std::string item;
  std::vector<AnswerValue> values;
  std::optional<MissingReason> missing;  // where it has no value
  bool amended = false;
  bool unread = false;  // an answer could not be read
  std::optional<double> percent = {};
};

/// A response as it grows from one or more resources.
struct FhirGrowing {
  FhirResponse response;
  std::set<std::string> where;
  std::set<std::string> sources;
  std::string refused;
  std::vector<FhirTold> told;  // by their first question
  std::map<std::string, std::size_t> places;

  FhirTold& item(const std::string& name) {
    const auto [place, is_new] = places.try_emplace(name, told.size());
    if (is_new) told.push_back({name, {}, {}, false, false});
    return told[place->second];
  }
};

class FhirAssembly {
 public:
  FhirAssembly(const FhirTable& table, std::vector<FhirNote>& notes)
      : table_(table), notes_(notes) {}

  void add(const FhirRecord& record) {
    const FhirChoice choice(record, table_);
    if (!record.out.empty()) {
      leave_out(record, choice);
      return;
    }
    for (std::size_t k = 0; k < record.asked.size(); ++k) {
      const auto assigned = choice.assign(record, k);
      if (assigned.asked->link.empty() && !assigned.known) {
        note(FhirNoteKind::left_out, record, assigned,
             "has a code that no mapping knows");
        continue;
      }
      if (assigned.is_nameless() && !assigned.is_about_safety()) {
        note(FhirNoteKind::refused, record, assigned,
             assigned.problem + ", and not read");
        continue;
      }
      take(record, assigned, growing(record, assigned));
    }
  }

  /// Puts what was read into a reading.
  void finish(FhirReading& reading) && {
    auto& responses = reading.responses;
    for (auto& [key, growing] : growing_) {
      finish(growing);
      if (!growing.response.answers.empty() || !growing.response.missing.empty() ||
          !growing.response.stated.empty())
        responses.push_back(std::move(growing.response));
    }
    for (auto& each : alarms_) responses.push_back(std::move(each));
    std::stable_sort(responses.begin(), responses.end(),
                     [](const auto& a, const auto& b) {
                       return std::tie(a.person, a.time, a.instrument) <
                              std::tie(b.person, b.time, b.instrument);
                     });
    reading.untimed = std::move(untimed_);
  }

 private:
  using Key = std::tuple<std::string, double, std::string>;
  static constexpr const char* kept_alarms =
      "; its safety answers stay, to raise their flags";

  void note(FhirNoteKind kind, const FhirRecord& record, const FhirAssigned& assigned,
            std::string problem) {
    notes_.push_back({kind,
                      assigned.asked->where,
                      record.person,
                      std::move(problem),
                      {assigned.name}});
  }

  FhirGrowing& growing(const FhirRecord& record, const FhirAssigned& assigned) {
    const std::string& instrument = assigned.target.instrument;
    auto& found = growing_[Key(record.person, record.time->days, instrument)];
    found.response.person = record.person;
    found.response.time = *record.time;
    found.response.instrument = instrument;
    const auto& [source, where] = std::tie(assigned.asked->source, assigned.asked->where);
    found.where.insert(where);
    if (found.sources.insert(source).second) found.response.sources.push_back(source);
    return found;
  }

  static FhirValue read(const FhirRecord& record, const FhirAssigned& assigned,
                        const Json& answer, FhirUnits& units) {
    if (!assigned.target.instrument.empty())
      return read_score(answer, assigned.target, *record.ordinals);
    return read_any(answer, assigned.name, assigned.known ? &assigned.target : nullptr,
                    *record.ordinals, units);
  }

  void take(const FhirRecord& record, const FhirAssigned& assigned, FhirGrowing& to) {
    const auto& asked = *assigned.asked;
    std::vector<AnswerValue> values;
    std::optional<MissingReason> missing;
    std::optional<double> percent;
    bool unread = false;
    const auto leave_unread = [&](const std::string& problem, bool is_gap) {
      missing = MissingReason::unknown;
      if (assigned.is_about_safety() && !is_gap) {
        values.emplace_back(std::string(fhir_unreadable));
        note(FhirNoteKind::refused, record, assigned,
             problem + ", and not read; it raises its flag");
      } else {
        unread = unread || !is_gap;
        note(FhirNoteKind::remark, record, assigned,
             problem + (percent ? "" : ", and not read"));
      }
    };
    if (asked.unanswered) missing = MissingReason::unknown;
    if (!assigned.problem.empty()) {
      leave_unread(assigned.problem, false);
    } else {
      for (const Json* answer : asked.answers) {
        const FhirValue value = read(record, assigned, *answer, units_);
        if (value.missing) missing = value.missing;
        if (value.percent) percent = value.percent;
        if (!value.problem.empty())
          leave_unread(value.problem, value.missing.has_value());
        if (value.answer) values.push_back(*value.answer);
      }
    }
    if (!assigned.target.subscale.empty()) {
      if (!values.empty()) state(record, assigned, values, to);
      return;
    }
    const bool one_answer = !assigned.target.instrument.empty();
    if (one_answer && values.size() > 1) {
      refuse(to, '\'' + assigned.name + "' is answered twice");
      values = {most_alarming(values)};
    }
    FhirTold& told = to.item(assigned.item());
    told.unread = told.unread || unread;
    if (asked.answers.size() == 1 && percent) told.percent = percent;
    if (!values.empty()) {
      answer(record, assigned, std::move(values), told, to);
    } else if (!told.missing) {
      told.missing = missing;
    }
  }

  void answer(const FhirRecord& record, const FhirAssigned& assigned,
              std::vector<AnswerValue> values, FhirTold& told, FhirGrowing& to) {
    const bool amended = assigned.asked->amended;
    const bool was_amended = std::exchange(told.amended, told.amended || amended);
    if (told.values.empty() || told.values == values) {
      told.values = std::move(values);
    } else if (amended == was_amended) {
      refuse(to, '\'' + assigned.name + "' is answered twice");
      values.insert(values.end(), told.values.begin(), told.values.end());
      told.values = {most_alarming(values)};
    } else {
      note(FhirNoteKind::left_out, record, assigned, "is amended by another");
      if (amended) told.values = std::move(values);
    }
  }

  void state(const FhirRecord& record, const FhirAssigned& assigned,
             const std::vector<AnswerValue>& values, FhirGrowing& to) {
    auto& stated = to.response.stated;
    const double value = std::get<double>(values.front());
    const auto before = std::find_if(stated.begin(), stated.end(), [&](const auto& each) {
      return each.first == assigned.target.subscale;
    });
    if (before == stated.end() && values.size() == 1) {
      stated.emplace_back(assigned.target.subscale, value);
    } else if (values.size() > 1 || before->second != value) {
      note(FhirNoteKind::remark, record, assigned,
           "states two values, of which none is read");
      if (before != stated.end()) before->second = std::nan("");
    }
  }

  static void refuse(FhirGrowing& to, std::string problem) {
    if (to.refused.empty()) to.refused = std::move(problem);
  }

  /// Names of the questions that have an answer.
  static std::vector<std::string> names(const FhirResponse& response) {
    std::vector<std::string> all;
    for (const auto& answer : response.answers) {
      std::string name = response.instrument.empty()
                             ? answer.item
                             : response.instrument + '_' + answer.item;
      if (all.empty() || all.back() != name) all.push_back(std::move(name));
    }
    for (const auto& [subscale, value] : response.stated)
      all.push_back(response.instrument + '_' + subscale);
    return all;
  }

  static void keep_alarms(FhirResponse& response) {
    std::erase_if(response.answers, [&](const Answer& answer) {
      return !raises(response.instrument, answer);
    });
    response.missing.clear();
    response.unread.clear();
    response.percents.clear();
    response.stated.clear();
    response.alarms_only = true;
  }

  /// The answers of a record that is not read to one question.
  static std::vector<AnswerValue> answers_left_out(const FhirRecord& record,
                                                   const FhirAssigned& assigned) {
    std::vector<AnswerValue> values;
    FhirUnits units;  // what is not read sets no unit
    if (!assigned.problem.empty()) values.emplace_back(std::string(fhir_unreadable));
    for (const Json* answer : assigned.asked->answers) {
      const auto value = read(record, assigned, *answer, units);
      if (value.answer) values.push_back(*value.answer);
      if (!value.problem.empty() && !value.missing)
        values.emplace_back(std::string(fhir_unreadable));
    }
    return values;
  }

  /// A record that is not read: what it was asked is named, alarms stay. Of a record that
  /// does not say who it is about, or when, they stay alone.
  void leave_out(const FhirRecord& record, const FhirChoice& choice) {
    std::vector<std::string> questions;
    std::map<std::string, FhirResponse> alarms;
    for (std::size_t k = 0; k < record.asked.size(); ++k) {
      const auto assigned = choice.assign(record, k);
      if (!assigned.asked->unanswered) questions.push_back(assigned.name);
      if (!record.alarms || !assigned.is_about_safety()) continue;
      auto& answers = alarms[assigned.target.instrument].answers;
      for (auto& value : answers_left_out(record, assigned))
        answers.push_back({assigned.item(), std::move(value)});
    }
    bool any = false;
    for (auto& [instrument, response] : alarms) {
      response.instrument = instrument;
      keep_alarms(response);
      if (response.answers.empty()) continue;
      any = true;
      response.person = record.person;
      response.sources = {record.asked.front().source};
      if (record.time) response.time = *record.time;
      auto& kept = record.time ? alarms_ : untimed_;
      // A text that is no JSON may be made out in two ways.
      const bool again = record.is_broken && contains(kept, response);
      if (!again) kept.push_back(std::move(response));
    }
    std::string problem = record.out;
    if (any) problem += kept_alarms;
    if (!any && record.is_broken) problem += fhir_may_be_lost;
    FhirNote told{record.out_kind, record.where, record.person, std::move(problem),
                  std::move(questions)};
    if (!record.is_broken || !contains(notes_, told)) notes_.push_back(std::move(told));
  }

  void finish(FhirGrowing& growing) {
    FhirResponse& response = growing.response;
    for (auto& told : growing.told) {
      for (auto& value : told.values) response.answers.push_back({told.item, value});
      if (told.values.empty() && told.missing)
        response.missing.push_back({told.item, *told.missing});
      if (told.unread) response.unread.push_back(told.item);
      if (told.percent && told.values.empty())
        response.percents.emplace_back(told.item, *told.percent);
    }
    std::erase_if(response.stated,
                  [](const auto& each) { return std::isnan(each.second); });
    const std::string where = joined(growing.where, "; ");
    if (!growing.refused.empty()) {
      auto questions = names(response);
      keep_alarms(response);
      notes_.push_back({FhirNoteKind::refused, where, response.person,
                        growing.refused + (response.answers.empty() ? "" : kept_alarms),
                        std::move(questions)});
      return;
    }
    if (!response.stated.empty() && !response.answers.empty())
      check_totals(where, response);
  }

  void check_totals(const std::string& where, const FhirResponse& response) {
    const Instrument& form = *instruments::find(response.instrument);
    auto answers = response.answers;
    std::erase_if(answers, [](const Answer& answer) {
      return !std::holds_alternative<double>(answer.value);
    });
    const auto score = score_instrument(form, answers);
    for (const auto& [subscale, value] : response.stated) {
      const auto& own =
          score.subscales[static_cast<std::size_t>(form.find_subscale(subscale))];
      constexpr double rounding = 0.5;  // totals in proportion are rounded by some
      if (own.value && std::abs(*own.value - value) > rounding)
        notes_.push_back({FhirNoteKind::remark,
                          where,
                          response.person,
                          "states another value than its answers give",
                          {response.instrument + '_' + subscale}});
    }
  }

  const FhirTable& table_;
  std::vector<FhirNote>& notes_;
  FhirUnits units_;
  std::map<Key, FhirGrowing> growing_;
  std::vector<FhirResponse> alarms_;
  std::vector<FhirResponse> untimed_;
};

}  // namespace relapse::io::detail
