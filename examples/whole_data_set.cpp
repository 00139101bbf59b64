// A whole data set in one pass: every check-in of every person is scored in the order of
// time, on all cores, and the persons are listed who may need somebody first.

#include <relapse/io/standard.hpp>
#include <relapse/relapse.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

int main() {
  const relapse::Model& model = relapse::models::standard();
  // In place of a table that was read: 60 persons, uneven times, gaps in the answers.
  const auto table = relapse::simulate(
      model,
      {.persons = 60, .length = relapse::Days{28.0}, .jitter = 0.6, .answered = 0.8});

  // Columns are views of the caller's data; NaN is a missing answer.
  relapse::Batch batch;
  batch.person = table.person;
  batch.time = table.time;
  for (int item = 0; item < model.items(); ++item) {
    if (item == model.missed_item()) continue;  // computed, not asked
    const auto i = static_cast<std::size_t>(item);
    batch.columns.push_back({model.document().items[i].item.id, table.answers[i]});
  }
  const auto scores = relapse::score(batch, model, {.threads = 0});

  // The last check-in of each person, highest level and then highest 7-day risk first.
  constexpr std::size_t week = 1;  // second of the horizons 1, 7 and 30 days
  const auto risk = [&](std::size_t row) {
    return scores.risk[row * scores.horizons_count + week];
  };
  std::vector<std::size_t> last;
  for (std::size_t row = 0; row < scores.rows; ++row) {
    const bool more = row + 1 < scores.rows && batch.person[row + 1] == batch.person[row];
    if (!more) last.push_back(row);
  }
  std::sort(last.begin(), last.end(), [&](std::size_t a, std::size_t b) {
    if (scores.level[a] != scores.level[b]) return scores.level[a] > scores.level[b];
    return risk(a) > risk(b);
  });
  std::printf("%zu check-ins of %zu persons; first to talk to:\n", scores.rows,
              last.size());
  for (std::size_t k = 0; k < 12; ++k) {
    const std::size_t row = last[k];
    const auto stage = static_cast<std::size_t>(scores.stage[row]);
    const auto level = static_cast<relapse::RiskLevel>(scores.level[row]);
    const std::string word(relapse::name_of(level));
    std::printf("person %2d  day %4.1f  %-8s  %-10s 7-day risk %5.1f %%\n",
                batch.person[row], batch.time[row], word.c_str(),
                model.document().stages[stage].id.c_str(), 100.0 * risk(row));
  }
}
