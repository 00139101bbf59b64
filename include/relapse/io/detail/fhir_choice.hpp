#pragma once

#include <relapse/io/detail/fhir_records.hpp>
#include <relapse/io/detail/fhir_safety.hpp>
#include <relapse/io/detail/fhir_table.hpp>
#include <relapse/io/instruments.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// Which item each question of a record asks.
namespace relapse::io::detail {

/// What a question is in this record, beside others of it.
struct FhirAssigned {
  const FhirAsked* asked = nullptr;
  FhirTarget target;
  bool known = false;   // to a mapping
  std::string name;     // for people: phq9_1, or the question's own
  std::string problem;  // why it is not read, whatever the answer

  /// The item that it asks.
  const std::string& item() const {
    return target.item.empty() ? asked->name : target.item;
  }
  bool is_about_safety() const {
    return target.subscale.empty() && detail::is_about_safety(target.instrument, item());
  }
  /// Which item it asks is not known.
  bool is_nameless() const { return !problem.empty() && known && target.item.empty(); }
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
                           ? FhirFound()
                           : table.find(asked.codings, record.questionnaire, asked.link));
      std::set<std::string> once;
      for (const auto& target : found_.back().targets) {
        if (!target.item.empty() && once.insert(target.instrument).second)
          ++count_[target.instrument];
      }
    }
  }

  FhirAssigned assign(const FhirRecord& record, std::size_t index) const {
    const FhirAsked& asked = record.asked[index];
    FhirAssigned assigned{&asked, {}, false, asked.name, asked.problem};
    const FhirFound& found = found_[index];
    const FhirTarget* best = nullptr;
    for (const auto& target : found.targets) {
      // Of questions that contradict each other it may be the one about safety.
      const bool fits = !found.contradicts || is_flagged(target);
      if (fits && (best == nullptr || rank(target) > rank(*best))) best = &target;
    }
    assigned.known = !found.targets.empty();
    if (found.contradicts) assigned.problem = "has codes of different questions";
    if (best == nullptr) return assigned;
    assigned.target = *best;
    assigned.name = name_of_target(*best);
    return assigned;
  }

 private:
  static bool is_flagged(const FhirTarget& target) {
    return target.subscale.empty() && is_about_safety(target.instrument, target.item);
  }
  std::tuple<bool, bool, int, int> rank(const FhirTarget& target) const {
    const Instrument* instrument = instruments::find(target.instrument);
    const auto count = count_.find(target.instrument);
    return {target.instrument.empty(), named_.contains(target.instrument),
            count == count_.end() ? 0 : count->second,
            instrument == nullptr ? 0 : -instrument->items()};
  }

  std::set<std::string> named_;
  std::vector<FhirFound> found_;
  std::map<std::string, int> count_;
};

}  // namespace relapse::io::detail
