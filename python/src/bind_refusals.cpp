#include "bind.hpp"

#include <string>
#include <string_view>

/// The one door for refusals of wrong types. pybind11 repeats the arguments in them,
/// which are answers and words of a person: their types are told in their place. Every
/// function of the module goes through it, whatever file binds it.
namespace relapse::python {
namespace {

namespace py = pybind11;

using Named = PyObject* (*)(PyObject*, PyObject*, PyObject*);
using Quick = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);

PyCFunction called_by_pybind11 = nullptr;

std::string type_of(PyObject* value) { return Py_TYPE(value)->tp_name; }

void add(std::string& list, const std::string& word) {
  if (!list.empty()) list += ", ";
  list += word;
}

/// Whether the error that is set repeats the arguments; if so, keeps what stands before.
bool repeats_arguments(std::string& before) {
  if (PyErr_ExceptionMatches(PyExc_TypeError) == 0) return false;
  py::error_already_set error;
  const auto text = py::str(error.value()).cast<std::string>();
  const auto end = text.find("\nInvoked with: ");
  if (end == std::string::npos) {
    error.restore();
    return false;
  }
  before = text.substr(0, end);
  return true;
}

void tell(const std::string& before, const std::string& types) {
  PyErr_SetString(PyExc_TypeError, (before + "\nInvoked with: " + types).c_str());
}

PyObject* call_quick(PyObject* self, PyObject* const* given, Py_ssize_t count,
                     PyObject* names) {
  PyObject* const answer = reinterpret_cast<Quick>(
      reinterpret_cast<void (*)()>(called_by_pybind11))(self, given, count, names);
  std::string before;
  if (answer != nullptr || !repeats_arguments(before)) return answer;
  std::string types;
  const auto places = PyVectorcall_NARGS(static_cast<std::size_t>(count));
  for (Py_ssize_t k = 0; k < places; ++k) add(types, type_of(given[k]));
  for (Py_ssize_t k = 0; names != nullptr && k < PyTuple_GET_SIZE(names); ++k) {
    const py::handle name = PyTuple_GET_ITEM(names, k);
    add(types, py::str(name).cast<std::string>() + "=" + type_of(given[places + k]));
  }
  tell(before, types);
  return nullptr;
}

PyObject* call_named(PyObject* self, PyObject* given, PyObject* named) {
  PyObject* const answer = reinterpret_cast<Named>(
      reinterpret_cast<void (*)()>(called_by_pybind11))(self, given, named);
  std::string before;
  if (answer != nullptr || !repeats_arguments(before)) return answer;
  std::string types;
  for (const py::handle value : py::reinterpret_borrow<py::tuple>(given)) {
    add(types, type_of(value.ptr()));
  }
  if (named != nullptr) {
    for (const auto& [name, value] : py::reinterpret_borrow<py::dict>(named)) {
      add(types, py::str(name).cast<std::string>() + "=" + type_of(value.ptr()));
    }
  }
  tell(before, types);
  return nullptr;
}

void guard(py::handle function) {
  if (!function || PyCFunction_Check(function.ptr()) == 0) return;
  auto* const how = reinterpret_cast<PyCFunctionObject*>(function.ptr())->m_ml;
  if (how->ml_meth != called_by_pybind11) return;
  const bool is_quick = (how->ml_flags & METH_FASTCALL) != 0;
  auto* const door = is_quick ? reinterpret_cast<void (*)()>(&call_quick)
                              : reinterpret_cast<void (*)()>(&call_named);
  how->ml_meth = reinterpret_cast<PyCFunction>(door);
}

void guard_all(const py::object& place) {
  for (const auto& [name, held] : py::dict(place.attr("__dict__"))) {
    if (PyInstanceMethod_Check(held.ptr())) {
      guard(PyInstanceMethod_Function(held.ptr()));
    } else if (py::isinstance<py::staticmethod>(held)) {
      guard(held.attr("__func__"));
    } else if (PyObject_TypeCheck(held.ptr(), &PyProperty_Type) != 0) {
      guard(held.attr("fget"));
      guard(held.attr("fset"));
    } else if (PyType_Check(held.ptr())) {
      guard_all(py::reinterpret_borrow<py::object>(held));
    } else {
      guard(held);
    }
  }
}

}  // namespace

void bind_refusals(py::module_& module) {
  const py::cpp_function any([] {});
  called_by_pybind11 = reinterpret_cast<PyCFunctionObject*>(any.ptr())->m_ml->ml_meth;
  guard_all(module);
}

}  // namespace relapse::python
