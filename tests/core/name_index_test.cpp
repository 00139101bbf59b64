#include <relapse/core/detail/name_index.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(name_index_test)

BOOST_AUTO_TEST_CASE(every_name_is_found_and_no_other) {
  // Many share their length, their first and their last eight bytes.
  std::vector<std::string> names{"", "a", "b", "ab", "craving", "cravings"};
  for (int i = 0; i < 300; ++i) {
    names.push_back("exposure" + std::to_string(1000 + i) + "_of_days");
  }
  const NameIndex index({names.begin(), names.end()});
  for (std::size_t i = 0; i < names.size(); ++i) {
    BOOST_TEST(index.find(names[i]) == static_cast<int>(i));
    BOOST_TEST(index.find(names[i] + "s") ==
               (names[i] == "craving" ? index.find("cravings") : -1));
  }
}

BOOST_AUTO_TEST_CASE(without_names_none_is_found) {
  BOOST_TEST(NameIndex().find("craving") == -1);
  BOOST_TEST(NameIndex().find("") == -1);
}

BOOST_AUTO_TEST_SUITE_END()
