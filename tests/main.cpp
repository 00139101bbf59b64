#define BOOST_TEST_MODULE relapse
#include <boost/test/unit_test.hpp>
