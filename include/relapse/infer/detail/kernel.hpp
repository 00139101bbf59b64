#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/loops.hpp>

namespace relapse::infer {

/// The widest loops that this build has and this machine runs, chosen once. The
/// environment variable RELAPSE_INSTRUCTION_SET (plain, avx2, avx512) asks for narrower
/// ones.
const Kernel& kernel();
/// The loops by name; null where there are none here.
const Kernel* find_kernel(const char* name);

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/kernel.ipp>
#endif
