#include <relapse/domain/situation.hpp>

#include <boost/test/unit_test.hpp>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(situation_test)

BOOST_AUTO_TEST_CASE(the_taxonomy_has_eight_categories_in_two_classes) {
  int interpersonal = 0;
  for (const auto& category : situation_categories) {
    const bool second = category.code.substr(0, 3) == "II-";
    BOOST_TEST((category.kind == SituationClass::interpersonal) == second);
    interpersonal += second ? 1 : 0;
    BOOST_TEST(find_situation(category.code) == &category);
  }
  BOOST_TEST(interpersonal == 3);
}

BOOST_AUTO_TEST_CASE(a_subcategory_belongs_to_its_category) {
  for (const auto& part : situation_subcategories) {
    BOOST_TEST(find_situation(part.code)->code == part.category);
    BOOST_TEST(part.code.substr(0, part.category.size()) == part.category);
  }
  BOOST_TEST(find_situation("III-A") == nullptr);
  BOOST_TEST(find_situation("") == nullptr);
}

BOOST_AUTO_TEST_CASE(several_situations_may_hold_with_one_primary) {
  const SituationSet set({"I-A-1", "II-B"}, "II-B");
  BOOST_TEST(set.covers("I-A"));
  BOOST_TEST(set.covers("I-A-2"));
  BOOST_TEST(set.covers("II-B-1"));
  BOOST_TEST(!set.covers("I-E"));
  BOOST_TEST(*set.primary() == "II-B");
}

BOOST_AUTO_TEST_CASE(what_is_not_in_the_taxonomy_is_refused) {
  BOOST_CHECK_THROW(SituationSet({"I-Z"}), InvalidInput);
  BOOST_CHECK_THROW(SituationSet({"I-A", "I-A"}), InvalidInput);
  BOOST_CHECK_THROW(SituationSet({"I-A"}, "I-B"), InvalidInput);
}

BOOST_AUTO_TEST_SUITE_END()
