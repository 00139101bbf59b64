#include <relapse/domain/crisis.hpp>
#include <relapse/engine/batch.hpp>
#include <relapse/engine/forecast.hpp>
#include <relapse/engine/look_back.hpp>
#include <relapse/learn/fit.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

/// The arrays of a data set, which the batch views. Missing columns are None.
class CheckIns {
 public:
  explicit CheckIns(const py::dict& columns)
      : person_(columns["person"].cast<Array<std::int32_t>>()),
        time_(columns["time"].cast<Array<double>>()),
        known_(optional<std::uint8_t>(columns, "stage")),
        entered_(optional<std::uint8_t>(columns, "entered")),
        abstinent_(optional<std::uint8_t>(columns, "abstinent_since_last")),
        used_(optional<double>(columns, "used_days_ago")),
        acknowledge_(optional<std::uint64_t>(columns, "acknowledge")) {
    batch_.person = view(person_);
    batch_.time = view(time_);
    batch_.known = view(known_);
    batch_.entered = view(entered_);
    batch_.abstinent_since_last = view(abstinent_);
    batch_.used_days_ago = view(used_);
    batch_.acknowledge = view(acknowledge_);
    for (const auto& [item, values] : columns["answers"].cast<py::dict>()) {
      batch_.columns.push_back({.item = item.cast<std::string>()});
      auto& column = batch_.columns.back();
      if (py::isinstance<py::array_t<std::uint8_t>>(values)) {
        bytes_.push_back(values.cast<Array<std::uint8_t>>());
        column.bytes = view(bytes_.back());
      } else {
        answers_.push_back(values.cast<Array<double>>());
        column.values = view(answers_.back());
      }
    }
    // Bytes without gaps, where 255 is no sentinel.
    if (columns.contains("full")) {
      const auto full = columns["full"].cast<py::set>();
      for (auto& column : batch_.columns) {
        if (full.contains(py::str(column.item))) column.gaps = ByteGaps::an_answer;
      }
    }
    const auto reasons = columns["reasons"].cast<py::dict>();
    for (auto& column : batch_.columns) {
      if (!reasons.contains(column.item)) continue;
      reasons_.push_back(reasons[py::str(column.item)].cast<Array<std::uint8_t>>());
      column.reasons = view(reasons_.back());
    }
  }

  const Batch& batch() const noexcept { return batch_; }

 private:
  template <class T>
  static Array<T> optional(const py::dict& columns, const char* name) {
    return columns.contains(name) ? columns[name].cast<Array<T>>() : Array<T>(0);
  }

  Array<std::int32_t> person_;
  Array<double> time_;
  Array<std::uint8_t> known_;
  Array<std::uint8_t> entered_;
  Array<std::uint8_t> abstinent_;
  Array<double> used_;
  Array<std::uint64_t> acknowledge_;
  std::vector<Array<double>> answers_;
  std::vector<Array<std::uint8_t>> bytes_;
  std::vector<Array<std::uint8_t>> reasons_;
  Batch batch_;
};

/// Tells Python how far the work is, and hears Ctrl-C, a few times a second and on the
/// calling thread alone: signals reach no other, and progress bars expect no other.
class Progress {
 public:
  explicit Progress(py::object told) : told_(std::move(told)) {}

  /// Called without the GIL. False stops the work.
  bool report(double share) {
    return tell([share](const py::object& told) { return told(share); });
  }

  /// The same with a call of its own.
  template <class Call>
  bool tell(Call call) {
    if (std::this_thread::get_id() != caller_) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) return true;
    last_ = now;
    const py::gil_scoped_acquire python;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (told_.is_none()) return true;
      const py::object answer = call(told_);
      return answer.is_none() || answer.cast<bool>();
    } catch (py::error_already_set&) {
      raised_ = std::current_exception();
      return false;
    }
  }

  /// Raises what Python raised while the work ran.
  void rethrow() const {
    if (raised_) std::rethrow_exception(raised_);
  }

 private:
  py::object told_;
  std::thread::id caller_ = std::this_thread::get_id();
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::exception_ptr raised_;
};

ScoreSettings make_settings(bool drivers, int threads, OnError on_error,
                            const std::string& same_time, Progress& progress) {
  return {.drivers = drivers,
          .threads = threads,
          .on_error = on_error,
          .same_time = from_word<SameTime>("same_time", same_time),
          .progress = [&progress](double share) { return progress.report(share); }};
}

/// Runs long work without the GIL; what Python raised meanwhile comes before the
/// "stopped" that it led to.
template <class Work>
auto without_gil(const Progress& progress, Work work) {
  try {
    const py::gil_scoped_release others_may_run;
    return work();
  } catch (const InvalidInput&) {
    progress.rethrow();
    throw;
  }
}

py::list errors_of(const std::vector<RowError>& errors) {
  py::list rows;
  for (const auto& [place, problem] : errors) {
    rows.append(py::make_tuple(*place.row, place.item, problem));
  }
  return rows;
}

/// Columns of the drivers; ids are numbered, so that a text is made once.
py::dict drivers_of(const std::vector<RowDriver>& drivers) {
  std::vector<std::int64_t> row(drivers.size());
  std::vector<std::int8_t> kind(drivers.size());
  std::vector<std::int32_t> id(drivers.size());
  std::vector<double> contribution(drivers.size());
  std::unordered_map<std::string, std::int32_t> numbers;
  std::vector<std::string> ids;
  for (std::size_t k = 0; k < drivers.size(); ++k) {
    const auto& driver = drivers[k].driver;
    const auto [number, added] =
        numbers.try_emplace(driver.id, static_cast<std::int32_t>(ids.size()));
    if (added) ids.push_back(driver.id);
    row[k] = static_cast<std::int64_t>(drivers[k].row);
    kind[k] = static_cast<std::int8_t>(driver.kind);
    id[k] = number->second;
    contribution[k] = driver.contribution;
  }
  py::list kinds;
  for (const auto word : Names<DriverKind>::all) kinds.append(to_python(word));
  py::dict columns;
  columns["row"] = to_numpy(std::move(row));
  columns["kind"] = to_numpy(std::move(kind));
  columns["id"] = to_numpy(std::move(id));
  columns["contribution"] = to_numpy(std::move(contribution));
  columns["kinds"] = kinds;
  columns["ids"] = ids;
  return columns;
}

py::dict score_table(const Model& model, const py::dict& columns, bool drivers,
                     int threads, const std::string& same_time, const py::object& told) {
  const CheckIns check_ins(columns);
  Progress progress(told);
  const auto settings =
      make_settings(drivers, threads, OnError::collect, same_time, progress);
  Scores scores =
      without_gil(progress, [&] { return score(check_ins.batch(), model, settings); });
  const auto rows = static_cast<py::ssize_t>(scores.rows);
  const auto stages = static_cast<py::ssize_t>(scores.stages_count);
  const auto horizons = static_cast<py::ssize_t>(scores.horizons_count);
  py::dict table;
  table["stages"] = to_numpy(std::move(scores.stages), {rows, stages});
  table["risk"] = to_numpy(std::move(scores.risk), {rows, horizons});
  table["risk_low"] = to_numpy(std::move(scores.risk_low), {rows, horizons});
  table["risk_high"] = to_numpy(std::move(scores.risk_high), {rows, horizons});
  table["new_lapse"] = to_numpy(std::move(scores.new_lapse), {rows, horizons});
  table["relapse"] = to_numpy(std::move(scores.relapse), {rows, horizons});
  table["propensity"] = to_numpy(std::move(scores.propensity));
  table["log_likelihood"] = to_numpy(std::move(scores.log_likelihood));
  table["stage"] = to_numpy(std::move(scores.stage));
  table["level"] = to_numpy(std::move(scores.level));
  table["flags"] = to_numpy(std::move(scores.flags));
  table["errors"] = errors_of(scores.errors);
  table["drivers"] = drivers_of(scores.drivers);
  return table;
}

py::tuple filter_table(const Model& model, const py::dict& columns, int threads,
                       const std::string& same_time, const py::object& told) {
  const CheckIns check_ins(columns);
  Progress progress(told);
  const auto settings =
      make_settings(false, threads, OnError::raise, same_time, progress);
  const Batch& batch = check_ins.batch();
  const auto rows = static_cast<py::ssize_t>(batch.time.size());
  py::array_t<double> stages({rows, static_cast<py::ssize_t>(model.stages())});
  py::array_t<double> log_likelihood(rows);
  const std::span<double> to_stages(stages.mutable_data(),
                                    static_cast<std::size_t>(stages.size()));
  const std::span<double> to_steps(log_likelihood.mutable_data(),
                                   static_cast<std::size_t>(rows));
  without_gil(progress, [&] { filter(batch, model, settings, to_stages, to_steps); });
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
  const CheckIns check_ins(columns);
  Progress progress{py::none()};
  const auto settings =
      make_settings(false, threads, OnError::raise, same_time, progress);
  return without_gil(progress,
                     [&] { return log_likelihood(check_ins.batch(), model, settings); });
}

py::dict smooth_table(const Model& model, const py::dict& columns, int threads,
                      const std::string& same_time, const py::object& told) {
  const CheckIns check_ins(columns);
  Progress progress(told);
  const auto settings =
      make_settings(false, threads, OnError::raise, same_time, progress);
  Smoothed smoothed =
      without_gil(progress, [&] { return smooth(check_ins.batch(), model, settings); });
  const auto rows = static_cast<py::ssize_t>(smoothed.propensity.size());
  const auto stages = static_cast<py::ssize_t>(model.stages());
  const auto moves = static_cast<py::ssize_t>(model.movement().moves().size());
  py::dict table;
  table["stages"] = to_numpy(std::move(smoothed.stages), {rows, stages});
  table["days"] = to_numpy(std::move(smoothed.days), {rows, stages});
  table["jumps"] = to_numpy(std::move(smoothed.jumps), {rows, moves});
  table["propensity"] = to_numpy(std::move(smoothed.propensity));
  return table;
}

py::dict decode_table(const Model& model, const py::dict& columns, int threads,
                      const std::string& same_time, const py::object& told) {
  const CheckIns check_ins(columns);
  Progress progress(told);
  const auto settings =
      make_settings(false, threads, OnError::raise, same_time, progress);
  Decoded decoded =
      without_gil(progress, [&] { return decode(check_ins.batch(), model, settings); });
  py::dict table;
  table["stage"] = to_numpy(std::move(decoded.stage));
  table["propensity"] = to_numpy(std::move(decoded.propensity));
  table["log_probability"] = to_numpy(std::move(decoded.log_probability));
  return table;
}

FitSettings fit_settings(const py::dict& given, Progress& progress) {
  FitSettings settings;
  settings.free = given["free"].cast<std::vector<std::string>>();
  const py::dict constraints = given["constraints"];
  settings.constraints = {
      .fixed = constraints["fixed"].cast<std::vector<std::string>>(),
      .equal = constraints["equal"].cast<std::vector<std::vector<std::string>>>(),
      .not_negative = constraints["not_negative"].cast<std::vector<std::string>>(),
      .not_positive = constraints["not_positive"].cast<std::vector<std::string>>()};
  settings.start = from_word<FitStart>("start", given["start"].cast<std::string>());
  settings.starts = given["starts"].cast<int>();
  settings.seed = given["seed"].cast<std::uint64_t>();
  settings.prior_strength = given["prior_strength"].cast<double>();
  settings.max_iterations = given["max_iterations"].cast<int>();
  settings.max_seconds = given["max_seconds"].cast<double>();
  settings.covariance =
      from_word<CovarianceKind>("covariance", given["covariance"].cast<std::string>());
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
  progress.rethrow();
  const auto size = static_cast<py::ssize_t>(result.estimates.size());
  py::dict found;
  found["model"] = result.model;
  found["status"] = word_of(result.status);
  found["message"] = result.message;
  found["log_likelihood"] = result.log_likelihood;
  found["log_prior"] = result.log_prior;
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

py::array_t<double> forecast_table(const Model& model, const py::dict& columns,
                                   const std::string& item, double days, int threads,
                                   const std::string& same_time) {
  const CheckIns check_ins(columns);
  Progress progress{py::none()};
  const auto settings =
      make_settings(false, threads, OnError::raise, same_time, progress);
  Forecasts forecasts = without_gil(progress, [&] {
    return forecast(check_ins.batch(), model, item, Days{days}, settings);
  });
  const auto answers = static_cast<py::ssize_t>(forecasts.answers);
  const auto persons = static_cast<py::ssize_t>(forecasts.values.size()) / answers;
  return to_numpy(std::move(forecasts.values), {persons, answers});
}

}  // namespace

void bind_batch(py::module_& module) {
  module.def("score", &score_table, py::arg("model"), py::arg("columns"),
             py::arg("drivers"), py::arg("threads"), py::arg("same_time"),
             py::arg("progress"));
  module.def("filter", &filter_table, py::arg("model"), py::arg("columns"),
             py::arg("threads"), py::arg("same_time"), py::arg("progress"));
  module.def("number_rising", &number_rising<std::int64_t>,
             py::arg("values").noconvert());
  module.def("number_rising", &number_rising<std::int32_t>,
             py::arg("values").noconvert());
  module.def("log_likelihood", &log_likelihood_of, py::arg("model"), py::arg("columns"),
             py::arg("threads"), py::arg("same_time"));
  module.def("forecast", &forecast_table, py::arg("model"), py::arg("columns"),
             py::arg("item"), py::arg("days"), py::arg("threads"), py::arg("same_time"));
  module.def("smooth", &smooth_table, py::arg("model"), py::arg("columns"),
             py::arg("threads"), py::arg("same_time"), py::arg("progress"));
  module.def("decode", &decode_table, py::arg("model"), py::arg("columns"),
             py::arg("threads"), py::arg("same_time"), py::arg("progress"));
  module.def("fit", &fit_table, py::arg("model"), py::arg("columns"), py::arg("settings"),
             py::arg("progress"));
  py::list reasons;
  for (const auto word : Names<MissingReason>::all) reasons.append(to_python(word));
  module.attr("missing_reasons") = reasons;
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
