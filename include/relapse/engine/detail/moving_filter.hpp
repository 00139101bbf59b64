#pragma once

#include <relapse/core/error.hpp>
#include <relapse/engine/detail/held_determinants.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/infer/detail/laid_ways.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace relapse::engine {

using infer::row_width;

/// The forward filter over whole columns, for models whose determinants move the rates:
/// eight persons side by side, each with generators of their own. One a thread.
class MovingFilter {
 public:
  explicit MovingFilter(const Model& model)
      : model_(model),
        ways_(model_, model_.determinants().points()),
        lanes_(model_, row_width, infer::Grid::ways) {
    if (HeldDeterminants::takes(model_)) held_.emplace(model_);
    const auto& determinants = model.determinants();
    updated_.assign(static_cast<std::size_t>(determinants.count()), 0.0);
    centred_.assign(updated_.size() * static_cast<std::size_t>(determinants.points()),
                    0.0);
  }

  /// Follows persons through the columns read last.
  /// @param task where the results go
  /// @param lost set where a person could not be followed to the end
  void follow(const Columns& columns, std::span<const infer::Stretch> stretches,
              const infer::CheckInTask& check_ins, std::span<std::uint8_t> lost) {
    row_ = columns.first_look();
    if (held_) held_->read(columns, stretches, lost);
    std::size_t next = 0;
    unsigned here = 0;
    for (auto& one : traveller_) one.at = one.end = 0;
    do {
      here = 0;
      ways_.clear();
      for (int lane = 0; lane < row_width; ++lane) {
        auto& one = traveller_[static_cast<std::size_t>(lane)];
        const bool first = one.at == one.end;
        if (first && next == stretches.size()) continue;
        if (first) {
          one.stretch = next++;
          one.at = stretches[one.stretch].begin;
          one.end = stretches[one.stretch].end;
        }
        try {
          if (first) {
            set_out(lane, columns);
          } else if (held_) {
            prepare_held_way(lane, columns);
          } else {
            prepare_way(lane, columns);
          }
        } catch (const InvalidInput&) {
          lost[one.stretch] = 1;
        }
        here |= 1U << lane;
      }
      take_in(check_ins, here, lost);
    } while (here != 0);
  }

 private:
  /// A person in a lane.
  struct Traveller {
    std::size_t stretch = 0;
    std::size_t at = 0;
    std::size_t end = 0;
    double time = 0.0;
    infer::Covariates covariates;
  };

  /// Seats a person at the first check-in, before its signs are weighed.
  void set_out(int lane, const Columns& columns) {
    find_first(traveller_[static_cast<std::size_t>(lane)], columns);
    lanes_.load(infer::start_belief(updated_, model_), {}, lane);
  }

  /// The determinants at the first check-in.
  void find_first(Traveller& one, const Columns& columns) {
    if (held_) {
      const auto after = held_->after(one.at);
      std::copy(after.begin(), after.end(), updated_.begin());
      return;
    }
    columns.look(one.at, row_);
    one.covariates = infer::first_covariates(row_.time, {}, model_);
    infer::update(one.covariates, row_, model_);
    one.time = row_.time.days;
    infer::fill_updated(one.covariates, model_, updated_);
  }

  /// Lays the pieces of the way to the next check-in and takes in its answers.
  void prepare_way(int lane, const Columns& columns) {
    auto& one = traveller_[static_cast<std::size_t>(lane)];
    columns.look(one.at, row_);
    int piece = 0;
    infer::fill_updated(one.covariates, model_, updated_);
    infer::for_each_piece(one.covariates, Time{one.time}, row_.time, model_,
                          [&](infer::Cell cell, double days) {
                            infer::fill_cell(one.covariates, updated_, cell,
                                             model_.determinants().points(), model_,
                                             centred_);
                            ways_.lay(lane, piece++, days, centred_);
                          });
    infer::update(one.covariates, row_, model_);
    one.time = row_.time.days;
  }

  /// The same where nothing changes on the way: one piece, its days counted as there.
  void prepare_held_way(int lane, const Columns& columns) {
    const std::size_t at = traveller_[static_cast<std::size_t>(lane)].at;
    const double updated = held_->updated(at - 1);
    const double days =
        (columns.time()[at] - updated) - (columns.time()[at - 1] - updated);
    ways_.lay(lane, 0, days, held_->after(at - 1));
  }

  /// Carries each person to the check-in and takes it in.
  /// @param here the lanes with a person, a bit each
  void take_in(const infer::CheckInTask& check_ins, unsigned here,
               std::span<std::uint8_t> lost) {
    infer::AbreastTask task{.nodes = model_.nodes(),
                            .stages = model_.stages(),
                            .row = lanes_.row().data(),
                            .check_ins = check_ins,
                            .here = here};
    ways_.lead(lanes_);
    const bool finite = lanes_.try_follow({}, {});
    for (int lane = 0; lane < row_width; ++lane) {
      if ((here >> lane & 1U) == 0) continue;
      auto& one = traveller_[static_cast<std::size_t>(lane)];
      if (!finite && lanes_.is_lost(lane)) lost[one.stretch] = 1;
      task.at[lane] = one.at++;
    }
    infer::kernel().take_in(task);
  }

  Model model_;
  std::optional<HeldDeterminants> held_;
  infer::LaidWays ways_;
  infer::NodePath lanes_;
  std::vector<double> updated_;  // of one person, x - x_ref by determinant
  std::vector<double> centred_;  // the same at the points of a cell
  std::array<Traveller, infer::row_width> traveller_;
  ColumnsRow row_;
};

}  // namespace relapse::engine
