#pragma once

#include <relapse/core/error.hpp>

#include <pybind11/pybind11.h>

#include <chrono>
#include <exception>
#include <thread>
#include <utility>

namespace relapse::python {

/// Tells Python how far the work is, and hears Ctrl-C, a few times a second and on the
/// calling thread alone: signals reach no other, and progress bars expect no other.
class Progress {
 public:
  explicit Progress(pybind11::object told) : told_(std::move(told)) {}

  /// Called without the GIL. False stops the work.
  bool report(double share) {
    return tell([share](const pybind11::object& told) { return told(share); });
  }

  /// The same with a call of its own.
  template <class Call>
  bool tell(Call call) {
    if (std::this_thread::get_id() != caller_) return true;
    if (raised_) return false;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) return true;
    last_ = now;
    const pybind11::gil_scoped_acquire python;
    try {
      if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
      if (told_.is_none()) return true;
      const pybind11::object answer = call(told_);
      return answer.is_none() || answer.cast<bool>();
    } catch (pybind11::error_already_set&) {
      raised_ = std::current_exception();
      return false;
    }
  }

  /// Whether Ctrl-C was heard.
  bool interrupted() const {
    try {
      rethrow();
    } catch (const pybind11::error_already_set& error) {
      return error.matches(PyExc_KeyboardInterrupt);
    }
    return false;
  }

  /// Raises what Python raised while the work ran.
  void rethrow() const {
    if (raised_) std::rethrow_exception(raised_);
  }

 private:
  pybind11::object told_;
  std::thread::id caller_ = std::this_thread::get_id();
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::exception_ptr raised_;
};

/// Runs long work without the GIL; what Python raised meanwhile comes before the
/// "stopped" that it led to.
template <class Work>
auto without_gil(const Progress& progress, Work work) {
  try {
    const pybind11::gil_scoped_release others_may_run;
    return work();
  } catch (const InvalidInput&) {
    progress.rethrow();
    throw;
  }
}

}  // namespace relapse::python
