/// Values on a fixed grid, to see whether a change for speed changed a number.
///
///     relapse_dump > before.txt     before the change
///     relapse_dump before.txt       after it: prints the largest difference, and ends
///     with
///                                   status 1 above 1e-12 (of the value, or of 1)

#include <relapse/ctmc/passage.hpp>
#include <relapse/ctmc/path.hpp>
#include <relapse/ctmc/transition.hpp>
#include <relapse/io/standard.hpp>

#include "chains.hpp"
#include "data_set.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

using namespace relapse;

namespace {

constexpr double tolerance = 1e-12;

struct Value {
  std::string name;
  double value;
};

template <class Range>
void add(std::vector<Value>& values, const std::string& name, const Range& range) {
  int index = 0;
  for (const double value : range) {
    values.push_back({name + "[" + std::to_string(index++) + "]", value});
  }
}

void add_chains(std::vector<Value>& values) {
  for (const int states : {2, 5, 8}) {
    for (const double ct : {0.01, 1.0, 20.0, 30.0, 1000.0}) {
      const auto chain = bench::draw_chains(states, ct).front();
      const std::vector<double> ones(static_cast<std::size_t>(states), 1.0);
      const auto name = [&](const char* what) {
        return bench::chain_name(what, states, ct);
      };
      add(values, name("exp"), ctmc::transition_matrix(chain, Days{1.0}).reshaped());
      add(values, name("passage"), ctmc::passage_probability(chain, 1, Days{1.0}));
      add(values, name("occupation"),
          ctmc::occupation_integral(ones, ones, chain, Days{1.0}).reshaped());
    }
  }
}

/// An answer that the item has: a whole step of its scale, or a level. Use is rare, as
/// risks near 1 would leave no digits to compare in their intervals.
double draw_answer(const Model& model, int item, Random& random) {
  const auto& emission = model.document().items[static_cast<std::size_t>(item)].emission;
  const auto& scale = model.item(item).scale;
  if (model.item(item).role == Role::use && sample_uniform(random) < 0.95) return 0.0;
  const double low = scale ? std::min(scale->first, scale->second) : 0.0;
  const double high =
      scale ? std::max(scale->first, scale->second)
            : (emission ? std::max(2, model.answer_levels(item)) - 1.0 : 0.0);
  return low + std::floor(sample_uniform(random) * (high - low + 1.0));
}

void add_model(std::vector<Value>& values, const Model& model) {
  constexpr int rows = 30;
  auto random = random_stream(3, 0);
  Monitor monitor(model);
  double time = 0.0;
  for (int row = 0; row < rows; ++row) {
    CheckIn check_in;
    check_in.time = Time{time};
    for (int item = 0; item < model.items(); ++item) {
      if (item == model.missed_item() || sample_uniform(random) < 0.3) continue;
      check_in.answers.push_back({model.item(item).id, draw_answer(model, item, random)});
    }
    const auto& assessment = monitor.update(check_in);
    const std::string name = model.document().id + "/row=" + std::to_string(row);
    add(values, name + "/stages", assessment.stages);
    add(values, name + "/scores",
        std::vector{assessment.propensity, assessment.log_likelihood,
                    assessment.level_risk});
    for (const auto& risk : assessment.risks) {
      add(values, name + "/risk",
          std::vector{risk.probability, risk.low, risk.high, risk.new_use.value_or(-1.0),
                      risk.relapse.value_or(-1.0)});
    }
    for (const auto& driver : assessment.drivers) {
      values.push_back({name + "/" + driver.id, driver.contribution});
    }
    time += 0.3 + 20.0 * std::pow(sample_uniform(random), 4.0);
  }
}

int compare(const std::vector<Value>& values, const char* file) {
  std::ifstream before(file);
  std::string name;
  std::string number;
  double worst = 0.0;
  std::string where = "none";
  for (const auto& now : values) {
    if (!(before >> name >> number) || name != now.name) {
      std::fprintf(stderr, "%s: does not hold %s here\n", file, now.name.c_str());
      return 1;
    }
    const double then = std::stod(number);
    const double error = std::abs(now.value - then) / std::max(1.0, std::abs(then));
    if (error <= worst) continue;
    worst = error;
    where = name;
  }
  std::printf("%zu values; largest difference %.3g (%s)\n", values.size(), worst,
              where.c_str());
  return worst <= tolerance ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Value> values;
  add_chains(values);
  add_model(values, bench::constant_model(24));
  add_model(values, models::standard());
  if (argc > 1) return compare(values, argv[1]);
  for (const auto& [name, value] : values) std::printf("%s %.17g\n", name.c_str(), value);
  return 0;
}
