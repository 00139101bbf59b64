#include <relapse/case_file/case_file.hpp>
#include <relapse/io/check_in_json.hpp>

#include "bind.hpp"
#include "moments.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The case file: texts in, texts out.
namespace relapse::python {
namespace {

namespace py = pybind11;

std::optional<Days> days(const std::optional<double>& count) {
  return count ? std::optional<Days>(Days{*count}) : std::nullopt;
}

CaseFile make_file(const Model& model, std::string person,
                   const std::optional<double>& days_since_use,
                   const std::optional<double>& days_in_recovery) {
  return CaseFile(model, {std::move(person),
                          {.days_since_use = days(days_since_use),
                           .days_in_recovery = days(days_in_recovery)}});
}

std::string view_of(const CaseFile& file, double now, std::string locale,
                    const py::object& zone, int suggestions, int questions,
                    int days_ahead) {
  return file.view(Time{now},
                   {std::move(locale), zone.is_none() ? Zone() : zone.cast<Zone>(),
                    suggestions, questions, days_ahead});
}

}  // namespace

void bind_case_file(py::module_& module) {
  py::class_<CaseFile>(module, "CaseFile")
      .def(py::init(&make_file), py::arg("model"), py::arg("person"),
           py::arg("days_since_use"), py::arg("days_in_recovery"))
      .def_static("read", &CaseFile::read, py::arg("model"), py::arg("text"))
      .def("copy", [](const CaseFile& self) { return CaseFile(self); })
      .def("add", &CaseFile::add, py::arg("event"))
      .def("view", &view_of, py::arg("now"), py::arg("locale"), py::arg("zone"),
           py::arg("suggestions"), py::arg("questions"), py::arg("days_ahead"))
      .def(
          "help",
          [](const CaseFile& self, double now, const std::string& locale) {
            return self.help(Time{now}, locale);
          },
          py::arg("now"), py::arg("locale"))
      .def("merge", &CaseFile::merge, py::arg("other"))
      .def(
          "compact", [](CaseFile& self, double before) { self.compact(Time{before}); },
          py::arg("before"))
      .def("text", &CaseFile::text)
      .def("check_ins",
           [](const CaseFile& self) {
             std::vector<std::string> documents;
             for (const auto& each : self.check_ins())
               documents.push_back(io::to_json(each));
             return documents;
           })
      .def("problems", &CaseFile::problems)
      .def("flag_history", &CaseFile::flag_history)
      .def("plan", &CaseFile::plan)
      .def(
          "time_zone",
          [](const CaseFile& self, double now) { return self.time_zone(Time{now}); },
          py::arg("now"))
      .def("start",
           [](const CaseFile& self) {
             const auto count = [](const std::optional<Days>& days) {
               return days ? std::optional<double>(days->count) : std::nullopt;
             };
             const auto& before = self.start().before;
             return std::pair(count(before.days_since_use),
                              count(before.days_in_recovery));
           })
      .def_property_readonly("person", &CaseFile::person)
      .def_property_readonly("events", &CaseFile::events);
}

}  // namespace relapse::python
