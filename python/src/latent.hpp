#pragma once

#include <relapse/model/model.hpp>

#include "arrays.hpp"

#include <pybind11/pybind11.h>

#include <vector>

namespace relapse::python {

/// The numbers that are latent in a person, a column each, by name.
/// @param numbers [row][latent number]
inline pybind11::dict latent_columns(const Model& model,
                                     const std::vector<double>& numbers) {
  pybind11::dict columns;
  const auto count = static_cast<std::size_t>(model.latent_numbers());
  for (std::size_t k = 0; k < count; ++k) {
    std::vector<double> column;
    column.reserve(numbers.size() / count);
    for (std::size_t at = k; at < numbers.size(); at += count)
      column.push_back(numbers[at]);
    columns[pybind11::str(model.latent_name(static_cast<int>(k)))] =
        to_numpy(std::move(column));
  }
  return columns;
}

}  // namespace relapse::python
