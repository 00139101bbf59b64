#include <relapse/engine/simulate.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "latent.hpp"
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
  return model.document().items[static_cast<std::size_t>(item)].emission.has_value() ||
         asked.simulate.has_value();
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
  std::vector<double> latent;
  for (const auto node : simulated.node) {
    for (int k = 0; k < model.latent_numbers(); ++k)
      latent.push_back(model.latent(k)[static_cast<std::size_t>(node)]);
  }
  py::dict data;
  data["person"] = to_numpy(std::move(simulated.person));
  data["time"] = to_numpy(std::move(simulated.time));
  data["answers"] = answers;
  data["reasons"] = reasons;
  data["stage"] = to_numpy(std::move(simulated.stage));
  data["used"] = to_numpy(std::move(simulated.used));
  data["first_use"] = to_numpy(std::move(simulated.first_use));
  data["latent"] = latent_columns(model, latent);
  return data;
}

SimulateSettings settings_from(const py::dict& given) {
  const auto days = [&](const char* name) {
    return given[name].is_none() ? std::optional<Days>()
                                 : Days{given[name].cast<double>()};
  };
  SimulateSettings settings{
      .persons = given["persons"].cast<int>(),
      .length = Days{given["days"].cast<double>()},
      .every = Days{given["every"].cast<double>()},
      .jitter = given["jitter"].cast<double>(),
      .schedules = given["schedules"].cast<std::vector<std::vector<double>>>(),
      .answered = given["answered"].cast<double>(),
      .missed = given["missed"].cast<double>(),
      .missed_in_use = given["missed_in_use"].cast<std::optional<double>>(),
      .drop_out = given["drop_out"].cast<double>(),
      .drop_out_in_use = given["drop_out_in_use"].cast<double>(),
      .from = from_word<StartFrom>("start", given["start"].cast<std::string>()),
      .start = {},
      .seed = given["seed"].cast<std::uint64_t>()};
  settings.start.days_since_use = days("days_since_use");
  settings.start.days_in_recovery = days("days_in_recovery");
  return settings;
}

py::dict simulate_persons(const Model& model, const py::dict& given) {
  const auto settings = settings_from(given);
  Simulated simulated;
  {
    const py::gil_scoped_release others_may_run;
    simulated = simulate(model, settings);
  }
  return to_dict(std::move(simulated), model);
}

}  // namespace

void bind_simulate(py::module_& module) {
  module.def("simulate", &simulate_persons, py::arg("model"), py::arg("settings"));
}

}  // namespace relapse::python
