#pragma once

#include <relapse/engine/score.hpp>

#include "arrays.hpp"
#include "latent.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

/// Scores of a data set as arrays of NumPy.
namespace relapse::python {

inline pybind11::list errors_of(const std::vector<RowError>& errors) {
  pybind11::list rows;
  for (const auto& [place, problem] : errors) {
    rows.append(pybind11::make_tuple(*place.row, place.item, problem));
  }
  return rows;
}

/// Columns of the drivers; ids are numbered, so that a text is made once.
template <class Each>
pybind11::dict drivers_of(const std::vector<Each>& drivers) {
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
  pybind11::list kinds;
  for (const auto word : Names<DriverKind>::all) kinds.append(to_python(word));
  pybind11::dict columns;
  columns["row"] = to_numpy(std::move(row));
  columns["kind"] = to_numpy(std::move(kind));
  columns["id"] = to_numpy(std::move(id));
  columns["contribution"] = to_numpy(std::move(contribution));
  columns["kinds"] = kinds;
  columns["ids"] = ids;
  return columns;
}

/// The same of outcomes, with the number of each.
inline pybind11::dict outcome_drivers_of(const std::vector<RowOutcomeDriver>& drivers) {
  pybind11::dict columns = drivers_of(drivers);
  std::vector<std::int32_t> outcome(drivers.size());
  for (std::size_t k = 0; k < drivers.size(); ++k)
    outcome[k] = static_cast<std::int32_t>(drivers[k].outcome);
  columns["outcome"] = to_numpy(std::move(outcome));
  return columns;
}

/// Flags by row: those raised, and those among them that could not be read.
inline pybind11::tuple flag_arrays(const std::vector<FlagBits>& rows) {
  std::vector<std::uint64_t> up(rows.size());
  std::vector<std::uint64_t> unreadable(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    up[row] = rows[row].up;
    unreadable[row] = rows[row].unreadable;
  }
  return pybind11::make_tuple(to_numpy(std::move(up)), to_numpy(std::move(unreadable)));
}

/// The arrays by name; matrices are [row][stage] or [row][horizon].
inline pybind11::dict table_of(Scores scores, const Model& model) {
  const auto rows = static_cast<pybind11::ssize_t>(scores.rows);
  const auto stages = static_cast<pybind11::ssize_t>(scores.stages_count);
  const auto horizons = static_cast<pybind11::ssize_t>(scores.horizons_count);
  pybind11::dict table;
  table["stages"] = to_numpy(std::move(scores.stages), {rows, stages});
  table["risk"] = to_numpy(std::move(scores.risk), {rows, horizons});
  table["risk_low"] = to_numpy(std::move(scores.risk_low), {rows, horizons});
  table["risk_high"] = to_numpy(std::move(scores.risk_high), {rows, horizons});
  if (scores.outcomes_count > 0) {
    const auto outcomes = static_cast<pybind11::ssize_t>(scores.outcomes_count);
    table["outcomes"] = to_numpy(std::move(scores.outcomes), {rows, outcomes});
  }
  table["new_use"] = to_numpy(std::move(scores.new_use), {rows, horizons});
  table["relapse"] = to_numpy(std::move(scores.relapse), {rows, horizons});
  table["latent"] = latent_columns(model, scores.latent);
  table["log_likelihood"] = to_numpy(std::move(scores.log_likelihood));
  table["stage"] = to_numpy(std::move(scores.stage));
  table["level"] = to_numpy(std::move(scores.level));
  table["flags"] = to_numpy(std::move(scores.flags));
  if (!model.document().floors.empty()) {
    table["floor"] = to_numpy(std::move(scores.floor));
    table["floor_until"] = to_numpy(std::move(scores.floor_until));
  }
  table["unreadable_flags"] = to_numpy(std::move(scores.unreadable_flags));
  table["unknown_flags"] = to_numpy(std::move(scores.unknown_flags));
  table["errors"] = errors_of(scores.errors);
  table["drivers"] = drivers_of(scores.drivers);
  table["outcome_drivers"] = outcome_drivers_of(scores.outcome_drivers);
  return table;
}

}  // namespace relapse::python
