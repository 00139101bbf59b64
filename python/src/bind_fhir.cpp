#include <relapse/io/cds_cards.hpp>
#include <relapse/io/check_in_json.hpp>
#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/fhir_plan.hpp>
#include <relapse/io/fhir_response.hpp>
#include <relapse/io/fhir_writer.hpp>

#include "bind.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

/// Answers by item; a list where there are several.
py::dict answers_of(const io::FhirResponse& response) {
  py::dict answers;
  for (const auto& [item, value] : response.answers) {
    const py::object given =
        std::visit([](const auto& each) -> py::object { return py::cast(each); }, value);
    const py::str name = to_python(item);
    if (!answers.contains(name)) {
      answers[name] = given;
      continue;
    }
    if (!py::isinstance<py::list>(answers[name])) {
      py::list several;
      several.append(answers[name]);
      answers[name] = several;
    }
    answers[name].cast<py::list>().append(given);
  }
  return answers;
}

py::dict missing_of(const io::FhirResponse& response) {
  py::dict missing;
  for (const auto& [item, reason] : response.missing)
    missing[to_python(item)] = word_of(reason);
  return missing;
}

py::dict stated_of(const io::FhirResponse& response) {
  py::dict stated;
  for (const auto& [subscale, value] : response.stated)
    stated[to_python(subscale)] = value;
  return stated;
}

io::FhirReading read_fhir(const std::vector<std::pair<std::string, std::string>>& files,
                          const std::string& patient,
                          const std::vector<std::string>& mappings,
                          const std::string& dates) {
  io::FhirOptions options;
  options.patient = patient;
  options.dates = from_word<io::FhirDates>("dates", dates);
  for (const auto& document : mappings)
    options.mappings.push_back(io::parse_fhir_mapping(document));
  std::vector<io::FhirText> texts;
  for (const auto& [name, text] : files) texts.push_back({name, text});
  const py::gil_scoped_release released;
  return io::read_fhir(texts, options);
}

py::tuple check_ins_of(const io::FhirReading& reading, const Model& model) {
  const auto made = io::check_ins_from(reading, model);
  const auto documents = [](const std::vector<CheckIn>& check_ins) {
    py::list texts;
    for (const auto& each : check_ins) texts.append(to_python(io::to_json(each)));
    return texts;
  };
  return py::make_tuple(documents(made.check_ins), made.notes, documents(made.untimed));
}

/// On one line: where, who, what is wrong, and which questions it is about.
std::string words_of(const io::FhirNote& note) {
  std::string text = note.place;
  if (!note.person.empty()) text += ", person '" + note.person + '\'';
  text += ": " + note.problem;
  for (std::size_t k = 0; k < note.questions.size(); ++k)
    text += (k == 0 ? ": " : ", ") + note.questions[k];
  return text;
}

void bind_reading(py::module_& module) {
  py::class_<io::FhirResponse>(module, "FhirResponse")
      .def_readonly("person", &io::FhirResponse::person)
      .def_property_readonly("time",
                             [](const io::FhirResponse& self) { return self.time.days; })
      .def_readonly("instrument", &io::FhirResponse::instrument)
      .def_property_readonly("answers", &answers_of)
      .def_property_readonly("missing", &missing_of)
      .def_readonly("unread", &io::FhirResponse::unread)
      .def_property_readonly("stated", &stated_of)
      .def_readonly("sources", &io::FhirResponse::sources)
      .def_readonly("alarms_only", &io::FhirResponse::alarms_only)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "FhirResponse", {"person", "time", "instrument", "sources"});
      });
  py::class_<io::FhirMedication>(module, "FhirMedication")
      .def_readonly("person", &io::FhirMedication::person)
      .def_readonly("name", &io::FhirMedication::name)
      .def_readonly("dose", &io::FhirMedication::dose)
      .def_readonly("prescriber", &io::FhirMedication::prescriber)
      .def_readonly("status", &io::FhirMedication::status)
      .def_readonly("current", &io::FhirMedication::current)
      .def_property_readonly(
          "medication_class",
          [](const io::FhirMedication& self) { return word_of(self.medication_class); })
      .def_readonly("source", &io::FhirMedication::source)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "FhirMedication", {"person", "name", "status"});
      });
  py::class_<io::FhirNote>(module, "FhirNote")
      .def_property_readonly("kind",
                             [](const io::FhirNote& self) { return word_of(self.kind); })
      .def_readonly("place", &io::FhirNote::place)
      .def_readonly("person", &io::FhirNote::person)
      .def_readonly("problem", &io::FhirNote::problem)
      .def_readonly("questions", &io::FhirNote::questions)
      .def("__str__", &words_of)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "FhirNote",
                     {"kind", "place", "person", "problem", "questions"});
      });
  py::class_<io::FhirReading>(module, "FhirReading")
      .def_readonly("resources", &io::FhirReading::resources)
      .def_readonly("responses", &io::FhirReading::responses)
      .def_readonly("untimed", &io::FhirReading::untimed)
      .def_readonly("medication", &io::FhirReading::medication)
      .def_readonly("notes", &io::FhirReading::notes)
      .def("__repr__", [](const io::FhirReading& self) {
        return "FhirReading(resources=" + std::to_string(self.resources) +
               ", responses=" + std::to_string(self.responses.size()) +
               ", medication=" + std::to_string(self.medication.size()) +
               ", notes=" + std::to_string(self.notes.size()) + ")";
      });
}

/// Resources and cards leave as JSON texts.
void bind_writing(py::module_& module) {
  module.def(
      "fhir_response",
      [](const std::string& check_in, const Model& model, const std::string& locale) {
        return io::fhir_response(io::parse_check_in(check_in), model, locale);
      },
      py::arg("check_in"), py::arg("model"), py::arg("locale"));
  module.def("fhir_questionnaire", &io::fhir_questionnaire, py::arg("model"),
             py::arg("locale"));
  module.def(
      "fhir_risk_assessment",
      [](const Assessment& assessment, const std::string& person,
         const std::string& basis, const std::string& locale) {
        return io::fhir_risk_assessment(assessment, {person, basis, locale});
      },
      py::arg("assessment"), py::arg("person"), py::arg("basis"), py::arg("locale"));
  module.def(
      "fhir_flags",
      [](const Assessment& assessment, const std::string& person,
         const std::string& locale) {
        return io::fhir_flags(assessment, {person, {}, locale});
      },
      py::arg("assessment"), py::arg("person"), py::arg("locale"));
  module.def(
      "fhir_care_plan",
      [](const Plan& plan, const std::string& contact, const Model& model,
         const std::string& person, const std::string& locale) {
        return io::fhir_care_plan(plan, contact, model, {person, {}, locale});
      },
      py::arg("plan"), py::arg("contact"), py::arg("model"), py::arg("person"),
      py::arg("locale"));
  module.def(
      "fhir_provenance",
      [](const std::vector<std::string>& resources, const Model& model, double recorded,
         const std::string& basis) {
        return io::fhir_provenance(resources, model, Time{recorded}, {{}, basis});
      },
      py::arg("resources"), py::arg("model"), py::arg("recorded"), py::arg("basis"));
  module.def("fhir_bundle", &io::fhir_bundle, py::arg("resources"), py::arg("base"));
  module.def(
      "cds_cards",
      [](const Assessment& assessment, const std::vector<Suggestion>& suggestions,
         const std::string& person, const std::string& basis, const std::string& locale) {
        return io::cds_cards(assessment, suggestions, {person, basis, locale});
      },
      py::arg("assessment"), py::arg("suggestions"), py::arg("person"), py::arg("basis"),
      py::arg("locale"));
}

}  // namespace

void bind_fhir(py::module_& module) {
  bind_reading(module);
  bind_writing(module);
  module.def("read_fhir", &read_fhir, py::arg("files"), py::arg("patient"),
             py::arg("mappings"), py::arg("dates"));
  module.def("fhir_check_ins", &check_ins_of, py::arg("reading"), py::arg("model"));
}

}  // namespace relapse::python
