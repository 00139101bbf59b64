#include <relapse/care/contact_rules.hpp>
#include <relapse/io/wordings.hpp>

#include "bind.hpp"
#include "moments.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

using Levels = std::vector<std::pair<double, std::string>>;
using Flags = std::vector<std::tuple<std::string, double, std::optional<double>>>;

ContactDecision apply(const Plan& plan, const Zone& zone, double now,
                      const Levels& levels, const Flags& flags,
                      const std::optional<double>& last_check_in,
                      std::vector<Message> sent, const std::string& locale) {
  ContactHistory past;
  for (const auto& [time, level] : levels) {
    past.levels.push_back({Time{time}, from_word<RiskLevel>("level", level)});
  }
  for (const auto& [flag, raised, lowered] : flags) {
    past.flags.push_back({flag, Time{raised},
                          lowered ? std::optional<Time>(Time{*lowered}) : std::nullopt});
  }
  if (last_check_in) past.last_check_in = Time{*last_check_in};
  past.sent = std::move(sent);
  auto decision = care::apply_contact_rules(plan, past, zone, Time{now});
  const Wording& say = io::find_wording(locale);
  for (auto& each : decision.trace) each.why = care::why_in_words(plan, each, say);
  return decision;
}

void bind_message(py::module_& module) {
  py::class_<Message>(
      module, "Message",
      "What a rule asks for: tell the person (self_nudge) or the contact.")
      .def(py::init([](const std::string& kind, std::string contact, std::string rule,
                       const py::object& time) {
             return Message{from_word<MessageKind>("kind", kind), std::move(contact),
                            std::move(rule), to_time(time)};
           }),
           py::arg("kind"), py::arg("contact"), py::arg("rule"), py::arg("time"))
      .def_property_readonly("kind",
                             [](const Message& self) { return word_of(self.kind); })
      .def_readonly("contact", &Message::contact)
      .def_readonly("rule", &Message::rule)
      .def_property_readonly("time", [](const Message& self) { return when(self.at); })
      .def("__eq__",
           [](const Message& self, const py::object& other) {
             return py::isinstance<Message>(other) &&
                    self == other.cast<const Message&>();
           })
      .def("__repr__",
           [](const py::object& self) {
             return shown(self, "Message", {"kind", "contact", "rule", "time"});
           })
      .attr("__hash__") = py::none();
}

}  // namespace

void bind_contact_rules(py::module_& module) {
  bind_message(module);
  py::class_<RuleTrace>(module, "RuleTrace", "What became of one rule.")
      .def_readonly("rule", &RuleTrace::rule)
      .def_readonly("key", &RuleTrace::key)
      .def_readonly("contact", &RuleTrace::contact)
      .def_property_readonly("outcome",
                             [](const RuleTrace& self) { return word_of(self.outcome); })
      .def_readonly("days_held", &RuleTrace::days_held)
      .def_property_readonly("not_before",
                             [](const RuleTrace& self) { return when(self.not_before); })
      .def_readonly("why", &RuleTrace::why)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "RuleTrace", {"key", "outcome", "why"});
      });
  py::class_<ContactDecision>(module, "ContactDecision",
                              "What the rules ask for, and why.")
      .def_readonly("messages", &ContactDecision::messages)
      .def_readonly("trace", &ContactDecision::trace)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "ContactDecision", {"messages", "trace"});
      });
  py::class_<RuleProblem>(module, "RuleProblem", "What is wrong with contact rules.")
      .def_property_readonly("kind",
                             [](const RuleProblem& self) { return word_of(self.kind); })
      .def_readonly("rule", &RuleProblem::rule)
      .def_readonly("other", &RuleProblem::other)
      .def_readonly("problem", &RuleProblem::problem)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "RuleProblem", {"kind", "rule", "other", "problem"});
      });
  module.def("apply_contact_rules", &apply, py::arg("plan"), py::arg("zone"),
             py::arg("now"), py::arg("levels"), py::arg("flags"),
             py::arg("last_check_in"), py::arg("sent"), py::arg("locale"));
  module.def(
      "find_rule_problems",
      [](const Plan& plan, const std::string& locale) {
        return care::find_rule_problems(plan, io::find_wording(locale));
      },
      py::arg("plan"), py::arg("locale"));
  for (const char* name : {"Message", "RuleTrace", "ContactDecision", "RuleProblem"}) {
    module.attr(name).attr("__module__") = "relapse";
  }
}

}  // namespace relapse::python
