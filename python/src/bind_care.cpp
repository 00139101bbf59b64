#include <relapse/care/suggest.hpp>
#include <relapse/domain/plan.hpp>
#include <relapse/io/document_file.hpp>
#include <relapse/io/plan_json.hpp>
#include <relapse/io/timestamp.hpp>

#include "bind.hpp"
#include "json_text.hpp"
#include "words.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <optional>
#include <string>

namespace relapse::python {
namespace {

namespace py = pybind11;

/// Shows an object as Name(field=value, ...), by the attributes named.
std::string show(const py::object& self, const char* name,
                 std::initializer_list<const char*> fields) {
  std::string text = std::string(name) + "(";
  const char* separator = "";
  for (const char* field : fields) {
    text += separator + std::string(field) + "=" + repr_of(self.attr(field));
    separator = ", ";
  }
  return text + ")";
}

Plan plan_from_dict(const py::dict& document) {
  return io::parse_plan(json_text(document));
}

/// A timestamp in UTC, or days where the data have no calendar.
py::object when(const std::optional<Time>& time) {
  if (!time) return py::none();
  if (const auto text = io::to_timestamp(*time)) return py::str(*text);
  return py::float_(time->days);
}

void bind_parts(py::module_& module) {
  py::class_<Trigger>(module, "Trigger", "A high-risk situation of this person.")
      .def_readonly("situation", &Trigger::situation)
      .def_readonly("words", &Trigger::words)
      .def_readonly("primary", &Trigger::primary)
      .def("__repr__", [](const py::object& self) {
        return show(self, "Trigger", {"situation", "words", "primary"});
      });
  py::class_<PersonalSign>(module, "PersonalSign", "A warning sign of this person.")
      .def_readonly("stage", &PersonalSign::stage)
      .def_readonly("words", &PersonalSign::words)
      .def_readonly("item", &PersonalSign::item)
      .def("__repr__", [](const py::object& self) {
        return show(self, "PersonalSign", {"stage", "words", "item"});
      });
  py::class_<Strategy>(module, "Strategy",
                       "An action of the catalogue, or a strategy of the person's own.")
      .def_readonly("action", &Strategy::action)
      .def_readonly("words", &Strategy::words)
      .def_readonly("situations", &Strategy::situations)
      .def_readonly("available", &Strategy::available)
      .def("__repr__", [](const py::object& self) {
        return show(self, "Strategy", {"action", "words", "situations", "available"});
      });
}

void bind_contacts(py::module_& module) {
  py::class_<Contact>(module, "Contact",
                      "Somebody to reach, with what the person consented to.")
      .def_readonly("name", &Contact::name)
      .def_readonly("role", &Contact::role)
      .def_readonly("channel", &Contact::channel)
      .def_readonly("consent", &Contact::consent)
      .def("__repr__", [](const py::object& self) {
        return show(self, "Contact", {"name", "role", "channel", "consent"});
      });
  py::class_<ContactRule>(module, "ContactRule",
                          "When a contact is told, as the person wrote it.")
      .def_readonly("contact", &ContactRule::contact)
      .def_property_readonly("level",
                             [](const ContactRule& self) { return word_of(self.level); })
      .def_readonly("days", &ContactRule::days)
      .def_readonly("of_days", &ContactRule::of_days)
      .def_readonly("self_nudge_first", &ContactRule::self_nudge_first)
      .def_property_readonly("cool_down_days",
                             [](const ContactRule& self) { return self.cool_down.count; })
      .def_readonly("quiet_from", &ContactRule::quiet_from)
      .def_readonly("quiet_to", &ContactRule::quiet_to)
      .def("__repr__", [](const py::object& self) {
        return show(self, "ContactRule",
                    {"contact", "level", "days", "of_days", "self_nudge_first",
                     "cool_down_days", "quiet_from", "quiet_to"});
      });
}

void add_documents(py::class_<Plan>& plan) {
  plan.def(py::init<>(), "A plan without content.")
      .def_static(
          "load",
          [](const std::filesystem::path& path) {
            return io::parse_plan(io::read_file(path));
          },
          py::arg("path"), "Reads a plan from a JSON file.")
      .def_static(
          "from_json", [](const std::string& text) { return io::parse_plan(text); },
          py::arg("text"))
      .def_static("from_dict", &plan_from_dict, py::arg("document"),
                  "Reads a plan given as what JSON would hold.")
      .def(
          "save",
          [](const Plan& self, const std::filesystem::path& path) {
            io::write_file(path, io::to_json(self));
          },
          py::arg("path"), "Writes the plan as a JSON file, as a whole or not at all.")
      .def("to_json", [](const Plan& self) { return io::to_json(self); })
      .def("to_dict",
           [](const Plan& self) -> py::object {
             return py::module_::import("json").attr("loads")(io::to_json(self));
           })
      .def("__eq__",
           [](const Plan& self, const py::object& other) -> py::object {
             if (!py::isinstance<Plan>(other)) {
               return py::reinterpret_borrow<py::object>(Py_NotImplemented);
             }
             return py::bool_(self == other.cast<const Plan&>());
           })
      .def(py::pickle(
          [](const Plan& self) { return py::str(io::to_json(self)); },
          [](const py::str& text) { return io::parse_plan(text.cast<std::string>()); }));
  plan.attr("__hash__") = py::none();
}

void bind_plan(py::module_& module) {
  py::class_<Plan> plan(module, "Plan", "A person's own relapse prevention plan.");
  add_documents(plan);
  plan.def_readonly("person", &Plan::person)
      .def_readonly("version", &Plan::version)
      .def_property_readonly("created",
                             [](const Plan& self) { return when(self.created); })
      .def_property_readonly("review", [](const Plan& self) { return when(self.review); })
      .def_readonly("triggers", &Plan::triggers)
      .def_readonly("signs", &Plan::signs)
      .def_readonly("strategies", &Plan::strategies)
      .def_readonly("contacts", &Plan::contacts)
      .def_readonly("contact_rules", &Plan::contact_rules)
      .def_readonly("reasons", &Plan::reasons)
      .def_readonly("crisis_steps", &Plan::crisis_steps)
      .def_readonly("history", &Plan::history)
      .def("__repr__", [](const Plan& self) {
        return "Plan(person=" + repr_of(to_python(self.person)) + ", version " +
               std::to_string(self.version) + ", " +
               std::to_string(self.strategies.size()) + " strategies, " +
               std::to_string(self.contacts.size()) + " contacts)";
      });
}

void bind_suggestion(py::module_& module) {
  py::class_<Suggestion>(module, "Suggestion", "One proposal, with the reason.")
      .def_readonly("action", &Suggestion::action,
                    "Id in the catalogue; 'crisis' for the crisis protocol.")
      .def_readonly("words", &Suggestion::words,
                    "What to do, in the person's words where the plan has them.")
      .def_readonly("reason", &Suggestion::reason, "One sentence: why this, why now.")
      .def_readonly("change", &Suggestion::change,
                    "Of the risk over the ranking horizon, given those before it.")
      .def_readonly("level_change", &Suggestion::level_change,
                    "Of the risk over the level's horizon, the same way.")
      .def_readonly("acts_on", &Suggestion::acts_on,
                    "The raised determinants that it lowers.")
      .def_readonly("from_plan", &Suggestion::from_plan)
      .def_readonly("source", &Suggestion::source)
      .def("__repr__", [](const py::object& self) {
        return show(self, "Suggestion", {"action", "words", "change", "reason"});
      });
}

}  // namespace

void bind_care(py::module_& module) {
  bind_parts(module);
  bind_contacts(module);
  bind_plan(module);
  bind_suggestion(module);
  for (const char* name : {"Trigger", "PersonalSign", "Strategy", "Contact",
                           "ContactRule", "Plan", "Suggestion"}) {
    module.attr(name).attr("__module__") = "relapse";
  }
}

}  // namespace relapse::python
