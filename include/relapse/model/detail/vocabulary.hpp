#pragma once

#include <relapse/core/detail/json_pointer.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/require.hpp>
#include <relapse/core/detail/unknown.hpp>
#include <relapse/model/document.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What the checks of a model document share: its words.
namespace relapse::model {

/// Throws ParseError unless the id is a name, and not a reserved one.
inline void require_id(const JsonPointer& at, std::string_view id) {
  require_name(at, id);
  if (std::find(std::begin(reserved_names), std::end(reserved_names), id) !=
      std::end(reserved_names)) {
    refuse(at, "the reserved name " + json_string(id), "a name of its own");
  }
}

/// Takes an id into a set. Throws ParseError for one that is there or not allowed.
inline void take_id(const JsonPointer& at, std::string_view id,
                    std::set<std::string_view>& ids) {
  require_id(at, id);
  take_name(at, id, ids);
}

/// The names that the places of a document may use.
class Vocabulary {
 public:
  /// Throws ParseError for an id that is repeated or not allowed.
  explicit Vocabulary(const ModelDocument& document) {
    const JsonPointer root;
    std::size_t index = 0;
    for (const auto& stage : document.stages) {
      take_id(root / "stages" / index++ / "id", stage.id, stages_);
    }
    std::set<std::string_view> items;
    index = 0;
    for (const auto& rule : document.items) {
      take_id(root / "items" / index++ / "id", rule.item.id, items);
      items_.emplace(rule.item.id, &rule.item);
    }
    index = 0;
    for (const auto& determinant : document.determinants) {
      take_id(root / "determinants" / index++ / "id", determinant.id, determinants_);
    }
    index = 0;
    for (const auto& rule : document.safety) {
      take_id(root / "safety" / index++ / "flag", rule.flag, flags_);
    }
    std::set<std::string_view> actions;
    index = 0;
    for (const auto& action : document.actions) {
      take_id(root / "actions" / index++ / "id", action.id, actions);
    }
  }

  bool has_stage(std::string_view id) const { return stages_.contains(id); }
  bool has_determinant(std::string_view id) const { return determinants_.contains(id); }
  bool has_flag(std::string_view flag) const {
    return is_built_in_flag(flag) || flags_.contains(flag);
  }
  /// Null when there is none of this id.
  const Item* item(std::string_view id) const {
    const auto found = items_.find(id);
    return found == items_.end() ? nullptr : found->second;
  }

  /// Throws ParseError: there is no item of this id.
  [[noreturn]] void refuse_item(const JsonPointer& at, std::string_view id) const {
    require_text(at, id);
    std::vector<std::string_view> known;
    for (const auto& [name, item] : items_) known.push_back(name);
    refuse_unknown(at, "item", id, known);
  }

  void require_stage(const JsonPointer& at, std::string_view id) const {
    require_text(at, id);
    if (has_stage(id)) return;
    refuse_unknown(at, "stage", id, std::vector(stages_.begin(), stages_.end()));
  }

  void require_determinant(const JsonPointer& at, std::string_view id) const {
    require_text(at, id);
    if (has_determinant(id)) return;
    refuse_unknown(at, "determinant", id,
                   std::vector(determinants_.begin(), determinants_.end()));
  }

  /// Known determinants, each once, with finite weights.
  /// @param at the object of determinants
  void require_effects(const JsonPointer& at, const std::vector<Effect>& effects) const {
    std::set<std::string_view> seen;
    for (const auto& [determinant, weight] : effects) {
      const JsonPointer here = at / determinant;
      require_determinant(here, determinant);
      require_finite(here, weight);
      if (!seen.insert(determinant).second)
        refuse(here, "there again", "there once only");
    }
  }

 private:
  std::set<std::string_view> stages_;
  std::set<std::string_view> determinants_;
  std::set<std::string_view> flags_;
  std::map<std::string_view, const Item*> items_;
};

}  // namespace relapse::model
