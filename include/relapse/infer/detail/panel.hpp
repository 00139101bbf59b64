#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/infer/detail/covariates.hpp>
#include <relapse/infer/detail/filter.hpp>
#include <relapse/infer/detail/use_told.hpp>
#include <relapse/model/detail/answers.hpp>
#include <relapse/model/detail/prepared_model.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

/// Check-ins of many persons, prepared for passes that look at them again and again:
/// whatever the numbers of the model do not change is worked out once.
namespace relapse::infer {

/// A length of time under one regime of determinants; equal ones are one.
struct Interval {
  int regime = 0;
  double days = 0.0;
  bool abstinent = false;  ///< known to be without use
  std::size_t count = 0;   ///< how often it occurs in the panel
};

/// The answer before one that may repeat it, and how long ago it was given.
struct AnswerBefore {
  double answer = -1.0;  ///< below 0: there is none
  double days = 0.0;

  auto operator<=>(const AnswerBefore&) const = default;
};

/// An answer to a sign, by its position among those that the item has had: equal values,
/// and where answers persist equal ones before, are one.
struct SignAnswer {
  int item = 0;
  int code = 0;
};

/// One check-in, or what happened since the one before.
struct Visit {
  double time = 0.0;
  std::vector<int> way;  ///< intervals since the visit before
  std::vector<SignAnswer> evidence;
  std::optional<ctmc::StateSet> known;
  bool entered = false;      ///< one of `known` was entered at this very moment
  int entry_regime = 0;      ///< regime just before, when entered
  bool without_use = false;  ///< known not to be in use, at the first visit
  bool between = false;      ///< no check-in, but the use that the next one tells of, or
                             ///< one that was expected and did not come
};

/// The visits of one person in the order of time.
struct Sequence {
  int start = 0;  ///< position of the determinants at the first visit
  std::vector<Visit> visits;
};

class Panel {
 public:
  explicit Panel(Model model);

  /// Begins with the next person.
  void add_person(const Start& start = {});
  /// Time of the last check-in of the person begun last, if there was one.
  std::optional<Time> last() const;
  /// Adds a check-in of the person begun last. Throws CheckInError when time goes back.
  void add(const Answers& answers);

  /// The model whose items, determinants and stages the panel speaks of.
  const Model& model() const noexcept { return model_; }
  const std::vector<Sequence>& persons() const noexcept { return persons_; }
  std::size_t visits() const noexcept { return visits_; }
  const std::vector<Interval>& intervals() const noexcept { return intervals_; }
  /// Number of distinct regimes, and x - x_ref of each determinant at the points of one,
  /// [point][determinant].
  int regimes() const noexcept { return static_cast<int>(regimes_.count); }
  std::span<const double> regime(int index) const { return regimes_.row(index); }
  /// x - x_ref of each determinant at a first visit.
  std::span<const double> start(int index) const { return starts_.row(index); }
  int starts() const noexcept { return static_cast<int>(starts_.count); }
  /// The values of the distinct answers to a sign, by code, and what `missing` stands
  /// for.
  std::span<const double> values(int item) const {
    return values_[static_cast<std::size_t>(item)];
  }
  /// What the answers may repeat, by code.
  std::span<const AnswerBefore> before(int item) const {
    return before_[static_cast<std::size_t>(item)];
  }
  /// Code of the level that stands for a missing answer; -1 when missing is none.
  int missing(int item) const { return missing_[static_cast<std::size_t>(item)]; }

 private:
  /// Distinct rows of numbers.
  struct Rows {
    std::map<std::vector<double>, int> index;
    std::vector<double> numbers;
    std::size_t width = 0;
    std::size_t count = 0;

    std::span<const double> row(int at) const {
      return std::span<const double>(numbers).subspan(
          static_cast<std::size_t>(at) * width, width);
    }
    int find_or_add(const std::vector<double>& row);
  };

  int regime_of(Cell cell);
  void add_use(const UseTold& told, const Answers& answers);
  void add_silence(Time until);
  void add_way(Visit& visit, bool abstinent);
  int code_of(int item, double value, AnswerBefore before = {});
  void add_evidence(Visit& visit, const Answers& answers);

  Model model_;
  std::vector<char> moves_;   // by determinant: whether any movement depends on it
  std::vector<char> begins_;  // by determinant: whether the start depends on it
  std::vector<Sequence> persons_;
  std::size_t visits_ = 0;
  std::vector<Interval> intervals_;
  std::map<std::tuple<int, double, bool>, int> interval_index_;
  Rows regimes_;
  Rows starts_;
  std::vector<std::vector<double>> values_;        // [item][code]
  std::vector<std::vector<AnswerBefore>> before_;  // [item][code]
  std::vector<std::map<std::pair<double, AnswerBefore>, int>> code_index_;  // [item]
  std::vector<int> missing_;                                                // [item]
  Start start_;
  Covariates covariates_;
  std::vector<GivenAnswer> given_;  // by sign whose answers persist
  Answers nothing_;                 // of a check-in that did not come
  std::vector<double> updated_;     // by determinant
  std::vector<double> centred_;     // [point][determinant]
};

}  // namespace relapse::infer

#ifndef RELAPSE_COMPILED
#include <relapse/infer/detail/panel.ipp>
#endif
