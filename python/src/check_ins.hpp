#pragma once

#include <relapse/engine/batch.hpp>

#include "arrays.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace relapse::python {

/// The arrays of a data set, which the batch views. Missing columns are None.
class CheckIns {
 public:
  explicit CheckIns(const pybind11::dict& columns)
      : person_(columns["person"].cast<Array<std::int32_t>>()),
        time_(columns["time"].cast<Array<double>>()),
        known_(optional<std::uint8_t>(columns, "stage")),
        entered_(optional<std::uint8_t>(columns, "entered")),
        abstinent_(optional<std::uint8_t>(columns, "abstinent_since_last")),
        used_(optional<double>(columns, "used_days_ago")),
        acknowledge_(optional<std::uint64_t>(columns, "acknowledge")),
        refused_(optional<std::uint8_t>(columns, "refused")),
        since_use_(optional<double>(columns, "days_since_use")),
        in_recovery_(optional<double>(columns, "days_in_recovery")),
        unreadable_(optional<std::uint64_t>(columns, "unreadable")) {
    batch_.person = view(person_);
    batch_.time = view(time_);
    batch_.known = view(known_);
    batch_.entered = view(entered_);
    batch_.abstinent_since_last = view(abstinent_);
    batch_.used_days_ago = view(used_);
    batch_.acknowledge = view(acknowledge_);
    batch_.refused = view(refused_);
    batch_.days_since_use = view(since_use_);
    batch_.days_in_recovery = view(in_recovery_);
    batch_.unreadable = view(unreadable_);
    for (const auto& [item, values] : columns["answers"].cast<pybind11::dict>()) {
      batch_.columns.push_back({.item = item.cast<std::string>()});
      auto& column = batch_.columns.back();
      if (pybind11::isinstance<pybind11::array_t<std::uint8_t>>(values)) {
        bytes_.push_back(values.cast<Array<std::uint8_t>>());
        column.bytes = view(bytes_.back());
      } else {
        answers_.push_back(values.cast<Array<double>>());
        column.values = view(answers_.back());
      }
    }
    // Bytes without gaps, where 255 is no sentinel.
    if (columns.contains("full")) {
      const auto full = columns["full"].cast<pybind11::set>();
      for (auto& column : batch_.columns) {
        if (full.contains(pybind11::str(column.item))) column.gaps = ByteGaps::an_answer;
      }
    }
    const auto reasons = columns["reasons"].cast<pybind11::dict>();
    for (auto& column : batch_.columns) {
      if (!reasons.contains(column.item)) continue;
      reasons_.push_back(reasons[pybind11::str(column.item)].cast<Array<std::uint8_t>>());
      column.reasons = view(reasons_.back());
    }
  }

  const Batch& batch() const noexcept { return batch_; }

 private:
  template <class T>
  static Array<T> optional(const pybind11::dict& columns, const char* name) {
    return columns.contains(name) ? columns[name].cast<Array<T>>() : Array<T>(0);
  }

  Array<std::int32_t> person_;
  Array<double> time_;
  Array<std::uint8_t> known_;
  Array<std::uint8_t> entered_;
  Array<std::uint8_t> abstinent_;
  Array<double> used_;
  Array<std::uint64_t> acknowledge_;
  Array<std::uint8_t> refused_;
  Array<double> since_use_;
  Array<double> in_recovery_;
  Array<std::uint64_t> unreadable_;
  std::vector<Array<double>> answers_;
  std::vector<Array<std::uint8_t>> bytes_;
  std::vector<Array<std::uint8_t>> reasons_;
  Batch batch_;
};

}  // namespace relapse::python
