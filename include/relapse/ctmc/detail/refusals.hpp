#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/generator.hpp>

#include <span>
#include <string_view>

/// What the functions on one generator refuse.
namespace relapse::ctmc::detail {

/// Length of time in days; refuses one that is negative or not finite. The refusals bear
/// the name of the function that was called.
double checked_days(std::string_view where, Days days);
/// Sum of a row of masses; refuses a wrong length, negative entries, a sum not finite.
double checked_mass(std::string_view where, std::span<const double> row, int states);
/// Refuses a wrong length and entries that are not finite.
void check_entries(std::string_view where, std::span<const double> values, int states);
[[noreturn]] void refuse_rates(std::string_view where);
/// The chain of a generator, for the loops. Valid as long as the generator.
LoneChain lone_chain(const Generator& generator, double days);

}  // namespace relapse::ctmc::detail

#ifndef RELAPSE_COMPILED
#include <relapse/ctmc/detail/refusals.ipp>
#endif
