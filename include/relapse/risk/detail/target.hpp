#pragma once

#include <relapse/infer/detail/belief.hpp>
#include <relapse/infer/detail/node_path.hpp>
#include <relapse/risk/detail/passage.hpp>
#include <relapse/risk/detail/path.hpp>

#include <vector>

namespace relapse::risk {

/// Which answer may be repeated ahead: the last one before a check-in, or the last one
/// with it.
enum class Recall { before, now };

/// The time ahead as somebody is led through it.
struct Future {
  const Path& path;
  PassageWorkspace& passage;  ///< the ratios of the path stand in it
  Recall recall = Recall::before;
};

/// What a node and stage at now is worth: what is shown is a function of the ratio of the
/// means of `reached` and `there` over the belief. [node][stage]
struct Worth {
  std::vector<double> reached;
  std::vector<double> there;

  int nodes(int stages) const { return static_cast<int>(reached.size()) / stages; }
};

/// How what is shown moves with a belief and with the rates: the derivative of the ratio,
/// but for what both are divided by, and the slope of what is shown.
struct Levers {
  std::vector<double> worth;  ///< [node][stage], of the mass there
  std::vector<double> gains;  ///< [piece][point][padded move], of the effects
  double slope = 1.0;         ///< of what is shown, in the ratio
  double there = 1.0;         ///< what both are divided by
};

/// What drivers explain.
class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  /// The nodes that its worth is by.
  virtual infer::Grid grid() const = 0;
  /// Adds the ends of the pieces that it needs, how far it looks among them.
  virtual void add_ends(std::vector<double>& ends) const = 0;
  /// The item whose last answer it recalls, where a check-in has changed that; else -1.
  virtual int recalled() const { return -1; }
  virtual void find_worth(const Future& future, Worth& worth) = 0;
  /// @param belief on its grid
  /// @param starts whether the belief moves as well, so that its worth is needed
  virtual void find_levers(const infer::Belief& belief, bool starts, const Future& future,
                           Levers& levers) = 0;
  /// What is shown of a ratio, and its slope.
  virtual double shown(double ratio) const { return ratio; }
  virtual double slope(double) const { return 1.0; }
  /// How often at most the integral over determinants halves.
  virtual int most_halved(bool careful) const = 0;
};

}  // namespace relapse::risk
