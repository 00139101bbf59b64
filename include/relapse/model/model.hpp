#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/ctmc/state_set.hpp>
#include <relapse/model/document.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace relapse {

namespace model {

class AnswerLaw;
class Determinants;
class Movement;
class PersonGrid;
struct Prepared;
class SignLaw;
class SignTables;
struct StartLaw;

}  // namespace model

/// A checked model document, prepared for inference. Immutable; a copy shares the same
/// content, and threads may share one.
class Model {
 public:
  /// Throws ParseError, with the JSON pointer of the place, when the document is not one.
  explicit Model(ModelDocument document);

  const ModelDocument& document() const noexcept { return *document_; }
  /// SHA-256 of the canonical document.
  const std::string& content_hash() const noexcept;

  int stages() const noexcept { return static_cast<int>(document().stages.size()); }
  /// Combinations of propensity, dimensions and habits that a person may have.
  int nodes() const noexcept;
  /// So many nodes that stand one after the other move alike: the ways that habits may
  /// take together, 1 without any.
  int ways() const noexcept;
  /// After so many nodes, in their order, the laws of the answers come again: `ways()`,
  /// and where dimensions have a say in answers and movement, times their nodes.
  int answer_ways() const noexcept;
  int items() const noexcept { return static_cast<int>(document().items.size()); }
  /// Values of the propensity grid by node: unit variance, equally likely before the
  /// tilt.
  std::span<const double> propensity() const noexcept;
  /// Propensity to recover, by node: the same one unless there are two dimensions.
  std::span<const double> recovery_propensity() const noexcept;
  /// How many numbers are latent in a person: the propensity, that to recover where it is
  /// another, and the dimensions of the document, in this order.
  int latent_numbers() const noexcept;
  /// Their columns in tables: `propensity`, `recovery_propensity`, `dimension_<id>`.
  std::string latent_name(int index) const;
  /// Values of one of them, by node.
  std::span<const double> latent(int index) const;
  /// The stages of use (`lapse` and `relapse`), and those of `relapse` alone.
  ctmc::StateSet use() const noexcept;
  ctmc::StateSet relapse() const noexcept;
  const Item& item(int index) const {
    return document().items[static_cast<std::size_t>(index)].item;
  }
  /// Position of an item; -1 when the document has none of this id. Does not allocate.
  int find_item(std::string_view id) const;
  /// The same, first looking where it is likely to be.
  int find_item(std::string_view id, int guess) const;
  /// The item `missed_check_in`, which is computed and not asked; -1 when not declared.
  int missed_item() const noexcept;
  /// How many answers a sign or use item has; 0 for counts and measurements, and for
  /// other items.
  int answer_levels(int item) const;
  /// Position of a stage. Throws InvalidInput when unknown.
  int stage(std::string_view id) const;

  /// Names of all flags: the built-in ones first, then those of the document.
  std::span<const std::string> flags() const noexcept;
  /// Position among `flags()`; -1 when unknown.
  int find_flag(std::string_view flag) const;
  /// The flag of a safety item, by position.
  int flag_of(int item) const;
  /// The safety items, by position.
  std::span<const int> safety_items() const noexcept;
  /// The safety item or built-in flag that a name is taken for, whatever its case, spaces
  /// and punctuation; empty when it is taken for none.
  std::string_view safety_name(std::string_view name) const;
  /// The names of some flags, in the order in which they are answered to: what can end a
  /// life within minutes first.
  /// @param bits one each, in the order of `flags()`
  /// @param names memory to take
  std::vector<std::string> flags_in(std::uint64_t bits,
                                    std::vector<std::string> names = {}) const;
  /// The level that a flag forces.
  RiskLevel forced_level(int flag) const;

  // For the library, which has them from model/detail/prepared_model.hpp; inline, so that
  // a compiler tells whoever calls them without it.
  /// @cond
  inline const model::StartLaw& start() const noexcept;
  inline const model::Movement& movement() const noexcept;
  inline const model::Determinants& determinants() const noexcept;
  /// The law of a sign or a use item; null for others.
  inline const model::SignLaw* sign(int item) const;
  /// What counts of the answers to an item.
  inline const model::AnswerLaw& answer_law(int item) const;
  /// The signs with levels that are the same for everybody, merged into tables.
  inline const model::SignTables& sign_tables() const noexcept;
  /// The items whose signs depend on the person's habits or last answers.
  inline std::span<const int> personal_signs() const noexcept;
  /// The items whose answers persist.
  inline std::span<const int> lasting_signs() const noexcept;
  /// The place of an item among these; -1 where its answers do not persist.
  inline int lasting_place(int item) const;
  /// What is latent in a person.
  inline const model::PersonGrid& grid() const noexcept;
  /// @endcond

 private:
  std::shared_ptr<const model::Prepared> prepared_;
  const ModelDocument* document_;  // of what was prepared
};

/// The number that an answer stands for in the units of inference: a level counted from
/// 0, a scaled determinant, a count. Throws InvalidInput for a value that the item has
/// not.
double encode_answer(int item, double value, const Model& model);
/// The same for the name of a level.
double encode_answer(int item, std::string_view level, const Model& model);
/// Back to the units in which the item is answered.
double decode_answer(int item, double encoded, const Model& model);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/model.ipp>
#endif
