#pragma once

#include <relapse/core/inline.hpp>
#include <relapse/engine/score.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace relapse {

/// Scores a data set that comes in batches and keeps persons, not rows: wherever it is
/// cut, also within a person, the doubles are those of `score` on all of it at once.
/// Memory grows with the persons that are kept, never with the rows.
class Stream {
 public:
  explicit Stream(Model model, ScoreSettings settings = {});
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;
  ~Stream();

  /// Scores the next batch; persons whose key was kept go on where they were. Within a
  /// batch the rows of a person may come in any order, but none may lie before a row of
  /// an earlier batch: that is a CheckInError, as for a Monitor. Throws what `score`
  /// throws, for the first row refused in the order of rows; all persons are as they were
  /// then, but for the flags that the safety answers of the batch raise.
  /// @param keys by the number of the person in the batch: what the caller calls them
  Scores score(const Batch& batch, std::span<const std::int64_t> keys);
  /// Takes in nothing of a batch but the flags that its safety answers raise, and returns
  /// them by row: for callers who refuse the batch themselves.
  std::vector<FlagBits> raise_flags(const Batch& batch,
                                    std::span<const std::int64_t> keys);
  /// Drops all persons but these, as far as they are kept.
  void keep_only(std::span<const std::int64_t> keys);
  std::size_t kept() const noexcept;
  const Model& model() const noexcept;

 private:
  struct Persons;
  std::unique_ptr<Persons> persons_;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/stream.ipp>
#endif
