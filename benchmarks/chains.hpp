#pragma once

#include <relapse/core/random.hpp>
#include <relapse/ctmc/generator.hpp>

#include <string>
#include <vector>

/// Chains drawn with fixed seeds, for the benchmarks of `ctmc`.
namespace bench {

inline constexpr int chains = 64;

/// Generators of which every other movement is possible, and 0 -> 1 -> ... -> 0 always,
/// with the given largest exit rate in 1/day.
inline std::vector<relapse::ctmc::Generator> draw_chains(int states,
                                                         double largest_exit) {
  std::vector<relapse::ctmc::Generator> drawn;
  for (int chain = 0; chain < chains; ++chain) {
    auto random = relapse::random_stream(1, static_cast<std::uint64_t>(chain));
    Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(states, states);
    for (int from = 0; from < states; ++from) {
      for (int to = 0; to < states; ++to) {
        const bool possible = to == (from + 1) % states || (from + to) % 2 == 0;
        if (from != to && possible) rates(from, to) = relapse::sample_exponential(random);
      }
    }
    drawn.emplace_back(rates * (largest_exit / rates.rowwise().sum().maxCoeff()));
  }
  return drawn;
}

/// A name such as exp/matrix/states=5/ct=0.1.
inline std::string chain_name(const std::string& what, int states, double ct) {
  std::string number = std::to_string(ct);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return what + "/states=" + std::to_string(states) + "/ct=" + number;
}

}  // namespace bench
