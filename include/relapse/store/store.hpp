#pragma once

#include <relapse/case_file/case_file.hpp>
#include <relapse/core/inline.hpp>
#include <relapse/core/time.hpp>
#include <relapse/model/model.hpp>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

/// Case files of many persons in one file of SQLite, which survives: the target
/// `relapse::sqlite`.
namespace relapse {

/// Why a store cannot do what it was asked.
enum class StoreFault {
  newer_schema,  ///< written by a newer version of this library
  older_schema,  ///< has to be opened for writing once, which brings it up to date
  other_file,    ///< no store, or one that is encrypted with another key
  damaged,       ///< SQLite finds its pages at odds with each other
  full,          ///< the disk is full
  read_only,     ///< the file or the way it was opened allows no writing
  locked,        ///< somebody else writes, or reads what must go, for longer than we wait
  unreachable,   ///< it is not there, or cannot be read or written
  other          ///< anything else that SQLite tells
};

/// What a store refuses, for a reason that lies in the file and not in what was told.
class StoreError : public std::runtime_error {
 public:
  StoreError(StoreFault fault, const std::string& text)
      : std::runtime_error("store: " + text), fault_(fault) {}

  StoreFault fault() const noexcept { return fault_; }

 private:
  StoreFault fault_;
};

/// What a store is opened for.
enum class StoreAccess { write, read };

/// How a store is opened.
struct StoreSettings {
  StoreAccess access = StoreAccess::write;
  int wait_ms = 5000;  ///< for another writer, at most; 0 or more
};

/// An append-only table of events; all else follows from them. What `add` has returned
/// is there after the process or the machine stops at any point, and nothing is there by
/// half. The same event counts once. Any number of readers see whole events while one
/// writer at a time adds; a second one waits, and then goes on from what the first one
/// left. Belongs to one thread at a time. Everything may throw StoreError.
class Store {
 public:
  /// Opens a file, or makes it, for its owner alone (mode 0600). Of a store of an older
  /// schema all is kept. Throws StoreError, and changes nothing, for a file of something
  /// else or of a newer schema.
  Store(Model model, const std::string& file, StoreSettings settings = {});
  /// The same in a connection of the caller, who keeps it open and closes it: with it go
  /// its key, its journal, how long it waits, and the mode of the file. It must be in no
  /// transaction when the store is called.
  Store(Model model, sqlite3* connection, StoreAccess access = StoreAccess::write);
  Store(Store&& other) noexcept;
  Store& operator=(Store&& other) noexcept;
  ~Store();

  /// Says what is known of a person from before the first event. Throws InvalidInput
  /// without a name, and for somebody who is there already with another start.
  void begin(const CaseFileStart& start);
  /// Takes in an event as CaseFile::add does, with the same result, and keeps it.
  /// Somebody new begins with it.
  std::string add(std::string_view person, std::string_view event);
  /// Takes in all events of a file of the same person and model. Throws InvalidInput for
  /// one without a person, and for one whose log was closed.
  void merge(const CaseFile& file);
  /// Forgets a person. Nothing of them is left in the pages of the file; throws
  /// StoreError `locked` while somebody reads, who may still see it: then the person is
  /// gone, and calling again wipes what is left.
  void erase(std::string_view person);

  /// Who is there, in the order of their names.
  std::vector<std::string> persons() const;
  bool has(std::string_view person) const;
  /// As CaseFile::view. Throws InvalidInput for somebody who is not there.
  std::string view(std::string_view person, Time now,
                   const ViewSettings& settings = {}) const;
  /// The whole file, from all of its events. Throws InvalidInput for somebody who is not
  /// there.
  CaseFile case_file(std::string_view person) const;
  const Model& model() const noexcept;

 private:
  class Shelf;
  std::unique_ptr<Shelf> shelf_;
};

}  // namespace relapse

#ifndef RELAPSE_COMPILED
#include <relapse/store/detail/store.ipp>
#endif
