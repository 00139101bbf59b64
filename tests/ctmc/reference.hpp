#pragma once

#include <relapse/core/time.hpp>
#include <relapse/ctmc/generator.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace test {

/// A chain of tests/data/exp_reference.py: every kind of generator, 1e-9 to 1e4 days.
struct ReferenceChain {
  std::string family;
  relapse::ctmc::Generator generator;
  relapse::Days t;
  std::vector<double> numbers;  ///< what the line holds after the rates

  int states() const { return generator.states(); }
  /// The square matrix at the end of the line.
  Eigen::MatrixXd matrix() const {
    using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const auto size =
        static_cast<std::size_t>(states()) * static_cast<std::size_t>(states());
    return Eigen::Map<const Rows>(numbers.data() + (numbers.size() - size), states(),
                                  states());
  }
  std::string name() const {
    std::ostringstream text;
    text << family << ", " << states() << " states, " << t.count << " days";
    return text.str();
  }
};

inline ReferenceChain parse_reference(std::stringstream fields) {
  ReferenceChain chain{{}, relapse::ctmc::Generator(1), relapse::Days{}, {}};
  std::string field;
  std::getline(fields, chain.family, ',');
  std::getline(fields, field, ',');
  const int states = std::stoi(field);
  while (std::getline(fields, field, ',')) {
    chain.numbers.push_back(std::strtod(field.c_str(), nullptr));
  }
  auto& numbers = chain.numbers;
  chain.t = relapse::Days{numbers.at(0)};
  chain.generator = relapse::ctmc::Generator(states);
  std::size_t next = 1;
  for (int r = 0; r < states; ++r) {
    for (int s = 0; s < states; ++s) {
      if (s != r) chain.generator.set_rate(r, s, numbers.at(next++));
    }
  }
  numbers.erase(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(next));
  return chain;
}

/// The chains of one kind: `exp` or `occupation`.
inline std::vector<ReferenceChain> reference_chains(const std::string& kind) {
  std::ifstream file(RELAPSE_TEST_DATA "/exp_reference.csv");
  std::vector<ReferenceChain> chains;
  std::string line;
  while (std::getline(file, line)) {
    const auto comma = line.find(',');
    if (line.substr(0, comma) != kind) continue;
    chains.push_back(parse_reference(std::stringstream(line.substr(comma + 1))));
  }
  if (chains.empty()) throw std::runtime_error("no chains in exp_reference.csv");
  return chains;
}

}  // namespace test
