#include <relapse/engine/detail/assessor.hpp>

#include "reasons.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(drivers_test)

namespace {

/// Contributions are promised to 1e-9, each and in sum.
constexpr double promised = 1e-9;

using test::contribution;
using test::sum;

struct Follower {
  explicit Follower(Model model) : assessor(model), answers(model), assessment(model) {}

  /// Returns how far the contributions are from the change they explain.
  double gap(const CheckIn& check_in) {
    risk::DriverWorkspace workspace;
    const double before = record.state.started
                              ? record.last_risk
                              : risk::baseline_risk(assessor.model(), workspace);
    answers.read(check_in, assessor.model());
    assessor.step(record, answers, assessment);
    return std::abs(assessment.level_risk - before - sum(assessment.drivers));
  }

  PersonRecord record;
  Assessor assessor;
  Answers answers;
  Assessment assessment;
};

using test::at;

}  // namespace

BOOST_AUTO_TEST_CASE(contributions_add_up_to_the_change_they_explain) {
  for (const auto& model : test::models()) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      Follower follower(model);
      for (const auto& check_in : test::check_ins(model, seed, 25.0)) {
        BOOST_TEST(follower.gap(check_in) < promised);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_known_from_outside_has_its_own_contribution) {
  for (const auto& model : test::models()) {
    Follower follower(model);
    auto first = at(0.0, {{"nights", 1.0}});
    first.known_stage = KnownStage{{"stable", model.document().stages[1].id}, false};
    BOOST_TEST(follower.gap(first) < promised);
    BOOST_TEST(contribution(follower.assessment.drivers, DriverKind::known, "known") <
               0.0);
    auto abstinent = at(20.0, {{"nights", 4.0}});
    abstinent.abstinent_since_last = true;
    BOOST_TEST(follower.gap(abstinent) < promised);
    BOOST_TEST(contribution(follower.assessment.drivers, DriverKind::known, "known") <
               0.0);
    auto entry = at(22.0, {});
    entry.known_stage = KnownStage{{"lapse"}, true};
    BOOST_TEST(follower.gap(entry) < promised);
    BOOST_TEST(contribution(follower.assessment.drivers, DriverKind::known, "known") >
               0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_sign_that_rules_a_stage_out_is_named) {
  const auto& model = test::models()[1];
  Follower follower(model);
  follower.gap(at(0.0, {{"nights", 1.0}}));
  auto declined = at(1.0, {{"mood", 4.0}});
  declined.missing = {{"isolating", MissingReason::declined}};
  BOOST_TEST(follower.gap(declined) < promised);
  BOOST_TEST(
      contribution(follower.assessment.drivers, DriverKind::excluded, "isolating") > 0.0);
}

BOOST_AUTO_TEST_CASE(one_sign_alone_takes_the_whole_change_of_the_signs) {
  const auto& model = test::models()[0];
  Follower follower(model);
  follower.gap(at(0.0, {}));
  const double before = follower.record.last_risk;
  follower.gap(at(0.0 + 1e-9, {{"nights", 6.0}}));
  BOOST_TEST(
      std::abs(contribution(follower.assessment.drivers, DriverKind::sign, "nights") -
               (follower.assessment.level_risk - before)) < 1e-8);
}

BOOST_AUTO_TEST_CASE(one_determinant_alone_takes_the_whole_change) {
  const auto& model = test::models()[1];
  Follower quiet(model);
  quiet.gap(at(0.0, {{"craving", 0.0}}));
  const auto before = quiet.record;
  quiet.gap(at(2.0, {{"craving", 0.0}}));
  Follower moved(model);
  moved.record = before;
  BOOST_TEST(moved.gap(at(2.0, {{"craving", 4.0}})) < promised);
  BOOST_TEST(contribution(moved.assessment.drivers, DriverKind::determinant, "craving") >
             0.01);
}

BOOST_AUTO_TEST_CASE(an_empty_check_in_of_a_model_without_silence_is_time_alone) {
  const auto& model = test::models()[0];
  Follower follower(model);
  follower.gap(at(0.0, {{"nights", 3.0}}));
  follower.gap(at(5.0, {}));
  BOOST_TEST(follower.assessment.drivers.size() == 1U);
  BOOST_TEST((follower.assessment.drivers[0].kind == DriverKind::time));
}

BOOST_AUTO_TEST_SUITE_END()
