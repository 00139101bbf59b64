#pragma once

#include <relapse/engine/detail/remembered.hpp>
#include <relapse/engine/snapshot.hpp>

#include <utility>

namespace relapse {

RELAPSE_INLINE Snapshot::Snapshot() : Snapshot({}, {}, {}) {}

RELAPSE_INLINE Snapshot::Snapshot(std::string model_id, std::string content_hash,
                                  engine::Remembered remembered)
    : model_id_(std::move(model_id)),
      content_hash_(std::move(content_hash)),
      remembered_(std::make_shared<const engine::Remembered>(std::move(remembered))) {}

RELAPSE_INLINE bool Snapshot::operator==(const Snapshot& other) const {
  return model_id_ == other.model_id_ && content_hash_ == other.content_hash_ &&
         *remembered_ == *other.remembered_;
}

}  // namespace relapse
