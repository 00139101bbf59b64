#include <relapse/io/timestamp.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "words.hpp"

#include <limits>
#include <string>

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

}  // namespace

void bind_times(py::module_& module) {
  module.def("parse_timestamps", &parse_timestamps, py::arg("texts"));
  module.def(
      "unlikely_days", [](double days) { return std::string(io::unlikely_days(days)); },
      py::arg("days"));
}

}  // namespace relapse::python
