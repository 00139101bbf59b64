#pragma once

#include <relapse/core/random.hpp>
#include <relapse/relapse.hpp>

#include <cstdlib>
#include <string>
#include <vector>

/// Check-ins drawn with fixed seeds, for the benchmarks of whole tables.
namespace bench {

inline constexpr int check_ins = 90;  ///< of each person

/// Number of persons to score: RELAPSE_BENCHMARK_PERSONS, or 1000.
inline int persons() {
  const char* wanted = std::getenv("RELAPSE_BENCHMARK_PERSONS");
  return wanted != nullptr ? std::atoi(wanted) : 1000;
}

/// A table and the batch that views it.
class DataSet {
 public:
  DataSet(relapse::Model model, relapse::Simulated table)
      : model_(std::move(model)), table_(std::move(table)) {
    batch_.person = table_.person;
    batch_.time = table_.time;
    for (int item = 0; item < model_.items(); ++item) {
      if (item == model_.missed_item()) continue;
      const auto i = static_cast<std::size_t>(item);
      batch_.columns.push_back({model_.document().items[i].item.id, table_.answers[i]});
    }
  }
  DataSet(const DataSet&) = delete;
  DataSet& operator=(const DataSet&) = delete;

  const relapse::Model& model() const { return model_; }
  const relapse::Batch& batch() const { return batch_; }
  std::size_t rows() const { return table_.time.size(); }

  /// The rows of the first person as check-ins.
  std::vector<relapse::CheckIn> first_person() const {
    std::vector<relapse::CheckIn> all;
    for (std::size_t row = 0; row < rows() && table_.person[row] == 0; ++row) {
      relapse::CheckIn check_in;
      check_in.person = "P1";
      check_in.time = relapse::Time{table_.time[row]};
      for (const auto& column : batch_.columns) {
        const double value = column.values[row];
        if (value == value) check_in.answers.push_back({column.item, value});
      }
      all.push_back(std::move(check_in));
    }
    return all;
  }

 private:
  relapse::Model model_;
  relapse::Simulated table_;
  relapse::Batch batch_;
};

/// Uneven times about a day apart, an answer in seven left out.
inline relapse::Simulated draw_daily(const relapse::Model& model, int persons) {
  return relapse::simulate(model, {.persons = persons,
                                   .length = relapse::Days{check_ins - 1.0},
                                   .jitter = 0.5,
                                   .answered = 0.85});
}

/// Five stages that move at constant rates, and ordinal signs of five levels.
inline relapse::Model constant_model(int items) {
  relapse::ModelDocument document;
  document.id = "constant";
  document.version = "1.0.0";
  document.stages = {{"stable", relapse::UseKind::none, ""},
                     {"emotional", relapse::UseKind::none, ""},
                     {"mental", relapse::UseKind::none, ""},
                     {"lapse", relapse::UseKind::lapse, ""},
                     {"relapse", relapse::UseKind::relapse, ""}};
  document.initial = {0.6, 0.2, 0.1, 0.06, 0.04};
  const auto move = [&](const char* from, const char* to, double rate) {
    relapse::TransitionRule rule;
    rule.from = from;
    rule.to = to;
    rule.rate = rate;
    document.transitions.push_back(rule);
  };
  move("stable", "emotional", 0.06), move("emotional", "stable", 0.12);
  move("emotional", "mental", 0.09), move("mental", "emotional", 0.15);
  move("mental", "lapse", 0.07), move("stable", "lapse", 0.004);
  move("lapse", "stable", 0.4), move("lapse", "relapse", 0.2);
  move("relapse", "lapse", 0.1), move("relapse", "emotional", 0.05);
  for (int item = 0; item < items; ++item) {
    const double lean = 0.01 * (item % 5);
    relapse::ItemRule rule;
    rule.item.id = "sign_" + std::to_string(item);
    rule.emission = relapse::Categorical{{{0.40, 0.25, 0.20 - lean, 0.10, 0.05 + lean},
                                          {0.30, 0.25, 0.20, 0.15, 0.10},
                                          {0.20 - lean, 0.20, 0.25, 0.20, 0.15 + lean},
                                          {0.15, 0.20, 0.20, 0.25, 0.20},
                                          {0.10, 0.15, 0.20, 0.25 - lean, 0.30 + lean}}};
    document.items.push_back(rule);
  }
  document.horizons_days = {7.0};
  document.levels.cuts = {0.05, 0.15, 0.35, 0.65};
  document.calibration.status = "made up";
  return relapse::Model(std::move(document));
}

/// The same; the answers to some signs last, and as many follow one habit of five nodes.
inline relapse::Model personal_model(int items, int lasting, int habitual) {
  auto document = constant_model(items).document();
  document.id = "personal";
  const auto rule = [&](int item) -> relapse::ItemRule& {
    return document.items[static_cast<std::size_t>(item)];
  };
  for (int item = 0; item < lasting; ++item)
    rule(item).persistence = relapse::Persistence{{0.6}, {5.0}};
  relapse::HabitRule habit{.id = "style", .items = {}, .source = ""};
  for (int item = 0; item < habitual; ++item)
    habit.items.push_back({rule(item).item.id, 0.5});
  if (habitual > 0) document.habits = {habit};
  return relapse::Model(std::move(document));
}

/// The same, each rate moved by three determinants that keep their last answers.
inline relapse::Model moving_model(int items) {
  auto document = constant_model(items).document();
  document.id = "moving";
  for (const char* id : {"craving", "stress", "sleep"}) {
    relapse::ItemRule rule;
    rule.item.id = id;
    rule.item.role = relapse::Role::determinant;
    rule.item.scale = relapse::Scale{0.0, 4.0};
    document.items.push_back(rule);
    relapse::DeterminantRule determinant;
    determinant.id = id;
    determinant.from = relapse::FromItem{id};
    document.determinants.push_back(determinant);
  }
  double weight = 0.5;
  for (auto& transition : document.transitions) {
    transition.effects = {{"craving", weight}, {"stress", -weight}, {"sleep", 0.3}};
    weight = 0.2 - weight;
  }
  return relapse::Model(std::move(document));
}

/// Answers of any level, times 1 to 30 whole days apart.
inline relapse::Simulated draw_uneven(const relapse::Model& model, int persons) {
  relapse::Simulated table;
  table.answers.resize(static_cast<std::size_t>(model.items()));
  for (int person = 0; person < persons; ++person) {
    auto random = relapse::random_stream(2, static_cast<std::uint64_t>(person));
    const auto whole = [&](int most) {
      return static_cast<double>(
          static_cast<int>(relapse::sample_uniform(random) * most));
    };
    double time = 0.0;
    for (int row = 0; row < check_ins; ++row, time += 1.0 + whole(30)) {
      table.person.push_back(person);
      table.time.push_back(time);
      for (auto& answers : table.answers) answers.push_back(whole(5));
    }
  }
  return table;
}

}  // namespace bench
