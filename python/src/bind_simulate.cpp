#include <relapse/learn/simulate.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

/// Whether simulated persons are ever asked this item.
bool is_asked(int item, const Model& model) {
  if (item == model.missed_item()) return false;
  const Item& asked = model.document().items[static_cast<std::size_t>(item)].item;
  return model.sign(item) != nullptr || asked.simulate.has_value();
}

py::dict to_dict(Simulated simulated, const Model& model) {
  py::dict answers;
  py::dict reasons;
  for (int item = 0; item < model.items(); ++item) {
    if (!is_asked(item, model)) continue;
    const auto i = static_cast<std::size_t>(item);
    const py::str id(model.document().items[i].item.id);
    answers[id] = to_numpy(std::move(simulated.answers[i]));
    if (simulated.reasons[i].empty()) continue;
    reasons[id] = to_numpy(std::move(simulated.reasons[i]));
  }
  std::vector<double> propensity;
  for (const auto node : simulated.node) {
    propensity.push_back(model.propensity()[static_cast<std::size_t>(node)]);
  }
  py::dict data;
  data["person"] = to_numpy(std::move(simulated.person));
  data["time"] = to_numpy(std::move(simulated.time));
  data["answers"] = answers;
  data["reasons"] = reasons;
  data["stage"] = to_numpy(std::move(simulated.stage));
  data["used"] = to_numpy(std::move(simulated.used));
  data["first_use"] = to_numpy(std::move(simulated.first_use));
  data["propensity"] = to_numpy(std::move(propensity));
  return data;
}

py::dict simulate_persons(const Model& model, int persons, double days, double every,
                          double jitter, double answered, double missed,
                          const std::string& start, std::uint64_t seed,
                          const std::optional<double>& days_since_use,
                          const std::optional<double>& days_in_recovery) {
  SimulateSettings settings{.persons = persons,
                            .length = Days{days},
                            .every = Days{every},
                            .jitter = jitter,
                            .answered = answered,
                            .missed = missed,
                            .from = from_word<StartFrom>("start", start),
                            .start = {},
                            .seed = seed};
  if (days_since_use) settings.start.days_since_use = Days{*days_since_use};
  if (days_in_recovery) settings.start.days_in_recovery = Days{*days_in_recovery};
  Simulated simulated;
  {
    const py::gil_scoped_release others_may_run;
    simulated = simulate(model, settings);
  }
  return to_dict(std::move(simulated), model);
}

}  // namespace

void bind_simulate(py::module_& module) {
  module.def("simulate", &simulate_persons, py::arg("model"), py::arg("persons"),
             py::arg("days"), py::arg("every"), py::arg("jitter"), py::arg("answered"),
             py::arg("missed"), py::arg("start"), py::arg("seed"),
             py::arg("days_since_use"), py::arg("days_in_recovery"));
}

}  // namespace relapse::python
