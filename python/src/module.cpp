#include <relapse/version.hpp>

#include "bind.hpp"

// Subinterpreters are refused by relapse/_interpreter.py before Python looks for this.
PYBIND11_MODULE(_core, module, pybind11::mod_gil_not_used(),
                pybind11::multiple_interpreters::not_supported()) {
  namespace bindings = relapse::python;

  module.doc() = "The C++ library behind the package relapse.";
  module.attr("__version__") = RELAPSE_VERSION;
  bindings::bind_errors(module);
  bindings::bind_times(module);
  bindings::bind_model(module);
  bindings::bind_plan(module);
  bindings::bind_contact_rules(module);
  bindings::bind_after_use(module);
  bindings::bind_review(module);
  bindings::bind_care(module);
  bindings::bind_assessment(module);
  bindings::bind_support(module);
  bindings::bind_monitor(module);
  bindings::bind_batch(module);
  bindings::bind_fit(module);
  bindings::bind_simulate(module);
  bindings::bind_instruments(module);
  bindings::bind_outcomes(module);
  bindings::bind_resources(module);
  bindings::bind_fhir(module);
  bindings::bind_stream(module);
  bindings::bind_case_file(module);
  bindings::bind_wording(module);
  bindings::bind_refusals(module);
}
