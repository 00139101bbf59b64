#include <relapse/domain/crisis.hpp>
#include <relapse/engine/forecast.hpp>
#include <relapse/engine/look_back.hpp>
#include <relapse/engine/score.hpp>
#include <relapse/model/document.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "check_ins.hpp"
#include "latent.hpp"
#include "progress.hpp"
#include "scores.hpp"
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

/// What Python says about a pass over check-ins.
struct Settings {
  int threads = 0;
  std::string same_time;
  py::object told = py::none();  ///< called with the share done, or None
  bool drivers = false;
  bool outcome_drivers = false;
  OnError on_error = OnError::raise;
  std::optional<py::dict> plan = std::nullopt;  ///< columns, as those of the check-ins
};

/// Does work(batch, settings) on the check-ins in Python's columns, without the GIL.
template <class Work>
auto run(const py::dict& columns, const Settings& given, Work work) {
  const CheckIns check_ins(columns);
  std::optional<CheckIns> plan;
  if (given.plan) plan.emplace(*given.plan);
  Progress progress(given.told);
  const ScoreSettings settings{
      .drivers = given.drivers,
      .outcome_drivers = given.outcome_drivers,
      .threads = given.threads,
      .on_error = given.on_error,
      .same_time = from_word<SameTime>("same_time", given.same_time),
      .plan = plan ? &plan->batch() : nullptr,
      .progress = [&progress](double share) { return progress.report(share); }};
  return without_gil(progress, [&] { return work(check_ins.batch(), settings); });
}

py::dict score_table(const Model& model, const py::dict& columns, bool drivers,
                     bool outcome_drivers, int threads, const std::string& same_time,
                     const py::object& told, const std::optional<py::dict>& plan) {
  Scores scores =
      run(columns,
          {threads, same_time, told, drivers, outcome_drivers, OnError::collect, plan},
          [&](const Batch& batch, const ScoreSettings& settings) {
            return score(batch, model, settings);
          });
  return table_of(std::move(scores), model);
}

/// What the safety answers of each row raise, whatever else is wrong with it.
py::tuple raised_flags(const Model& model, const py::dict& columns) {
  const CheckIns check_ins(columns);
  return flag_arrays(raised_flags(check_ins.batch(), model));
}

py::tuple filter_table(const Model& model, const py::dict& columns, int threads,
                       const std::string& same_time, const py::object& told) {
  const auto rows = static_cast<py::ssize_t>(py::len(columns["time"]));
  py::array_t<double> stages({rows, static_cast<py::ssize_t>(model.stages())});
  py::array_t<double> log_likelihood(rows);
  const std::span<double> to_stages(stages.mutable_data(),
                                    static_cast<std::size_t>(stages.size()));
  const std::span<double> to_steps(log_likelihood.mutable_data(),
                                   static_cast<std::size_t>(rows));
  run(columns, {threads, same_time, told},
      [&](const Batch& batch, const ScoreSettings& settings) {
        filter(batch, model, settings, to_stages, to_steps);
      });
  return py::make_tuple(stages, log_likelihood);
}

/// Numbers persons in the order of their first rows, where whole numbers stand together
/// and rise: numbers and first rows. None where they do not.
template <class Whole>
py::object number_rising(const Array<Whole>& values) {
  const auto given = view(values);
  py::array_t<std::int32_t> numbers(static_cast<py::ssize_t>(given.size()));
  std::int32_t* to = numbers.mutable_data();
  std::vector<std::int64_t> first;
  for (std::size_t row = 0; row < given.size(); ++row) {
    if (row > 0 && given[row] < given[row - 1]) return py::none();
    if (row == 0 || given[row] != given[row - 1]) {
      first.push_back(static_cast<std::int64_t>(row));
    }
    to[row] = static_cast<std::int32_t>(first.size()) - 1;
  }
  return py::make_tuple(numbers, to_numpy(std::move(first)));
}

double log_likelihood_of(const Model& model, const py::dict& columns, int threads,
                         const std::string& same_time) {
  return run(columns, {threads, same_time},
             [&](const Batch& batch, const ScoreSettings& settings) {
               return log_likelihood(batch, model, settings);
             });
}

py::dict smooth_table(const Model& model, const py::dict& columns, int threads,
                      const std::string& same_time, const py::object& told) {
  Smoothed smoothed = run(columns, {threads, same_time, told},
                          [&](const Batch& batch, const ScoreSettings& settings) {
                            return smooth(batch, model, settings);
                          });
  const auto stages = static_cast<py::ssize_t>(model.stages());
  const auto rows = static_cast<py::ssize_t>(smoothed.stages.size()) / stages;
  const auto moves = static_cast<py::ssize_t>(model.document().transitions.size());
  py::dict table;
  table["stages"] = to_numpy(std::move(smoothed.stages), {rows, stages});
  table["days"] = to_numpy(std::move(smoothed.days), {rows, stages});
  table["jumps"] = to_numpy(std::move(smoothed.jumps), {rows, moves});
  table["latent"] = latent_columns(model, smoothed.latent);
  return table;
}

py::dict decode_table(const Model& model, const py::dict& columns, int threads,
                      const std::string& same_time, const py::object& told) {
  Decoded decoded = run(columns, {threads, same_time, told},
                        [&](const Batch& batch, const ScoreSettings& settings) {
                          return decode(batch, model, settings);
                        });
  py::dict table;
  table["stage"] = to_numpy(std::move(decoded.stage));
  table["latent"] = latent_columns(model, decoded.latent);
  table["log_probability"] = to_numpy(std::move(decoded.log_probability));
  return table;
}

py::array_t<double> forecast_table(const Model& model, const py::dict& columns,
                                   const std::string& item, double days, int threads,
                                   const std::string& same_time,
                                   const std::optional<py::dict>& plan) {
  Forecasts forecasts =
      run(columns, {.threads = threads, .same_time = same_time, .plan = plan},
          [&](const Batch& batch, const ScoreSettings& settings) {
            return forecast(batch, model, item, Days{days}, settings);
          });
  const auto answers = static_cast<py::ssize_t>(forecasts.answers);
  const auto persons = static_cast<py::ssize_t>(forecasts.values.size()) / answers;
  return to_numpy(std::move(forecasts.values), {persons, answers});
}

}  // namespace

void bind_batch(py::module_& module) {
  module.def("score", &score_table, py::arg("model"), py::arg("columns"),
             py::arg("drivers"), py::arg("outcome_drivers"), py::arg("threads"),
             py::arg("same_time"), py::arg("progress"), py::arg("plan"));
  module.def("raised_flags", &raised_flags, py::arg("model"), py::arg("columns"));
  module.def("filter", &filter_table, py::arg("model"), py::arg("columns"),
             py::arg("threads"), py::arg("same_time"), py::arg("progress"));
  module.def("number_rising", &number_rising<std::int64_t>,
             py::arg("values").noconvert());
  module.def("number_rising", &number_rising<std::int32_t>,
             py::arg("values").noconvert());
  module.def("log_likelihood", &log_likelihood_of, py::arg("model"), py::arg("columns"),
             py::arg("threads"), py::arg("same_time"));
  module.def("forecast", &forecast_table, py::arg("model"), py::arg("columns"),
             py::arg("item"), py::arg("days"), py::arg("threads"), py::arg("same_time"),
             py::arg("plan"));
  module.def("smooth", &smooth_table, py::arg("model"), py::arg("columns"),
             py::arg("threads"), py::arg("same_time"), py::arg("progress"));
  module.def("decode", &decode_table, py::arg("model"), py::arg("columns"),
             py::arg("threads"), py::arg("same_time"), py::arg("progress"));
  py::list reasons;
  for (const auto word : Names<MissingReason>::all) reasons.append(to_python(word));
  module.attr("missing_reasons") = reasons;
  py::list reserved;
  for (const auto name : model::reserved_names) reserved.append(to_python(name));
  module.attr("reserved_names") = reserved;
  py::list levels;
  for (const auto word : Names<RiskLevel>::all) levels.append(to_python(word));
  module.attr("levels") = levels;
  py::list flags;
  for (const auto flag : built_in_flags) flags.append(to_python(flag));
  module.attr("built_in_flags") = flags;
  module.attr("lost_tolerance_notice") = to_python(lost_tolerance_notice);
  module.attr("fallback_resource") = to_python(fallback_resource);
}

}  // namespace relapse::python
