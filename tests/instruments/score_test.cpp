#include <relapse/core/error.hpp>
#include <relapse/instruments/score.hpp>

#include <boost/test/unit_test.hpp>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(score_test)

namespace {

/// Three items 0-4, the last one reversed and about safety; one may be missing.
Instrument own_scale(ScoreMethod method) {
  InstrumentDocument document;
  document.id = "own";
  document.version = "1";
  document.title = "Own scale";
  document.licence = "own";
  document.source = "own";
  for (const auto id : {"1", "2", "3"})
    document.items.push_back({.id = id, .label = id, .highest = 4.0});
  document.items[2].flag = "overdose";
  Subscale total;
  total.id = "total";
  total.label = "Total";
  total.method = method;
  total.items = {"1", "2", "3"};
  if (method == ScoreMethod::count) {
    total.thresholds = {{"1", 2.0}, {"2", 2.0}, {"3", 1.0}};
  } else {
    total.reversed = {"3"};
  }
  total.source = "own";
  total.missing = {MissingPolicy::prorate, 1, "own", Mark::expert_default};
  document.subscales = {total};
  return Instrument(document);
}

double total(ScoreMethod method, std::vector<std::optional<double>> answers) {
  return *score_instrument(own_scale(method), answers).subscales[0].value;
}

}  // namespace

BOOST_AUTO_TEST_CASE(nothing_softens_a_built_in_flag) {
  auto document = own_scale(ScoreMethod::sum).document();
  document.items[2].raise_at = 3.0;
  const std::vector<std::optional<double>> answers{0.0, 0.0, 1.0};
  BOOST_TEST(score_instrument(Instrument(document), answers).flags.size() == 1U);
  document.items[2].flag = "own_flag";
  BOOST_TEST(score_instrument(Instrument(document), answers).flags.empty());
}

BOOST_AUTO_TEST_CASE(each_method_by_hand) {
  BOOST_TEST(total(ScoreMethod::sum, {1.0, 2.0, 3.0}) == 4.0);
  BOOST_TEST(total(ScoreMethod::mean, {1.0, 3.0, 2.0}) == 2.0);
  BOOST_TEST(total(ScoreMethod::percent, {4.0, 0.0, 2.0}) == 50.0);
  BOOST_TEST(total(ScoreMethod::count, {2.0, 1.0, 1.0}) == 2.0);
}

BOOST_AUTO_TEST_CASE(answered_items_stand_for_an_unanswered_one) {
  BOOST_TEST(total(ScoreMethod::sum, {1.0, std::nullopt, 1.0}) == 6.0);
  BOOST_TEST(total(ScoreMethod::mean, {1.0, std::nullopt, 1.0}) == 2.0);
}

BOOST_AUTO_TEST_CASE(the_order_of_named_answers_does_not_matter) {
  const auto own = own_scale(ScoreMethod::sum);
  const std::vector<Answer> one{{"3", 4.0}, {"1", 2.0}, {"2", 1.0}};
  const std::vector<Answer> other{{"1", 2.0}, {"2", 1.0}, {"3", 4.0}};
  BOOST_TEST((score_instrument(own, one) == score_instrument(own, other)));
}

BOOST_AUTO_TEST_CASE(answers_that_an_item_does_not_have_are_refused_by_its_name) {
  const auto own = own_scale(ScoreMethod::sum);
  const auto refused = [&](std::vector<Answer> answers) {
    try {
      score_instrument(own, answers);
    } catch (const InvalidInput& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  for (const double value : {-1.0, 5.0, 1.5, std::nan("")}) {
    const auto text = refused({{"2", value}});
    BOOST_TEST(text.starts_with("item '2'"), text);
  }
  BOOST_TEST(refused({{"4", 1.0}}).starts_with("item '4'"));
  BOOST_TEST(refused({{"1", 1.0}, {"1", 1.0}}).find("twice") != std::string::npos);
  BOOST_TEST(refused({{"1", std::string("often")}}).find("text") != std::string::npos);
  BOOST_TEST(refused({{"1", std::string("often")}}).find("often") == std::string::npos);
  BOOST_CHECK_THROW(score_instrument(own, std::vector<std::optional<double>>(2)),
                    InvalidInput);
}

BOOST_AUTO_TEST_CASE(a_flag_is_raised_whatever_else_is_missing) {
  const auto own = own_scale(ScoreMethod::sum);
  const auto raised = score_instrument(own, std::vector<Answer>{{"3", 1.0}});
  BOOST_TEST((raised.flags == std::vector<std::string>{"overdose"}));
  BOOST_TEST(!raised.subscales[0].value.has_value());
  const auto calm = score_instrument(own, std::vector<Answer>{{"3", 0.0}});
  BOOST_TEST(calm.flags.empty());
  BOOST_TEST(calm.unknown_flags.empty());
  const auto silent = score_instrument(own, std::vector<Answer>{{"1", 4.0}});
  BOOST_TEST((silent.unknown_flags == std::vector<std::string>{"overdose"}));
}

BOOST_AUTO_TEST_SUITE_END()
