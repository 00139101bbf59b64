// A model of one's own: other stages, other questions. A document is checked as a whole
// when it is read; what is wrong is named by its place.

#include <relapse/io/json.hpp>
#include <relapse/relapse.hpp>

#include <cstdio>
#include <string>

namespace {

constexpr auto text = R"({
  "schema": "relapse/model/1", "id": "smoke_free", "version": "0.1.0",
  "stages": [{"id": "settled"}, {"id": "tempted"}, {"id": "smoking", "use": "lapse"}],
  "initial": {"settled": 0.7, "tempted": 0.3, "smoking": 0},
  "transitions": [
    {"from": "settled", "to": "tempted", "rate": 0.3, "effects": {"stress": 1.2}},
    {"from": "tempted", "to": "settled", "rate": 0.8},
    {"from": "tempted", "to": "smoking", "rate": 0.1, "effects": {"stress": 0.8}},
    {"from": "smoking", "to": "tempted", "rate": 1.5}
  ],
  "items": [
    {"id": "urge", "role": "sign", "family": "categorical", "labels": ["no", "some", "strong"],
     "given": {"settled": [0.7, 0.2, 0.1], "tempted": [0.2, 0.4, 0.4], "smoking": [0.3, 0.3, 0.4]}},
    {"id": "cigarettes", "role": "use", "substance": "tobacco", "family": "poisson",
     "given": {"settled": 0.01, "tempted": 0.02, "smoking": 4}},
    {"id": "stress", "role": "determinant", "scale": [0, 10]}
  ],
  "determinants": [{"id": "stress", "item": "stress", "reference": 0.3}],
  "horizons_days": [1, 7],
  "levels": {"horizon_days": 1,
             "cuts": {"guarded": 0.02, "elevated": 0.05, "high": 0.15, "critical": 0.4}},
  "calibration": {"status": "expert default"}
})";

}  // namespace

int main() {
  relapse::Monitor monitor{relapse::io::parse_model(text)};
  const std::string urges[] = {"no", "some", "strong", "strong", "some"};
  for (int day = 0; day < 5; ++day) {
    relapse::CheckIn check_in;
    check_in.time = relapse::Time{1.0 * day};
    check_in.answers = {{"urge", urges[day]}, {"stress", 2.0 * day}};
    check_in.answers.push_back({"cigarettes", day == 3 ? 2.0 : 0.0});
    const auto& today = monitor.update(check_in);
    std::printf("day %d  %-8s smoking within a day %5.1f %%, within a week %5.1f %%\n",
                day, today.stage_id().c_str(), 100.0 * today.risks[0].probability,
                100.0 * today.risks[1].probability);
  }
  try {
    auto wrong = monitor.model().document();
    wrong.transitions[1].rate = -0.8;
    relapse::Model{wrong};
  } catch (const relapse::ParseError& error) {
    std::printf("refused: %s\n", error.what());
    return 0;
  }
  return 1;
}
