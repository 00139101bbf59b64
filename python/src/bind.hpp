#pragma once

#include <pybind11/pybind11.h>

/// One function an area, each in the file of its name.
namespace relapse::python {

void bind_errors(pybind11::module_& module);
void bind_times(pybind11::module_& module);
void bind_model(pybind11::module_& module);
void bind_plan(pybind11::module_& module);
void bind_contact_rules(pybind11::module_& module);
void bind_after_use(pybind11::module_& module);
void bind_review(pybind11::module_& module);
void bind_care(pybind11::module_& module);
void bind_assessment(pybind11::module_& module);
void bind_monitor(pybind11::module_& module);
void bind_batch(pybind11::module_& module);
void bind_case_file(pybind11::module_& module);
void bind_fhir(pybind11::module_& module);
void bind_fit(pybind11::module_& module);
void bind_instruments(pybind11::module_& module);
void bind_outcomes(pybind11::module_& module);
void bind_refusals(pybind11::module_& module);  // after all others
void bind_resources(pybind11::module_& module);
void bind_simulate(pybind11::module_& module);
void bind_support(pybind11::module_& module);
void bind_stream(pybind11::module_& module);
void bind_wording(pybind11::module_& module);

}  // namespace relapse::python
