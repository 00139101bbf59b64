#include <relapse/plan/outcome.hpp>

#include "arrays.hpp"
#include "bind.hpp"
#include "words.hpp"

#include <pybind11/stl.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace relapse::python {
namespace {

namespace py = pybind11;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// Calls with the rows of each person, one after the other.
/// @param starts first row of each person, and the number of rows at the end
template <class Element, class Visit>
void each_person(std::span<const Element> rows, std::span<const std::int64_t> starts,
                 Visit visit) {
  for (std::size_t person = 0; person + 1 < starts.size(); ++person) {
    const auto begin = static_cast<std::size_t>(starts[person]);
    const auto end = static_cast<std::size_t>(starts[person + 1]);
    if (begin > end || end > rows.size())
      throw InvalidInput("starts", "must rise up to the number of rows");
    visit(person, rows.subspan(begin, end - begin));
  }
}

std::size_t persons_of(const Array<std::int64_t>& starts) {
  if (starts.size() < 1) throw InvalidInput("starts", "must have at least one entry");
  return static_cast<std::size_t>(starts.size()) - 1;
}

double number(const std::optional<double>& value) { return value.value_or(nothing); }
double truth(const std::optional<bool>& value) {
  return value ? (*value ? 1.0 : 0.0) : nothing;
}

struct PatternColumns {
  explicit PatternColumns(std::size_t persons)
      : first_use(persons),
        used(persons),
        run(persons),
        ran(persons),
        longest(persons),
        share(persons),
        abstinent(persons) {}

  std::vector<std::int64_t> first_use;
  std::vector<double> used;
  std::vector<std::int64_t> run;
  std::vector<double> ran;
  std::vector<double> longest;
  std::vector<double> share;
  std::vector<double> abstinent;
};

py::dict pattern_outcomes(const Array<std::uint8_t>& statuses,
                          const Array<std::int64_t>& starts, int run,
                          const std::string& missing) {
  const auto rule = from_word<MissingUse>("missing", missing);
  std::vector<UseStatus> pattern;
  for (const auto code : view(statuses)) {
    if (code >= std::size(Names<UseStatus>::all))
      throw InvalidInput("status", "must be one of the known ones");
    pattern.push_back(static_cast<UseStatus>(code));
  }
  PatternColumns columns(persons_of(starts));
  const auto visit = [&](std::size_t person, std::span<const UseStatus> rows) {
    const auto first = first_use(rows, rule);
    columns.first_use[person] = static_cast<std::int64_t>(first.period);
    columns.used[person] = first.happened ? 1.0 : 0.0;
    const auto relapse = first_run(rows, run, rule);
    columns.run[person] = static_cast<std::int64_t>(relapse.period);
    columns.ran[person] = relapse.happened ? 1.0 : 0.0;
    columns.longest[person] = longest_abstinence(rows, rule);
    columns.share[person] = number(share_negative(rows, rule));
    columns.abstinent[person] = truth(abstinent_throughout(rows, rule));
  };
  each_person<UseStatus>(pattern, view(starts), visit);
  py::dict found;
  found["first_use"] = to_numpy(std::move(columns.first_use));
  found["used"] = to_numpy(std::move(columns.used));
  found["run"] = to_numpy(std::move(columns.run));
  found["ran"] = to_numpy(std::move(columns.ran));
  found["longest_abstinence"] = to_numpy(std::move(columns.longest));
  found["share_negative"] = to_numpy(std::move(columns.share));
  found["abstinent"] = to_numpy(std::move(columns.abstinent));
  return found;
}

py::dict amount_outcomes(const Array<double>& amounts, const Array<std::int64_t>& starts,
                         const Array<double>& heavy) {
  const std::size_t persons = persons_of(starts);
  if (static_cast<std::size_t>(heavy.size()) != persons)
    throw InvalidInput("heavy", "must have an entry for each person");
  Amounts days;
  for (const double amount : view(amounts))
    days.push_back(std::isnan(amount) ? std::nullopt : std::optional(amount));
  std::vector<double> observed(persons);
  std::vector<double> abstinent(persons);
  std::vector<double> heavy_share(persons);
  std::vector<double> any_heavy(persons);
  std::vector<double> mean(persons);
  std::vector<double> mean_on_use_days(persons);
  using Day = std::optional<double>;
  const auto visit = [&](std::size_t person, std::span<const Day> rows) {
    const auto summary = summarise_amounts(rows, view(heavy)[person]);
    observed[person] = summary.observed;
    abstinent[person] = number(summary.share_abstinent);
    heavy_share[person] = number(summary.share_heavy);
    any_heavy[person] = truth(summary.any_heavy);
    mean[person] = number(summary.mean);
    mean_on_use_days[person] = number(summary.mean_on_use_days);
  };
  each_person<Day>(days, view(starts), visit);
  py::dict found;
  found["observed"] = to_numpy(std::move(observed));
  found["share_abstinent"] = to_numpy(std::move(abstinent));
  found["share_heavy"] = to_numpy(std::move(heavy_share));
  found["any_heavy"] = to_numpy(std::move(any_heavy));
  found["mean"] = to_numpy(std::move(mean));
  found["mean_on_use_days"] = to_numpy(std::move(mean_on_use_days));
  return found;
}

/// Positions among the words of DrinkingRisk; -1 where the amount is missing.
py::array_t<std::int64_t> drinking_risks(const Array<double>& grams,
                                         const DrinkingLimits& limits) {
  std::vector<std::int64_t> levels;
  for (const double amount : view(grams)) {
    levels.push_back(std::isnan(amount)
                         ? -1
                         : static_cast<std::int64_t>(drinking_risk(amount, limits)));
  }
  return to_numpy(std::move(levels));
}

template <class Choice>
py::list words() {
  py::list all;
  for (const auto word : Names<Choice>::all) all.append(to_python(word));
  return all;
}

}  // namespace

void bind_outcomes(py::module_& module) {
  module.attr("use_statuses") = words<UseStatus>();
  module.attr("drinking_risk_levels") = words<DrinkingRisk>();
  module.attr("drinking_limits_men") = py::cast(drinking_limits_men);
  module.attr("drinking_limits_women") = py::cast(drinking_limits_women);
  module.def("pattern_outcomes", &pattern_outcomes, py::arg("statuses"),
             py::arg("starts"), py::arg("run"), py::arg("missing"));
  module.def("amount_outcomes", &amount_outcomes, py::arg("amounts"), py::arg("starts"),
             py::arg("heavy"));
  module.def("drinking_risks", &drinking_risks, py::arg("grams"), py::arg("limits"));
}

}  // namespace relapse::python
