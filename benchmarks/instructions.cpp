/// Instructions that one call takes, counted by callgrind: what a busy machine cannot
/// move. As two commands, each in one line:
///
///     RELAPSE_INSTRUCTION_SET=avx2 valgrind --tool=callgrind --combine-dumps=yes
///       --callgrind-out-file=counted build/dev/benchmarks/relapse_instructions
///     awk '/^desc: Trigger: Client/ { name = $NF } /^totals/ { print name, $2 / 64 }'
///       counted

#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/path.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/io/standard.hpp>

#include "chains.hpp"
#include "data_set.hpp"

#include <valgrind/callgrind.h>

using namespace relapse;

namespace {

template <class Call>
void count(const std::string& name, Call call) {
  for (std::size_t k = 0; k < bench::chains; ++k) call(k);
  CALLGRIND_ZERO_STATS;
  for (std::size_t k = 0; k < bench::chains; ++k) call(k);
  CALLGRIND_DUMP_STATS_AT(name.c_str());
}

void count_chains(int states, double ct) {
  const auto chains = bench::draw_chains(states, ct);
  const auto length = static_cast<std::size_t>(states);
  const std::vector<double> even(length, 1.0 / states);
  std::vector<double> row = even;
  std::vector<double> column = even;
  ctmc::StateSet last_two;
  last_two.set(length - 2).set(length - 1);
  const auto name = [&](const char* what) { return bench::chain_name(what, states, ct); };
  const Days day{1.0};
  count(name("matrix"), [&](auto k) { ctmc::transition_matrix(chains[k], day); });
  count(name("advance"), [&](auto k) { ctmc::advance(row, chains[k], day); });
  count(name("pull_back"), [&](auto k) { ctmc::pull_back(column, chains[k], day); });
  count(name("occupation"),
        [&](auto k) { ctmc::occupation_integral(even, even, chains[k], day); });
  count(name("passage"),
        [&](auto k) { ctmc::passage_probability(chains[k], last_two, day); });
}

void count_updates(bool drivers) {
  const bench::DataSet data(models::standard(), bench::draw_daily(models::standard(), 1));
  auto history = data.first_person();
  Monitor monitor(data.model(), {.drivers = drivers});
  std::size_t next = 0;
  count(drivers ? "update/drivers" : "update", [&](auto) {
    auto& check_in = history[next];
    monitor.update(check_in);
    check_in.time = check_in.time + Days{1.0 * bench::check_ins};
    next = (next + 1) % history.size();
  });
}

/// A person of bench::chains check-ins a call.
void count_filters(const std::string& name, const Model& model, bool daily) {
  const bench::DataSet data(model, daily ? bench::draw_daily(model, bench::chains)
                                         : bench::draw_uneven(model, bench::chains));
  std::vector<double> stages(data.rows() * 5);
  std::vector<double> each(data.rows());
  count(name, [&](auto k) {
    if (k == 0) filter(data.batch(), model, {.threads = 1}, stages, each);
  });
}

}  // namespace

int main() {
  for (const int states : {3, 5, 8}) {
    for (const double ct : {0.1, 1.0, 10.0, 60.0, 100.0, 1000.0})
      count_chains(states, ct);
  }
  for (const bool drivers : {false, true}) count_updates(drivers);
  const Model constant = bench::constant_model(24);
  count_filters("filter/constant/whole_days", constant, false);
  count_filters("filter/constant/uneven", constant, true);
  for (const auto& [name, lasting, habitual] :
       {std::tuple("persistence=3", 3, 0), std::tuple("habit=3", 0, 3),
        std::tuple("persistence=3+habit=3", 3, 3), std::tuple("persistence=24", 24, 0),
        std::tuple("habit=24", 0, 24), std::tuple("persistence=24+habit=24", 24, 24)}) {
    const auto personal = bench::personal_model(24, lasting, habitual);
    count_filters("filter/" + std::string(name) + "/whole_days", personal, false);
    count_filters("filter/" + std::string(name) + "/uneven", personal, true);
  }
  count_filters("filter/moving", bench::moving_model(24), false);
  return 0;
}
