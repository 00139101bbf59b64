#include <relapse/core/error.hpp>
#include <relapse/core/spelling.hpp>

#include "bind.hpp"

#include <pybind11/stl.h>

#include <string>
#include <string_view>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

/// Raises an exception of relapse._errors, which is written in Python so that its fields
/// are typed.
template <class... Fields>
void raise(const char* name, Fields&&... fields) {
  const py::object type = py::module_::import("relapse._errors").attr(name);
  const py::object error = type(std::forward<Fields>(fields)...);
  PyErr_SetObject(type.ptr(), error.ptr());
}

py::object or_none(const std::string& text) {
  return text.empty() ? py::object(py::none()) : py::object(py::str(text));
}

void translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const CheckInError& error) {
    const auto& place = error.place();
    raise("CheckInError", error.problem(), or_none(place.person),
          place.row ? py::object(py::int_(*place.row)) : py::object(py::none()),
          or_none(place.item), error.flags(), error.unreadable_flags());
  } catch (const ParseError& error) {
    raise("ParseError", error.what(), error.pointer());
  } catch (const InvalidInput& error) {
    raise("InvalidInput", error.what());
  }
}

}  // namespace

void bind_errors(py::module_& module) {
  py::register_local_exception_translator(translate);
  using Known = std::vector<std::string>;
  const auto views = [](const Known& known) {
    return std::vector<std::string_view>(known.begin(), known.end());
  };
  module.def(
      "unknown_name",
      [views](const std::string& kind, const std::string& written, const Known& known) {
        return unknown_name(kind, written, views(known));
      },
      py::arg("kind"), py::arg("written"), py::arg("known"));
  module.def(
      "near_names",
      [views](const std::string& written, const Known& known) {
        return near_names(written, views(known));
      },
      py::arg("written"), py::arg("known"));
  module.def(
      "nearest_name",
      [views](const std::string& written, const Known& known) {
        return std::string(nearest_name(written, views(known)));
      },
      py::arg("written"), py::arg("known"));
}

}  // namespace relapse::python
