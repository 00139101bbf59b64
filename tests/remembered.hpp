#pragma once

#include <relapse/engine/detail/remembered.hpp>
#include <relapse/engine/snapshot.hpp>

#include <utility>

namespace test {

/// A snapshot in which something else is remembered.
template <class Change>
relapse::Snapshot changed(const relapse::Snapshot& snapshot, Change change) {
  auto remembered = snapshot.remembered();
  change(remembered);
  return {snapshot.model_id(), snapshot.content_hash(), std::move(remembered)};
}

}  // namespace test
