#pragma once

#include <relapse/engine/constant_filter.hpp>
#include <relapse/infer/filter.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace relapse::engine {
namespace detail {

inline constexpr std::uint8_t byte_gap = 255;
/// The mark of the kernel for a value that an item has not.
inline constexpr std::uint8_t refusal = 255;
/// Times between check-ins that are kept, at most: some megabytes of matrices.
inline std::size_t most_times(const Model& model) {
  constexpr std::size_t rows = std::size_t{1} << 17;
  return std::min<std::size_t>(
      16'384, rows / static_cast<std::size_t>(model.nodes() * model.stages()));
}

/// Whether the answers to an item are whole numbers from one on, a level each.
inline bool has_byte_levels(int item, const Model& model) {
  const auto* sign = item < 0 ? nullptr : model.sign(item);
  if (sign == nullptr || sign->levels() == 0 || sign->levels() >= byte_gap) return false;
  const auto& scale = model.item(item).scale;
  if (!scale) return true;
  const double first = scale->first;
  return sign->family() == Family::categorical && first >= 0.0 && first < byte_gap &&
         first == std::floor(first);
}

/// How a column of bytes counts in its table.
inline infer::ByteLevels levels_of(const model::SignTables::Member& member,
                                   const Model& model) {
  const Item& item = model.item(member.item);
  infer::ByteLevels levels;
  if (item.scale) {
    levels.first = static_cast<std::uint8_t>(item.scale->first);
    levels.falling = item.scale->second < item.scale->first;
  }
  const int named = item.missing_is_a_level ? 1 : 0;
  levels.levels = static_cast<std::uint8_t>(member.levels - named);
  levels.missing = static_cast<std::uint8_t>(member.levels - named);
  levels.stride = static_cast<std::uint8_t>(member.stride);
  return levels;
}

inline bool starts_alike(const model::StartLaw& start) {
  const auto none = [](const auto& effects) { return effects.empty(); };
  return start.node_effects.empty() &&
         std::all_of(start.stage_effects.begin(), start.stage_effects.end(), none);
}

/// Doubles as bytes; what is no byte becomes refused.
inline void to_bytes(std::span<const double> values, std::uint8_t* bytes,
                     std::uint8_t* refused) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double value = values[k];
    const bool fits = value >= 0.0 && value < byte_gap;
    const int whole = static_cast<int>(fits ? value : 0.0);
    const bool missing = value != value;
    const bool wrong = !missing && !(fits && value == whole);
    bytes[k] = missing ? byte_gap : static_cast<std::uint8_t>(whole);
    refused[k] = static_cast<std::uint8_t>(refused[k] | (wrong ? refusal : 0));
  }
}

}  // namespace detail

RELAPSE_INLINE bool ConstantFilter::takes(const Rows& rows, const Model& model) {
  const Batch& batch = rows.batch();
  const bool bare = batch.known.empty() && batch.entered.empty() &&
                    batch.abstinent_since_last.empty() && batch.used_days_ago.empty() &&
                    batch.acknowledge.empty() && batch.refused.empty();
  if (!bare || !rows.grouped() || model.movement().has_effects()) return false;
  if (!model.sign_tables().linear() || !detail::starts_alike(model.start())) return false;
  for (std::size_t c = 0; c < batch.columns.size(); ++c) {
    if (!batch.columns[c].reasons.empty()) return false;
    if (!detail::has_byte_levels(rows.targets()[c].item, model)) return false;
  }
  return true;
}

RELAPSE_INLINE ConstantFilter::ConstantFilter(const Rows& rows, const Model& model,
                                              SameTime same_time)
    : rows_(rows),
      model_(model),
      same_time_(same_time),
      transitions_(model, detail::most_times(model)) {
  add_columns();
  of_days_.fill(transitions_.full);
  const std::vector<double> reference(
      static_cast<std::size_t>(model.determinants().count()), 0.0);
  const auto belief = infer::start_belief(reference, model);
  start_.assign(static_cast<std::size_t>(belief.nodes * infer::row_width), 0.0);
  for (int i = 0; i < belief.nodes; ++i) {
    const auto node = belief.node(i);
    std::copy(node.begin(), node.end(), start_.begin() + i * infer::row_width);
  }
}

RELAPSE_INLINE void ConstantFilter::add_columns() {
  const auto& tables = model_.sign_tables();
  silent_.assign(static_cast<std::size_t>(tables.tables()), 0);
  for (const auto& member : tables.members()) {
    const auto table = static_cast<std::size_t>(member.table);
    if (member.item == model_.missed_item()) {
      missed_table_ = member.table;
      missed_stride_ = static_cast<std::uint8_t>(member.stride);
      continue;
    }
    const auto targets = rows_.targets();
    const auto found = std::find_if(targets.begin(), targets.end(),
                                    [&](const auto& t) { return t.item == member.item; });
    if (found == targets.end()) {
      silent_[table] =
          static_cast<std::uint8_t>(silent_[table] + member.levels * member.stride);
      continue;
    }
    const auto column = static_cast<std::size_t>(found - targets.begin());
    Source source{column, member.table, detail::levels_of(member, model_)};
    const auto& given = rows_.batch().columns[column];
    source.levels.gaps = given.bytes.empty() || given.gaps == ByteGaps::missing;
    sources_.push_back(source);
  }
}

RELAPSE_INLINE std::span<const std::uint8_t>
ConstantFilter::bytes_of(std::size_t column, std::size_t begin, std::size_t count) {
  const auto& given = rows_.batch().columns[column];
  if (!given.bytes.empty()) return given.bytes.subspan(begin, count);
  converted_.resize(count);
  detail::to_bytes(given.values.subspan(begin, count), converted_.data(),
                   refused_.data());
  return converted_;
}

/// The rows of the sign tables that each check-in selects.
RELAPSE_INLINE void ConstantFilter::encode(std::size_t begin, std::size_t count) {
  codes_.resize(silent_.size() * count);
  refused_.assign(count, 0);
  answered_.assign(count, 0);
  for (std::size_t t = 0; t < silent_.size(); ++t) {
    std::memset(codes_.data() + t * count, silent_[t], count);
  }
  for (auto& source : sources_) {
    source.levels.values = bytes_of(source.column, begin, count).data();
    infer::kernel().encode(source.levels, count,
                           codes_.data() + static_cast<std::size_t>(source.table) * count,
                           refused_.data(), answered_.data());
  }
  if (missed_table_ < 0) return;
  std::uint8_t* codes = codes_.data() + static_cast<std::size_t>(missed_table_) * count;
  for (std::size_t k = 0; k < count; ++k) {
    const int missed = answered_[k] == 0 ? missed_stride_ : 0;
    codes[k] = static_cast<std::uint8_t>(codes[k] + missed);
  }
}

/// The matrices that lead to each row; marks times that do not rise as refused. False
/// when there are more times than can be kept.
RELAPSE_INLINE bool ConstantFilter::find_matrices(std::size_t begin, std::size_t end) {
  const auto time = rows_.batch().time;
  const auto person = rows_.batch().person;
  const std::uint32_t standing = transitions_.find(0.0);
  if (standing == transitions_.full) return false;
  const bool may_stand = same_time_ == SameTime::in_order;
  matrix_.resize(end - begin);
  for (std::size_t row = begin; row < end; ++row) {
    const std::size_t k = row - begin;
    const bool first = row == begin || person[row] != person[row - 1];
    const double days = first ? 0.0 : time[row] - time[row - 1];
    const bool rises = days > 0.0 || (days == 0.0 && (first || may_stand));
    if (!rises || !(std::abs(time[row]) <= std::numeric_limits<double>::max())) {
      refused_[k] = detail::refusal;
      matrix_[k] = standing;
      continue;
    }
    // Whole days, the usual case, need no search.
    const auto whole = static_cast<std::size_t>(days < usual_days ? days : 0.0);
    if (static_cast<double>(whole) == days && of_days_[whole] != transitions_.full) {
      matrix_[k] = of_days_[whole];
      continue;
    }
    matrix_[k] = transitions_.find(days);
    if (matrix_[k] == transitions_.full) return false;
    if (static_cast<double>(whole) == days) of_days_[whole] = matrix_[k];
  }
  return true;
}

/// The rows of the persons that can be taken.
RELAPSE_INLINE void ConstantFilter::choose_stretches(std::size_t first,
                                                     std::size_t last) {
  stretches_.clear();
  const std::size_t origin = rows_.before(first);
  for (std::size_t person = first; person < last; ++person) {
    const std::size_t begin = rows_.before(person) - origin;
    const std::size_t end = rows_.before(person + 1) - origin;
    const bool fine =
        std::memchr(refused_.data() + begin, detail::refusal, end - begin) == nullptr;
    done_[person - first] = fine ? 1 : 0;
    if (fine && end > begin) stretches_.push_back({begin, end});
  }
}

/// Logarithms of the totals; leaves persons to the log domain where one is too small.
RELAPSE_INLINE void ConstantFilter::close(std::size_t first, std::size_t last,
                                          const FilterResults& results) {
  for (std::size_t person = first; person < last; ++person) {
    if (!done(person)) continue;
    const auto totals =
        results.log_likelihood.subspan(rows_.before(person) - rows_.before(first),
                                       rows_.before(person + 1) - rows_.before(person));
    double least = 1.0;
    for (const double total : totals) least = std::min(least, total);
    if (!(least > infer::smallest_total)) {
      done_[person - first] = 0;
      continue;
    }
    infer::kernel().logarithms(totals.data(), totals.size());
  }
}

RELAPSE_INLINE void ConstantFilter::follow(std::size_t first, std::size_t last,
                                           const FilterResults& results) {
  first_ = first;
  done_.assign(last - first, 0);
  const std::size_t begin = rows_.before(first);
  const std::size_t end = rows_.before(last);
  if (begin == end) return;
  const std::size_t count = end - begin;
  encode(begin, count);
  if (!find_matrices(begin, end)) {
    transitions_.forget();
    of_days_.fill(transitions_.full);
    encode(begin, count);
    if (!find_matrices(begin, end)) return;
  }
  choose_stretches(first, last);
  const auto& tables = model_.sign_tables();
  infer::FollowTask task;
  task.nodes = model_.nodes();
  task.stages = model_.stages();
  task.start = start_.data();
  task.matrices = transitions_.matrices();
  task.matrix = matrix_.data();
  task.evidence.tables = tables.tables() > 0 ? tables.table(0) : nullptr;
  task.evidence.table_step = std::size_t{model::SignTables::most_rows} * infer::row_width;
  task.evidence.count = tables.tables();
  task.evidence.rows = codes_.data();
  task.code_step = count;
  task.totals = results.log_likelihood.data();
  task.probabilities = results.stages.empty() ? nullptr : results.stages.data();
  infer::kernel().follow(task, stretches_.data(), stretches_.size());
  close(first, last, results);
}

}  // namespace relapse::engine
