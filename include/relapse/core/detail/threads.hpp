#pragma once

#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace relapse {
namespace detail {

/// Threads that are joined whatever happens.
struct Joined {
  Joined() = default;
  Joined(const Joined&) = delete;
  Joined& operator=(const Joined&) = delete;
  ~Joined() {
    for (auto& thread : threads) thread.join();
  }

  std::vector<std::thread> threads;
};

}  // namespace detail

/// Calls work(0), ..., work(threads - 1) beside each other, the first in the thread that
/// asks, and returns when all have ended. Where the system refuses a thread, or memory
/// for one, those that there are do without it: so `work` takes what is to be done from a
/// list that all share. Rethrows what was thrown first; the others go on all the same.
/// @param start makes a thread that calls the function given to it
template <class Work, class Start>
void work_beside(int threads, const Work& work, const Start& start) {
  std::mutex mutex;
  std::exception_ptr error;
  const auto safely = [&](int thread) noexcept {
    try {
      work(thread);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
    }
  };
  {
    detail::Joined others;
    try {
      for (int t = 1; t < threads; ++t) {
        others.threads.reserve(others.threads.size() + 1);
        others.threads.push_back(start([&safely, t] { safely(t); }));
      }
    } catch (const std::system_error&) {
      // With those that there are.
    } catch (const std::bad_alloc&) {
    }
    safely(0);
  }
  if (error) std::rethrow_exception(error);
}

template <class Work>
void work_beside(int threads, const Work& work) {
  work_beside(threads, work,
              [](auto&& run) { return std::thread(std::forward<decltype(run)>(run)); });
}

}  // namespace relapse
