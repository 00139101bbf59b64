#include <relapse/care/suggest.hpp>

#include "bind.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <utility>

namespace relapse::python {

namespace py = pybind11;

void bind_care(py::module_& module) {
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
      .def_property_readonly(
          "level_change_interval",
          [](const Suggestion& self) {
            return std::pair(self.level_change_low, self.level_change_high);
          },
          "95 % interval of level_change over what is known of how much it helps.")
      .def_readonly("if_then", &Suggestion::if_then,
                    "Situation and action in one sentence, to decide ahead.")
      .def_readonly("contact", &Suggestion::contact,
                    "Whom to reach, where it needs that.")
      .def_readonly("acts_on", &Suggestion::acts_on,
                    "The raised determinants that it lowers.")
      .def_readonly("need", &Suggestion::need,
                    "What it answers to: 'use', a flag, 'silence', 'doubt' of use, an "
                    "item, a determinant, the code of a situation ahead, 'support', "
                    "'medication' or 'stage'.")
      .def_readonly("from_plan", &Suggestion::from_plan)
      .def_readonly("source", &Suggestion::source)
      .def("__repr__", [](const py::object& self) {
        return shown(self, "Suggestion", {"action", "words", "change", "reason"});
      });
  module.attr("Suggestion").attr("__module__") = "relapse";
}

}  // namespace relapse::python
