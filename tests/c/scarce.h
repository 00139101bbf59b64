#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* From here on so many allocations of C++ succeed, and then none does; -1: all do. */
void make_scarce(long left);

#ifdef __cplusplus
}
#endif
