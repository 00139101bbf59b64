#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/belief.hpp>
#include <relapse/infer/detail/kernel.hpp>
#include <relapse/infer/detail/path_law.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <optional>
#include <span>
#include <vector>

namespace relapse::infer {

/// The effects of the determinants on each move, on the scale of logs.
/// @param centred [piece][point][determinant], x - x_ref
/// @param sums [piece][point][move]
void fill_effects(std::span<const double> centred, const Model& model,
                  std::span<double> sums);
/// Their exp: `Movement::ratios` in lanes.
void fill_ratios(std::span<const double> centred, const Model& model,
                 std::span<double> ratios);
/// Adds to the slope of each determinant what gains on the moves are worth to it.
/// @param shift [piece][point][determinant], by how much each determinant moves
/// @param gains [piece][point][padded move], derivatives in the effects
void add_effect_slopes(std::span<const double> shift, std::span<const double> gains,
                       const Model& model, std::span<double> slopes);

/// Whether a way back finds the flows as well.
enum class Flows { none, found };

/// Which nodes stand in the lanes: all of them; or one for each node of the propensity,
/// as the rates are the same in all ways of the habits, with the sum of these in it; or,
/// on the way ahead alone, with a row in it for each of them.
enum class Grid { whole, propensity, ways };

/// Beliefs on their way through pieces of time with a generator of its own at each node:
/// the nodes of one person or of several side by side in the lanes of the kernel, lane =
/// node * persons + person.
class NodePath {
 public:
  NodePath() = default;
  explicit NodePath(const Model& model, int persons = 1, Grid grid = Grid::whole) {
    fit(model, persons, grid);
  }

  /// Prepares for a model; does nothing when it is the one of before.
  void fit(const Model& model, int persons = 1, Grid grid = Grid::whole);
  int nodes() const noexcept { return nodes_; }
  /// Takes the memory for so many pieces.
  void reserve(std::size_t pieces);
  /// From one row of lanes to the next: the lanes that are used, padded.
  std::size_t lanes() const noexcept { return lanes_; }
  std::size_t lane(int node, int person = 0) const {
    return static_cast<std::size_t>(node) * persons_ + static_cast<std::size_t>(person);
  }

  /// Takes over a belief but for its mass in some stages.
  void load(const Belief& belief, ctmc::StateSet without, int person = 0);
  /// Gives the belief back but for its mass in some stages, which is lost.
  void store(Belief& belief, ctmc::StateSet without, int person = 0) const;
  /// The masses themselves, [stage][lane], or as `ctmc::RowPlaces` says.
  std::span<double> row() noexcept { return row_; }
  std::span<double> column() noexcept { return column_; }
  /// What the stages at the end of the path are worth, and, once it was pulled back, at
  /// its beginning.
  void load_column(const Belief& column);
  void store_column(Belief& column) const;

  /// Sets the pieces of time that the path leads through; over a piece a rate is its mean
  /// over as many points as there are ratios for, see `model::cell_weights`.
  /// @param ratios [piece][point][move][person], exp of the effects of the determinants;
  ///   must outlive the following
  /// @param days [piece][person], zero or more
  void lead_through(std::span<const double> ratios, std::span<const double> days);
  /// One piece, the same for all persons.
  /// @param ratios [point][move]
  void lead_through(std::span<const double> ratios, double days);
  /// Carries the beliefs to the end. Throws InvalidInput when a rate is not finite.
  /// @param stopped stages that are not left
  /// @param entered [piece][lane], mass in the stopped stages at the end of each piece,
  ///   set where any stage is stopped; or empty
  void follow(ctmc::StateSet stopped, std::span<double> entered);
  /// The same; false where rates are not finite, of the persons of whom `is_lost` says
  /// so.
  bool try_follow(ctmc::StateSet stopped, std::span<double> entered);
  bool is_lost(int person) const;
  /// Pulls the column back to the beginning. Throws as `follow` does.
  void pull_back(ctmc::StateSet stopped, Flows flows = Flows::none);
  /// Finds exp(Q t) of the first piece in each lane. Throws as `follow` does.
  /// @param without stages that are not left
  void find_matrices(ctmc::StateSet without = {});
  double matrix(int from, int to, std::size_t lane) const {
    const std::size_t pair =
        static_cast<std::size_t>(from) * stages_ + static_cast<std::size_t>(to);
    return flow_[pair * lanes_ + lane];
  }
  /// The probability of entering the stopped stages by the end of the path, from each
  /// node and stage of one person.
  /// @param passage [node][stage]; or empty
  /// @param gains [piece][point][padded move], set to the derivative of the mass that
  ///   enters, from the belief loaded, in the effects on each move; or empty
  void find_passage(ctmc::StateSet stopped, std::span<double> passage,
                    std::span<double> gains);
  /// Where the way back found flows: the derivative of the row loaded times the column,
  /// in the effects on each move. Of persons side by side it is the sum; they then are
  /// led through one piece, the same for all.
  /// @param gains [piece][point][padded move], set
  void find_gains(ctmc::StateSet stopped, std::span<double> gains);

  /// The end-conditioned integral over a piece (see ctmc/path.hpp), from the row loaded
  /// to the column, where the way back found flows; nothing flows from stopped stages.
  double flow(std::size_t piece, int from, int to, std::size_t lane) const {
    const std::size_t pair = piece * stages_ * stages_ +
                             static_cast<std::size_t>(from) * stages_ +
                             static_cast<std::size_t>(to);
    return flow_[pair * lanes_ + lane];
  }
  /// The rate of a move on a piece, in 1/day.
  double rate(std::size_t piece, std::size_t move, std::size_t lane) const {
    return rates_[(piece * (law_.moves().size() + 1) + move) * lanes_ + lane];
  }

 private:
  void set_places(int ways);
  RateTask rate_task();
  ctmc::Bundle bundle(ctmc::StateSet stopped);
  [[noreturn]] void refuse_rates() const;

  std::optional<Model> model_;
  std::size_t persons_ = 1;
  int nodes_ = 0;
  std::size_t stages_ = 0;
  std::size_t lanes_ = 0;
  std::size_t pieces_ = 0;
  ctmc::RowPlaces places_;
  PathLaw law_;
  std::vector<std::size_t> place_;  // of the first person, by node of the belief
  std::vector<double> factor_;      // [move][lane]
  std::span<const double> ratios_;  // [piece][point][move][person]
  std::span<const double> alike_;   // [piece][point][move], of all persons
  std::vector<double> repeated_;    // the same ratios for all persons
  std::vector<double> days_;        // [piece][lane]
  std::vector<double> rates_;       // [piece][move + 1][lane]
  std::vector<double> row_;         // [stage][place]
  std::vector<double> column_;      // [stage][lane]
  std::vector<double> rows_;        // [piece][stage][lane]
  std::vector<double> flow_;        // [piece][stage][stage][lane], or a matrix
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/node_path.ipp>
#endif
