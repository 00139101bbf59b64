#pragma once

#include <relapse/model/detail/personal_sign.hpp>

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

/// Nodes that a person has at most, as documents are checked.
inline constexpr int most_nodes = 125;

/// A place that nothing has.
inline constexpr std::uint32_t no_place = 0xffffffff;

/// Doubles from one sign table to the next.
inline constexpr std::size_t table_step = std::size_t{256} * row_width;

/// What one check-in says: the rows of the sign tables that it selects, and what it says
/// of the signs that depend on the person.
struct Evidence {
  const double* tables = nullptr;  ///< [table][row][8]
  int count = 0;
  const std::uint8_t* rows = nullptr;  ///< by table
  const model::PersonalSign* personal = nullptr;
  int personal_count = 0;
  const model::Said* said = nullptr;  ///< by personal sign
  const double* factor = nullptr;     ///< by stage, of the other signs; null: none
  int ways = 1;                       ///< that node after node takes by turns
};

/// The least mass, of a whole of one, of what is possible: long before it is too small to
/// be a normal number, with which machines are slow. So no answer, however unlikely,
/// makes a stage impossible that the model does not exclude.
inline constexpr double vanishing_mass = 0x1p-960;
/// The least normal number, of products before they are normalised.
inline constexpr double least_normal = 0x1p-1022;

/// Check-ins whose rows of one table stand together.
inline constexpr std::size_t rows_together = 64;

/// Many check-ins: what was answered, and where the results go.
struct CheckInTask {
  Evidence evidence;                ///< rows [block of 64 check-ins][table][check-in],
                                    ///< said [check-in][personal sign], no factor
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

/// The rates of every move on pieces of time, for persons side by side at each node of
/// the propensity: lane = node * persons + person, padded to a multiple of eight.
struct RateTask {
  int persons = 1;
  int nodes = 1;
  int lanes = 8;  ///< padded
  int pieces = 1;
  int points = 1;  ///< a piece, over which a rate is the mean
  int moves = 0;
  const MoveLaw* move = nullptr;
  const double* weights = nullptr;  ///< by point
  const double* ratios = nullptr;   ///< [piece][point][move][person], exp of the effects
  const double* factor = nullptr;   ///< [move][lane], exp of the loading
  double* rates = nullptr;          ///< set: [piece][move][lane], after the last zero
};

/// What a change of the rates is worth, from the flows that a way back has found for one
/// person.
struct GainTask {
  RateTask rates;  ///< of which they were found
  int stages = 2;
  unsigned stopped = 0;          ///< stages that are not left, a bit each
  const double* flow = nullptr;  ///< [piece][from][to][lane]
  double* gains = nullptr;  ///< [piece][point][move], set: sums over the lanes of the
                            ///< derivatives in the effects of the move at the point
  int gain_step = 0;        ///< from one point to the next; between them zeros
};

/// Check-ins of eight persons side by side.
struct AbreastTask {
  int nodes = 1;
  int stages = 2;
  double* row = nullptr;  ///< [stage][node][8]
  CheckInTask check_ins;
  std::size_t at[row_width] = {};  ///< the check-in of each person
  unsigned here = 0;               ///< lanes with a person, a bit each
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
  /// Takes in the check-ins of eight persons.
  void (*take_in)(const AbreastTask& task);
  void (*exponentials)(double* values, std::size_t count);
  /// sum <- sum + factor * part
  void (*add_scaled)(double* sum, const double* part, std::size_t count, double factor);
  /// False, and nothing done, unless all are above `least`, a normal number above zero.
  bool (*logarithms)(double* values, std::size_t count, double least);
  /// The sum over the determinants of weight times deviation, for each piece and move.
  void (*move_effects)(const MoveEffects& effects, const double* centred, int pieces,
                       double* sums);
  /// The way back: adds to `slopes`, one a determinant, the sum over pieces and moves of
  /// shift [piece][determinant], weight and gain [piece][padded move].
  void (*pull_effects)(const MoveEffects& effects, const double* shift,
                       const double* gains, int pieces, double* slopes);
  /// exp of the effects for eight persons side by side.
  /// @param centred [piece][determinant][8]
  /// @param ratios [piece][move][8], set
  void (*ratios_abreast)(const MoveEffects& effects, const double* centred, int pieces,
                         double* ratios);
  void (*move_rates)(const RateTask& task);
  void (*find_gains)(const GainTask& task);
};

}  // namespace relapse::infer
