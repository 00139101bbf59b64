#include <relapse/core/detail/fields.hpp>
#include <relapse/core/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <utility>

using namespace relapse;

namespace {

enum class Colour { red, green };

struct Part {
  std::string name;
  double size = 1.0;

  bool operator==(const Part&) const = default;
};

struct Whole {
  std::string id;
  Colour colour = Colour::red;
  int count = 3;
  std::optional<double> length;
  std::vector<Part> parts;
  std::vector<std::pair<std::string, double>> weights;
  std::vector<Part> keyed;
  bool left = false;
  double right = 0.5;
};

}  // namespace

namespace relapse {

template <>
struct Names<Colour> {
  static constexpr std::string_view all[] = {"red", "green"};
};

template <>
struct FieldsOf<Part> {
  static constexpr std::tuple all{Field{"size", &Part::size}};
};

template <>
struct FieldsOf<Whole> {
  using Weight = std::pair<std::string, double>;
  static constexpr std::tuple all{
      Field{"id", &Whole::id, Need::required_text},
      Field{"colour", &Whole::colour},
      Field{"count", &Whole::count, Need::written},
      Field{"length", &Whole::length},
      Field{"parts", &Whole::parts},
      KeyedField{"weights", &Whole::weights, &Weight::first, &Weight::second},
      KeyedField{"keyed", &Whole::keyed, &Part::name, Need::optional},
      FieldGroup{"sides", std::tuple{Field{"left", &Whole::left},
                                     Field{"right", &Whole::right, Need::required}}}};
};

}  // namespace relapse

BOOST_AUTO_TEST_SUITE(fields_test)

namespace {

Whole full() {
  Whole whole;
  whole.id = "w";
  whole.colour = Colour::green;
  whole.length = 2.0;
  whole.parts = {{"", 1.0}, {"", 2.5}};
  whole.weights = {{"b", 1.0}, {"a", -1.0}};
  whole.keyed = {{"k", 4.0}};
  whole.left = true;
  return whole;
}

void expect_refused(const Whole& whole, const char* pointer) {
  try {
    check_value(JsonPointer{}, whole);
    BOOST_ERROR("not refused");
  } catch (const ParseError& error) {
    BOOST_TEST(error.pointer() == pointer);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_as_without_a_word_is_left_out) {
  BOOST_TEST(value_json(Whole{}) == R"({"count":3,"id":""})");
}

BOOST_AUTO_TEST_CASE(all_else_is_written) {
  BOOST_TEST(
      value_json(full()) ==
      R"({"colour":"green","count":3,"id":"w","keyed":{"k":{"size":4.0}},)"
      R"("length":2.0,"parts":[{},{"size":2.5}],"sides":{"left":true,"right":0.5},)"
      R"("weights":{"a":-1.0,"b":1.0}})");
}

BOOST_AUTO_TEST_CASE(what_no_document_can_hold_is_refused_with_its_place) {
  BOOST_CHECK_NO_THROW(check_value(JsonPointer{}, full()));
  auto whole = full();
  whole.id = "\xFF";
  expect_refused(whole, "/id");
  whole = full();
  whole.colour = static_cast<Colour>(7);
  expect_refused(whole, "/colour");
  whole = full();
  whole.length = std::numeric_limits<double>::infinity();
  expect_refused(whole, "/length");
  whole = full();
  whole.parts[1].size = std::nan("");
  expect_refused(whole, "/parts/1/size");
  whole = full();
  whole.weights[1].second = std::nan("");
  expect_refused(whole, "/weights/a");
  whole = full();
  whole.keyed[0].size = std::nan("");
  expect_refused(whole, "/keyed/k/size");
  whole = full();
  whole.right = std::nan("");
  expect_refused(whole, "/sides/right");
}

BOOST_AUTO_TEST_SUITE_END()
