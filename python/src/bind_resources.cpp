#include <relapse/io/resources.hpp>
#include <relapse/io/resources_json.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/plan/telephone.hpp>

#include "bind.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <string>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

/// The fields that say something, as words.
py::dict to_python_dict(const CrisisResource& resource) {
  py::dict fields;
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) fields[name] = text;
  };
  fields["kind"] = word_of(resource.kind);
  add("name", resource.name);
  add("call", resource.call);
  add("text", resource.text);
  add("web", resource.web);
  add("hours", resource.hours);
  add("note", resource.note);
  add("source", resource.source);
  fields["mark"] = word_of(resource.mark);
  add("checked", resource.checked);
  return fields;
}

py::list find_resources(const std::string& locale,
                        const std::vector<std::string>& documents) {
  CrisisDirectory directory = io::crisis_directory();
  for (const auto& document : documents)
    directory = directory.with(io::parse_resources(document));
  py::list found;
  const auto place = translated(directory.find(locale), io::find_wording(locale));
  for (const auto& resource : place.resources) found.append(to_python_dict(resource));
  return found;
}

}  // namespace

void bind_resources(py::module_& module) {
  module.def("crisis_resources", &find_resources, py::arg("locale"),
             py::arg("documents"));
  module.def(
      "telephone_pieces",
      [](const std::string& text, const std::vector<std::string>& known) {
        py::list pieces;
        for (const auto& piece : telephone_pieces(text, known)) {
          pieces.append(py::make_tuple(to_python(piece.text), to_python(piece.address)));
        }
        return pieces;
      },
      py::arg("text"), py::arg("known"));
  module.def("numbers_of_field", &numbers_of_field, py::arg("field"));
}

}  // namespace relapse::python
