#include <relapse/engine/monitor.hpp>
#include <relapse/io/instrument_json.hpp>
#include <relapse/io/instruments.hpp>
#include <relapse/io/model_json.hpp>
#include <relapse/io/standard.hpp>
#include <relapse/model/instrument_answers.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(instrument_answers_test)

namespace {

using Change = void (*)(ModelDocument&);

Item& item_of(ModelDocument& document, std::string_view id) {
  const auto found = std::find_if(document.items.begin(), document.items.end(),
                                  [&](const auto& rule) { return rule.item.id == id; });
  BOOST_REQUIRE(found != document.items.end());
  return found->item;
}

/// The standard model with its craving fed by item 8 of the BAM, on the same scale 0-4.
Model referring(Change change = [](ModelDocument&) {}) {
  auto document = models::standard().document();
  item_of(document, "craving").instruments = {{"bam", "8", "", {}, {}, {}}};
  change(document);
  return Model(document);
}

CheckIn added(const char* name, const std::vector<Answer>& answers, const Model& model) {
  const auto& instrument = *instruments::find(name);
  Response response(static_cast<std::size_t>(instrument.items()));
  for (const auto& [item, value] : answers)
    response[static_cast<std::size_t>(instrument.find_item(item))] =
        std::get<double>(value);
  CheckIn check_in;
  add_answers(instrument, response, model, check_in);
  return check_in;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_item_takes_the_answer_that_it_refers_to) {
  const auto check_in = added("bam", {{"8", 3.0}, {"9", 4.0}}, referring());
  BOOST_TEST((check_in.answers == std::vector<Answer>{{"craving", 3.0}}));
  BOOST_TEST(check_in.missing.empty());
  // The same as answering it.
  CheckIn answered;
  answered.answers = {{"craving", 3.0}};
  Monitor one(referring());
  Monitor other(referring());
  BOOST_TEST(one.update(check_in).level_risk == other.update(answered).level_risk);
}

BOOST_AUTO_TEST_CASE(an_unanswered_one_is_unknown) {
  const auto check_in = added("bam", {{"9", 4.0}}, referring());
  BOOST_TEST(check_in.answers.empty());
  BOOST_TEST((check_in.missing ==
              std::vector<MissingAnswer>{{"craving", MissingReason::unknown}}));
}

BOOST_AUTO_TEST_CASE(an_item_may_take_a_subscale) {
  const auto model = referring([](ModelDocument& document) {
    auto& stress = item_of(document, "stress");
    stress.scale = Scale{0.0, 24.0};
    stress.instruments = {{"bam", "", "risk", {}, {}, {}}};
  });
  const auto check_in = added(
      "bam", {{"1", 2.0}, {"2", 1.0}, {"3", 3.0}, {"8", 2.0}, {"11", 1.0}, {"15", 3.0}},
      model);
  BOOST_TEST(
      (check_in.answers == std::vector<Answer>{{"craving", 2.0}, {"stress", 12.0}}));
}

BOOST_AUTO_TEST_CASE(what_the_form_leaves_out_is_answered_by_it) {
  const auto model = referring([](ModelDocument& document) {
    item_of(document, "comorbidity").instruments = {{"bam", "5", "", {}, {}, {}}};
  });
  const auto check_in = added("bam", {{"4", 0.0}, {"8", 1.0}}, model);
  BOOST_TEST(
      (check_in.answers == std::vector<Answer>{{"craving", 1.0}, {"comorbidity", 0.0}}));
}

BOOST_AUTO_TEST_CASE(safety_items_raise_the_flags_of_the_model) {
  const auto raised = added("phq9", {{"9", 1.0}}, models::standard());
  BOOST_TEST((raised.answers == std::vector<Answer>{{"self_harm", 1.0}}));
  Monitor monitor(models::standard());
  BOOST_TEST((monitor.update(raised).level == RiskLevel::critical));
  const auto calm = added("phq9", {{"9", 0.0}}, models::standard());
  BOOST_TEST((calm.answers == std::vector<Answer>{{"self_harm", 0.0}}));
  const auto silent = added("phq9", {{"1", 1.0}}, models::standard());
  BOOST_TEST(silent.answers.empty());
  const auto unknown = [&](const char* item) {
    return std::count(silent.missing.begin(), silent.missing.end(),
                      MissingAnswer{item, MissingReason::unknown});
  };
  for (const char* item : {"self_harm", "comorbidity", "negative_affect"})
    BOOST_TEST(unknown(item) == 1, item);
}

BOOST_AUTO_TEST_CASE(a_safety_item_may_refer_to_the_item_itself) {
  const auto model = referring([](ModelDocument& document) {
    auto& self_harm = item_of(document, "self_harm");
    self_harm.instruments = {{"phq9", "9", "", {}, {}, {}}};
  });
  const auto raised = added("phq9", {{"9", 2.0}}, model);
  BOOST_TEST((raised.answers == std::vector<Answer>{{"self_harm", 2.0}}));
  BOOST_CHECK_THROW(added("phq9", {{"9", 2.0}}, referring([](ModelDocument& document) {
                            auto& self_harm = item_of(document, "self_harm");
                            self_harm.instruments = {{"phq9", "9", "", {}, {}, {}}};
                            self_harm.raise_at = 2.0;
                          })),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(references_that_lead_nowhere_or_elsewhere_are_refused) {
  const auto& bam = *instruments::find("bam");
  BOOST_CHECK_NO_THROW(require_match(bam, referring()));
  BOOST_CHECK_THROW(require_match(bam, models::standard()), InvalidInput);
  BOOST_CHECK_THROW(
      require_match(bam, referring([](ModelDocument& document) {
                      item_of(document, "craving").instruments.front().item = "18";
                    })),
      InvalidInput);
  BOOST_CHECK_THROW(
      require_match(
          bam, referring([](ModelDocument& document) {
            item_of(document, "stress").instruments = {{"bam", "8", "", {}, {}, {}}};
          })),
      InvalidInput);
  CheckIn check_in;
  check_in.answers = {{"stress", 1.0}};
  const CheckIn before = check_in;
  BOOST_CHECK_THROW(add_answers(bam, Response(3), referring(), check_in), InvalidInput);
  BOOST_TEST((check_in == before));
}

BOOST_AUTO_TEST_CASE(a_flag_that_the_model_cannot_raise_is_refused) {
  auto document = instruments::find("halt")->document();
  document.items[0].flag = "hunger";
  BOOST_CHECK_THROW(require_match(Instrument(document), models::standard()),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(references_are_checked_and_read_back_equal) {
  const auto refused = [](InstrumentReference reference) {
    auto document = models::standard().document();
    item_of(document, "craving").instruments = {std::move(reference)};
    try {
      Model{document};
    } catch (const ParseError& error) {
      return error.pointer();
    }
    return std::string("accepted");
  };
  const std::string at =
      "/items/" + std::to_string(models::standard().find_item("craving")) + "/instrument";
  BOOST_TEST(refused({"bam", "8", "", {}, {}, {}}) == "accepted");
  BOOST_TEST(refused({"bam", "", "", {}, {}, {}}) == at);
  BOOST_TEST(refused({"bam", "8", "risk", {}, {}, {}}) == at);
  BOOST_TEST(refused({"", "8", "", {}, {}, {}}) == at + "/id");
  const auto model = referring();
  BOOST_TEST((io::parse_model(io::to_json(model)).document() == model.document()));
  auto text = io::to_json(model);
  const auto found = text.find("\"item\": \"8\"");
  BOOST_REQUIRE(found != std::string::npos);
  text.replace(found, 11, "\"item\": 8");
  BOOST_TEST((io::parse_model(text).document() == model.document()));
}

namespace {

double answer_to(std::string_view item, const CheckIn& check_in) {
  const auto found =
      std::find_if(check_in.answers.begin(), check_in.answers.end(),
                   [&](const Answer& answer) { return answer.item == item; });
  BOOST_REQUIRE(found != check_in.answers.end());
  return std::get<double>(found->value);
}

InstrumentResponse filled(const char* name, double share) {
  const Instrument& instrument = *instruments::find(name);
  InstrumentResponse given{instrument, {}};
  for (int item = 0; item < instrument.items(); ++item) {
    const auto& asked = instrument.item(item);
    given.response.push_back(asked.lowest + share * (asked.highest - asked.lowest));
  }
  return given;
}

CheckIn with(const std::vector<InstrumentResponse>& responses,
             std::vector<Answer> answers = {}) {
  CheckIn check_in;
  check_in.answers = std::move(answers);
  add_answers(responses, models::standard(), check_in);
  return check_in;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_range_becomes_the_scale_of_the_item_in_proportion) {
  for (const double share : {0.0, 1.0}) {
    BOOST_TEST(answer_to("comorbidity", with({filled("phq9", share)})) == 4.0 * share);
    BOOST_TEST(answer_to("negative_affect", with({filled("gad7", share)})) ==
               10.0 * share);
    BOOST_TEST(answer_to("craving", with({filled("pacs", share)})) == 4.0 * share);
    BOOST_TEST(answer_to("sleep", with({filled("isi", share)})) == 10.0 - 10.0 * share);
    BOOST_TEST(answer_to("appetite", with({filled("halt", share)})) == 7.0 - 3.0 * share);
    BOOST_TEST(answer_to("tiredness", with({filled("halt", share)})) ==
               2.0 + 5.0 * share);
    BOOST_TEST(answer_to("irritable", with({filled("halt", share)})) == 2.0 * share);
    BOOST_TEST(answer_to("self_neglect", with({filled("aware", share)})) ==
               4.0 - 4.0 * share);
    BOOST_TEST(answer_to("isolating", with({filled("aware", share)})) == 4.0 * share);
    for (const char* name : {"dtcq8", "bscq"})
      BOOST_TEST(answer_to("efficacy_II-B", with({filled(name, share)})) ==
                 100.0 * share);
  }
}

BOOST_AUTO_TEST_CASE(a_level_in_proportion_is_the_nearest_one) {
  const std::vector<double> levels = {0.0, 1.0, 1.0, 2.0, 3.0, 3.0, 4.0};
  auto response = filled("aware", 0.0);
  for (std::size_t k = 0; k < levels.size(); ++k) {
    response.response[3] = static_cast<double>(k) + 1.0;
    BOOST_TEST(answer_to("isolating", with({response})) == levels[k]);
  }
}

BOOST_AUTO_TEST_CASE(of_several_sources_the_most_adverse_counts_in_any_order) {
  const auto low = filled("phq9", 0.0);
  const auto high = filled("gad7", 1.0);
  BOOST_TEST(answer_to("comorbidity", with({low, high})) == 4.0);
  BOOST_TEST(answer_to("comorbidity", with({high, low})) == 4.0);
  const auto good = filled("dtcq8", 1.0);
  const auto poor = filled("bscq", 0.0);
  BOOST_TEST(answer_to("efficacy_I-A", with({good, poor})) == 0.0);
  BOOST_TEST(answer_to("efficacy_I-A", with({poor, good})) == 0.0);
  BOOST_CHECK_THROW(with({low, low}), InvalidInput);
}

BOOST_AUTO_TEST_CASE(an_answer_given_directly_stays_and_a_flag_is_raised_all_the_same) {
  const auto phq9 = filled("phq9", 1.0);
  const auto told = with({phq9}, {{"comorbidity", 1.0}, {"self_harm", 0.0}});
  BOOST_TEST(answer_to("comorbidity", told) == 1.0);
  BOOST_TEST(answer_to("self_harm", told) > 0.0);
  const auto calm = with({filled("phq9", 0.0)}, {{"self_harm", 1.0}});
  BOOST_TEST(answer_to("self_harm", calm) == 1.0);
  // What was declined elsewhere is known from the form.
  CheckIn declined;
  declined.missing = {{"comorbidity", MissingReason::declined}};
  add_answers({&phq9, 1}, models::standard(), declined);
  BOOST_TEST(answer_to("comorbidity", declined) == 4.0);
  BOOST_TEST(declined.missing.empty());
}

BOOST_AUTO_TEST_CASE(a_severe_score_raises_the_risk_and_a_low_one_does_not) {
  const auto risk = [](const CheckIn& check_in) {
    return Monitor(models::standard()).update(check_in).level_risk;
  };
  CheckIn other;
  other.answers = {{"self_harm", 0.0}, {"overdose", 0.0}};
  const double silent = risk(other);
  for (const char* name : {"phq9", "gad7", "pacs", "isi", "aware"}) {
    BOOST_TEST(risk(with({filled(name, 1.0)})) > silent, name);
    BOOST_TEST(risk(with({filled(name, 0.0)})) < risk(with({filled(name, 1.0)})), name);
  }
  auto severe = filled("phq9", 1.0);
  severe.response.back() = 1.0;  // a sum of 25
  BOOST_TEST(risk(with({severe})) > 1.25 * silent);
}

BOOST_AUTO_TEST_CASE(a_mapping_that_maps_nothing_is_refused) {
  const auto refused = [](InstrumentReference reference, const char* item = "craving") {
    auto document = models::standard().document();
    item_of(document, item).instruments = {std::move(reference)};
    try {
      require_match(*instruments::find("pacs"), Model(document));
    } catch (const ParseError& error) {
      return error.pointer().substr(error.pointer().rfind('/'));
    } catch (const InvalidInput& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const auto total = [](std::optional<Scale> from, std::optional<Scale> to = {}) {
    return InstrumentReference{"pacs", "", "total", from, to, ""};
  };
  BOOST_TEST(refused(total(Scale{0.0, 30.0})) == "accepted");
  BOOST_TEST(refused(total(Scale{30.0, 0.0}, Scale{1.0, 3.0})) == "accepted");
  BOOST_TEST(refused(total(Scale{0.0, 0.0})) == "/from");
  BOOST_TEST(refused(total(Scale{0.0, HUGE_VAL})) == "/1");
  BOOST_TEST(refused(total({}, Scale{0.0, 4.0})) == "/to");
  BOOST_TEST(refused(total(Scale{0.0, 30.0}, Scale{0.0, 5.0})) == "/to");
  BOOST_TEST(refused(total(Scale{0.0, 30.0}, Scale{2.0, 2.0})) == "/to");
  BOOST_TEST(refused(total(Scale{0.0, 30.0}), "used") == "/from");
  BOOST_TEST(refused(total(Scale{0.0, 20.0})).find("another range") != std::string::npos);
  auto twice = models::standard().document();
  item_of(twice, "craving").instruments = {total(Scale{0.0, 30.0}),
                                           total(Scale{0.0, 30.0})};
  BOOST_CHECK_THROW(Model{twice}, ParseError);
}

BOOST_AUTO_TEST_SUITE_END()
