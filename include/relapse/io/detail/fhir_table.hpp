#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/instruments/instrument.hpp>
#include <relapse/io/fhir_mapping.hpp>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relapse::io::detail {

struct FhirCoding {
  std::string system;
  std::string code;
  std::string display = {};
};

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

/// The mappings of a reading by what is looked up: codes, linkIds, items.
class FhirTable {
 public:
  /// @param own asked before those that come with the library
  explicit FhirTable(std::span<const FhirMapping> own);

  /// What a question may be, by the first of: the caller's mappings, its codes, a code as
  /// the last part of its linkId, `<instrument>_<item>` as its linkId, the mappings that
  /// come with the library by linkId.
  FhirFound find(std::span<const FhirCoding> codings, const std::string& questionnaire,
                 const std::string& link) const;
  /// The instruments that a code names as a whole.
  std::vector<std::string> panels(const FhirCoding& coding) const;
  /// The name of a medication; empty for a code that is not known.
  std::string medication(const FhirCoding& coding) const;

 private:
  using Coded = std::pair<std::string, std::string>;   // system, code
  using Linked = std::pair<std::string, std::string>;  // questionnaire, link
  struct Layer {
    std::multimap<Coded, FhirTarget> by_code;
    std::multimap<Linked, FhirTarget> by_link;
  };

  void add(const FhirMapping& mapping, Layer& layer);
  void add_instrument(const Instrument& instrument);
  const FhirAnswerList* usual_answers(const std::string& instrument,
                                      const std::string& item) const;
  void collect(const Layer& layer, const FhirCoding& coding,
               std::vector<FhirTarget>& found) const;
  FhirFound by_codes(const Layer& layer, std::span<const FhirCoding> codings) const;
  void collect(const Layer& layer, const std::string& questionnaire,
               const std::string& link, std::vector<FhirTarget>& found) const;

  Layer own_;
  Layer usual_;
  std::multimap<std::string, std::string> panels_;  // instrument by LOINC code
  std::map<std::string, FhirTarget> by_name_;       // by spelling of instrument and item
  std::map<std::pair<std::string, std::string>, const FhirAnswerList*> answers_;
  std::map<Coded, std::string> medications_;
};

}  // namespace relapse::io::detail

#ifndef RELAPSE_COMPILED
#include <relapse/io/detail/fhir_table.ipp>
#endif
