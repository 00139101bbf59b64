#include <relapse/learn/profile.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "check_ins.hpp"
#include "progress.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

FitSettings fit_settings(const py::dict& given, Progress& progress) {
  FitSettings settings;
  settings.free = given["free"].cast<std::vector<std::string>>();
  const py::dict constraints = given["constraints"];
  settings.constraints = {
      .fixed = constraints["fixed"].cast<std::vector<std::string>>(),
      .equal = constraints["equal"].cast<std::vector<std::vector<std::string>>>(),
      .not_negative = constraints["not_negative"].cast<std::vector<std::string>>(),
      .not_positive = constraints["not_positive"].cast<std::vector<std::string>>(),
      .keep_sign = constraints["keep_sign"].cast<std::vector<std::string>>()};
  settings.start = from_word<FitStart>("start", given["start"].cast<std::string>());
  settings.starts = given["starts"].cast<int>();
  settings.seed = given["seed"].cast<std::uint64_t>();
  settings.prior_strength = given["prior_strength"].cast<double>();
  settings.prior_where_few = given["prior_where_few"].cast<bool>();
  settings.prior_strengths =
      given["prior_strengths"].cast<std::vector<std::pair<std::string, double>>>();
  settings.data = given["data"].cast<std::string>();
  settings.max_iterations = given["max_iterations"].cast<int>();
  settings.max_seconds = given["max_seconds"].cast<double>();
  settings.outcome = given["outcome"].cast<std::string>();
  settings.likelihood_weight = given["likelihood_weight"].cast<double>();
  if (!given["covariance"].is_none()) {
    settings.covariance =
        from_word<CovarianceKind>("covariance", given["covariance"].cast<std::string>());
  }
  settings.threads = given["threads"].cast<int>();
  settings.same_time =
      from_word<SameTime>("same_time", given["same_time"].cast<std::string>());
  settings.progress = [&progress](int evaluations, double best) {
    return progress.tell([&](const py::object& told) { return told(evaluations, best); });
  };
  return settings;
}

py::dict fit_table(const Model& model, const py::dict& columns, const py::dict& given,
                   const py::object& told) {
  const CheckIns check_ins(columns);
  Progress progress(told);
  const auto settings = fit_settings(given, progress);
  FitResult result =
      without_gil(progress, [&] { return fit(check_ins.batch(), model, settings); });
  // Who waited an hour and presses Ctrl-C wants what there is.
  const bool kept = progress.interrupted() && std::isfinite(result.log_likelihood);
  if (!kept) progress.rethrow();
  const auto size = static_cast<py::ssize_t>(result.estimates.size());
  py::dict found;
  found["model"] = result.model;
  found["status"] = kept ? py::str("interrupted") : word_of(result.status);
  found["message"] = (kept ? "interrupted; " : "") + result.message;
  found["log_likelihood"] = result.log_likelihood;
  found["log_score"] = result.log_score;
  found["log_prior"] = result.log_prior;
  found["prior"] = result.prior_strength > 0.0
                       ? py::object(py::float_(result.prior_strength))
                       : py::none();
  found["aic"] = result.aic();
  found["bic"] = result.bic();
  found["names"] = result.names;
  found["estimates"] = to_numpy(std::move(result.estimates));
  found["standard_errors"] = to_numpy(std::move(result.standard_errors));
  const bool any = !result.covariance.empty();
  found["covariance"] =
      any ? py::object(to_numpy(std::move(result.covariance), {size, size})) : py::none();
  found["start_log_likelihoods"] = to_numpy(std::move(result.start_log_likelihoods));
  found["evaluations"] = result.evaluations;
  found["persons"] = result.persons;
  found["check_ins"] = result.check_ins;
  return found;
}

py::tuple profile_table(const Model& model, const py::dict& columns,
                        const std::string& name, const std::vector<double>& values,
                        const py::dict& given, const py::object& told) {
  const CheckIns check_ins(columns);
  Progress progress(told);
  const auto settings = fit_settings(given, progress);
  const auto points = without_gil(progress, [&] {
    return profile(check_ins.batch(), model, name, values, settings);
  });
  progress.rethrow();
  std::vector<double> heights;
  py::list statuses;
  for (const auto& point : points) {
    heights.push_back(point.log_likelihood);
    statuses.append(word_of(point.status));
  }
  return py::make_tuple(to_numpy(std::move(heights)), statuses);
}

}  // namespace

void bind_fit(py::module_& module) {
  module.def("fit", &fit_table, py::arg("model"), py::arg("columns"), py::arg("settings"),
             py::arg("progress"));
  module.def("profile", &profile_table, py::arg("model"), py::arg("columns"),
             py::arg("name"), py::arg("values"), py::arg("settings"),
             py::arg("progress"));
}

}  // namespace relapse::python
