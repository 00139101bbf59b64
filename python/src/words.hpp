#pragma once

#include <relapse/core/error.hpp>
#include <relapse/core/names.hpp>

#include <pybind11/pybind11.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>

/// Closed choices are words in Python, the same as in JSON.
namespace relapse::python {

inline pybind11::str to_python(std::string_view text) {
  return pybind11::str(text.data(), text.size());
}

template <class Choice>
pybind11::str word_of(Choice choice) {
  return to_python(name_of(choice));
}

/// Throws InvalidInput, which lists the words there are.
template <class Choice>
Choice from_word(const char* what, std::string_view word) {
  if (const auto found = from_name<Choice>(word)) return *found;
  std::string words;
  for (const std::string_view known : Names<Choice>::all) {
    if (!words.empty()) words += ", ";
    words += known;
  }
  throw InvalidInput(what, "must be one of: " + words);
}

/// A number of days as a key or in a text: whole ones without a point.
inline pybind11::object plain_number(double days) {
  const auto whole = static_cast<long long>(days);
  if (static_cast<double>(whole) == days) return pybind11::int_(whole);
  return pybind11::float_(days);
}

/// Words of a list and values of a dict by their own repr.
inline std::string repr_of(const pybind11::handle& object) {
  return pybind11::repr(object).cast<std::string>();
}

/// Whether an attribute holds what a person said or wrote, or whom they know: it stays
/// out of logs, which show objects.
inline bool holds_words(std::string_view field) {
  constexpr std::string_view names[] = {"after", "base",  "before",   "by",     "channel",
                                        "dose",  "entry", "given_by", "holder", "kept",
                                        "name",  "other", "place",    "steps",  "words"};
  return std::find(std::begin(names), std::end(names), field) != std::end(names);
}

/// Shows an object as Name(field=value, ...), by the attributes named; of words, that
/// there are some.
inline std::string shown(const pybind11::object& self, const char* name,
                         std::initializer_list<const char*> fields) {
  std::string text = std::string(name) + "(";
  const char* separator = "";
  for (const char* field : fields) {
    const pybind11::object value = self.attr(field);
    const bool is_hidden = holds_words(field) && pybind11::bool_(value);
    text += separator + std::string(field) + "=" + (is_hidden ? "..." : repr_of(value));
    separator = ", ";
  }
  return text + ")";
}

}  // namespace relapse::python
