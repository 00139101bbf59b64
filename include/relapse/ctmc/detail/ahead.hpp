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

/// exp(Q days) of a chain, for rows that it carries.
template <class Rows, class Size>
struct Advance {
  const Chain<Rows, Size>& chain;
  int longest_path;
  Jumps<Rows, Size> jumps;
  Course course;
  Lanes beyond;  ///< days, where the series is not for them; of others 0

  Advance(const Chain<Rows, Size>& of, int longest, Lanes days)
      : chain(of), longest_path(longest), jumps(of) {
    const Lanes x = chain.largest * days;
    course = plan_course(by_series(x), longest_path);
    beyond = days_beyond(x, days);
  }

  /// row <- row exp(Q days)
  void carry(Lanes* row) const {
    follow_course(jumps, course, row, chain.rows, chain.size);
    if (largest_lane(beyond) > 0.0) carry_far(chain, longest_path, beyond, row);
  }
};

/// Carries rows through the pieces at one block of lanes. Returns 0, or NaN where rates
/// are not finite.
template <class Rows, class Size>
Lanes go_ahead(const AheadTask& task, int block, Chain<Rows, Size>& chain) {
  const Bundle& bundle = task.bundle;
  const int state_step = bundle.lanes * task.places.ways;
  Lanes stopped = Lanes{};
  Lanes check = Lanes{};
  for (int piece = 0; piece < bundle.pieces; ++piece) {
    const Lanes days = load(bundle.days + piece * bundle.lanes + block);
    if (largest_lane(days) > 0.0) {
      load_rates(bundle.map, bundle.rates_of(piece) + block, chain);
      check += check_rates(chain);
      const Advance<Rows, Size> advance(chain, bundle.map.longest_path, days);
      double* at = task.row + task.places.of(block);
      for (int way = 0; way < task.places.ways; ++way, at += task.places.together) {
        Lanes row[most<Size>];
        repeat(chain.rows, [&](auto s) RELAPSE_LAMBDA {
          row[s] = load(at + chain.state[s] * state_step);
        });
        if (chain.stops()) row[chain.rows] = stopped;
        advance.carry(row);
        repeat(chain.rows, [&](auto s) RELAPSE_LAMBDA {
          store(row[s], at + chain.state[s] * state_step);
        });
        if (chain.stops() && task.places.ways == 1) stopped = row[chain.rows];
      }
    }
    if (task.entered != nullptr)
      store(stopped, task.entered + piece * bundle.lanes + block);
  }
  return check;
}

}  // namespace relapse::ctmc::RELAPSE_LANES

#pragma GCC diagnostic pop
