#pragma once

#include <relapse/domain/safety.hpp>
#include <relapse/instruments/score.hpp>
#include <relapse/io/detail/fhir_records.hpp>
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

/// What a question is in this record, beside others of it.
struct FhirAssigned {
  const FhirAsked* asked = nullptr;
  FhirTarget target;
  bool known = false;  // to a mapping
  std::string name;    // for people: phq9_1, or the question's own
};

inline std::string name_of_target(const FhirTarget& target) {
  const std::string& part = target.item.empty() ? target.subscale : target.item;
  return target.instrument.empty() ? part : target.instrument + '_' + part;
}

/// Chooses between instruments that share a code: one that is named as a whole, then the
/// one with the most questions here, then the shorter one.
class FhirChoice {
 public:
  FhirChoice(const FhirRecord& record, const FhirTable& table) {
    for (const auto& coding : record.panels) {
      for (auto& name : table.panels(coding)) named_.insert(std::move(name));
    }
    // Our own forms ask the items of a model, by their names.
    const bool ours = record.questionnaire.starts_with("urn:relapse:questionnaire:");
    for (const auto& asked : record.asked) {
      found_.push_back(ours
                           ? std::vector<FhirTarget>()
                           : table.find(asked.codings, record.questionnaire, asked.link));
      std::set<std::string> once;
      for (const auto& target : found_.back()) {
        if (!target.item.empty() && once.insert(target.instrument).second)
          ++count_[target.instrument];
      }
    }
  }

  FhirAssigned assign(const FhirRecord& record, std::size_t index) const {
    FhirAssigned assigned{&record.asked[index], {}, false, record.asked[index].name};
    const FhirTarget* best = nullptr;
    for (const auto& target : found_[index]) {
      if (best == nullptr || rank(target) > rank(*best)) best = &target;
    }
    if (best == nullptr) return assigned;
    assigned.target = *best;
    assigned.known = true;
    assigned.name = name_of_target(*best);
    return assigned;
  }

 private:
  std::tuple<bool, bool, int, int> rank(const FhirTarget& target) const {
    const Instrument* instrument = instruments::find(target.instrument);
    const auto count = count_.find(target.instrument);
    return {target.instrument.empty(), named_.contains(target.instrument),
            count == count_.end() ? 0 : count->second,
            instrument == nullptr ? 0 : -instrument->items()};
  }

  std::set<std::string> named_;
  std::vector<std::vector<FhirTarget>> found_;
  std::map<std::string, int> count_;
};

/// Whether an answer raises a flag, as far as that is known without a model.
inline bool raises(const std::string& instrument, const Answer& answer) {
  const auto* text = std::get_if<std::string>(&answer.value);
  const auto number = text != nullptr ? number_in_text(*text)
                                      : std::optional(std::get<double>(answer.value));
  if (!number) return false;
  if (instrument.empty()) return is_built_in_flag(answer.item) && *number > 0.0;
  const Instrument& form = *instruments::find(instrument);
  const auto& item = form.item(form.find_item(answer.item));
  return !item.flag.empty() && raises_flag(item, *number);
}

/// A response as it grows from one or more resources.
struct FhirGrowing {
  FhirResponse response;
  std::vector<std::string> where;
  std::string refused;
  std::set<std::string> amended;  // items whose answer is an amended one
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
      take(record, assigned, growing(record, assigned));
    }
  }

  std::vector<FhirResponse> take_responses() && {
    std::vector<FhirResponse> responses;
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
    return responses;
  }

 private:
  using Key = std::tuple<std::string, double, std::string>;

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
    const std::string& where = assigned.asked->where;
    if (std::find(found.where.begin(), found.where.end(), where) == found.where.end())
      found.where.push_back(where);
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
    if (std::find(to.response.sources.begin(), to.response.sources.end(), asked.source) ==
        to.response.sources.end())
      to.response.sources.push_back(asked.source);
    std::vector<AnswerValue> values;
    std::optional<MissingReason> missing;
    if (asked.unanswered) missing = MissingReason::unknown;
    for (const Json* answer : asked.answers) {
      const FhirValue value = read(record, assigned, *answer, units_);
      if (!value.problem.empty()) {
        note(FhirNoteKind::remark, record, assigned, value.problem + ", and not read");
        missing = MissingReason::unknown;
      }
      if (value.missing) missing = value.missing;
      if (value.answer) values.push_back(*value.answer);
    }
    if (!assigned.target.subscale.empty()) {
      if (!values.empty()) state(record, assigned, values, to);
      return;
    }
    const std::string& item =
        assigned.target.item.empty() ? asked.name : assigned.target.item;
    const bool one_answer = !assigned.target.instrument.empty();
    if (one_answer && values.size() > 1) {
      refuse(to, '\'' + assigned.name + "' is answered twice");
      values = {highest(values)};
    }
    if (values.empty()) {
      if (missing) miss(to, item, *missing);
    } else {
      answer(record, assigned, item, values, to);
    }
  }

  void answer(const FhirRecord& record, const FhirAssigned& assigned,
              const std::string& item, const std::vector<AnswerValue>& values,
              FhirGrowing& to) {
    auto& answers = to.response.answers;
    std::erase_if(to.response.missing,
                  [&](const MissingAnswer& each) { return each.item == item; });
    std::vector<AnswerValue> before;
    for (const auto& each : answers) {
      if (each.item == item) before.push_back(each.value);
    }
    const bool amended = assigned.asked->amended;
    std::vector<AnswerValue> kept = values;
    if (!before.empty() && before != values) {
      const bool was_amended = to.amended.contains(item);
      if (amended == was_amended) {
        refuse(to, '\'' + assigned.name + "' is answered twice");
        kept.insert(kept.end(), before.begin(), before.end());
        kept = {highest(kept)};
      } else {
        note(FhirNoteKind::left_out, record, assigned, "is amended by another");
        if (was_amended) kept = before;
      }
    }
    if (amended) to.amended.insert(item);
    std::erase_if(answers, [&](const Answer& each) { return each.item == item; });
    for (const auto& value : kept) answers.push_back({item, value});
  }

  static void miss(FhirGrowing& to, const std::string& item, MissingReason reason) {
    const auto same = [&](const auto& each) { return each.item == item; };
    const auto& [answers, missing] = std::tie(to.response.answers, to.response.missing);
    if (std::any_of(answers.begin(), answers.end(), same) ||
        std::any_of(missing.begin(), missing.end(), same))
      return;
    to.response.missing.push_back({item, reason});
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
    response.stated.clear();
    response.alarms_only = true;
  }

  /// A record that is not read: what it was asked is named, alarms stay.
  void leave_out(const FhirRecord& record, const FhirChoice& choice) {
    std::vector<std::string> questions;
    std::map<std::string, FhirResponse> alarms;
    FhirUnits units;  // what is not read sets no unit
    for (std::size_t k = 0; k < record.asked.size(); ++k) {
      const auto assigned = choice.assign(record, k);
      if (!assigned.asked->unanswered) questions.push_back(assigned.name);
      if (!record.alarms || !record.time || record.person.empty() ||
          !assigned.target.subscale.empty())
        continue;
      auto& response = alarms[assigned.target.instrument];
      response.instrument = assigned.target.instrument;
      const std::string& item =
          assigned.target.item.empty() ? assigned.asked->name : assigned.target.item;
      for (const Json* answer : assigned.asked->answers) {
        if (const auto value = read(record, assigned, *answer, units); value.answer)
          response.answers.push_back({item, *value.answer});
      }
    }
    std::string problem = record.out;
    for (auto& [instrument, response] : alarms) {
      keep_alarms(response);
      if (response.answers.empty()) continue;
      response.person = record.person;
      response.time = *record.time;
      response.sources = {record.asked.front().source};
      alarms_.push_back(std::move(response));
      problem += "; its safety answers stay, to raise their flags";
    }
    notes_.push_back({record.out_kind, record.where, record.person, std::move(problem),
                      std::move(questions)});
  }

  void finish(FhirGrowing& growing) {
    FhirResponse& response = growing.response;
    std::erase_if(response.stated,
                  [](const auto& each) { return std::isnan(each.second); });
    std::string where;
    for (const auto& each : growing.where) where += (where.empty() ? "" : "; ") + each;
    if (!growing.refused.empty()) {
      auto questions = names(response);
      keep_alarms(response);
      std::string problem = growing.refused;
      if (!response.answers.empty())
        problem += "; its safety answers stay, to raise their flags";
      notes_.push_back({FhirNoteKind::refused, where, response.person, std::move(problem),
                        std::move(questions)});
      return;
    }
    if (!response.stated.empty() && !response.answers.empty())
      check_totals(where, response);
  }

  void check_totals(const std::string& where, const FhirResponse& response) {
    const Instrument& form = *instruments::find(response.instrument);
    const auto score = score_instrument(form, response.answers);
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
};

}  // namespace relapse::io::detail
