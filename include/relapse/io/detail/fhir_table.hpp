#pragma once

#include <relapse/instruments/instrument.hpp>
#include <relapse/io/detail/fhir_json.hpp>
#include <relapse/io/fhir_mapping.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/instruments.hpp>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse::io::detail {

/// What a question may be.
struct FhirTarget {
  std::string instrument;
  std::string item;
  std::string subscale;
  std::string unit;
  const FhirAnswerList* answers = nullptr;
};

/// What a question may be by all of its codes, or what each of them says where no answer
/// is one to all.
struct FhirFound {
  std::vector<FhirTarget> targets;
  bool contradicts = false;
};

inline constexpr std::string_view loinc = "http://loinc.org";

/// Whether two targets are one item or one total.
inline bool is_same(const FhirTarget& a, const FhirTarget& b) {
  return a.instrument == b.instrument && a.item == b.item && a.subscale == b.subscale;
}

/// The mappings of a reading by what is looked up: codes, linkIds, items.
class FhirTable {
 public:
  /// @param own asked before those that come with the library
  explicit FhirTable(std::span<const FhirMapping> own) {
    // The first to say how answers count is heard.
    for (const auto& mapping : own) add(mapping, own_);
    for (const auto& mapping : fhir_mappings()) add(mapping, usual_);
    for (const auto name : instruments::names()) add_instrument(*instruments::find(name));
  }

  /// What a question may be, by the first of: the caller's mappings, its codes, a code as
  /// the last part of its linkId, `<instrument>_<item>` as its linkId, the mappings that
  /// come with the library by linkId.
  FhirFound find(std::span<const FhirCoding> codings, const std::string& questionnaire,
                 const std::string& link) const {
    FhirFound found;
    auto& targets = found.targets;
    if (!link.empty()) collect(own_, questionnaire, link, targets);
    if (targets.empty()) found = by_codes(own_, codings);
    if (targets.empty()) found = by_codes(usual_, codings);
    if (targets.empty() && !link.empty()) {
      const auto last = link.substr(link.rfind('/') + 1);
      collect(usual_, FhirCoding{std::string(loinc), last}, targets);
    }
    if (targets.empty() && !link.empty()) {
      const auto named = by_name_.find(item_key(link));
      if (named != by_name_.end()) targets.push_back(named->second);
    }
    if (targets.empty() && !link.empty()) collect(usual_, questionnaire, link, targets);
    for (auto& target : targets) {
      if (target.answers == nullptr && !target.item.empty() && !target.instrument.empty())
        target.answers = usual_answers(target.instrument, target.item);
    }
    return found;
  }

  /// The instruments that a code names as a whole.
  std::vector<std::string> panels(const FhirCoding& coding) const {
    std::vector<std::string> found;
    if (!coding.system.empty() && coding.system != loinc) return found;
    const auto [begin, end] = panels_.equal_range(coding.code);
    for (auto each = begin; each != end; ++each) found.push_back(each->second);
    return found;
  }

  /// The name of a medication; empty for a code that is not known.
  std::string medication(const FhirCoding& coding) const {
    const auto found = medications_.find({coding.system, coding.code});
    return found == medications_.end() ? std::string() : found->second;
  }

 private:
  using Coded = std::pair<std::string, std::string>;   // system, code
  using Linked = std::pair<std::string, std::string>;  // questionnaire, link
  struct Layer {
    std::multimap<Coded, FhirTarget> by_code;
    std::multimap<Linked, FhirTarget> by_link;
  };

  void add(const FhirMapping& mapping, Layer& layer) {
    for (const auto& question : mapping.questions) {
      const FhirAnswerList* list =
          question.answers.empty() ? nullptr : mapping.find_list(question.answers);
      const bool named = !question.code.empty() || !question.link.empty();
      if (list != nullptr && !named)
        answers_.emplace(std::pair(question.instrument, question.item), list);
      const FhirTarget target{question.instrument, question.item, question.subscale,
                              question.unit, list};
      if (!question.code.empty())
        layer.by_code.emplace(Coded(plain_system(question.system), question.code),
                              target);
      if (!question.link.empty())
        layer.by_link.emplace(Linked(question.questionnaire, question.link), target);
    }
    for (const auto& [system, code, name] : mapping.medications)
      medications_.emplace(Coded(plain_system(system), code), name);
  }

  void add_instrument(const Instrument& instrument) {
    const auto& document = instrument.document();
    const std::string system(loinc);
    if (!document.loinc.empty()) panels_.emplace(document.loinc, document.id);
    for (const auto& item : document.items) {
      const FhirTarget target{document.id, item.id, {}, {}, nullptr};
      if (!item.loinc.empty()) usual_.by_code.emplace(Coded(system, item.loinc), target);
      by_name_.emplace(item_key(document.id + '_' + item.id), target);
    }
    for (const auto& subscale : document.subscales) {
      const FhirTarget target{document.id, {}, subscale.id, {}, nullptr};
      if (!subscale.loinc.empty())
        usual_.by_code.emplace(Coded(system, subscale.loinc), target);
      by_name_.emplace(item_key(document.id + '_' + subscale.id), target);
    }
  }

  const FhirAnswerList* usual_answers(const std::string& instrument,
                                      const std::string& item) const {
    for (const auto& key : {item, std::string()}) {
      const auto found = answers_.find({instrument, key});
      if (found != answers_.end()) return found->second;
    }
    return nullptr;
  }

  void collect(const Layer& layer, const FhirCoding& coding,
               std::vector<FhirTarget>& found) const {
    const auto take = [&](const std::string& system) {
      const auto [begin, end] = layer.by_code.equal_range(Coded(system, coding.code));
      for (auto each = begin; each != end; ++each) found.push_back(each->second);
    };
    // A code without its system is one of LOINC when LOINC has it; a question of a
    // mapping without a system is asked by the code in any.
    take(coding.system.empty() ? std::string(loinc) : coding.system);
    if (found.empty()) take({});
  }

  FhirFound by_codes(const Layer& layer, std::span<const FhirCoding> codings) const {
    FhirFound found;
    for (const auto& coding : codings) {
      std::vector<FhirTarget> of_code;
      collect(layer, coding, of_code);
      if (of_code.empty()) continue;
      std::vector<FhirTarget> both;
      for (const auto& target : found.targets) {
        const auto same = [&](const auto& each) { return is_same(each, target); };
        if (std::any_of(of_code.begin(), of_code.end(), same)) both.push_back(target);
      }
      if (found.contradicts || (both.empty() && !found.targets.empty())) {
        found.contradicts = true;
        found.targets.insert(found.targets.end(), of_code.begin(), of_code.end());
      } else {
        found.targets = found.targets.empty() ? std::move(of_code) : std::move(both);
      }
    }
    return found;
  }

  void collect(const Layer& layer, const std::string& questionnaire,
               const std::string& link, std::vector<FhirTarget>& found) const {
    for (const auto& form : {questionnaire, std::string()}) {
      const auto [begin, end] = layer.by_link.equal_range(Linked(form, link));
      for (auto each = begin; each != end; ++each) found.push_back(each->second);
      if (!found.empty() || form.empty()) return;
    }
  }

  Layer own_;
  Layer usual_;
  std::multimap<std::string, std::string> panels_;  // instrument by LOINC code
  std::map<std::string, FhirTarget> by_name_;       // by spelling of instrument and item
  std::map<std::pair<std::string, std::string>, const FhirAnswerList*> answers_;
  std::map<Coded, std::string> medications_;
};

}  // namespace relapse::io::detail
