#pragma once

#include <relapse/core/detail/lanes.hpp>
#include <relapse/ctmc/detail/bundle.hpp>
#include <relapse/ctmc/detail/chain.hpp>
#include <relapse/ctmc/detail/matrix.hpp>
#include <relapse/ctmc/detail/series.hpp>
#include <relapse/ctmc/detail/square.hpp>

/// The way ahead: rows of masses carried by exp(Q t).
#pragma GCC diagnostic push
// Sizes of arrays are numbers of states, which are counted in int.
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace relapse::ctmc::RELAPSE_LANES {

/// row <- row exp(Q days) by the matrix, in the lanes whose days are above zero.
template <class Rows, class Size>
void carry_far(const Chain<Rows, Size>& chain, int longest_path, Lanes days, Lanes* row) {
  const Size size = chain.size;
  for (int l = 0; l < lanes; ++l) {
    if (!(lane(days, l) > 0.0)) continue;
    Chain<Size, Size> alone;
    spread_chain(chain, l, alone);
    RowsAbreast<Size> matrix;
    exponential(alone, longest_path, lane(days, l), matrix);
    Lanes there[most<Size>];
    for (int s = 0; s < size; ++s) there[s] = row[s];
    carry(there, matrix, size);
    for (int s = 0; s < size; ++s) row[s][l] = lane(there[s], l);
  }
}

/// row <- row exp(Q days)
template <class Rows, class Size>
void advance(const Chain<Rows, Size>& chain, int longest_path, Lanes days, Lanes* row) {
  const Lanes x = chain.largest * days;
  follow_course(Jumps<Rows, Size>(chain), plan_course(by_series(x), longest_path), row,
                chain.rows, chain.size);
  const Lanes beyond = days_beyond(x, days);
  if (largest_lane(beyond) > 0.0) carry_far(chain, longest_path, beyond, row);
}

/// Carries rows through the pieces at one block of lanes. Returns 0, or NaN where rates
/// are not finite.
template <class Rows, class Size>
Lanes go_ahead(const AheadTask& task, int block, Chain<Rows, Size>& chain) {
  const Bundle& bundle = task.bundle;
  Lanes row[most<Size>];
  if (chain.stops()) row[chain.rows] = Lanes{};
  repeat(chain.rows, [&](auto s) RELAPSE_LAMBDA {
    row[s] = load(task.row + chain.state[s] * bundle.lanes + block);
  });
  Lanes check = Lanes{};
  for (int piece = 0; piece < bundle.pieces; ++piece) {
    const Lanes days = load(bundle.days + piece * bundle.lanes + block);
    if (largest_lane(days) > 0.0) {
      load_rates(bundle.map, bundle.rates_of(piece) + block, chain);
      check += check_rates(chain);
      advance(chain, bundle.map.longest_path, days, row);
    }
    if (chain.stops() && task.entered != nullptr) {
      store(row[chain.rows], task.entered + piece * bundle.lanes + block);
    }
  }
  repeat(chain.rows, [&](auto s) RELAPSE_LAMBDA {
    store(row[s], task.row + chain.state[s] * bundle.lanes + block);
  });
  return check;
}

}  // namespace relapse::ctmc::RELAPSE_LANES

#pragma GCC diagnostic pop
