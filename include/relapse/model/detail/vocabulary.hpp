#pragma once

#include <relapse/core/detail/json_pointer.hpp>
#include <relapse/core/detail/require.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/model/document.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What the checks of a model document share: its words.
namespace relapse::model {

/// Throws ParseError unless the id is a name, and not a reserved one.
void require_id(const JsonPointer& at, std::string_view id);

/// Takes an id into a set. Throws ParseError for one that is there or not allowed.
void take_id(const JsonPointer& at, std::string_view id, std::set<std::string_view>& ids);

/// The names that the places of a document may use.
class Vocabulary {
 public:
  /// Throws ParseError for an id that is repeated or not allowed.
  explicit Vocabulary(const ModelDocument& document);

  bool has_stage(std::string_view id) const { return stages_.contains(id); }
  bool has_determinant(std::string_view id) const { return determinants_.contains(id); }
  bool has_flag(std::string_view flag) const;
  /// Null when there is none of this id.
  const Item* item(std::string_view id) const;
  /// Throws ParseError: there is no item of this id.
  [[noreturn]] void refuse_item(const JsonPointer& at, std::string_view id) const;

  void require_stage(const JsonPointer& at, std::string_view id) const;
  void require_determinant(const JsonPointer& at, std::string_view id) const;
  /// Known determinants, each once, with finite weights.
  /// @param at the object of determinants
  void require_effects(const JsonPointer& at, const std::vector<Effect>& effects) const;

 private:
  std::set<std::string_view> stages_;
  std::set<std::string_view> determinants_;
  std::set<std::string_view> flags_;
  std::map<std::string_view, const Item*> items_;
};

}  // namespace relapse::model

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/vocabulary.ipp>
#endif
