#pragma once

#include <Eigen/Core>
#include <boost/test/tools/assertion_result.hpp>

#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <ranges>
#include <sstream>
#include <string>
#include <vector>

/// Comparison of numbers, ranges and Eigen matrices, to be asked by BOOST_TEST: the
/// answer names the worst entry. NaN is close to nothing.
namespace test {

using boost::test_tools::predicate_result;

namespace detail {

/// The entry with the largest error so far.
struct Worst {
  double error = -1.0;
  std::string text;

  void look(double a, double b, double scale, const std::string& where) {
    double now = std::abs(a - b) / scale;
    if (a == b) now = 0.0;
    if (std::isnan(now)) now = std::numeric_limits<double>::infinity();
    if (now <= error) return;
    error = now;
    std::ostringstream out;
    out.precision(17);
    out << where << a << " and " << b << " differ by " << std::abs(a - b);
    text = out.str();
  }

  predicate_result verdict(double tolerance) const {
    predicate_result result(error <= tolerance);
    if (!(error <= tolerance)) {
      result.message() << text << ", more than the tolerance " << tolerance;
    }
    return result;
  }
};

inline predicate_result sizes_differ(std::ptrdiff_t a, std::ptrdiff_t b,
                                     const char* what) {
  predicate_result result(false);
  result.message() << a << " and " << b << " " << what;
  return result;
}

inline double absolute(double, double) { return 1.0; }
inline double relative(double, double b) { return b == 0.0 ? 1.0 : std::abs(b); }

using Scale = double (*)(double, double);

template <std::ranges::input_range A, std::ranges::input_range B>
predicate_result compare(const A& a, const B& b, double tolerance, Scale scale) {
  const std::vector<double> left(std::ranges::begin(a), std::ranges::end(a));
  const std::vector<double> right(std::ranges::begin(b), std::ranges::end(b));
  if (left.size() != right.size()) {
    return sizes_differ(std::ssize(left), std::ssize(right), "entries");
  }
  Worst worst;
  for (std::size_t i = 0; i < left.size(); ++i) {
    worst.look(left[i], right[i], scale(left[i], right[i]),
               "entry " + std::to_string(i) + ": ");
  }
  return worst.verdict(tolerance);
}

template <class A, class B>
predicate_result compare(const Eigen::DenseBase<A>& a, const Eigen::DenseBase<B>& b,
                         double tolerance, Scale scale) {
  if (a.rows() != b.rows()) return sizes_differ(a.rows(), b.rows(), "rows");
  if (a.cols() != b.cols()) return sizes_differ(a.cols(), b.cols(), "columns");
  const Eigen::MatrixXd left = a;
  const Eigen::MatrixXd right = b;
  Worst worst;
  for (Eigen::Index r = 0; r < left.rows(); ++r) {
    for (Eigen::Index s = 0; s < left.cols(); ++s) {
      worst.look(left(r, s), right(r, s), scale(left(r, s), right(r, s)),
                 "entry (" + std::to_string(r) + ", " + std::to_string(s) + "): ");
    }
  }
  return worst.verdict(tolerance);
}

inline predicate_result compare(double a, double b, double tolerance, Scale scale) {
  Worst worst;
  worst.look(a, b, scale(a, b), "");
  return worst.verdict(tolerance);
}

}  // namespace detail

/// |a - b| <= tolerance in each entry.
template <class A, class B>
predicate_result close(const A& a, const B& b, double tolerance) {
  return detail::compare(a, b, tolerance, detail::absolute);
}

/// |a - b| <= tolerance |b| in each entry; where b is 0, |a| <= tolerance.
template <class A, class B>
predicate_result close_relative(const A& a, const B& b, double tolerance) {
  return detail::compare(a, b, tolerance, detail::relative);
}

}  // namespace test
