#pragma once

#include <relapse/engine/detail/column_kernel.hpp>
#include <relapse/engine/detail/columns.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace relapse::engine {
namespace detail {

inline constexpr std::uint8_t byte_gap = 255;
/// Of a byte that was not looked up yet.
inline constexpr double unseen = -std::numeric_limits<double>::infinity();

/// Whether the answers to an item are whole numbers from one on, a level each.
inline bool has_byte_levels(int item, const Model& model) {
  if (item < 0 || model.sign(item) == nullptr) return false;
  const auto& law = model.answer_law(item);
  return law.levels() > 0 && model.sign(item)->levels() < byte_gap &&
         law.first() >= 0.0 && law.first() < byte_gap &&
         law.first() == std::floor(law.first());
}

}  // namespace detail

RELAPSE_INLINE bool Columns::takes(const Rows& rows, const Model& model) {
  const Batch& batch = rows.batch();
  const bool bare = batch.known.empty() && batch.entered.empty() &&
                    batch.abstinent_since_last.empty() && batch.used_days_ago.empty() &&
                    batch.acknowledge.empty() && batch.refused.empty() &&
                    batch.days_since_use.empty() && batch.days_in_recovery.empty() &&
                    batch.unreadable.empty();
  const bool as_sent = !model.document().expected_every_days;
  if (!bare || !as_sent || !rows.grouped() || !model.sign_tables().linear()) return false;
  for (std::size_t c = 0; c < batch.columns.size(); ++c) {
    const int item = rows.targets()[c].item;
    if (!batch.columns[c].reasons.empty()) return false;
    const bool told = item >= 0 && model.determinants().channel(item) >= 0;
    if (!told && !detail::has_byte_levels(item, model)) return false;
  }
  return true;
}

RELAPSE_INLINE Columns::Columns(const Rows& rows, Model model, SameTime same_time)
    : rows_(rows), model_(std::move(model)), same_time_(same_time) {
  add_signs();
  add_personal();
  add_told();
}

RELAPSE_INLINE std::optional<std::size_t> Columns::column_of(int item) const {
  const auto targets = rows_.targets();
  const auto found = std::find_if(targets.begin(), targets.end(),
                                  [&](const auto& t) { return t.item == item; });
  if (found == targets.end()) return std::nullopt;
  return static_cast<std::size_t>(found - targets.begin());
}

/// How a column of bytes counts in its table.
RELAPSE_INLINE ByteLevels Columns::levels_of(std::size_t column, int stride) const {
  const auto& law = model_.answer_law(rows_.targets()[column].item);
  const auto& given = rows_.batch().columns[column];
  ByteLevels levels;
  levels.first = static_cast<std::uint8_t>(law.first());
  levels.falling = law.span() < 0.0;
  levels.levels = levels.missing = static_cast<std::uint8_t>(law.levels());
  levels.stride = static_cast<std::uint8_t>(stride);
  levels.gaps = given.bytes.empty() || given.gaps == ByteGaps::missing;
  return levels;
}

RELAPSE_INLINE void Columns::add_signs() {
  const auto& tables = model_.sign_tables();
  silent_.assign(static_cast<std::size_t>(tables.tables()), 0);
  for (const auto& member : tables.members()) {
    const auto table = static_cast<std::size_t>(member.table);
    if (member.item == model_.missed_item()) {
      missed_table_ = member.table;
      missed_stride_ = static_cast<std::uint8_t>(member.stride);
      continue;
    }
    if (const auto column = column_of(member.item)) {
      sources_.push_back({*column, table, levels_of(*column, member.stride)});
    } else {
      silent_[table] =
          static_cast<std::uint8_t>(silent_[table] + member.levels * member.stride);
    }
  }
}

RELAPSE_INLINE void Columns::add_personal() {
  for (const int item : model_.personal_signs()) {
    const auto& sign = *model_.sign(item);
    if (!model::SignTables::has_rows(sign)) continue;
    Personal personal;
    personal.item = item;
    if (const auto column = column_of(item)) {
      personal.column = static_cast<int>(*column);
      personal.levels = levels_of(*column, 1);
    }
    const int answers = sign.persists() ? model_.answer_law(item).levels() : 0;
    for (int last = 0; last < answers; ++last) {
      for (int days = 0; days < usual_days; ++days)
        personal.kept.push_back(sign.kept(last, days));
    }
    personal_.push_back(std::move(personal));
  }
}

RELAPSE_INLINE void Columns::add_told() {
  const auto& laws = model_.determinants();
  const auto targets = rows_.targets();
  for (std::size_t column = 0; column < targets.size(); ++column) {
    const int item = targets[column].item;
    const bool use = model_.item(item).role == Role::use;
    if (laws.channel(item) < 0 && !(use && laws.reads_use())) continue;
    Told told{column, item, use};
    if (!rows_.batch().columns[column].bytes.empty()) {
      told.of_byte.assign(std::size_t{detail::byte_gap} + 1, detail::unseen);
    }
    told_.push_back(std::move(told));
  }
}

RELAPSE_INLINE const std::uint8_t*
Columns::bytes_of(std::size_t column, std::size_t place, std::size_t begin) {
  const auto& given = rows_.batch().columns[column];
  if (!given.bytes.empty()) return given.bytes.data() + begin;
  auto& converted = converted_[place];
  converted.resize(refused_.size());
  column_kernel().to_bytes(given.values.data() + begin, refused_.size(), converted.data(),
                           refused_.data());
  return converted.data();
}

RELAPSE_INLINE void Columns::encode_signs(std::size_t begin) {
  const std::size_t count = refused_.size();
  const std::size_t blocks = (count + infer::rows_together - 1) / infer::rows_together;
  const std::size_t block_step = silent_.size() * infer::rows_together;
  codes_.resize(blocks * block_step);
  std::array<ByteLevels, most_columns> levels;
  auto source = sources_.begin();
  for (std::size_t table = 0; table < silent_.size(); ++table) {
    std::size_t columns = 0;
    for (; source != sources_.end() && source->table == table; ++source, ++columns) {
      levels[columns] = source->levels;
      levels[columns].values = bytes_of(source->column, columns, begin);
    }
    column_kernel().encode({.columns = levels.data(),
                            .count = columns,
                            .silent = silent_[table],
                            .rows = codes_.data() + table * infer::rows_together,
                            .block_step = block_step},
                           count, refused_.data(), answered_.data());
  }
}

RELAPSE_INLINE void Columns::encode_personal(std::size_t begin) {
  const std::size_t count = refused_.size();
  constexpr std::size_t together = infer::rows_together;
  for (auto& personal : personal_) {
    auto& codes = personal.codes;
    codes.resize((count + together - 1) / together * together);
    if (personal.column < 0) {
      const int levels = model_.sign(personal.item)->levels();
      std::fill(codes.begin(), codes.end(), static_cast<std::uint8_t>(levels));
      continue;
    }
    ByteLevels levels = personal.levels;
    levels.values = bytes_of(static_cast<std::size_t>(personal.column), 0, begin);
    column_kernel().encode(
        {.columns = &levels, .count = 1, .rows = codes.data(), .block_step = together},
        count, refused_.data(), answered_.data());
  }
}

/// What an answer counts, NaN where there is none; infinite where it is refused.
RELAPSE_INLINE double Columns::encoded(int item, double value) const {
  double encoded = std::numeric_limits<double>::infinity();
  if (value != value) return value;
  model_.answer_law(item).encode(value, encoded);
  return encoded;
}

/// The same for a byte, looked up once.
RELAPSE_INLINE double Columns::encoded_byte(Told& told, std::uint8_t byte) const {
  double& known = told.of_byte[byte];
  if (known == detail::unseen) {
    const bool gaps = rows_.batch().columns[told.column].gaps == ByteGaps::missing;
    const bool missing = gaps && byte == detail::byte_gap;
    known = encoded(told.item, missing ? std::numeric_limits<double>::quiet_NaN() : byte);
  }
  return known;
}

/// Numbers on a scale or without one, without a look at the model for each.
RELAPSE_INLINE void Columns::read_numbers(Told& told, std::span<const double> values) {
  const auto& law = model_.answer_law(told.item);
  const double low = law.low();
  const double high = law.high();
  const double first = law.first();
  const double span = law.span();
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double value = values[k];
    const bool missing = value != value;
    const bool refused = !missing && !(low <= value && value <= high);
    told.values[k] = (value - first) / span;
    answered_[k] = static_cast<std::uint8_t>(answered_[k] | (missing ? 0 : 1));
    refused_[k] = static_cast<std::uint8_t>(refused_[k] | (refused ? refusal : 0));
  }
}

RELAPSE_INLINE void Columns::read_told(Told& told, std::size_t begin) {
  const std::size_t count = refused_.size();
  const auto& column = rows_.batch().columns[told.column];
  const bool is_number = model_.item(told.item).role == Role::determinant &&
                         model_.sign(told.item) == nullptr;
  told.values.resize(count);
  if (column.bytes.empty() && is_number) {
    read_numbers(told, column.values.subspan(begin, count));
    return;
  }
  for (std::size_t k = 0; k < count; ++k) {
    const double value = column.bytes.empty()
                             ? encoded(told.item, column.values[begin + k])
                             : encoded_byte(told, column.bytes[begin + k]);
    told.values[k] = value;
    if (value == value) answered_[k] = 1;
    if (std::isinf(value)) refused_[k] = refusal;
  }
}

/// A check-in that was missed is a sign as well.
RELAPSE_INLINE void Columns::encode_missed() {
  for (auto& personal : personal_) {
    if (personal.item != model_.missed_item()) continue;
    for (std::size_t k = 0; k < answered_.size(); ++k)
      personal.codes[k] = answered_[k] == 0 ? 1 : 0;
  }
  if (missed_table_ < 0) return;
  constexpr std::size_t together = infer::rows_together;
  const auto table = static_cast<std::size_t>(missed_table_);
  for (std::size_t k = 0; k < answered_.size(); ++k) {
    const int missed = answered_[k] == 0 ? missed_stride_ : 0;
    auto& code =
        codes_[(k / together * silent_.size() + table) * together + k % together];
    code = static_cast<std::uint8_t>(code + missed);
  }
}

/// What the rows of one person say of the signs that depend on the person: the answers,
/// and what they may repeat.
RELAPSE_INLINE void Columns::recall(std::size_t begin, std::size_t end) {
  const std::size_t step = personal_.size();
  for (std::size_t k = 0; k < step; ++k) {
    const auto& personal = personal_[k];
    const auto& sign = *model_.sign(personal.item);
    const int answers = sign.persists() ? model_.answer_law(personal.item).levels() : 0;
    int last = -1;
    double at = 0.0;
    model::Said* said = said_.data() + begin * step + k;
    for (std::size_t row = begin; row < end; ++row, said += step) {
      const std::uint8_t level = personal.codes[row];
      *said = {0.0, 0.0, level, level};
      if (level >= answers) continue;
      const double days = time_[row] - at;
      at = time_[row];
      if (last >= 0) {
        const int whole = days >= 0.0 && days < usual_days ? static_cast<int>(days) : -1;
        const double kept =
            static_cast<double>(whole) == days
                ? personal.kept[static_cast<std::size_t>(last * usual_days + whole)]
                : sign.kept(last, days);
        const double share = sign.share(last) * kept;
        *said = {share, share * sign.among_copies(level, last), level,
                 static_cast<std::uint8_t>(last)};
      }
      last = level;
    }
  }
}

/// The days between the rows of one person.
RELAPSE_INLINE void Columns::check_times(std::size_t begin, std::size_t end) {
  const bool may_stand = same_time_ == SameTime::in_order;
  const double least = may_stand ? 0.0 : std::numeric_limits<double>::denorm_min();
  if (column_kernel().days_between(time_.data() + begin, end - begin, least,
                                   days_.data() + begin)) {
    return;
  }
  days_[begin] = 0.0;
  if (!std::isfinite(time_[begin])) refused_[begin] = refusal;
  for (std::size_t k = begin + 1; k < end; ++k) {
    const double days = time_[k] - time_[k - 1];
    const bool rises = days >= least && days <= std::numeric_limits<double>::max();
    days_[k] = rises ? days : 0.0;
    refused_[k] = static_cast<std::uint8_t>(refused_[k] | (rises ? 0 : refusal));
  }
}

RELAPSE_INLINE void Columns::read(std::size_t first, std::size_t last) {
  const std::size_t begin = rows_.before(first);
  const std::size_t end = rows_.before(last);
  time_ = rows_.batch().time.subspan(begin, end - begin);
  refused_.assign(end - begin, 0);
  answered_.assign(end - begin, 0);
  encode_signs(begin);
  encode_personal(begin);
  for (auto& told : told_) read_told(told, begin);
  encode_missed();
  days_.resize(end - begin);
  said_.resize((end - begin) * personal_.size());
  for (std::size_t person = first; person < last; ++person) {
    const std::size_t from = rows_.before(person) - begin;
    const std::size_t to = rows_.before(person + 1) - begin;
    if (from == to) continue;
    check_times(from, to);
    recall(from, to);
  }
}

RELAPSE_INLINE infer::CheckInTask Columns::check_ins() const {
  const auto& tables = model_.sign_tables();
  infer::CheckInTask task;
  task.evidence.tables = tables.tables() > 0 ? tables.table(0) : nullptr;
  task.evidence.count = tables.tables();
  task.evidence.rows = codes_.data();
  task.evidence.personal = tables.personal().data();
  task.evidence.personal_count = static_cast<int>(tables.personal().size());
  task.evidence.said = said_.data();
  task.evidence.ways = tables.ways();
  return task;
}

RELAPSE_INLINE std::span<const double> Columns::told(int item) const {
  const auto found = std::find_if(told_.begin(), told_.end(),
                                  [&](const Told& told) { return told.item == item; });
  if (found == told_.end()) return {};
  return found->values;
}

RELAPSE_INLINE ColumnsRow Columns::first_look() const {
  ColumnsRow row;
  row.values_.assign(static_cast<std::size_t>(model_.items()),
                     std::numeric_limits<double>::quiet_NaN());
  return row;
}

RELAPSE_INLINE void Columns::look(std::size_t row, ColumnsRow& at) const {
  at.time = Time{time_[row]};
  at.any_answer_ = answered_[row] != 0;
  at.use_reported_.reset();
  for (const auto& told : told_) {
    const double value = told.values[row];
    at.values_[static_cast<std::size_t>(told.item)] = value;
    if (told.use && value == value) {
      at.use_reported_ = at.use_reported_.value_or(false) || value > 0.0;
    }
  }
}

}  // namespace relapse::engine
