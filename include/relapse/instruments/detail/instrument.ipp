#pragma once

#include <relapse/core/detail/index.hpp>
#include <relapse/core/detail/json_text.hpp>
#include <relapse/core/detail/require.hpp>
#include <relapse/core/detail/unknown.hpp>
#include <relapse/instruments/instrument.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>

namespace relapse {
namespace detail {

/// Text that has to be there, such as a source.
inline void require_given(const JsonPointer& at, std::string_view text) {
  require_text(at, text);
  if (text.empty()) refuse(at, "empty", "text");
}

template <class Rule>
void require_evidence(const JsonPointer& at, const Rule& rule) {
  require_given(at / "source", rule.source);
  require_choice(at / "mark", rule.mark);
}

/// Number of answers that an item has; 0 when it takes any number of its range.
inline double answers_of(const InstrumentItem& item) {
  return item.step == 0.0 ? 0.0 : (item.highest - item.lowest) / item.step + 1.0;
}

inline void check_instrument_item(const JsonPointer& at, const InstrumentItem& item) {
  require_given(at / "label", item.label);
  require_text(at / "loinc", item.loinc);
  require_finite(at / "range" / std::size_t{0}, item.lowest);
  require_finite(at / "range" / std::size_t{1}, item.highest);
  if (!(item.lowest < item.highest)) refuse(at / "range", "not rising", "low, then high");
  if (!(item.step >= 0.0) || !std::isfinite(item.step))
    refuse(at / "step", item.step, "a finite number, 0 or above");
  const double answers = answers_of(item);
  constexpr double most_answers = 1001.0;
  if (answers != std::floor(answers) || answers > most_answers) {
    refuse(at / "step", item.step, "one that divides the range, in 1000 parts at most");
  }
  if (!item.points.empty() && static_cast<double>(item.points.size()) != answers) {
    refuse(at / "points", "a list of " + std::to_string(item.points.size()),
           "one for each answer");
  }
  for (std::size_t k = 0; k < item.points.size(); ++k) {
    require_finite(at / "points" / k, item.points[k]);
  }
  if (!item.flag.empty()) require_name(at / "flag", item.flag);
  if (item.raise_at && item.flag.empty())
    refuse(at / "raise_at", "there", "left out without a flag");
  if (item.raise_at) require_finite(at / "raise_at", *item.raise_at);
}

/// Positions of items named in a list. Throws for an unknown or repeated one.
inline std::vector<int> items_at(const JsonPointer& at,
                                 const std::vector<std::string>& ids,
                                 const InstrumentDocument& document) {
  std::vector<int> positions;
  std::set<std::string_view> seen;
  for (std::size_t k = 0; k < ids.size(); ++k) {
    take_name(at / k, ids[k], seen);
    const int position = index_of(document.items, ids[k]);
    if (position < 0) refuse_unknown(at / k, "item", ids[k], ids_of(document.items));
    positions.push_back(position);
  }
  return positions;
}

inline std::vector<int> some_items_at(const JsonPointer& at,
                                      const std::vector<std::string>& ids,
                                      const InstrumentDocument& document) {
  if (ids.empty()) refuse(at, "empty", "a list of at least one item");
  return items_at(at, ids, document);
}

/// Items, reversed ones and thresholds as positions, and the range they give.
class PartBuilder {
 public:
  PartBuilder(JsonPointer at, const Subscale& subscale,
              const InstrumentDocument& document)
      : at_(std::move(at)), subscale_(subscale), document_(document) {}

  Instrument::Part build() {
    part_.items = some_items_at(at_ / "items", subscale_.items, document_);
    part_.reversed.assign(part_.items.size(), false);
    const auto reversed = items_at(at_ / "reversed", subscale_.reversed, document_);
    for (std::size_t k = 0; k < reversed.size(); ++k) {
      part_.reversed[place(at_ / "reversed" / k, reversed[k])] = true;
    }
    thresholds();
    range();
    return std::move(part_);
  }

 private:
  /// Where an item stands in the subscale.
  std::size_t place(const JsonPointer& at, int item) const {
    const auto found = std::find(part_.items.begin(), part_.items.end(), item);
    if (found == part_.items.end()) {
      refuse(at, json_string(document_.items[static_cast<std::size_t>(item)].id),
             "an item of the subscale");
    }
    return static_cast<std::size_t>(found - part_.items.begin());
  }
  void thresholds() {
    const JsonPointer at = at_ / "thresholds";
    const bool counts = subscale_.method == ScoreMethod::count;
    if (!counts && !subscale_.thresholds.empty())
      refuse(at, "there", "left out for this method");
    if (!counts) return;
    if (!subscale_.reversed.empty())
      refuse(at_ / "reversed", "there", "left out for a count");
    if (subscale_.thresholds.size() != part_.items.size())
      refuse(at, "not complete", "given for each item of the subscale");
    part_.thresholds.resize(part_.items.size());
    for (const auto& [id, value] : subscale_.thresholds) {
      const int item = index_of(document_.items, id);
      if (item < 0) refuse_unknown(at / id, "item", id, ids_of(document_.items));
      require_finite(at / id, value);
      part_.thresholds[place(at / id, item)] = value;
    }
  }
  void range() {
    const auto count = static_cast<double>(part_.items.size());
    for (const int index : part_.items) {
      const auto& item = document_.items[static_cast<std::size_t>(index)];
      auto [low, high] = std::pair{item.lowest, item.highest};
      if (!item.points.empty()) {
        const auto [least, most] =
            std::minmax_element(item.points.begin(), item.points.end());
        low = *least;
        high = *most;
      }
      part_.lowest += low;
      part_.highest += high;
    }
    if (subscale_.method == ScoreMethod::mean) {
      part_.lowest /= count;
      part_.highest /= count;
    } else if (subscale_.method != ScoreMethod::sum) {
      part_.lowest = 0.0;
      part_.highest = subscale_.method == ScoreMethod::count ? count : 100.0;
    }
  }

  JsonPointer at_;
  const Subscale& subscale_;
  const InstrumentDocument& document_;
  Instrument::Part part_;
};

/// Starts of bands or rows: they rise, and the first covers the least value.
inline void check_starts(const JsonPointer& at, const std::vector<double>& starts,
                         double lowest) {
  if (starts.empty()) refuse(at, "empty", "a list of at least one");
  for (std::size_t k = 0; k < starts.size(); ++k) {
    const JsonPointer here = at / k / "from";
    require_finite(here, starts[k]);
    if (k == 0 && starts[k] > lowest)
      refuse(here, starts[k], "at or below the least value of the subscale");
    if (k > 0 && !(starts[k] > starts[k - 1]))
      refuse(here, starts[k], "above the one before");
  }
}

inline void check_bands(const JsonPointer& at, const Bands& bands, double lowest) {
  std::set<std::string_view> seen;
  std::vector<double> starts;
  for (std::size_t k = 0; k < bands.of.size(); ++k) {
    take_name(at / "of" / k / "id", bands.of[k].id, seen);
    starts.push_back(bands.of[k].from);
  }
  check_starts(at / "of", starts, lowest);
  require_evidence(at, bands);
}

inline void check_cut_off(const JsonPointer& at, const CutOff& cut) {
  if (cut.at_least.has_value() == cut.at_most.has_value())
    refuse(at, "without a bound, or with two", "one with at_least or with at_most");
  require_finite(at / (cut.at_least ? "at_least" : "at_most"),
                 cut.at_least ? *cut.at_least : *cut.at_most);
  if (cut.sensitivity) require_probability(at / "sensitivity", *cut.sensitivity);
  if (cut.specificity) require_probability(at / "specificity", *cut.specificity);
  require_evidence(at, cut);
}

/// Checks a table and answers with its columns made monotone, by row.
inline std::vector<std::vector<double>>
check_table(const JsonPointer& at, const ProbabilityTable& table, double lowest) {
  require_given(at / "outcome", table.outcome);
  require_given(at / "source", table.source);
  std::set<std::string_view> seen;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    take_name(at / "columns" / c / "id", table.columns[c].id, seen);
    require_text(at / "columns" / c / "label", table.columns[c].label);
  }
  if (table.columns.empty()) refuse(at / "columns", "empty", "a list of at least one");
  std::vector<double> starts;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const JsonPointer here = at / "rows" / r;
    const auto& row = table.rows[r];
    starts.push_back(row.from);
    require_choice(here / "mark", row.mark);
    if (row.published.size() != table.columns.size())
      refuse(here / "published", "a list of " + std::to_string(row.published.size()),
             "a probability for each column");
    for (std::size_t c = 0; c < row.published.size(); ++c) {
      require_probability(here / "published" / c, row.published[c]);
    }
  }
  check_starts(at / "rows", starts, lowest);
  std::vector<std::vector<double>> monotone(table.rows.size());
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    std::vector<double> column;
    for (const auto& row : table.rows) column.push_back(row.published[c]);
    column = isotonic(std::move(column));
    for (std::size_t r = 0; r < column.size(); ++r) monotone[r].push_back(column[r]);
  }
  return monotone;
}

inline void check_missing(const JsonPointer& at, const MissingRule& rule,
                          std::size_t items) {
  require_choice(at / "kind", rule.kind);
  require_evidence(at, rule);
  const bool prorates = rule.kind == MissingPolicy::prorate;
  if (!prorates && rule.at_most != 0)
    refuse(at / "at_most", "there", "left out where nothing is prorated");
  if (prorates && (rule.at_most < 1 || static_cast<std::size_t>(rule.at_most) >= items)) {
    refuse(at / "at_most", std::to_string(rule.at_most),
           "at least 1 and fewer than the items");
  }
}

inline Instrument::Part check_subscale(const JsonPointer& at, const Subscale& subscale,
                                       const InstrumentDocument& document) {
  // Names that results use beside a subscale's cut-offs.
  constexpr std::string_view taken[] = {"band", "missing", "refused"};
  require_given(at / "label", subscale.label);
  require_text(at / "loinc", subscale.loinc);
  require_choice(at / "method", subscale.method);
  require_choice(at / "higher_is", subscale.higher_is);
  require_evidence(at, subscale);
  auto part = PartBuilder(at, subscale, document).build();
  check_missing(at / "missing", subscale.missing, part.items.size());
  if (subscale.bands) check_bands(at / "bands", *subscale.bands, part.lowest);
  std::set<std::string_view> seen(std::begin(taken), std::end(taken));
  for (std::size_t k = 0; k < subscale.cut_offs.size(); ++k) {
    take_name(at / "cut_offs" / k / "id", subscale.cut_offs[k].id, seen);
    check_cut_off(at / "cut_offs" / k, subscale.cut_offs[k]);
  }
  if (subscale.probability) {
    part.monotone = check_table(at / "probability", *subscale.probability, part.lowest);
  }
  return part;
}

inline void check_heading(const InstrumentDocument& document) {
  const JsonPointer root;
  require_name(root / "id", document.id);
  require_given(root / "version", document.version);
  require_given(root / "title", document.title);
  require_text(root / "description", document.description);
  require_given(root / "licence", document.licence);
  require_text(root / "loinc", document.loinc);
  require_evidence(root, document);
  if (document.frame) require_positive(root / "frame_days", document.frame->count);
  constexpr std::size_t most = 1000;
  require_at_most(root / "items", document.items.size(), most);
  require_at_most(root / "subscales", document.subscales.size(), most);
  if (document.items.empty())
    refuse(root / "items", "empty", "a list of at least one item");
  if (document.subscales.empty())
    refuse(root / "subscales", "empty", "a list of at least one subscale");
}

}  // namespace detail

RELAPSE_INLINE Instrument::Instrument(InstrumentDocument document) {
  const JsonPointer root;
  detail::check_heading(document);
  auto parts = std::make_shared<Parts>();
  std::set<std::string_view> ids;
  for (std::size_t k = 0; k < document.items.size(); ++k) {
    take_name(root / "items" / k / "id", document.items[k].id, ids);
    detail::check_instrument_item(root / "items" / k, document.items[k]);
  }
  for (std::size_t k = 0; k < document.skips.size(); ++k) {
    const auto& rule = document.skips[k];
    const JsonPointer at = root / "skips" / k;
    detail::require_evidence(at, rule);
    parts->skips.push_back(
        {detail::some_items_at(at / "when_zero", rule.when_zero, document),
         detail::some_items_at(at / "not_asked", rule.not_asked, document)});
  }
  std::set<std::string_view> subscales;
  for (std::size_t k = 0; k < document.subscales.size(); ++k) {
    const JsonPointer at = root / "subscales" / k;
    take_name(at / "id", document.subscales[k].id, subscales);
    parts->parts.push_back(detail::check_subscale(at, document.subscales[k], document));
  }
  parts->document = std::move(document);
  parts_ = std::move(parts);
}

RELAPSE_INLINE int Instrument::find_item(std::string_view id) const {
  return index_of(document().items, id);
}

RELAPSE_INLINE int Instrument::find_subscale(std::string_view id) const {
  return index_of(document().subscales, id);
}

RELAPSE_INLINE double points_of(const InstrumentItem& item, double answer) {
  if (item.points.empty()) return answer;
  return item
      .points[static_cast<std::size_t>(std::lround((answer - item.lowest) / item.step))];
}

RELAPSE_INLINE Instrument translated(const Instrument& instrument,
                                     const Wording& wording) {
  InstrumentDocument document = instrument.document();
  const auto say = [&](std::string& text) { text = std::string(wording.known(text)); };
  say(document.title);
  say(document.description);
  say(document.licence);
  for (auto& item : document.items) say(item.label);
  for (auto& subscale : document.subscales) {
    say(subscale.label);
    if (subscale.bands) {
      for (auto& band : subscale.bands->of) say(band.label);
    }
    for (auto& cut_off : subscale.cut_offs) say(cut_off.label);
    if (!subscale.probability) continue;
    say(subscale.probability->outcome);
    for (auto& column : subscale.probability->columns) say(column.label);
  }
  return Instrument(std::move(document));
}

RELAPSE_INLINE std::vector<double> isotonic(std::vector<double> values) {
  struct Pool {
    double sum;
    double size;
    double mean() const { return sum / size; }
  };
  std::vector<Pool> pools;
  for (const double value : values) {
    pools.push_back({value, 1.0});
    while (pools.size() > 1 && pools.back().mean() < pools[pools.size() - 2].mean()) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back().sum += last.sum;
      pools.back().size += last.size;
    }
  }
  std::size_t k = 0;
  for (const Pool& pool : pools) {
    for (int i = 0; i < static_cast<int>(pool.size); ++i) values[k++] = pool.mean();
  }
  return values;
}

}  // namespace relapse
