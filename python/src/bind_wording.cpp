#include <relapse/io/wordings.hpp>

#include "bind.hpp"
#include "words.hpp"

#include <string>

namespace relapse::python {
namespace {

namespace py = pybind11;

/// Language and words by key; keys that a language lacks are in English.
py::tuple wording_of(const Wording& wording) {
  const Wording& english = io::find_wording("en");
  py::dict words;
  for (const auto& [key, text] : english.words())
    words[py::str(key)] = to_python(wording.find(key).value_or(text));
  return py::make_tuple(to_python(wording.language()), words);
}

}  // namespace

void bind_wording(py::module_& module) {
  module.def("languages", [] {
    py::list found;
    for (const auto language : io::languages()) found.append(to_python(language));
    return found;
  });
  module.def(
      "find_wording",
      [](const std::string& locale) { return wording_of(io::find_wording(locale)); },
      py::arg("locale"));
  module.def(
      "parse_wording",
      [](const std::string& json) { return wording_of(io::parse_wording(json)); },
      py::arg("json"));
}

}  // namespace relapse::python
