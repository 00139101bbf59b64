#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/loops.hpp>

namespace relapse::infer {

/// The loops of the instruction set that was chosen.
const Kernel& kernel();
/// The loops by name; null where there are none here.
const Kernel* find_kernel(const char* name);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/kernel.ipp>
#endif
