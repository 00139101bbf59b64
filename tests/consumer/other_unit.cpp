// Linked with program.cpp, so that a body that is not inline is found.
#include <relapse/relapse.hpp>
