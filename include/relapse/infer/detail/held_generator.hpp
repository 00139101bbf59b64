#pragma once

#include <relapse/ctmc/generator.hpp>
#include <relapse/infer/probabilities.hpp>

namespace relapse::infer {

/// The generator under held answers. Throws CheckInError for an answer to an item that is
/// no determinant or that the item has not.
ctmc::Generator held_generator(const HeldAnswers& held, const Model& model);

}  // namespace relapse::infer
