#pragma once

#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/io/timestamp.hpp>
#include <relapse/plan/plan.hpp>

#include <pybind11/pybind11.h>

#include <optional>

/// Moments between C++ and Python.
namespace relapse::python {

/// A timestamp in UTC, or days where the data have no calendar; None for no moment.
inline pybind11::object when(const std::optional<Time>& time) {
  if (!time) return pybind11::none();
  if (const auto text = io::to_timestamp(*time)) return pybind11::str(*text);
  return pybind11::float_(time->days);
}

/// A datetime with its zone, a timestamp with its offset, or days.
inline Time to_time(const pybind11::object& moment) {
  const auto times = pybind11::module_::import("relapse._reading.times");
  return Time{times.attr("to_days")(moment).cast<double>()};
}

/// The zone given, or else that of the plan, or else UTC.
inline Zone zone_for(const Plan& plan, const pybind11::object& zone) {
  if (!zone.is_none()) return zone.cast<Zone>();
  if (plan.time_zone.empty()) return Zone();
  return pybind11::module_::import("relapse._reading.zones")
      .attr("zone")(plan.time_zone)
      .cast<Zone>();
}

/// That of the plan, or UTC where there is none or the tz database does not have it.
inline Zone zone_or_utc(const Plan& plan) {
  try {
    return zone_for(plan, pybind11::none());
  } catch (const pybind11::error_already_set& error) {
    if (!error.matches(PyExc_ValueError)) throw;
    return Zone();
  }
}

}  // namespace relapse::python
