#pragma once

#include <relapse/core/inline.hpp>

#include <memory>
#include <string>

namespace relapse {

namespace engine {
struct Remembered;
}

/// All that a Monitor remembers of one person, as a value. Restored into a Monitor of the
/// same model it continues with identical doubles. `to_cbor` and `from_cbor` keep it.
class Snapshot {
 public:
  /// Of nobody: no check-in, nothing known.
  Snapshot();
  /// For the library: engine/detail/remembered.hpp.
  /// @cond
  Snapshot(std::string model_id, std::string content_hash, engine::Remembered remembered);
  const engine::Remembered& remembered() const noexcept { return *remembered_; }
  /// @endcond

  const std::string& model_id() const noexcept { return model_id_; }
  /// Of the model; a Monitor of another one refuses the snapshot.
  const std::string& content_hash() const noexcept { return content_hash_; }
  bool operator==(const Snapshot& other) const;

 private:
  std::string model_id_;
  std::string content_hash_;
  std::shared_ptr<const engine::Remembered> remembered_;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/engine/detail/snapshot.ipp>
#endif
