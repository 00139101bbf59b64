#include <relapse/io/timestamp.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace relapse::python {
namespace {

namespace py = pybind11;

/// Days of timestamps, NaN where one is missing or refused, and (row, problem) of those
/// refused.
py::tuple parse_timestamps(const py::list& texts) {
  std::vector<double> days(texts.size(), std::numeric_limits<double>::quiet_NaN());
  py::list problems;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    const py::handle text = texts[row];
    if (text.is_none()) continue;
    const auto [time, problem] = io::read_timestamp(text.cast<std::string>());
    if (time) {
      days[row] = time->days;
    } else {
      problems.append(py::make_tuple(row, "is " + std::string(problem) +
                                              ", but must be " +
                                              std::string(io::timestamp_form)));
    }
  }
  return py::make_tuple(to_numpy(std::move(days)), problems);
}

/// What Python says of zones, of which the library has no rules; kept to the end of the
/// process, as any thread may ask.
py::function& python_rules() {
  static auto* rules = new py::function();
  return *rules;
}

std::optional<int> offset_seconds(std::string_view zone, Time moment) {
  const py::gil_scoped_acquire held;
  return python_rules()(std::string(zone), moment.days).cast<std::optional<int>>();
}

void set_zone_rules(const py::function& rules) {
  python_rules() = rules;
  io::set_zone_rules(&offset_seconds);
}

}  // namespace

void bind_times(py::module_& module) {
  module.def("set_zone_rules", &set_zone_rules, py::arg("rules"));
  module.def("parse_timestamps", &parse_timestamps, py::arg("texts"));
  module.def("unlikely_days", &io::unlikely_days, py::arg("days"));
}

}  // namespace relapse::python
