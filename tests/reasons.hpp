#pragma once

#include <relapse/risk/assessment.hpp>

#include <string_view>
#include <vector>

/// What tests ask of drivers.
namespace test {

using namespace relapse;

inline double sum(const std::vector<Driver>& drivers) {
  double total = 0.0;
  for (const auto& driver : drivers) total += driver.contribution;
  return total;
}

/// 0 where there is no such driver.
inline double contribution(const std::vector<Driver>& drivers, DriverKind kind,
                           std::string_view id) {
  for (const auto& driver : drivers) {
    if (driver.kind == kind && driver.id == id) return driver.contribution;
  }
  return 0.0;
}

}  // namespace test
