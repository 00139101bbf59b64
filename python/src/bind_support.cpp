#include <relapse/care/care_pages.hpp>
#include <relapse/care/high_risk.hpp>
#include <relapse/care/medication_advice.hpp>
#include <relapse/care/support_step.hpp>
#include <relapse/io/medications.hpp>
#include <relapse/io/page_text.hpp>
#include <relapse/io/wordings.hpp>
#include <relapse/risk/assessment.hpp>

#include "bind.hpp"
#include "moments.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Medication, dates ahead, pages for people around somebody, steps of support.
namespace relapse::python {
namespace {

namespace py = pybind11;

py::object date_in_python(std::int64_t day) {
  constexpr std::int64_t ordinal_of_1970 = 719'163;
  return py::module_::import("datetime")
      .attr("date")
      .attr("fromordinal")(day + ordinal_of_1970);
}

std::optional<Time> maybe_time(const py::object& moment) {
  return moment.is_none() ? std::nullopt : std::optional<Time>(to_time(moment));
}

/// A page with the formats that it can be written in.
struct WrittenPage {
  care::Page page;
};

void bind_medication(py::module_& module) {
  py::class_<MedicationMeaning>(module, "MedicationMeaning",
                                "What missed doses and use mean for a class.")
      .def_property_readonly(
          "medication_class",
          [](const MedicationMeaning& self) { return word_of(self.medication_class); })
      .def_readonly("missed", &MedicationMeaning::missed)
      .def_readonly("used", &MedicationMeaning::used)
      .def_readonly("source", &MedicationMeaning::source)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "MedicationMeaning", {"medication_class", "missed", "used"});
      });
  module.def(
      "medication_class",
      [](const std::string& name) {
        return word_of(medications::find(name).medication_class);
      },
      py::arg("name"),
      "Return the class of a medication by its name, as people write it.");
  module.def(
      "medication_meanings", [] { return medications::usual().classes; },
      "Return what missed doses and use mean for each class, with sources.");
}

void bind_ahead(py::module_& module) {
  py::class_<HighRiskDay>(module, "HighRiskDay", "A day ahead on which a trigger comes.")
      .def_readonly("trigger", &HighRiskDay::trigger)
      .def_readonly("words", &HighRiskDay::words)
      .def_property_readonly(
          "day", [](const HighRiskDay& self) { return date_in_python(self.day); })
      .def_property_readonly(
          "until", [](const HighRiskDay& self) { return date_in_python(self.until); })
      .def("__repr__", [](const py::object& self) {
        return shown(self, "HighRiskDay", {"day", "until", "words"});
      });
  py::class_<WrittenPage>(module, "Page", "Something to read for a person.")
      .def("to_markdown",
           [](const WrittenPage& self) { return io::to_markdown(self.page); })
      .def("to_html", [](const WrittenPage& self) { return io::to_html(self.page); })
      .def("__repr__", [](const WrittenPage& self) {
        return "Page(" + repr_of(to_python(self.page.title)) + ")";
      });
}

CareState state_of(const Assessment& assessment, const py::object& last_use) {
  return {assessment.time,
          assessment.level,
          assessment.stage_id(),
          assessment.flags,
          assessment.lost_tolerance_until,
          maybe_time(last_use)};
}

void add_to_plan(py::module_& module) {
  py::class_<Plan> plan(py::object(module.attr("Plan")));
  plan.def(
          "high_risk_ahead",
          [](const Plan& self, const py::object& now, int days, const py::object& zone,
             const std::string& locale) {
            return care::high_risk_ahead(self, to_time(now), days, zone_for(self, zone),
                                         io::find_wording(locale));
          },
          py::arg("now"), py::arg("days") = 28, py::arg("zone") = py::none(),
          py::arg("locale") = "en")
      .def("may_concern_opioids", &care::may_concern_opioids,
           py::arg("told") = std::vector<std::string>{})
      .def(
          "family_page",
          [](const Plan& self, const Model& model, std::string contact,
             const py::object& zone, const std::string& locale) {
            return WrittenPage{care::family_page(
                self, model,
                {std::move(contact), zone_for(self, zone), io::find_wording(locale)})};
          },
          py::arg("model"), py::arg("contact"), py::arg("zone") = py::none(),
          py::arg("locale") = "en")
      .def(
          "care_summary",
          [](const Plan& self, const Model& model, std::string contact,
             const std::optional<Assessment>& assessment, const py::object& last_use,
             const py::object& zone, const std::string& locale) {
            std::optional<CareState> state;
            if (assessment) state = state_of(*assessment, last_use);
            return WrittenPage{care::care_summary(
                self, model, state,
                {std::move(contact), zone_for(self, zone), io::find_wording(locale)})};
          },
          py::arg("model"), py::arg("contact"), py::arg("assessment") = py::none(),
          py::kw_only(), py::arg("last_use") = py::none(), py::arg("zone") = py::none(),
          py::arg("locale") = "en");
}

void bind_steps(py::module_& module) {
  py::class_<SupportStep>(module, "SupportStep", "More support, less, or as it is.")
      .def_property_readonly(
          "change", [](const SupportStep& self) { return word_of(self.change); },
          "step_up, stay or step_down.")
      .def_readonly("words", &SupportStep::words)
      .def_readonly("why", &SupportStep::why)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "SupportStep", {"change", "why"});
      });
  module.def(
      "support_step",
      [](const std::vector<std::pair<py::object, std::string>>& levels,
         const py::object& now, const py::object& last_use, const py::object& zone,
         const std::string& locale) {
        SupportInput input;
        for (const auto& [time, level] : levels) {
          input.levels.push_back({to_time(time), from_word<RiskLevel>("level", level)});
        }
        input.now = to_time(now);
        input.last_use = maybe_time(last_use);
        SupportSettings settings;
        if (!zone.is_none()) settings.zone = zone.cast<Zone>();
        settings.wording = io::find_wording(locale);
        return care::support_step(input, settings);
      },
      py::arg("levels"), py::kw_only(), py::arg("now"), py::arg("last_use") = py::none(),
      py::arg("zone") = py::none(), py::arg("locale") = "en",
      "Return whether support is to become more or can become less, and why.");
}

}  // namespace

void bind_support(py::module_& module) {
  bind_medication(module);
  bind_ahead(module);
  add_to_plan(module);
  bind_steps(module);
  for (const char* name : {"MedicationMeaning", "HighRiskDay", "Page", "SupportStep"}) {
    module.attr(name).attr("__module__") = "relapse";
  }
}

}  // namespace relapse::python
