#pragma once

#include <relapse/model/model.hpp>

#include "arrays.hpp"

#include <pybind11/pybind11.h>

#include <utility>
#include <vector>

namespace relapse::python {

/// Adds the column of the propensity, and one of that to recover where it is another.
inline void add_propensity(pybind11::dict& table, const Model& model,
                           std::vector<double> propensity, std::vector<double> recovery) {
  table["propensity"] = to_numpy(std::move(propensity));
  if (model.document().propensity.dimensions == 2)
    table["recovery_propensity"] = to_numpy(std::move(recovery));
}

}  // namespace relapse::python
