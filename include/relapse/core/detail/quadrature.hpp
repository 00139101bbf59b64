#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

/// Integrals over [0, 1] of analytic functions with many components: the nested rules of
/// 1, 3, 7 and 15 nodes of Patterson 1968, halving the interval where they do not settle.
namespace relapse {

class Quadrature {
 public:
  /// Whether to trust no rule before it has settled in plain sight, for integrands whose
  /// peaks a few nodes may miss.
  bool careful = false;
  /// How often at most it halves: what does not settle then is taken as it is.
  int most_halved = 64;

  /// Adds the integral of `integrand` over [0, 1] to `total`.
  /// @param integrand called as integrand(x, out) and writes every entry of `out`
  /// @param tolerance absolute, each component
  template <class Integrand>
  void integrate(Integrand&& integrand, double tolerance, std::span<double> total) {
    values_.resize(rules.back().used * total.size());
    pending_.assign(1, {0.0, 1.0, 0});
    int halved = 0;
    while (!pending_.empty()) {
      const Part part = pending_.back();
      pending_.pop_back();
      sum_.assign(total.size(), 0.0);
      bool settles = false;
      std::size_t known = 0;
      for (const auto& rule : rules) {
        evaluate(integrand, part, known, rule.used);
        known = rule.used;
        const double moved = apply(rule, part);
        settles = careful ? rule.used == rules.back().used && moved <= tolerance
                          : settled(rule, moved, tolerance);
        if (settles) break;
      }
      if (settles || part.depth >= deepest || halved >= most_halved) {
        for (std::size_t j = 0; j < total.size(); ++j) total[j] += sum_[j];
      } else {
        ++halved;
        const double middle = 0.5 * (part.begin + part.end);
        pending_.push_back({middle, part.end, part.depth + 1});
        pending_.push_back({part.begin, middle, part.depth + 1});
      }
    }
  }

 private:
  static constexpr int deepest = 40;

  /// Nodes on [-1, 1] in the order in which the rules take them up.
  static constexpr std::array<double, 15> nodes = {
      0.0,
      0.77459666924148337704,
      -0.77459666924148337704,
      0.434243749346802558,
      -0.434243749346802558,
      0.96049126870802028342,
      -0.96049126870802028342,
      0.22338668642896688163,
      -0.22338668642896688163,
      0.62110294673722640294,
      -0.62110294673722640294,
      0.88845923287225699889,
      -0.88845923287225699889,
      0.99383196321275502221,
      -0.99383196321275502221,
  };

  struct Rule {
    std::size_t used;  ///< the first nodes
    /// Of the node 0 and of each pair of the others.
    std::array<double, 8> weight;
  };
  /// Exact for polynomials up to the degrees 1, 5, 11 and 23.
  static constexpr std::array<Rule, 4> rules = {
      Rule{1, {2.0}}, Rule{3, {0.88888888888888888889, 0.55555555555555555556}},
      Rule{7,
           {0.45091653865847414235, 0.26848808986833344073, 0.40139741477596222291,
            0.10465622602646726519}},
      Rule{15,
           {0.22551049979820668739, 0.13441525524378422036, 0.20062852937698902103,
            0.051603282997079739697, 0.2191568584015874964, 0.17151190913639138079,
            0.092927195315124537686, 0.017001719629940260339}}};

  struct Part {
    double begin;
    double end;
    int depth;
  };

  template <class Integrand>
  void evaluate(Integrand& integrand, const Part& part, std::size_t from,
                std::size_t to) {
    const std::size_t width = sum_.size();
    for (std::size_t k = from; k < to; ++k) {
      const double x = part.begin + (part.end - part.begin) * 0.5 * (1.0 + nodes[k]);
      integrand(x, std::span<double>(values_).subspan(k * width, width));
    }
  }

  /// Sets the sum of a rule; returns by how much it moved at most.
  double apply(const Rule& rule, const Part& part) {
    const std::size_t width = sum_.size();
    const double half = 0.5 * (part.end - part.begin);
    double moved = 0.0;
    for (std::size_t j = 0; j < width; ++j) {
      double sum = 0.0;
      for (std::size_t k = 0; k < rule.used; ++k) {
        sum += rule.weight[(k + 1) / 2] * values_[k * width + j];
      }
      sum *= half;
      moved = std::max(moved, std::abs(sum - sum_[j]));
      sum_[j] = sum;
    }
    return moved;
  }

  /// Where the error falls geometrically with the degree, what is left is the square of
  /// what went, and its cube from the first rule to the second. Half of that gain is
  /// trusted.
  static bool settled(const Rule& rule, double moved, double tolerance) {
    if (rule.used == 1) return false;
    return moved * (rule.used == 3 ? moved : std::sqrt(moved)) <= tolerance;
  }

  std::vector<double> values_;  // [node][component]
  std::vector<double> sum_;
  std::vector<Part> pending_;
};

}  // namespace relapse
