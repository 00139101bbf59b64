#pragma once

#include <relapse/engine/detail/assessor.hpp>
#include <relapse/risk/detail/horizons_abreast.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace relapse::engine {

/// Check-ins of one person, one after the other, whose risks are looked up side by side:
/// the assessments of `Assessor::step` without drivers and missing answers.
class AssessorAbreast {
 public:
  /// Check-ins of a person from which on this is quicker than one step at a time.
  static constexpr std::size_t worth_while = 4;
  /// Check-ins between two conclusions.
  static constexpr std::size_t most = risk::HorizonsAbreast::most;

  /// @param assessor must outlive this
  explicit AssessorAbreast(Assessor& assessor)
      : assessor_(assessor),
        horizons_(assessor.model(), assessor.horizons()),
        added_(most, Added(assessor.model())) {}

  void clear() { horizons_.clear(); }

  /// Takes in the next check-in, `most` at most, in row `row` of a table. Throws as
  /// `Assessor::take_in`.
  void add(PersonRecord& record, const Answers& answers, std::size_t row) {
    auto& next = added_[static_cast<std::size_t>(horizons_.size())];
    if (assessor_.is_soon(record.state, answers.time)) {
      next.last.started = false;
    } else {
      next.last = record.state;
    }
    assessor_.take_in(record, answers, next.assessment);
    next.flags = {record.flags, record.unreadable,
                  answers.unknown_flags(assessor_.model())};
    next.row = row;
    horizons_.add(record.state.belief, record.state.covariates, record.state.age());
  }

  /// Concludes what was added since the last time, and calls
  /// use(assessment, flags, row) for each of them, the flags as they were then. False,
  /// and nothing concluded, when a rate is not finite.
  template <class Use>
  bool conclude(PersonRecord& record, Use use) {
    if (!horizons_.look_ahead()) return false;
    for (int k = 0; k < horizons_.size(); ++k) {
      auto& [assessment, last, flags, row] = added_[static_cast<std::size_t>(k)];
      horizons_.estimates_of(k, estimates_);
      assessor_.conclude(record, last, estimates_, assessment);
      use(assessment, flags, row);
    }
    clear();
    return true;
  }

 private:
  struct Added {
    explicit Added(const Model& model) : assessment(model) {}

    Assessment assessment;
    infer::PersonState last;  ///< see `Assessor::conclude`
    FlagBits flags;
    std::size_t row = 0;
  };

  Assessor& assessor_;
  risk::HorizonsAbreast horizons_;
  std::vector<Added> added_;
  std::vector<RiskEstimate> estimates_;
};

}  // namespace relapse::engine
