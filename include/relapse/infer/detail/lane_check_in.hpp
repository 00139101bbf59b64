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

/// Product of the rows that a check-in selects.
template <int K, std::size_t RowStep>
RELAPSE_LANE StageRow<K> likelihood(const Evidence& evidence, const std::uint8_t* rows) {
  StageRow<K> product = even_row<K>();
  take_tables<K, 1, RowStep>(evidence, &rows, &product);
  return product;
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

/// The likelihood of a check-in among many.
template <int K>
RELAPSE_LANE StageRow<K> likelihood(const CheckInTask& task, std::size_t at) {
  return likelihood<K, rows_together>(task.evidence, rows_of(task, at));
}

/// The likelihoods of check-ins of several persons.
/// @param at by person
template <int K, int Persons>
RELAPSE_LANE void likelihoods(const CheckInTask& task, const std::size_t* at,
                              StageRow<K>* product) {
  const std::uint8_t* rows[Persons];
  repeat<Persons>([&](auto p) RELAPSE_LAMBDA {
    product[p] = even_row<K>();
    rows[p] = rows_of(task, at[p]);
  });
  take_tables<K, Persons, rows_together>(task.evidence, rows, product);
}

/// Weighs the rows of one person by the likelihood, normalises and writes the results.
/// @param joint [node][8]
template <int K>
RELAPSE_LANE void settle(const CheckInTask& task, std::size_t at, int nodes,
                         const StageRow<K>& given, double* joint) {
  Lanes sum = Lanes{};
  for (int i = 0; i < nodes; ++i) {
    StageRow<K> row = load_row<K>(joint + i * row_width);
    weigh_row(row, given);
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
