#pragma once

#include <relapse/infer/detail/panel.hpp>
#include <relapse/model/detail/answers.hpp>

#include "sample_models.hpp"

#include <cstdint>
#include <vector>

/// Persons with everything that can be known: answers, missing ones, stages known from
/// outside, exact entries, times without use.
namespace test {

using People = std::vector<std::vector<CheckIn>>;

inline People people(const Model& model, std::uint64_t count, std::uint64_t seed = 31) {
  People all;
  for (std::uint64_t p = 0; p < count; ++p) {
    auto history = check_ins(model, seed + p, 25.0);
    for (std::size_t k = 1; k < history.size(); ++k) {
      auto& check_in = history[k];
      const std::size_t kind = (k + p) % 9;
      if (kind == 2) {
        check_in.answers.clear();
        check_in.known_stage = KnownStage{{"lapse"}, true};
      } else if (kind == 5) {
        check_in.known_stage = KnownStage{{"stable", "lapse"}, false};
      } else if (kind == 7) {
        check_in.abstinent_since_last = true;
        std::erase_if(check_in.answers, [&](const Answer& answer) {
          return model.item(model.find_item(answer.item)).role == Role::use;
        });
        check_in.known_stage =
            KnownStage{{"stable", model.document().stages[1].id}, false};
      }
    }
    all.push_back(std::move(history));
  }
  return all;
}

inline infer::Panel panel_of(const Model& model, const People& people) {
  infer::Panel panel(model);
  Answers answers(model);
  for (const auto& history : people) {
    panel.add_person();
    for (const auto& check_in : history) {
      answers.read(check_in, model);
      panel.add(answers);
    }
  }
  return panel;
}

/// The same persons on whole days, so that times between check-ins recur.
inline People on_whole_days(People people) {
  for (auto& history : people) {
    double last = -1.0;
    for (auto& check_in : history) {
      last = std::max(last + 1.0, std::floor(check_in.time.days));
      check_in.time = Time{last};
    }
  }
  return people;
}

}  // namespace test
