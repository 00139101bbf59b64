#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/model/model.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace relapse {

/// Which end of the answers to an item means more risk.
enum class AdverseEnd { none, low, high };

template <>
struct Names<AdverseEnd> {
  static constexpr std::string_view all[] = {"none", "low", "high"};
};

/// What whoever asks an item needs to know of it.
struct ItemRow {
  std::string id;
  std::string label;
  std::string question;
  Role role = Role::sign;
  std::optional<double> lowest;   ///< answer; empty for a number without bounds
  std::optional<double> highest;  ///< empty for a count, too
  AdverseEnd adverse = AdverseEnd::none;
  std::optional<Asked> asked;
  bool computed = false;  ///< `missed_check_in`, which nobody answers

  bool operator==(const ItemRow&) const = default;
};

/// The end with more risk. Of a determinant the one that its scale names last, of the
/// efficacy in a situation the other; of a sign the side on which answers lie, on
/// average, in the stages of use and in those that are not the first.
AdverseEnd adverse_end(int item, const Model& model);

/// The lowest and the highest answer; empty where there is none.
std::pair<std::optional<double>, std::optional<double>> answer_ends(int item,
                                                                    const Model& model);

/// All items, in the order of the document.
std::vector<ItemRow> items_table(const Model& model);

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/model/detail/item_table.ipp>
#endif
