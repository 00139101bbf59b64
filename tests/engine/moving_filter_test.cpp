#include <relapse/engine/detail/column_filter.hpp>
#include <relapse/engine/score.hpp>
#include <relapse/engine/simulate.hpp>

#include "sample_models.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstring>

using namespace relapse;

BOOST_AUTO_TEST_SUITE(moving_filter_test)

namespace {

/// Every kind of determinant, and signs with levels alone.
ModelDocument moved_document(int nodes) {
  auto document = test::rich_document();
  document.propensity.nodes = nodes;
  std::erase_if(document.items, [](const ItemRule& rule) {
    const auto& id = rule.item.id;
    return id == "nights" || id == "drinks" || id == "mood" || id == "hearing_voices";
  });
  document.safety.clear();
  return document;
}

/// Determinants that keep the last answer, and nothing that goes on by itself.
ModelDocument held_document(int nodes) {
  auto document = test::small_document();
  document.propensity = {.nodes = nodes,
                         .toward_use = 0.8,
                         .recovery = -0.4,
                         .start = {},
                         .prior = {},
                         .source = "test"};
  document.items.pop_back();  // counts
  document.items.push_back(test::asked("craving", Scale{0.0, 4.0}));
  document.items.push_back(test::asked("distance", {}));
  for (const char* id : {"craving", "distance"}) {
    DeterminantRule rule;
    rule.id = id;
    rule.from = FromItem{id};
    rule.reference = 0.25;
    rule.memory.kind = MemoryKind::last;
    document.determinants.push_back(rule);
  }
  document.transitions[0].effects = {{"craving", 1.2}, {"distance", 0.01}};
  document.transitions[3].effects = {{"craving", -0.7}};
  return document;
}

/// Persons of uneven length and times; here and there a year goes by.
Simulated draw(const Model& model, int persons) {
  auto drawn = simulate(model, {.persons = persons,
                                .length = Days{60.0},
                                .every = Days{2.3},
                                .jitter = 0.9,
                                .answered = 0.7,
                                .missed = 0.1,
                                .drop_out = 0.02,
                                .seed = 7});
  double later = 0.0;
  for (std::size_t row = 1; row < drawn.time.size(); ++row) {
    if (drawn.person[row] != drawn.person[row - 1]) later = 0.0;
    if (row % 37 == 0) later += 365.0;
    drawn.time[row] += later;
  }
  return drawn;
}

Batch view(const Simulated& table, const Model& model) {
  Batch batch{
      .person = table.person, .person_names = {}, .time = table.time, .columns = {}};
  for (int item = 0; item < model.items(); ++item) {
    if (item == model.missed_item()) continue;
    batch.columns.push_back({.item = model.item(item).id,
                             .values = table.answers[static_cast<std::size_t>(item)]});
  }
  return batch;
}

/// One check-in at a time.
Filtered stream(const Simulated& table, const Model& model) {
  Filtered result;
  infer::Workspace workspace(model);
  infer::PersonState state;
  Answers answers(model);
  for (std::size_t row = 0; row < table.time.size(); ++row) {
    if (row > 0 && table.person[row] != table.person[row - 1]) state.started = false;
    answers.clear(Time{table.time[row]});
    for (int item = 0; item < model.items(); ++item) {
      const double value = table.answers[static_cast<std::size_t>(item)][row];
      if (item == model.missed_item()) continue;
      if (std::isnan(value)) {
        answers.miss(item, MissingReason::unknown);
      } else {
        answers.answer(item, value, model);
      }
    }
    answers.complete(model);
    result.log_likelihood.push_back(infer::step(state, answers, {}, model, workspace));
    for (int s = 0; s < model.stages(); ++s) {
      result.stages.push_back(state.belief.stage_mass(s));
    }
  }
  return result;
}

bool identical(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(persons_side_by_side_have_the_doubles_of_each_alone) {
  for (const int nodes : {1, 5, 11}) {
    std::vector documents{moved_document(nodes), held_document(nodes),
                          test::lasting(held_document(nodes), 1)};
    if (nodes <= 5) {  // the ways of the habits take the place of other nodes
      documents.push_back(test::habitual(documents[1], 2));
      documents.push_back(test::habitual(test::lasting(documents[0], 3), 3));
    }
    for (const auto& document : documents) {
      const Model model(document);
      for (const int persons : {1, 7, 60}) {
        const auto table = draw(model, persons);
        const auto batch = view(table, model);
        BOOST_TEST(engine::ColumnFilter::takes(engine::Rows(batch, model), model));
        const auto expected = stream(table, model);
        for (const int threads : {1, 2}) {
          const auto found = filter(batch, model, {.threads = threads});
          BOOST_TEST(identical(found.log_likelihood, expected.log_likelihood));
          BOOST_TEST(identical(found.stages, expected.stages));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_column_filter_takes_them_all_to_the_end) {
  for (const auto& document : {moved_document(5), held_document(5)}) {
    const Model model(document);
    const auto table = draw(model, 30);
    const auto batch = view(table, model);
    engine::Rows rows(batch, model);
    engine::ColumnFilter columns(rows, model, SameTime::refuse);
    std::vector<double> steps(table.time.size());
    columns.follow(0, 30, {steps, {}});
    for (std::size_t person = 0; person < 30; ++person) BOOST_TEST(columns.done(person));
  }
}

BOOST_AUTO_TEST_CASE(answers_too_large_to_be_averaged_are_refused_read_or_not) {
  for (const bool read : {true, false}) {
    auto document = held_document(1);
    if (!read) {
      document.determinants.pop_back();
      document.transitions[0].effects.pop_back();
    }
    const Model model(document);
    auto table = draw(model, 12);
    auto& distance = table.answers[static_cast<std::size_t>(model.find_item("distance"))];
    std::size_t row = 0;
    while (table.person[row] != 9 || table.person[row + 2] != 9) ++row;
    for (const std::size_t far : {row, row + 1, row + 2}) distance[far] = -1e308;
    const Place place{"9", row + 1, "distance"};
    BOOST_CHECK_EXCEPTION(
        filter(view(table, model), model), CheckInError,
        [&](const CheckInError& error) { return error.place() == place; });
  }
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_not_finite_is_refused_by_person_and_row) {
  auto document = moved_document(1);
  for (auto& item : document.items) {
    if (item.item.id == "stress") item.item.scale.reset();
  }
  const Model model(document);
  auto table = draw(model, 20);
  std::size_t row = 1;
  while (table.person[row] != 11 || table.person[row + 2] != 11) ++row;
  table.answers[static_cast<std::size_t>(model.find_item("stress"))][row] = 1e9;
  BOOST_CHECK_EXCEPTION(
      filter(view(table, model), model), CheckInError,
      [&](const CheckInError& error) { return error.place().row == row + 1; });
}

BOOST_AUTO_TEST_CASE(an_answer_out_of_scale_is_refused_by_person_row_and_item) {
  const Model model(moved_document(5));
  auto table = draw(model, 20);
  table.answers[static_cast<std::size_t>(model.find_item("craving"))][33] = 4.5;
  const Place place{std::to_string(table.person[33]), 33, "craving"};
  BOOST_CHECK_EXCEPTION(
      filter(view(table, model), model), CheckInError,
      [&](const CheckInError& error) { return error.place() == place; });
}

BOOST_AUTO_TEST_SUITE_END()
