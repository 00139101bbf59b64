#pragma once

#include <relapse/care/high_risk.hpp>
#include <relapse/care/page.hpp>
#include <relapse/care/proposal.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/names.hpp>
#include <relapse/core/time.hpp>
#include <relapse/core/zone.hpp>
#include <relapse/domain/level.hpp>
#include <relapse/domain/wording.hpp>
#include <relapse/plan/follow_up.hpp>
#include <relapse/plan/plan.hpp>
#include <relapse/plan/use_history.hpp>
#include <relapse/risk/outlook.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Looking back with a person: what came before strain, what helped, what to change.
namespace relapse {

/// One scheduled check-in with what was shown then.
struct ReviewCheckIn {
  Time at;
  RiskLevel level = RiskLevel::low;
  std::vector<std::pair<std::string, double>> answers = {};  ///< by item of a sign
  std::vector<std::string> situations = {};                  ///< codes that were met
  bool missed = false;

  bool operator==(const ReviewCheckIn&) const = default;
};

/// A person's history, each list in the order of time.
struct ReviewInput {
  std::string person = {};  ///< whose history; empty: that of the plan
  Time now = {};
  std::vector<ReviewCheckIn> check_ins = {};
  std::vector<FollowUp> follow_ups = {};
  std::vector<LearningRecord> learning = {};
  std::optional<Time> last_use = {};
  std::optional<Time> last_review = {};
};

/// Which stretch of time a review looks at, and how.
struct ReviewSettings {
  RiskLevel rise_to =
      RiskLevel::elevated;     ///< rises to this level or above are looked at
  Days lead{7.0};              ///< how long before a rise a sign counts; expert default
  double significance = 0.05;  ///< for a sign to be proposed, after Holm's adjustment
  int least_rises = 3;         ///< below, signs are not looked at; expert default
  int least_tries = 3;         ///< below, it is too early to judge an action
  int days_ahead = 28;         ///< to list hard dates of; expert default
  Zone zone = {};              ///< calendar of these dates
  Wording wording = {};        ///< words of what is not the person's own
};

/// A sign before rises of the level: how often it was above the person's own median.
struct LeadingSign {
  std::string item;
  int rises = 0;
  int preceded = 0;        ///< rises with the sign up within the lead before them
  double lead_days = 0.0;  ///< mean, from the first of these check-ins to the rise
  double p_value = 1.0;    ///< of as many by chance; see `review`
  double adjusted = 1.0;   ///< over all signs, by Holm 1979

  bool operator==(const LeadingSign&) const = default;
};

/// How often a situation was met.
struct SituationCount {
  std::string code;  ///< of the category
  int times = 0;
  bool in_plan = false;

  bool operator==(const SituationCount&) const = default;
};

/// What a stretch of time says of an action of the plan.
enum class ActionVerdict { helped, mixed, did_not_help, too_early, never_tried };

template <>
struct Names<ActionVerdict> {
  static constexpr std::string_view all[] = {"helped", "mixed", "did_not_help",
                                             "too_early", "never_tried"};
};

/// An action of the plan, how often it was tried and how it went.
struct ActionReview {
  std::string action;
  std::string words;
  int tried = 0;
  int not_tried = 0;
  double helped = 0.0;  ///< mean of 0 to 10 over the tries
  bool in_plan = false;
  ActionVerdict verdict = ActionVerdict::never_tried;

  bool operator==(const ActionReview&) const = default;
};

/// Why a review is held.
enum class ReviewOccasion { weekly, monthly, after_use };

template <>
struct Names<ReviewOccasion> {
  static constexpr std::string_view all[] = {"weekly", "monthly", "after_use"};
};

/// A review that is due, and since when.
struct ReviewDue {
  ReviewOccasion occasion = ReviewOccasion::weekly;
  Time at;
  bool due = false;               ///< not after now
  std::optional<Time> next = {};  ///< the first one after now; empty: it comes once

  bool operator==(const ReviewDue&) const = default;
};

/// What a stretch of time has shown, and what it suggests for the plan.
struct Review {
  std::string person;
  Time now;
  int check_ins = 0;
  int answered = 0;
  Days longest_gap;  ///< between two answered check-ins
  int rises = 0;
  std::vector<LeadingSign> signs;          ///< the least p-value first
  std::vector<SituationCount> situations;  ///< the most frequent first
  std::vector<ActionReview> actions;       ///< what helped most first
  std::vector<Proposal> proposals;
  std::vector<ReviewDue> due;
  std::vector<HighRiskDay> ahead = {};  ///< hard dates ahead, by date

  bool operator==(const Review&) const = default;
};

namespace care {

/// Looks back over a history. The p-value of a sign is exact under all circular shifts of
/// the rises against the check-ins, which keep the order within both: the share of shifts
/// (none included) with at least as many rises preceded. Source: circular shift test,
/// e.g. Chung & Fraser 1958. Deterministic. Throws InvalidInput for a history of another
/// person, out of order or after `now`, for unknown situations, and for a follow-up of an
/// action that is in neither plan nor catalogue.
Review review(const Plan& plan, const Model& model, const ReviewInput& input,
              const ReviewSettings& settings = {});

/// The same to read. Actions and proposals are in the words that they were made with.
Page review_page(const Review& review, const Model& model, const Zone& zone,
                 const Wording& say = {});

}  // namespace care
}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/care/detail/review.ipp>
#endif
