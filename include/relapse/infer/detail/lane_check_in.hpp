#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/infer/detail/lane_rows.hpp>
#include <relapse/infer/detail/loops.hpp>

/// What a check-in says about the stages, with these in lanes.
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::infer::RELAPSE_LANES {

/// Multiplies the products of several check-ins by the rows that these select, in the
/// order of the tables; a step of all before the next step of any, because each waits for
/// the one before it.
/// @param rows of the first table, by check-in
template <int K, int Together, std::size_t RowStep>
RELAPSE_LANE void take_tables(const Evidence& evidence, const std::uint8_t** rows,
                              StageRow<K>* product) {
  const double* table = evidence.tables;
  for (int left = evidence.count; left > 0; --left, table += table_step) {
    repeat<Together>([&](auto p) RELAPSE_LAMBDA {
      const double* row = table + std::size_t{*rows[p]} * row_width;
      repeat<StageRow<K>::parts>([&](auto part) RELAPSE_LAMBDA {
        product[p].part[part] = product[p].part[part] * load(row + part * lanes);
      });
      rows[p] += RowStep;
    });
  }
}

template <int K>
RELAPSE_LANE StageRow<K> even_row() {
  StageRow<K> row;
  repeat<StageRow<K>::parts>([&](auto part)
                                 RELAPSE_LAMBDA { row.part[part] = all(1.0); });
  return row;
}

/// What a check-in says of a sign that depends on the person: p(answer), and where it may
/// be a copy of the last one, k p(answer | copy) + (1 - k) p(answer), k being 0 where the
/// last one cannot be.
template <int K>
RELAPSE_LANE StageRow<K> personal_row(const model::PersonalSign& sign,
                                      const model::Said& said, int way) {
  const double* rows = sign.rows + way * sign.step;
  StageRow<K> row = load_row<K>(rows + said.level * row_width);
  if (!sign.lasts) return row;
  const double* last = rows + said.last * row_width;
  const double* answered = rows + (sign.levels + 1) * row_width;
  repeat<StageRow<K>::parts>([&](auto part) RELAPSE_LAMBDA {
    const Lanes allowed = load(last + part * lanes);
    const Lanes copy = allowed > 0.0 ? all(said.share) : Lanes{};
    const Lanes again = allowed > 0.0 ? all(said.again) : Lanes{};
    row.part[part] =
        keep(again * load(answered + part * lanes)) + keep((1.0 - copy) * row.part[part]);
  });
  return row;
}

/// Multiplies by what several check-ins say of the signs that depend on the person, in
/// one of the ways of the habits.
/// @param said of the first sign, by check-in
template <int K, int Together>
RELAPSE_LANE void take_personal(const Evidence& evidence, const model::Said* const* said,
                                int way, StageRow<K>* product) {
  if (evidence.personal_count == 0 && evidence.factor == nullptr) return;
  StageRow<K> factor[Together];
  repeat<Together>([&](auto p) RELAPSE_LAMBDA {
    factor[p] = evidence.factor == nullptr ? even_row<K>() : load_row<K>(evidence.factor);
  });
  for (int k = 0; k < evidence.personal_count; ++k) {
    repeat<Together>([&](auto p) RELAPSE_LAMBDA {
      multiply(factor[p], personal_row<K>(evidence.personal[k], said[p][k], way));
    });
  }
  repeat<Together>([&](auto p) RELAPSE_LAMBDA { multiply(product[p], factor[p]); });
}

/// What one check-in says, by way of the habits.
/// @param rows of its tables, RowStep apart
template <int K, std::size_t RowStep>
RELAPSE_LANE void likelihoods_by_way(const Evidence& evidence, const std::uint8_t* rows,
                                     const model::Said* said, StageRow<K>* given) {
  StageRow<K> common = even_row<K>();
  take_tables<K, 1, RowStep>(evidence, &rows, &common);
  for (int way = 0; way < evidence.ways; ++way) {
    given[way] = common;
    take_personal<K, 1>(evidence, &said, way, given + way);
  }
}

template <int K>
RELAPSE_LANE Lanes folded(const StageRow<K>& row) {
  Lanes sum = row.part[0];
  repeat<StageRow<K>::parts - 1>([&](auto part)
                                     RELAPSE_LAMBDA { sum += row.part[part + 1]; });
  return sum;
}

RELAPSE_LANE const std::uint8_t* rows_of(const CheckInTask& task, std::size_t at) {
  const std::size_t block =
      at / rows_together * static_cast<std::size_t>(task.evidence.count);
  return task.evidence.rows + block * rows_together + at % rows_together;
}

RELAPSE_LANE const model::Said* said_at(const CheckInTask& task, std::size_t at) {
  return task.evidence.said + at * static_cast<std::size_t>(task.evidence.personal_count);
}

/// What check-ins of several persons say of the signs that are the same for everybody.
/// @param at by person
template <int K, int Persons>
RELAPSE_LANE void common_likelihoods(const CheckInTask& task, const std::size_t* at,
                                     StageRow<K>* product) {
  const std::uint8_t* rows[Persons];
  repeat<Persons>([&](auto p) RELAPSE_LAMBDA {
    product[p] = even_row<K>();
    rows[p] = rows_of(task, at[p]);
  });
  take_tables<K, Persons, rows_together>(task.evidence, rows, product);
}

/// The next of the ways that nodes take by turns.
RELAPSE_LANE int next_way(int way, int ways) { return way + 1 < ways ? way + 1 : 0; }

/// Weighs the rows of one person by the likelihoods, normalises and writes the results.
/// @param given by way
/// @param joint [node][8]
template <int K>
RELAPSE_LANE void settle(const CheckInTask& task, std::size_t at, int nodes,
                         const StageRow<K>* given, double* joint) {
  const int ways = task.evidence.ways;
  Lanes sum = Lanes{};
  for (int i = 0, way = 0; i < nodes; ++i, way = next_way(way, ways)) {
    StageRow<K> row = load_row<K>(joint + i * row_width);
    weigh_row(row, given[way]);
    store_row(row, joint + i * row_width);
    sum += folded(row);
  }
  const double total = sum_of(sum);
  task.totals[at] = total;
  const double scale = 1.0 / total;
  StageRow<K> stages{};
  for (int i = 0; i < nodes; ++i) {
    StageRow<K> row = load_row<K>(joint + i * row_width);
    hold_row(row, scale);
    store_row(row, joint + i * row_width);
    add(stages, row);
  }
  if (task.probabilities != nullptr) store_stages(stages, task.probabilities + at * K);
}

}  // namespace relapse::infer::RELAPSE_LANES

#pragma GCC diagnostic pop
