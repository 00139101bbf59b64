#pragma once

#include <relapse/engine/detail/column_kernel.hpp>
#include <relapse/engine/detail/columns.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/infer/detail/transitions.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace relapse::engine {

namespace detail {

/// Times between check-ins that are kept, at most: some megabytes of matrices.
inline std::size_t most_times(const Model& model) {
  constexpr std::size_t rows = std::size_t{1} << 17;
  return std::min<std::size_t>(
      16'384, rows / static_cast<std::size_t>(model.nodes() * model.stages()));
}

inline bool starts_alike(const Model& model) {
  const auto& latent = model.grid().latent;
  const auto& effects = model.start().stage_effects;
  return std::all_of(latent.begin(), latent.end(),
                     [](const auto& each) { return each.prior.empty(); }) &&
         std::all_of(effects.begin(), effects.end(),
                     [](const auto& each) { return each.empty(); });
}

}  // namespace detail

/// The forward filter over whole columns, for models whose rates nothing changes. One a
/// thread.
class ConstantFilter {
 public:
  /// Whether it can take a model at all.
  static bool takes(const Model& model) {
    return !model.movement().has_effects() && detail::starts_alike(model);
  }

  explicit ConstantFilter(const Model& model)
      : model_(model), transitions_(model, detail::most_times(model)) {
    of_days_.fill(transitions_.full);
    const std::vector<double> reference(
        static_cast<std::size_t>(model.determinants().count()), 0.0);
    const auto belief = infer::start_belief(reference, model);
    start_.assign(static_cast<std::size_t>(belief.nodes) * infer::row_width, 0.0);
    auto padded = start_.begin();
    for (int i = 0; i < belief.nodes; ++i, padded += infer::row_width) {
      const auto node = belief.node(i);
      std::copy(node.begin(), node.end(), padded);
    }
  }

  /// Follows persons through the columns read last. False when there are more times than
  /// can be kept.
  /// @param task where the results go
  bool follow(const Columns& columns, std::span<const infer::Stretch> stretches,
              const infer::CheckInTask& task) {
    if (!find_matrices(columns.days())) {
      transitions_.forget();
      of_days_.fill(transitions_.full);
      if (!find_matrices(columns.days())) return false;
    }
    infer::kernel().follow({.nodes = model_.nodes(),
                            .stages = model_.stages(),
                            .start = start_.data(),
                            .matrices = transitions_.matrices(),
                            .matrix = matrix_.data(),
                            .check_ins = task},
                           stretches.data(), stretches.size());
    return true;
  }

 private:
  /// The matrices that lead to each row.
  bool find_matrices(std::span<const double> days_before) {
    matrix_.resize(days_before.size());
    // Whole days, the usual case, need no search.
    if (column_kernel().look_up(days_before.data(), matrix_.size(), of_days_.data(),
                                usual_days, matrix_.data())) {
      return true;
    }
    for (std::size_t k = 0; k < matrix_.size(); ++k) {
      const double days = days_before[k];
      const int whole = static_cast<int>(days < usual_days ? days : 0.0);
      const bool usual = static_cast<double>(whole) == days;
      auto& known = of_days_[static_cast<std::size_t>(whole)];
      matrix_[k] = usual ? known : transitions_.full;
      if (matrix_[k] != transitions_.full) continue;
      matrix_[k] = transitions_.find(days);
      if (matrix_[k] == transitions_.full) return false;
      if (usual) known = matrix_[k];
    }
    return true;
  }

  Model model_;
  infer::Transitions transitions_;
  std::array<std::uint32_t, usual_days> of_days_;  // places of whole numbers of days
  std::vector<double> start_;                      // [node][8]
  std::vector<std::uint32_t> matrix_;              // by row
};

}  // namespace relapse::engine
