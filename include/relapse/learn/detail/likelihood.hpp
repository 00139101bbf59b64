#pragma once

#include <relapse/core/detail/threads.hpp>
#include <relapse/infer/detail/expectation.hpp>
#include <relapse/infer/detail/foretell.hpp>
#include <relapse/learn/detail/gradient.hpp>
#include <relapse/learn/detail/parameters.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <thread>
#include <vector>

namespace relapse::learn {

/// What is summed in place of the log-likelihood: the log score of a sign (see
/// infer/foretell.hpp), and with a weight above 0 so much of the log-likelihood as well.
struct Aim {
  int outcome = 0;
  double likelihood_weight = 0.0;
};

/// The log-likelihood of a panel as a function of the numbers of a model, shared between
/// threads: persons are summed in blocks that do not depend on how many there are. With
/// an aim, that in its place.
class Likelihood {
 public:
  /// @param threads 0: as many as the machine has
  Likelihood(const infer::Panel& panel, int threads, std::optional<Aim> aim = {})
      : panel_(&panel),
        threads_(threads > 0 ? threads
                             : std::max(1, static_cast<int>(
                                               std::thread::hardware_concurrency()))),
        aim_(aim) {}

  /// -infinity when a person's check-ins are impossible under the model.
  double value(const Model& model) const {
    if (aim_) return expect(model).log_likelihood;
    const infer::PanelLaw law(*panel_, model);
    std::vector<double> sums(blocks(), 0.0);
    share(sums.size(), [&](std::size_t b, const auto& goes_on) {
      infer::Trellis trellis(law);
      for (const auto& person : block(b)) {
        if (!goes_on()) return;
        sums[b] += trellis.forward(person);
      }
    });
    double total = 0.0;
    for (const double sum : sums) total += sum;
    return total;
  }

  /// What is expected of all persons; log_likelihood is -infinity when a person's
  /// check-ins are impossible.
  infer::Expectation expect(const Model& model) const {
    const infer::PanelLaw law(*panel_, model);
    if (!aim_) return expect_by(infer::Expecting(law));
    auto total = expect_by(infer::Foretelling(law, aim_->outcome));
    if (aim_->likelihood_weight > 0.0)
      total.add(expect_by(infer::Expecting(law)), aim_->likelihood_weight);
    return total;
  }

  /// Gradient of each person's log-likelihood, [person][parameter].
  std::vector<std::vector<double>> scores(const Model& model,
                                          const Parameters& parameters) const {
    const infer::PanelLaw law(*panel_, model, infer::Kept::flows);
    if (!aim_) return scores_by(infer::Expecting(law), model, parameters);
    auto rows = scores_by(infer::Foretelling(law, aim_->outcome), model, parameters);
    if (!(aim_->likelihood_weight > 0.0)) return rows;
    const auto all = scores_by(infer::Expecting(law), model, parameters);
    for (std::size_t p = 0; p < rows.size(); ++p) {
      for (std::size_t j = 0; j < rows[p].size(); ++j)
        rows[p][j] += aim_->likelihood_weight * all[p][j];
    }
    return rows;
  }

  /// The first person whose check-ins are impossible under the model; -1 when none is.
  std::ptrdiff_t first_impossible(const Model& model) const {
    const infer::PanelLaw law(*panel_, model);
    infer::Trellis trellis(law);
    const auto& persons = panel_->persons();
    for (std::size_t p = 0; p < persons.size(); ++p) {
      if (!(trellis.forward(persons[p]) > -std::numeric_limits<double>::infinity()))
        return static_cast<std::ptrdiff_t>(p);
    }
    return -1;
  }

  const infer::Panel& panel() const noexcept { return *panel_; }

  /// Called on the thread that asks, before some of the persons; what it throws ends the
  /// work on all threads and is rethrown.
  std::function<void()> between_persons = {};

 private:
  template <class Summing>
  infer::Expectation expect_by(const Summing& nothing) const {
    std::vector<Summing> parts(blocks(), nothing);
    std::vector<char> possible(parts.size(), 1);
    share(parts.size(), [&](std::size_t b, const auto& goes_on) {
      for (const auto& person : block(b)) {
        if (!goes_on()) return;
        if (!parts[b].add(person)) possible[b] = 0;
      }
    });
    std::vector<const Summing*> all;
    for (const auto& part : parts) all.push_back(&part);
    share(parts.size(), [&](std::size_t b, const auto& goes_on) {
      if (goes_on()) parts[b].settle(all, b);
    });
    auto total = parts[0].take();
    for (std::size_t b = 1; b < parts.size(); ++b) total.add(parts[b].take(), 1.0);
    if (std::count(possible.begin(), possible.end(), 0) > 0) {
      total.log_likelihood = -std::numeric_limits<double>::infinity();
    }
    return total;
  }

  template <class Summing>
  std::vector<std::vector<double>> scores_by(const Summing& nothing, const Model& model,
                                             const Parameters& parameters) const {
    const auto& persons = panel_->persons();
    std::vector<std::vector<double>> rows(persons.size());
    share(blocks(), [&](std::size_t b, const auto& goes_on) {
      Summing summing = nothing;
      for (const auto& person : block(b)) {
        if (!goes_on()) return;
        summing.add(person);
        summing.settle();
        rows[static_cast<std::size_t>(&person - persons.data())] =
            gradient(parameters, summing.take(), *panel_, model);
      }
    });
    return rows;
  }

  template <class Work>

  /// Calls work(block, goes_on) for each block, on as many threads as there are;
  /// `goes_on()` is asked before each person.
  void share(std::size_t blocks, const Work& work) const {
    std::atomic<std::size_t> next{0};
    std::atomic<bool> ended{false};
    const auto size = std::min(static_cast<std::size_t>(threads_), blocks);
    work_beside(static_cast<int>(size), [&](int thread) {
      const auto goes_on = [&] {
        if (thread > 0 || !between_persons) return !ended;
        try {
          between_persons();
        } catch (...) {
          ended = true;
          throw;
        }
        return true;
      };
      if (!goes_on()) return;
      for (std::size_t block = next++; block < blocks && !ended; block = next++)
        work(block, goes_on);
    });
  }

  std::size_t blocks() const {
    constexpr std::size_t most = 32;
    return std::min(most, panel_->persons().size());
  }

  std::span<const infer::Sequence> block(std::size_t index) const {
    const std::span<const infer::Sequence> persons(panel_->persons());
    const std::size_t begin = persons.size() * index / blocks();
    const std::size_t end = persons.size() * (index + 1) / blocks();
    return persons.subspan(begin, end - begin);
  }

  const infer::Panel* panel_;
  int threads_;
  std::optional<Aim> aim_;
};

}  // namespace relapse::learn
