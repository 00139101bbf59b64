#pragma once

#include <relapse/core/error.hpp>
#include <relapse/domain/check_in.hpp>

#include "words.hpp"

#include <pybind11/pybind11.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>

/// Answers as Python has them: numbers, truth values, names of levels; NaN and None where
/// there is none.
namespace relapse::python {

/// Whether an object says that there is no value: None, NaN (any kind), or pandas' NA.
inline bool is_missing(const pybind11::handle& value) {
  if (value.is_none()) return true;
  if (PyFloat_Check(value.ptr())) return std::isnan(PyFloat_AS_DOUBLE(value.ptr()));
  const std::string_view kind = Py_TYPE(value.ptr())->tp_name;
  return kind.ends_with("NAType") || kind.ends_with("NaTType");
}

/// Adds the answer to one item; what is no answer is NaN. Throws CheckInError then, with
/// the check-in as far as it could be read.
inline void add_answer(std::string item, const pybind11::handle& value,
                       CheckIn& check_in) {
  if (is_missing(value)) {
    check_in.missing.push_back({std::move(item), MissingReason::unknown});
  } else if (pybind11::isinstance<pybind11::str>(value)) {
    check_in.answers.push_back({std::move(item), value.cast<std::string>()});
  } else {
    const double number = PyFloat_AsDouble(value.ptr());
    if (PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      check_in.answers.push_back({item, std::numeric_limits<double>::quiet_NaN()});
      throw CheckInError({check_in.person, {}, std::move(item)},
                         "must be a number, true or false, the name of a level, or None");
    }
    if (std::isnan(number)) {
      check_in.missing.push_back({std::move(item), MissingReason::unknown});
    } else {
      check_in.answers.push_back({std::move(item), number});
    }
  }
}

/// Adds the answers of a mapping from item to answer, all that can be read. Throws
/// CheckInError for the first that cannot.
inline void add_answers(const pybind11::dict& answers, CheckIn& check_in) {
  std::optional<CheckInError> first;
  for (const auto& [item, value] : answers) {
    try {
      if (!pybind11::isinstance<pybind11::str>(item)) {
        throw CheckInError({check_in.person, {}, ""}, "answers must be named by item");
      }
      add_answer(item.cast<std::string>(), value, check_in);
    } catch (const CheckInError& error) {
      if (!first) first = error;
    } catch (const pybind11::cast_error&) {  // half of a letter, a lone surrogate
      if (!first) first.emplace(Place{check_in.person, {}, ""}, "is no text of Unicode");
    }
  }
  if (first) throw *first;
}

/// Adds why answers are missing, from item to reason. An item whose answer is missing
/// without a reason takes it from here.
inline void add_missing(const pybind11::dict& reasons, CheckIn& check_in) {
  for (const auto& [item, word] : reasons) {
    if (!pybind11::isinstance<pybind11::str>(item) ||
        !pybind11::isinstance<pybind11::str>(word)) {
      throw CheckInError({check_in.person, {}, "missing"}, "must map items to reasons");
    }
    auto id = item.cast<std::string>();
    const auto reason = from_name<MissingReason>(word.cast<std::string>());
    if (!reason) {
      throw CheckInError({check_in.person, {}, id},
                         "is missing for a reason that is not known");
    }
    std::erase_if(check_in.missing,
                  [&](const auto& missing) { return missing.item == id; });
    check_in.missing.push_back({std::move(id), *reason});
  }
}

}  // namespace relapse::python
