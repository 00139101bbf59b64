#pragma once

#include <relapse/core/detail/threads.hpp>
#include <relapse/core/error.hpp>
#include <relapse/engine/detail/rows.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace relapse::engine {

/// Threads that share the persons of a data set.
class Crew {
 public:
  /// @param threads 0: as many as the machine has
  /// @param progress told the share of rows done; false stops the work
  Crew(Rows& rows, int threads, const std::function<bool(double)>& progress)
      : rows_(rows), progress_(progress) {
    const int machine = static_cast<int>(std::thread::hardware_concurrency());
    const int persons = static_cast<int>(std::max<std::size_t>(1, rows.persons()));
    size_ = std::clamp(threads > 0 ? threads : machine, 1, persons);
  }

  int size() const noexcept { return size_; }

  /// Calls work(person, thread) for every person, and before that, for some persons at a
  /// time, prepare(first, one past the last, thread). Rethrows the error of the first
  /// row, in the order of the input, that raised one. What prepare or the progress throws
  /// ends the work and is rethrown. Throws InvalidInput when it was stopped.
  template <class Work, class Prepare>
  void run(Work work, Prepare prepare) {
    // Much at a time where columns are read in one go, so that they are read far ahead;
    // little for small data sets, so that all threads have work.
    run(work, prepare,
        std::clamp<std::size_t>(rows_.persons() / (8 * threads()), 1, 128));
  }

  template <class Work>
  void run(Work work) {
    constexpr std::size_t chunk = 16;
    run(
        work, [](std::size_t, std::size_t, int) {}, chunk);
  }

 private:
  std::size_t threads() const { return static_cast<std::size_t>(size_); }

  template <class Work, class Prepare>
  void run(Work& work, Prepare prepare, std::size_t chunk) {
    work_beside(size_, [&](int thread) { take(work, prepare, chunk, thread); });
    if (error_) std::rethrow_exception(error_);
    if (stopped_) throw InvalidInput("score", "was stopped");
  }

  template <class Work, class Prepare>
  void take(Work& work, Prepare& prepare, std::size_t chunk, int thread) {
    try {
      for (;;) {
        const std::size_t begin = next_.fetch_add(chunk);
        if (begin >= rows_.persons() || stopped_) return;
        const std::size_t end = std::min(rows_.persons(), begin + chunk);
        prepare(begin, end, thread);
        for (std::size_t person = begin; person < end; ++person) {
          work_on(person, thread, work);
        }
        report(rows_.before(end) - rows_.before(begin));
      }
    } catch (...) {
      stopped_ = true;
      keep(0);
    }
  }

  template <class Work>
  void work_on(std::size_t person, int thread, Work& work) {
    try {
      work(person, thread);
    } catch (const CheckInError& error) {
      keep(error.place().row.value_or(0));
    } catch (...) {
      keep(0);
    }
  }

  void keep(std::size_t row) {
    const std::lock_guard lock(mutex_);
    if (error_ && row >= error_row_) return;
    error_ = std::current_exception();
    error_row_ = row;
  }

  void report(std::size_t rows) {
    if (!progress_) return;
    const std::lock_guard lock(mutex_);
    done_ += rows;
    const auto all = static_cast<double>(rows_.count());
    if (!stopped_ && !progress_(static_cast<double>(done_) / all)) stopped_ = true;
  }

  Rows& rows_;
  const std::function<bool(double)>& progress_;
  int size_ = 1;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::size_t error_row_ = 0;
  std::exception_ptr error_;
};

}  // namespace relapse::engine
