#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/infer/detail/loops.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace relapse::infer {

/// The effects of the determinants of a model, as the kernel takes them.
/// @param model must outlive the result
MoveEffects move_effects_of(const Model& model);

/// The movements of a model, as the kernel takes them.
class PathLaw {
 public:
  PathLaw() = default;
  explicit PathLaw(const Model& model);

  std::span<const MoveLaw> moves() const noexcept { return moves_; }
  /// Valid as long as this.
  /// @param stopped stages that are not left
  ctmc::MoveMap map(ctmc::StateSet stopped);

 private:
  int longest_path(ctmc::StateSet stopped);

  int stages_ = 0;
  std::vector<MoveLaw> moves_;
  std::vector<std::int32_t> move_between_;       // [from][to]
  std::array<std::int8_t, 256> longest_path_{};  // by set of stopped stages; -1: unknown
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/path_law.ipp>
#endif
