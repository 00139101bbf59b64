#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

/// Integrals over [0, 1] of smooth functions with many components. Gauss-Legendre rules
/// of rising order, halving the interval where they do not settle.
namespace relapse {

/// Nodes and weights of a Gauss-Legendre rule on [0, 1].
template <std::size_t N>
struct GaussLegendre {
  std::array<double, N> nodes{};
  std::array<double, N> weights{};

  GaussLegendre() {
    for (std::size_t k = 0; k < N; ++k) {
      double x = std::cos(std::numbers::pi * (static_cast<double>(k) + 0.75) /
                          (static_cast<double>(N) + 0.5));
      double slope = 0.0;
      for (int newton = 0; newton < 12; ++newton) {
        double before = 1.0;
        double here = x;
        for (std::size_t n = 2; n <= N; ++n) {
          const auto order = static_cast<double>(n);
          const double next =
              ((2.0 * order - 1.0) * x * here - (order - 1.0) * before) / order;
          before = here;
          here = next;
        }
        slope = static_cast<double>(N) * (x * here - before) / (x * x - 1.0);
        x -= here / slope;
      }
      nodes[k] = 0.5 * (1.0 - x);
      weights[k] = 1.0 / ((1.0 - x * x) * slope * slope);
    }
  }
};

/// Integrates functions of one variable into a vector; keeps its memory between calls.
class Quadrature {
 public:
  /// Adds the integral of `integrand` over [0, 1] to `total`.
  /// @param integrand called as integrand(x, out) and writes every entry of `out`
  /// @param tolerance absolute, each component
  template <class Integrand>
  void integrate(Integrand&& integrand, double tolerance, std::span<double> total) {
    static const GaussLegendre<3> coarse;
    static const GaussLegendre<5> fine;
    static const GaussLegendre<9> finer;
    value_.resize(total.size());
    pending_.assign(1, {0.0, 1.0, 0});
    int halved = 0;
    while (!pending_.empty()) {
      const Part part = pending_.back();
      pending_.pop_back();
      apply(coarse, integrand, part, first_);
      apply(fine, integrand, part, second_);
      if (!settled(tolerance)) {
        first_.swap(second_);
        apply(finer, integrand, part, second_);
      }
      if (settled(tolerance) || part.depth >= deepest || halved >= most_halved) {
        for (std::size_t k = 0; k < total.size(); ++k) total[k] += second_[k];
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
  static constexpr int most_halved = 10'000;  // noise never settles
  struct Part {
    double begin;
    double end;
    int depth;
  };

  template <std::size_t N, class Integrand>
  void apply(const GaussLegendre<N>& rule, Integrand& integrand, const Part& part,
             std::vector<double>& sum) {
    sum.assign(value_.size(), 0.0);
    const double width = part.end - part.begin;
    for (std::size_t k = 0; k < N; ++k) {
      integrand(part.begin + width * rule.nodes[k], std::span<double>(value_));
      for (std::size_t j = 0; j < sum.size(); ++j) {
        sum[j] += width * rule.weights[k] * value_[j];
      }
    }
  }

  bool settled(double tolerance) const {
    for (std::size_t k = 0; k < first_.size(); ++k) {
      if (std::abs(first_[k] - second_[k]) > tolerance) return false;
    }
    return true;
  }

  std::vector<double> value_;
  std::vector<double> first_;
  std::vector<double> second_;
  std::vector<Part> pending_;
};

}  // namespace relapse
