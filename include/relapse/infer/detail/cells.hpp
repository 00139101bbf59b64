#pragma once

#include <relapse/model/detail/cells.hpp>

namespace relapse::infer {

using model::Cell;
using model::cell_after;

}  // namespace relapse::infer
