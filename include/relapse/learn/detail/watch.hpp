#pragma once

#include <relapse/learn/detail/objective.hpp>
#include <relapse/learn/fit.hpp>

#include <chrono>
#include <exception>
#include <limits>

namespace relapse::learn::detail {

/// Ends the search when its time is up or it is told to: once, for what comes after is
/// needed to say what was found.
class Watch {
 public:
  explicit Watch(const FitSettings& settings) : settings_(&settings) {}

  bool has_ended() const noexcept { return has_ended_; }
  /// Whether it looks at all.
  bool awake = true;

  void before_evaluation(int evaluations, double best) {
    evaluations_ = evaluations;
    best_ = best;
    look();
  }
  /// Of an evaluation that takes long: looks a few times a second.
  void between_persons() {
    constexpr std::chrono::milliseconds often(50);
    if (std::chrono::steady_clock::now() - last_ >= often) look();
  }
  /// Throws what the progress threw.
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void look() {
    if (has_ended_ || !awake) return;
    last_ = Clock::now();
    if (settings_->progress && !goes_on()) end(Ended::Why::stopped);
    const std::chrono::duration<double> passed = last_ - begin_;
    if (settings_->max_seconds > 0.0 && passed.count() > settings_->max_seconds)
      end(Ended::Why::time);
  }

  /// What the progress throws is kept: within an evaluation it would be taken for a model
  /// that cannot be.
  bool goes_on() {
    try {
      return settings_->progress(evaluations_, best_);
    } catch (...) {
      thrown_ = std::current_exception();
      return false;
    }
  }

  [[noreturn]] void end(Ended::Why why) {
    has_ended_ = true;
    throw Ended{why};
  }

  const FitSettings* settings_;
  int evaluations_ = 0;
  double best_ = -std::numeric_limits<double>::infinity();
  bool has_ended_ = false;
  std::exception_ptr thrown_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};

}  // namespace relapse::learn::detail
