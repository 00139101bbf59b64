#include <relapse/learn/detail/parameters.hpp>

#include "close.hpp"
#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(parameters_test)

BOOST_AUTO_TEST_CASE(what_is_read_is_what_was_written) {
  for (const auto& model : test::models()) {
    const learn::Parameters parameters(model.document());
    auto values = parameters.read(model.document());
    Random random = random_stream(3, 1);
    for (double& value : values) value += 0.4 * sample_normal(random);
    ModelDocument document = model.document();
    parameters.write(values, document);
    BOOST_TEST(test::close(parameters.read(document), values, 1e-12));
    BOOST_CHECK_NO_THROW(Model{document});
  }
}

BOOST_AUTO_TEST_CASE(names_are_told_apart) {
  const learn::Parameters parameters(test::models()[1].document());
  std::set<std::string> names;
  for (std::size_t j = 0; j < parameters.size(); ++j) names.insert(parameters[j].name);
  BOOST_TEST(names.size() == parameters.size());
  for (const char* name :
       {"rate:stable>emotional", "effect:mental>lapse:situation:II-B",
        "loading:toward_use", "loading:recovery", "initial:emotional", "start:mental",
        "prior:severity", "start_effect:mental:severity", "given:used:lapse",
        "given:isolating:emotional:0", "given:nights:stable:mean",
        "given:drinks:relapse:dispersion", "given:mood:stable:sd"}) {
    BOOST_TEST(names.count(name) == 1U, name);
  }
}

BOOST_AUTO_TEST_CASE(zeros_are_structure_and_stay) {
  const auto& document = test::models()[1].document();
  const learn::Parameters parameters(document);
  for (std::size_t j = 0; j < parameters.size(); ++j)
    BOOST_TEST(parameters[j].name != "given:isolating:stable:3");
  auto other = document;
  parameters.write(parameters.read(document), other);
  BOOST_TEST(std::get<Categorical>(*other.items[1].emission).probability[0][3] == 0.0);
}

BOOST_AUTO_TEST_CASE(numbers_far_out_stay_inside_their_range) {
  const auto& model = test::models()[1];
  const learn::Parameters parameters(model.document());
  for (const double far : {-700.0, 700.0}) {
    auto values = parameters.read(model.document());
    for (std::size_t j = 0; j < values.size(); ++j) {
      using Kind = learn::ParameterKind;
      const auto kind = parameters[j].kind;
      const bool capped = kind == Kind::rate &&
                          model.document().transitions[parameters[j].first].max_rate;
      const auto scale = parameters[j].scale;
      const bool is_probability =
          kind == Kind::answer &&
          (scale == model::NumberScale::odds || scale == model::NumberScale::share);
      if (capped || is_probability || kind == Kind::initial) values[j] = far;
    }
    auto document = model.document();
    parameters.write(values, document);
    BOOST_CHECK_NO_THROW(Model{document});
  }
}

BOOST_AUTO_TEST_CASE(patterns_mean_beginnings_up_to_a_colon) {
  BOOST_TEST(learn::matches("rate", "rate:a>b"));
  BOOST_TEST(learn::matches("rate:a>b", "rate:a>b"));
  BOOST_TEST(!learn::matches("rate:a", "rate:a>b"));
  BOOST_TEST(learn::matches("rate:a*", "rate:a>b"));
  BOOST_TEST(learn::matches("effect:*:stress", "effect:a>b:stress"));
  BOOST_TEST(!learn::matches("effect:*:stress", "effect:a>b:craving"));
  BOOST_TEST(!learn::matches("", "rate:a>b"));
  BOOST_TEST(learn::matches("*", "anything:at:all"));
}

BOOST_AUTO_TEST_SUITE_END()
