#pragma once

#include <relapse/core/error.hpp>

#include <pybind11/pybind11.h>

#include <string>

namespace relapse::python {

/// A document as a text. Throws ParseError for what JSON cannot hold.
inline std::string json_text(const pybind11::dict& document) {
  namespace py = pybind11;
  try {
    return py::module_::import("json").attr("dumps")(document).cast<std::string>();
  } catch (py::error_already_set& error) {
    if (error.matches(PyExc_RecursionError)) {
      throw ParseError("", "is nested too deep");
    }
    if (!error.matches(PyExc_TypeError) && !error.matches(PyExc_ValueError)) throw;
    throw ParseError("", py::str(error.value()).cast<std::string>());
  }
}

}  // namespace relapse::python
