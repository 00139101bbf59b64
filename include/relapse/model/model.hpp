#pragma once

#include <relapse/core/detail/name_index.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/ctmc/generator.hpp>
#include <relapse/model/detail/answer_law.hpp>
#include <relapse/model/detail/determinants.hpp>
#include <relapse/model/detail/movement.hpp>
#include <relapse/model/detail/sign_tables.hpp>
#include <relapse/model/detail/signs.hpp>
#include <relapse/model/document.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace relapse {

namespace model {

/// Start distribution and node weights, by index.
struct StartLaw {
  std::vector<double> initial;                         ///< by stage
  std::vector<double> propensity;                      ///< log odds per unit, by stage
  std::vector<std::vector<MoveEffect>> stage_effects;  ///< by stage
  std::vector<MoveEffect> node_effects;                ///< tilt of the propensity
};

}  // namespace model

/// A checked model document, prepared for inference. Immutable; a copy shares the same
/// content, and threads may share one.
class Model {
 public:
  /// Throws ParseError, with the JSON pointer of the place, when the document is not one.
  explicit Model(ModelDocument document);

  const ModelDocument& document() const noexcept { return parts_->document; }
  /// SHA-256 of the canonical document.
  const std::string& content_hash() const noexcept { return parts_->hash; }

  int stages() const noexcept { return static_cast<int>(document().stages.size()); }
  int nodes() const noexcept { return static_cast<int>(parts_->propensity.size()); }
  int items() const noexcept { return static_cast<int>(document().items.size()); }
  /// Values of the propensity grid by node: unit variance, equally likely before the
  /// tilt.
  std::span<const double> propensity() const noexcept { return parts_->propensity; }
  /// Propensity to recover, by node: the same one unless there are two dimensions.
  std::span<const double> recovery_propensity() const noexcept {
    return parts_->recovery_propensity;
  }
  /// The stages of use (`lapse` and `relapse`), and those of `relapse` alone.
  ctmc::StateSet use() const noexcept { return parts_->use; }
  ctmc::StateSet relapse() const noexcept { return parts_->relapse; }
  const model::StartLaw& start() const noexcept { return parts_->start; }
  const model::Movement& movement() const noexcept { return *parts_->movement; }
  const model::Determinants& determinants() const noexcept {
    return *parts_->determinants;
  }
  /// The law of a sign or a use item; null for others.
  const model::SignLaw* sign(int item) const {
    const auto& law = parts_->signs[static_cast<std::size_t>(item)];
    return law ? &*law : nullptr;
  }

  /// What counts of the answers to an item.
  const model::AnswerLaw& answer_law(int item) const {
    return parts_->answers[static_cast<std::size_t>(item)];
  }

  /// The signs with levels, merged into tables.
  const model::SignTables& sign_tables() const noexcept { return *parts_->sign_tables; }

  const Item& item(int index) const {
    return document().items[static_cast<std::size_t>(index)].item;
  }
  /// Position of an item; -1 when the document has none of this id. Does not allocate.
  int find_item(std::string_view id) const;
  /// The same, first looking where it is likely to be.
  int find_item(std::string_view id, int guess) const {
    return parts_->items.find(id, guess);
  }
  /// The item `missed_check_in`, which is computed and not asked; -1 when not declared.
  int missed_item() const noexcept { return parts_->missed_item; }
  /// Position of a stage. Throws InvalidInput when unknown.
  int stage(std::string_view id) const;

  /// Names of all flags: the built-in ones first, then those of the document.
  std::span<const std::string> flags() const noexcept { return parts_->flags; }
  /// Position among `flags()`; -1 when unknown.
  int find_flag(std::string_view flag) const;
  /// The flag of a safety item, by position.
  int flag_of(int item) const {
    return parts_->item_flag[static_cast<std::size_t>(item)];
  }
  /// The safety items, by position.
  std::span<const int> safety_items() const noexcept { return parts_->safety_items; }
  /// The safety item or built-in flag that a name is taken for, whatever its case, spaces
  /// and punctuation; empty when it is taken for none.
  std::string_view safety_name(std::string_view name) const;
  /// The names of some flags.
  /// @param bits one each, in the order of `flags()`
  std::vector<std::string> flags_in(std::uint64_t bits) const;
  /// The level that a flag forces.
  RiskLevel forced_level(int flag) const;

 private:
  struct Parts {
    ModelDocument document;
    std::string hash;
    std::vector<double> propensity;
    std::vector<double> recovery_propensity;
    ctmc::StateSet use;
    ctmc::StateSet relapse;
    model::StartLaw start;
    std::optional<model::Movement> movement;
    std::optional<model::Determinants> determinants;
    std::vector<std::optional<model::SignLaw>> signs;
    std::vector<model::AnswerLaw> answers;  // by item
    std::optional<model::SignTables> sign_tables;
    NameIndex items;  // by id
    int missed_item = -1;
    std::vector<std::string> flags;
    std::vector<int> item_flag;
    std::vector<int> safety_items;
    std::map<std::string, std::string, std::less<>> safety_names;  // by spelling
  };

  static void prepare_start(Parts& parts);
  static void prepare_items(Parts& parts);
  static void prepare_safety(Parts& parts);

  std::shared_ptr<const Parts> parts_;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/model.ipp>
#endif
