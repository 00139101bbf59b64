#pragma once

#include <cstddef>
#include <cstdint>

/// The inner loops of inference, on plain arrays, compiled once for each instruction set.
/// A row of stages is padded to eight doubles, the padding zero. Streaming and batch take
/// the same steps in the same order of arithmetic, so their doubles are the same.
namespace relapse::infer {

/// Doubles in a padded row of stages.
inline constexpr int row_width = 8;

/// Totals at or below this are left to the log domain.
inline constexpr double smallest_total = 1e-200;

/// A place that nothing has.
inline constexpr std::uint32_t no_place = 0xffffffff;

/// Doubles from one sign table to the next.
inline constexpr std::size_t table_step = std::size_t{256} * row_width;

/// The rows of the sign tables that one check-in selects.
struct Evidence {
  const double* tables = nullptr;  ///< [table][row][8]
  int count = 0;
  const std::uint8_t* rows = nullptr;  ///< by table
  const double* factor = nullptr;      ///< [8], of the other signs; null: none
};

/// Masses below this, of a whole of one, are nothing: long before they are too small to
/// be normal numbers, with which machines are slow.
inline constexpr double vanishing_mass = 0x1p-960;

/// Check-ins whose rows of one table stand together.
inline constexpr std::size_t rows_together = 64;

/// Many check-ins: what was answered, and where the results go.
struct CheckInTask {
  Evidence evidence;                ///< rows [block of 64 check-ins][table][check-in]
  double* totals = nullptr;         ///< by check-in, likelihood given the past
  double* probabilities = nullptr;  ///< [check-in][stage], or null
};

/// Persons who move at constant rates, through all their check-ins.
struct FollowTask {
  int nodes = 1;
  int stages = 2;
  const double* start = nullptr;          ///< [node][8]
  const double* matrices = nullptr;       ///< rows of 8, one matrix a node
  const std::uint32_t* matrix = nullptr;  ///< by check-in: offset of the first matrix
  CheckInTask check_ins;
};

/// Consecutive check-ins of one person.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Levels in one column of bytes, to be turned into rows of a table.
struct ByteLevels {
  const std::uint8_t* values = nullptr;
  std::uint8_t first = 0;    ///< answer of level 0
  bool falling = false;      ///< levels count downwards from it
  std::uint8_t levels = 0;   ///< that may be answered
  std::uint8_t missing = 0;  ///< level of a missing answer
  bool gaps = true;          ///< 255 is a missing answer
  std::uint8_t stride = 1;   ///< rows of the table that a level counts
};

/// Columns in one table, at most: each takes two levels or more of its 256 rows.
inline constexpr std::size_t most_columns = 8;

/// The columns of a table.
struct TableLevels {
  const ByteLevels* columns = nullptr;
  std::size_t count = 0;
  std::uint8_t silent = 0;       ///< row of the signs without a column
  std::uint8_t* rows = nullptr;  ///< of the first block
  std::size_t block_step = 0;    ///< from one block to the next
};

/// A movement as the kernel takes it.
struct MoveLaw {
  std::int32_t from = 0;
  std::int32_t to = 0;
  double rate = 0.0;
  double max_rate = 0.0;  ///< 0: none
};

/// The effects of the determinants on the movements.
struct MoveEffects {
  const double* weights = nullptr;  ///< [determinant][padded move]
  int determinants = 0;
  int moves = 0;
  int padded_moves = 0;  ///< a multiple of eight
};

/// The rates of every move on pieces of time, at each node of the propensity. Nodes lie
/// in lanes, padded to a multiple of eight.
struct RateTask {
  int nodes = 8;  ///< padded
  int pieces = 1;
  int moves = 0;
  const MoveLaw* move = nullptr;
  const double* ratios = nullptr;  ///< [piece][move], exp of the effects
  const double* factor = nullptr;  ///< [move][node], exp of the loading
  double* rates = nullptr;         ///< set: [piece][move][node], after the last move zero
};

/// A row of stages at each node of the propensity, carried through pieces of time with
/// generators of their own.
struct PathTask {
  int stages = 2;
  int nodes = 8;  ///< padded
  int pieces = 1;
  int moves = 0;
  const MoveLaw* move = nullptr;
  const std::int32_t* move_between = nullptr;  ///< [from][to]; `moves`: none
  const double* rates = nullptr;               ///< as a RateTask sets them
  const double* days = nullptr;                ///< by piece
  /// Of the series of exp(Q t): up to which x = (largest exit rate) t it is taken, and by
  /// the leading bits of x, from those of `first_place` on, how far it must go.
  double series_limit = 0.0;
  std::uint64_t first_place = 0;
  const std::uint8_t* lengths = nullptr;
  int longest_path = 7;       ///< jumps from one stage to another, at most
  unsigned stopped = 0;       ///< stages that are not left, a bit each
  double* row = nullptr;      ///< [stage][node]; those of stopped stages are not read
  double* entered = nullptr;  ///< [piece][node], mass in the stopped stages; or null
};

/// Eight ways side by side, one a lane, each with generators of its own on the pieces of
/// time that it leads through.
struct Ways {
  MoveEffects effects;
  const MoveLaw* move = nullptr;
  int nodes = 1;                    ///< of the propensity
  const double* factor = nullptr;   ///< [node][move], exp of the loading
  int pieces = 0;                   ///< of the way with most
  const double* days = nullptr;     ///< [piece][8]; 0: no such piece on this way
  const double* centred = nullptr;  ///< [piece][determinant][8], x - x_ref
  double* rates = nullptr;          ///< [node][move + 1][8], overwritten
};

/// Eight persons on their ways to the next check-in of each.
struct AbreastTask {
  Ways ways;
  PathTask path;            ///< its law alone
  double* joint = nullptr;  ///< [node][stage][8]
  CheckInTask check_ins;
  std::size_t at[row_width] = {};  ///< the check-in of each person
  unsigned here = 0;               ///< lanes with a person, a bit each
};

/// The time ahead of eight check-ins, and what enters the stopped stages of a target.
struct AheadTask {
  /// Where the ways lead.
  struct Target {
    PathTask path;              ///< its law alone
    double* joint = nullptr;    ///< [node][stage][8], none in stopped stages; overwritten
    double* entered = nullptr;  ///< [piece][node][8], set: mass in the stopped stages
  };
  static constexpr int most_targets = 2;

  Ways ways;
  int size = row_width;  ///< ways that are wanted, the first ones
  int targets = 0;
  Target target[most_targets];
};

/// The probability to enter the stopped stages along a path.
struct PassageTask {
  PathTask path;              ///< `row`: masses at its beginning, none in stopped stages
  double* passage = nullptr;  ///< [stage][node], by the end of the path
  /// [piece][move], raised by the derivative of the mass that enters in the effects of
  /// each move, summed over the nodes; null: not wanted, and `row` is not read.
  double* gains = nullptr;
  int gain_step = 0;  ///< from one piece to the next
};

/// The loops of one instruction set.
struct Kernel {
  const char* name;
  /// [node][stage] <- [node][stage] matrix of the node
  void (*carry)(double* joint, int nodes, int stages, const double* matrices);
  /// sums [node][stage][8] of products: of each node's rows with each of its columns.
  void (*add_products)(const double* rows, const double* columns, int nodes, int stages,
                       double* sums);
  /// Multiplies by the evidence and normalises; returns the total before. At or below
  /// `smallest_total` nothing is changed.
  double (*weigh)(double* joint, int nodes, int stages, const Evidence& evidence);
  void (*follow)(const FollowTask& task, const Stretch* stretches, std::size_t count);
  /// Carries each person to the check-in and takes it in. Returns the lanes in which a
  /// rate is not finite, a bit each; their results are unspecified.
  unsigned (*go_abreast)(const AbreastTask& task);
  /// Carries each belief through the time ahead. Returns as `go_abreast` does.
  unsigned (*look_ahead)(const AheadTask& task);
  /// Whole numbers from 0 to 254 as bytes, what is missing (NaN) as 255; marks anything
  /// else in `refused`.
  void (*to_bytes)(const double* values, std::size_t count, std::uint8_t* bytes,
                   std::uint8_t* refused);
  /// Sets the rows of a table, whole blocks of 64; marks those that it has not in
  /// `refused`, those with an answer in `answered`.
  void (*encode)(const TableLevels& table, std::size_t count, std::uint8_t* refused,
                 std::uint8_t* answered);
  /// Differences of consecutive times, 0 at the first. False, and nothing but that, where
  /// one is below `least` or not finite.
  bool (*days_between)(const double* time, std::size_t count, double least, double* days);
  /// found <- places[value] for whole numbers from 0 to below `end` with a place; false,
  /// and what is found is unspecified, unless all are.
  bool (*look_up)(const double* values, std::size_t count, const std::uint32_t* places,
                  int end, std::uint32_t* found);
  void (*exponentials)(double* values, std::size_t count);
  /// False, and nothing done, unless all are above `least`, a normal number above zero.
  bool (*logarithms)(double* values, std::size_t count, double least);
  /// The same, and only their sum.
  bool (*sum_logarithms)(const double* values, std::size_t count, double least,
                         double* sum);
  /// The sum over the determinants of weight times deviation, for each piece and move.
  void (*move_effects)(const MoveEffects& effects, const double* centred, int pieces,
                       double* sums);
  /// The way back: adds to `slopes`, one a determinant, the sum over pieces and moves of
  /// shift [piece][determinant], weight and gain [piece][padded move].
  void (*pull_effects)(const MoveEffects& effects, const double* shift,
                       const double* gains, int pieces, double* slopes);
  void (*move_rates)(const RateTask& task);
  /// False when a rate is not finite; `row` is then unspecified.
  bool (*follow_path)(const PathTask& task);
  /// False when rates times days are so large that other methods are better; the results
  /// are then unspecified.
  bool (*find_passage)(const PassageTask& task);
};

}  // namespace relapse::infer
