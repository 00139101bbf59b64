#pragma once

/// Where function bodies live: with `RELAPSE_COMPILED` in the compiled target, otherwise
/// beside the declarations, as inline functions.

#ifndef __GNUC__
#error "relapse needs a compiler with the vectors of GCC: GCC or Clang"
#endif

#ifdef RELAPSE_COMPILED
#define RELAPSE_INLINE
#else
#define RELAPSE_INLINE inline
#endif
