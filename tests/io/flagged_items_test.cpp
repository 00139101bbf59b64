#include <relapse/io/fhir_check_ins.hpp>
#include <relapse/io/fhir_reader.hpp>
#include <relapse/io/flagged_items.hpp>
#include <relapse/io/standard.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(flagged_items_test)

namespace {

constexpr const char* spellings[] = {"phq9_9",  "phq-9_9",      "phq9_09", "PHQ_9_9",
                                     "PHQ-9.9", "PHQ-9 item 9", "phq9/9",  "PHQ9-Q09"};

/// The check-in of a question that was answered, and the notes.
io::FhirCheckIns asked(const std::string& link, const std::string& value) {
  return io::check_ins_from(
      io::read_fhir(R"({"resourceType": "QuestionnaireResponse", "id": "r",
        "status": "completed", "subject": {"reference": "Patient/P1"},
        "authored": "2026-03-02T07:00:00Z", "item": [{"linkId": ")" +
                    link + R"(", "answer": [{)" + value + "}]}]}"),
      models::standard());
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_item_of_an_instrument_is_known_in_each_spelling) {
  for (const auto* name : spellings) {
    const auto* found = io::flagged_item(name);
    BOOST_TEST_REQUIRE((found != nullptr), name);
    BOOST_TEST(found->column() == "phq9_9");
    const auto made = asked(name, R"("valueInteger": 2)");
    BOOST_TEST_REQUIRE(made.check_ins.size() == 1U, name);
    BOOST_TEST((made.check_ins[0].answers == std::vector<Answer>{{"self_harm", 1.0}}),
               name);
  }
  for (const auto* name : {"phq9", "phq9_1", "phq9_99", "craving", "", "9", "."})
    BOOST_TEST((io::flagged_item(name) == nullptr), name);
}

BOOST_AUTO_TEST_CASE(in_a_group_it_is_refused_and_raises_its_flag) {
  const auto high = asked("mood/phq9_9[1]", R"("valueInteger": 1)");
  BOOST_TEST_REQUIRE(high.check_ins.size() == 1U);
  BOOST_TEST((high.check_ins[0].answers == std::vector<Answer>{{"self_harm", 1.0}}));
  BOOST_TEST(high.notes[0].problem ==
             "is another name of 'phq9_9', but must be 'phq9_9'; only what raises its "
             "flag is taken");
  BOOST_TEST(asked("mood/phq9_9", R"("valueInteger": 0)").check_ins.empty());
  const auto unread = asked("mood/phq9_9", R"("valueString": "yes")");
  BOOST_TEST((unread.check_ins[0].answers ==
              std::vector<Answer>{{"self_harm", std::string(io::fhir_unreadable)}}));
}

BOOST_AUTO_TEST_CASE(a_monitor_that_refuses_it_says_where_it_belongs) {
  for (const auto* name : spellings) {
    CheckIn check_in;
    check_in.time = Time{1.0};
    check_in.answers = {{name, 1.0}};
    Monitor monitor(models::standard());
    try {
      monitor.update(check_in);
      BOOST_ERROR("not refused");
    } catch (const CheckInError& error) {
      const auto refusal = io::refusal(error, check_in, monitor);
      BOOST_TEST((refusal.flags() == std::vector<std::string>{"self_harm"}), name);
      BOOST_TEST(
          refusal.problem() ==
          "is the item '9' of the instrument 'phq9', which has a flag, and no item "
          "of the model, but must be told as an answer to the instrument");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
