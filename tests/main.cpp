#define BOOST_TEST_MODULE relapse
#include <boost/test/included/unit_test.hpp>
