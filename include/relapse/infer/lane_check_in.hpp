#pragma once

#include <relapse/infer/lane_rows.hpp>
#include <relapse/infer/lanes.hpp>
#include <relapse/infer/loops.hpp>

/// What a check-in says about the stages, with these in lanes.
#ifdef __GNUC__
#pragma GCC diagnostic push
// Sizes of arrays are numbers of stages, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif

namespace relapse::infer::RELAPSE_LANES {

inline constexpr int most_nodes = 31;

/// Product of the rows that a check-in selects, in the order of the tables.
template <int K>
RELAPSE_LANE StageRow<K> likelihood(const Evidence& evidence, const std::uint8_t* rows,
                                    std::size_t row_step) {
  StageRow<K> product;
  repeat<StageRow<K>::parts>([&](auto part)
                                 RELAPSE_LAMBDA { product.part[part] = all(1.0); });
  const double* table = evidence.tables;
  const auto take_table = [&]() RELAPSE_LAMBDA {
    const double* row = table + std::size_t{*rows} * row_width;
    repeat<StageRow<K>::parts>([&](auto part) RELAPSE_LAMBDA {
      product.part[part] = product.part[part] * load(row + part * lanes);
    });
    table += evidence.table_step;
    rows += row_step;
  };
  int left = evidence.count;
  for (; left >= 4; left -= 4) repeat<4>([&](auto) RELAPSE_LAMBDA { take_table(); });
  for (; left > 0; --left) take_table();
  return product;
}

template <int K>
RELAPSE_LANE Lanes folded(const StageRow<K>& row) {
  Lanes sum = row.part[0];
  repeat<StageRow<K>::parts - 1>([&](auto part)
                                     RELAPSE_LAMBDA { sum += row.part[part + 1]; });
  return sum;
}

/// The likelihood of a check-in among many.
template <int K>
RELAPSE_LANE StageRow<K> likelihood(const CheckInTask& task, std::size_t at) {
  return likelihood<K>(task.evidence, task.evidence.rows + at, task.code_step);
}

/// The likelihoods of check-ins of several persons, taken together because each
/// multiplication waits for the one before it.
/// @param at by person
template <int K, int Persons>
RELAPSE_LANE void likelihoods(const CheckInTask& task, const std::size_t* at,
                              StageRow<K>* product) {
  repeat<Persons>([&](auto p) RELAPSE_LAMBDA {
    repeat<StageRow<K>::parts>([&](auto part)
                                   RELAPSE_LAMBDA { product[p].part[part] = all(1.0); });
  });
  const double* table = task.evidence.tables;
  const std::uint8_t* rows = task.evidence.rows;
  for (int left = task.evidence.count; left > 0; --left) {
    repeat<Persons>([&](auto p) RELAPSE_LAMBDA {
      const double* row = table + std::size_t{rows[at[p]]} * row_width;
      repeat<StageRow<K>::parts>([&](auto part) RELAPSE_LAMBDA {
        product[p].part[part] = product[p].part[part] * load(row + part * lanes);
      });
    });
    table += task.evidence.table_step;
    rows += task.code_step;
  }
}

/// Weighs the rows of one person by the likelihood, normalises and writes the results.
/// @param joint [node][8]
template <int K>
RELAPSE_LANE void settle(const CheckInTask& task, std::size_t at, int nodes,
                         const StageRow<K>& given, double* joint) {
  Lanes sum = Lanes{};
  for (int i = 0; i < nodes; ++i) {
    StageRow<K> row = load_row<K>(joint + i * row_width);
    multiply(row, given);
    store_row(row, joint + i * row_width);
    sum += folded(row);
  }
  const double total = sum_of(sum);
  task.totals[at] = total;
  const double scale = 1.0 / total;
  StageRow<K> stages{};
  for (int i = 0; i < nodes; ++i) {
    StageRow<K> row = load_row<K>(joint + i * row_width);
    multiply(row, scale);
    drop_vanishing(row);
    store_row(row, joint + i * row_width);
    add(stages, row);
  }
  if (task.probabilities != nullptr) store_stages(stages, task.probabilities + at * K);
}

}  // namespace relapse::infer::RELAPSE_LANES

#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
