#include <relapse/io/standard.hpp>
#include <relapse/model/item_table.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(item_table_test)

namespace {

ItemRow row_of(std::string_view id, const Model& model) {
  const auto rows = items_table(model);
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const auto& row) { return row.id == id; });
  BOOST_REQUIRE(found != rows.end());
  return *found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_item_is_there_once_and_in_order) {
  for (const Model& model : {models::standard(), Model(test::rich_document())}) {
    const auto rows = items_table(model);
    BOOST_REQUIRE_EQUAL(rows.size(), static_cast<std::size_t>(model.items()));
    for (int item = 0; item < model.items(); ++item)
      BOOST_TEST(rows[static_cast<std::size_t>(item)].id == model.item(item).id);
  }
}

BOOST_AUTO_TEST_CASE(the_adverse_end_is_that_of_the_scale_or_of_the_law) {
  const Model& model = models::standard();
  const auto end = [&](std::string_view id) { return row_of(id, model).adverse; };
  for (const char* id : {"craving", "stress", "isolating", "used", "self_harm"})
    BOOST_TEST((end(id) == AdverseEnd::high), id);
  for (const char* id : {"sleep", "confidence", "support", "medication", "efficacy_II-B"})
    BOOST_TEST((end(id) == AdverseEnd::low), id);
  const Model rich{test::rich_document()};
  BOOST_TEST((row_of("mood", rich).adverse == AdverseEnd::low));
  BOOST_TEST((row_of("nights", rich).adverse == AdverseEnd::high));
  auto same = test::small_document();
  same.items.push_back(test::sign("blood_group", Bernoulli{{0.3, 0.3, 0.3}}));
  BOOST_TEST((row_of("blood_group", Model(same)).adverse == AdverseEnd::none));
  // A reversed scale turns a sign, too.
  auto reversed = test::small_document();
  reversed.items[1].item.scale = Scale{3.0, 1.0};
  BOOST_TEST((row_of("isolating", Model(reversed)).adverse == AdverseEnd::low));
  BOOST_TEST(*row_of("isolating", Model(reversed)).lowest == 1.0);
}

BOOST_AUTO_TEST_CASE(ends_are_in_the_units_of_the_answers) {
  const Model& model = models::standard();
  BOOST_TEST(*row_of("sleep", model).lowest == 0.0);
  BOOST_TEST(*row_of("sleep", model).highest == 10.0);
  BOOST_TEST(*row_of("isolating", model).highest == 4.0);
  BOOST_TEST(*row_of("used", model).highest == 1.0);
  const Model rich{test::rich_document()};
  BOOST_TEST(*row_of("isolating", rich).highest == 2.0);  // missing is no answer
  BOOST_TEST(*row_of("nights", rich).lowest == 0.0);
  BOOST_TEST(!row_of("nights", rich).highest.has_value());
  BOOST_TEST(!row_of("mood", rich).lowest.has_value());
}

BOOST_AUTO_TEST_CASE(whatever_is_asked_of_the_standard_model_has_words_of_its_own) {
  std::set<std::string> questions;
  for (const auto& row : items_table(models::standard())) {
    BOOST_TEST(row.computed == (row.id == "missed_check_in"), row.id);
    if (row.computed) continue;
    BOOST_TEST(!row.question.empty(), row.id);
    BOOST_TEST(row.question.back() == '?', row.id);
    BOOST_TEST(row.asked.has_value(), row.id);
    BOOST_TEST(questions.insert(row.question).second, row.id);
  }
}

BOOST_AUTO_TEST_SUITE_END()
