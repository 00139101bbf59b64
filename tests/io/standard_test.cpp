#include <relapse/domain/situation.hpp>
#include <relapse/engine/monitor.hpp>
#include <relapse/io/instruments.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/model/instrument_answers.hpp>
#include <relapse/risk/premise.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <set>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(standard_test)

namespace {

/// The models that come with the library.
std::vector<const Model*> shipped() {
  return {&models::standard(), &models::weekly_bam(), &models::opioid_weekly()};
}

int signs_at_home(const char* stage) {
  int count = 0;
  for (const auto& rule : models::standard().document().items) {
    count += rule.item.role == Role::sign && rule.item.home == stage ? 1 : 0;
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_shipped_model_is_the_document_in_the_tree) {
  for (const auto* model : shipped()) {
    const auto& id = model->document().id;
    const Model file =
        io::load_model(RELAPSE_TEST_DATA "/../../src/models/" + id + ".json");
    BOOST_TEST(model->content_hash() == file.content_hash());
  }
}

BOOST_AUTO_TEST_CASE(it_is_parsed_once) {
  BOOST_TEST(&models::standard() == &models::standard());
}

BOOST_AUTO_TEST_CASE(models_are_found_by_name) {
  BOOST_TEST(models::find("standard") == &models::standard());
  BOOST_TEST(models::find("weekly_bam") == &models::weekly_bam());
  BOOST_TEST(models::find("opioid_weekly") == &models::opioid_weekly());
  BOOST_TEST(models::find("Standard") == nullptr);
  for (const auto name : models::names())
    BOOST_TEST(models::find(name)->document().id == name);
}

BOOST_AUTO_TEST_CASE(it_reads_back_equal) {
  for (const auto* model : shipped())
    BOOST_TEST((io::parse_model(io::to_json(*model)).document() == model->document()));
}

BOOST_AUTO_TEST_CASE(it_has_the_signs_situations_and_actions_of_the_field) {
  const auto& document = models::standard().document();
  BOOST_TEST(signs_at_home("emotional") >= 8);
  BOOST_TEST(signs_at_home("mental") >= 8);
  std::set<std::string> situations;
  for (const auto& rule : document.determinants) {
    if (const auto* met = std::get_if<FromSituation>(&rule.from)) {
      situations.insert(met->situation);
    }
  }
  BOOST_TEST(situations.size() == situation_categories.size());
  BOOST_TEST(document.actions.size() >= 25U);
}

BOOST_AUTO_TEST_CASE(its_actions_cover_the_points_of_the_model_and_the_strategies) {
  // Larimer, Palmer & Marlatt 1999 by point of the model; then the strategies of
  // practice.
  const std::pair<const char*, std::vector<std::string>> wanted[] = {
      {"self-monitoring, avoidance, if-then plan",
       {"log_situation", "avoid_situation", "leave_situation", "if_then_plan"}},
      {"skills, rehearsal, refusal, problem solving, relaxation",
       {"rehearse_coping", "refusal_practice", "problem_solving", "guided_relaxation"}},
      {"mastery, past successes", {"graded_step", "review_successes"}},
      {"decision matrix, second phase", {"decision_matrix", "second_phase"}},
      {"after a lapse",
       {"stop_look_plan", "reminder_card", "trace_the_chain", "tell_someone_after_use"}},
      {"urges", {"urge_surfing", "delay_and_distract", "name_the_urge", "remove_cues"}},
      {"balance of life", {"want_should_log", "exercise", "pleasant_activity"}},
      {"everyday choices", {"road_map", "warning_sign_review"}},
      {"crisis plan", {"crisis_plan", "share_plan", "helpline"}},
      {"cognitive-behavioural therapy", {"thought_record", "therapy_session"}},
      {"social integration", {"meet_people", "family_talk", "volunteer_or_learn"}},
      {"medication and symptoms",
       {"take_medication", "talk_to_prescriber", "symptom_diary"}},
      {"mindfulness", {"mindful_pause", "mindfulness_course"}},
      {"routine, sleep, food", {"day_structure", "sleep_routine", "regular_meals"}},
      {"peers and professionals", {"call_support", "go_to_meeting", "sponsor_time"}},
      {"housing and work", {"practical_help"}}};
  std::set<std::string> actions;
  for (const auto& action : models::standard().document().actions) {
    actions.insert(action.id);
  }
  for (const auto& [what, ids] : wanted) {
    for (const auto& id : ids) BOOST_TEST(actions.contains(id), what << ": " << id);
  }
}

BOOST_AUTO_TEST_CASE(every_number_has_a_source) {
  for (const auto* model : shipped()) {
    const auto& document = model->document();
    for (const auto& rule : document.transitions) BOOST_TEST(!rule.source.empty());
    for (const auto& rule : document.items) BOOST_TEST(!rule.item.source.empty());
    for (const auto& rule : document.determinants) BOOST_TEST(!rule.source.empty());
    for (const auto& rule : document.actions) BOOST_TEST(!rule.source.empty());
    for (const auto& rule : document.safety) BOOST_TEST(!rule.source.empty());
    std::set<std::string> pointers;
    for (const auto& [pointer, text] : document.sources) pointers.insert(pointer);
    BOOST_TEST(pointers.contains("/initial"));
    BOOST_TEST((document.start_effects.empty() || pointers.contains("/start_effects")));
    BOOST_TEST((document.propensity.nodes == 1 || !document.propensity.source.empty()));
    for (const auto& rule : document.dimensions) BOOST_TEST(!rule.source.empty());
  }
}

BOOST_AUTO_TEST_CASE(the_premise_of_monotone_risk_holds) {
  for (const auto* model : shipped()) {
    for (const auto& breach : risk::premise_breaches(*model)) {
      BOOST_ERROR(model->document().id + ": " + breach.determinant + " on " +
                  breach.from + " > " + breach.to);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_weekly_bam_answers_what_the_weekly_model_asks) {
  const auto& bam = *instruments::find("bam_iop");
  const auto& model = models::weekly_bam();
  BOOST_CHECK_NO_THROW(require_match(bam, model));
  int asked_apart = 0;
  for (const auto& rule : model.document().items) {
    const bool apart = rule.item.role == Role::safety || rule.item.id == "medication" ||
                       rule.item.id == "missed_check_in";
    BOOST_TEST(rule.item.instruments.empty() == apart, rule.item.id);
    asked_apart += apart ? 1 : 0;
  }
  BOOST_TEST(asked_apart < model.items() / 2);
}

BOOST_AUTO_TEST_CASE(adverse_answers_raise_the_risk_and_good_ones_lower_it) {
  const auto risk = [](std::vector<Answer> answers) {
    Monitor monitor(models::standard());
    CheckIn check_in;
    check_in.answers = std::move(answers);
    return monitor.update(check_in).level_risk;
  };
  const double silent = risk({});
  BOOST_TEST(risk({{"craving", 4.0}}) > silent);
  BOOST_TEST(risk({{"craving", 0.0}, {"isolating", 0.0}}) < silent);
  BOOST_TEST(risk({{"used", 1.0}}) > 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
