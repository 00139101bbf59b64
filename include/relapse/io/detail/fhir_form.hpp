#pragma once

#include <relapse/io/detail/fhir_resources.hpp>
#include <relapse/io/detail/fhir_values.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace relapse::io::detail {

/// What a Questionnaire says of its questions: their codes, and scores of their answers.
class FhirForm {
 public:
  FhirForm(const Json* questionnaire, FhirOrdinals& ordinals) : ordinals_(ordinals) {
    if (questionnaire != nullptr) read(*questionnaire);
  }
  std::vector<FhirCoding> codings(const std::string& link) const {
    const auto found = codings_.find(link);
    return found == codings_.end() ? std::vector<FhirCoding>() : found->second;
  }
  /// Whether the form says that there is nothing to answer.
  bool asks_nothing(const std::string& link) const { return words_.contains(link); }

 private:
  void read(const Json& holder) {
    for (const Json& item : list_of(holder, "item")) {
      const std::string type = text_of(item, "type");
      if (type == "display" || type == "group") words_.insert(text_of(item, "linkId"));
      auto& codings = codings_[text_of(item, "linkId")];
      for (const Json& code : list_of(item, "code")) add_codings(code, codings);
      for (const Json& option : list_of(item, "answerOption")) read_option(option);
      read(item);
    }
  }
  void read_option(const Json& option) {
    const Json* coded = member(option, "valueCoding");
    if (coded == nullptr) return;
    auto score = ordinal_of(option);
    if (!score) score = ordinal_of(*coded);
    if (!score) return;
    for (const auto& coding : codings_of(*coded)) add(coding, *score);
  }
  /// A code that has two scores in one form has none.
  void add(const FhirCoding& coding, double score) {
    const std::string key = coding.system + '|' + coding.code;
    const auto [place, is_new] = ordinals_.try_emplace(key, score);
    if (!is_new && place->second != score) ambiguous_.insert(key);
    if (ambiguous_.contains(key)) ordinals_.erase(key);
  }

  FhirOrdinals& ordinals_;
  std::set<std::string> ambiguous_;
  std::set<std::string> words_;
  std::map<std::string, std::vector<FhirCoding>> codings_;
};

/// The Questionnaire of a response, where it is in the files.
inline const Json* form_of(const FhirResource& resource, const FhirResources& resources,
                           const std::string& canonical) {
  const Json* found = resources.resolve(resource, canonical);
  const bool is_form =
      found != nullptr && text_of(*found, "resourceType") == "Questionnaire";
  return is_form ? found : nullptr;
}

}  // namespace relapse::io::detail
