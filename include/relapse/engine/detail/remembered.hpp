#pragma once

#include <relapse/care/helpfulness.hpp>
#include <relapse/engine/detail/person_record.hpp>

#include <functional>
#include <map>
#include <string>

namespace relapse::engine {

/// The last answer to an item, encoded, and when it was given.
struct LastAnswer {
  double answer = 0.0;
  Time at;

  bool operator==(const LastAnswer&) const = default;
};

/// What a snapshot holds, as plain values.
struct Remembered {
  PersonRecord record;
  /// False in one taken before lost tolerance was kept: the notice then counts from the
  /// snapshot.
  bool tolerance_known = true;
  care::Helpfulness helpfulness;
  std::map<std::string, LastAnswer, std::less<>> told = {};  ///< by item

  bool operator==(const Remembered&) const = default;
};

}  // namespace relapse::engine
