#include <relapse/version.hpp>

#include "bind.hpp"

namespace {

/// numpy and the types that pybind11 shares live in one interpreter of a process.
void refuse_subinterpreters() {
  if (PyInterpreterState_Get() == PyInterpreterState_Main()) return;
  throw pybind11::import_error(
      "relapse._core: runs in the main interpreter of a process alone, not in a "
      "subinterpreter; use threads, or processes");
}

}  // namespace

PYBIND11_MODULE(_core, module, pybind11::mod_gil_not_used(),
                pybind11::multiple_interpreters::not_supported()) {
  namespace bindings = relapse::python;

  refuse_subinterpreters();
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
  bindings::bind_stream(module);
  bindings::bind_wording(module);
  bindings::bind_refusals(module);
}
