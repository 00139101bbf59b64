#pragma once

#include <relapse/case_file/detail/event.hpp>
#include <relapse/case_file/detail/joining.hpp>
#include <relapse/core/detail/instruction_set.hpp>
#include <relapse/core/detail/sha256.hpp>
#include <relapse/core/error.hpp>
#include <relapse/store/detail/sqlite.hpp>
#include <relapse/store/store.hpp>
#include <relapse/version.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// The tables of a store, and the files of persons that were made of them.
namespace relapse {
namespace store {

/// "Rlps", in the header of the file.
inline constexpr int application_id = 0x526c7073;

/// Each brings a store from one schema to the next. SQL that SQLite 3.8 knows.
inline constexpr const char* migrations[] = {
    R"(CREATE TABLE person (
         number INTEGER PRIMARY KEY AUTOINCREMENT,
         name TEXT NOT NULL UNIQUE,
         header TEXT NOT NULL);
       CREATE TABLE event (
         number INTEGER PRIMARY KEY AUTOINCREMENT,
         person INTEGER NOT NULL REFERENCES person,
         at REAL NOT NULL,
         digest TEXT NOT NULL,
         line TEXT NOT NULL,
         UNIQUE (person, digest));
       CREATE INDEX event_of_person ON event (person);
       CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN
         SELECT RAISE(ABORT, 'an event never changes');
       END;)",
    R"(CREATE TABLE checkpoint (
         person INTEGER PRIMARY KEY REFERENCES person,
         made_by TEXT NOT NULL,
         seen INTEGER NOT NULL,
         text TEXT NOT NULL);)"};
inline constexpr int newest_schema = static_cast<int>(std::size(migrations));

/// A checkpoint is written after so many events, and leaves the last ones open: those
/// that come a little late are common.
inline constexpr int events_a_checkpoint = 128;
inline constexpr int open_events = 32;
/// Files of persons that are held in memory.
inline constexpr std::size_t most_held = 32;

inline int pragma(sqlite3* connection, const char* command) {
  Statement statement(connection, command);
  return statement.next() ? static_cast<int>(statement.number(0)) : 0;
}

/// A hash of what there was and of what comes after it.
inline std::size_t content_with(std::size_t content, const std::string& next) {
  return std::hash<std::string>{}(std::to_string(content) + next);
}

/// The schema of a file, 0 for a new one. Changes nothing.
inline int schema_of(sqlite3* connection) {
  const int owner = pragma(connection, "PRAGMA application_id");
  const int schema = pragma(connection, "PRAGMA user_version");
  if (owner == 0 && schema == 0 &&
      pragma(connection, "SELECT count(*) FROM sqlite_master") == 0) {
    return 0;
  }
  if (owner != application_id)
    throw StoreError(StoreFault::other_file, "the file is one of something else");
  if (schema > newest_schema) {
    throw StoreError(StoreFault::newer_schema,
                     "the file has schema " + std::to_string(schema) +
                         ", but this library knows those up to " +
                         std::to_string(newest_schema));
  }
  return schema;
}

inline void migrate(sqlite3* connection) {
  Transaction changes(connection, "BEGIN IMMEDIATE");
  for (int next = schema_of(connection); next < newest_schema; ++next)
    run(connection, migrations[next]);
  run(connection, ("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  run(connection, ("PRAGMA user_version = " + std::to_string(newest_schema)).c_str());
  changes.keep();
}

}  // namespace store

class Store::Shelf {
 public:
  Shelf(Model model, sqlite3* connection, StoreAccess access)
      : model_(std::move(model)),
        made_by_(model_.content_hash() + '/' + chosen_set() + '/' + RELAPSE_VERSION),
        connection_(connection),
        access_(access) {}
  ~Shelf() {
    if (owned_) sqlite3_close(connection_);
  }
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;

  /// From now on the connection is closed with the shelf.
  void own() noexcept { owned_ = true; }
  /// Looks what the file is, and brings it to the newest schema.
  void open() {
    const int schema = store::schema_of(connection_);
    if (access_ == StoreAccess::write) {
      if (sqlite3_db_readonly(connection_, "main") == 1) store::refuse(SQLITE_READONLY);
      if (owned_) {
        store::run(connection_, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      }
      store::run(connection_, "PRAGMA secure_delete = ON");
      if (schema < store::newest_schema) store::migrate(connection_);
    } else if (schema < store::newest_schema) {
      throw StoreError(StoreFault::older_schema,
                       "the file has schema " + std::to_string(schema) +
                           ": open it for writing once, which brings it up to date");
    }
  }

  const Model& model() const noexcept { return model_; }
  sqlite3* connection() const noexcept { return connection_; }

  /// Makes changes in one transaction; when they fail, what is held in memory may know
  /// more than the file, and goes.
  template <class Work>
  auto change(Work work) {
    if (access_ == StoreAccess::read) store::refuse(SQLITE_READONLY);
    try {
      store::Transaction changes(connection_, "BEGIN IMMEDIATE");
      if constexpr (std::is_void_v<decltype(work())>) {
        work();
        changes.keep();
      } else {
        auto result = work();
        changes.keep();
        return result;
      }
    } catch (...) {
      held_.clear();
      throw;
    }
  }

  std::optional<std::int64_t> find(std::string_view person) const {
    store::Statement row(connection_, "SELECT number FROM person WHERE name = ?");
    if (!row.with(person).next()) return std::nullopt;
    return row.number(0);
  }
  std::int64_t require_person(std::string_view person) const {
    if (const auto number = find(person)) return *number;
    throw InvalidInput("store", "nobody of this name is there");
  }
  std::string header_of(std::int64_t number) const {
    store::Statement row(connection_, "SELECT header FROM person WHERE number = ?");
    row.with(number).next();
    return row.text(0);
  }

  /// Adds somebody who is not there yet, and what is known of the start.
  std::int64_t begin(const CaseFileStart& start) {
    using namespace case_file::detail;
    if (start.person.empty()) throw InvalidInput("store", "a person must have a name");
    const auto number = find(start.person);
    if (!number) {
      store::Statement(connection_, "INSERT INTO person (name, header) VALUES (?, ?)")
          .with(start.person)
          .with(header_json(model_, start, {}))
          .next();
      return sqlite3_last_insert_rowid(connection_);
    }
    if (read_header(header_of(*number)).start != start)
      throw InvalidInput("store", "the person is there already, with another start");
    return *number;
  }

  /// Lets the header of a person know the items of this version of the model, and those
  /// that were told elsewhere.
  void keep_items(std::int64_t number, const std::vector<Item>& told) {
    using namespace case_file::detail;
    const auto header = read_header(header_of(number));
    const auto all = all_items(all_items(header.items, told), items_to_keep(model_));
    if (all.size() == header.items.size()) return;
    const auto line = header_json(model_, header.start, former_items(all, model_));
    store::Statement(connection_, "UPDATE person SET header = ? WHERE number = ?")
        .with(line)
        .with(number)
        .next();
  }

  /// Puts a line into the log, unless it is there.
  void put(std::int64_t number, const std::string& line) {
    const auto telling = case_file::read_telling(line);
    store::Statement row(connection_, "INSERT OR IGNORE INTO event "
                                      "(person, at, digest, line) VALUES (?, ?, ?, ?)");
    row.with(number).with(telling.place().days);
    row.with(sha256(line).substr(0, 32)).with(line).next();
  }

  void drop_checkpoint(std::int64_t number) {
    store::Statement(connection_, "DELETE FROM checkpoint WHERE person = ?")
        .with(number)
        .next();
  }

  /// A person's file, held in memory between calls.
  struct Held {
    std::int64_t number = 0;
    std::int64_t seen = 0;        ///< the last event within
    std::int64_t checkpoint = 0;  ///< the last event behind it; 0: from the whole log
    CaseFile file;
    std::string digest = {};  ///< of the last event within
    int version = 0;          ///< of the file, as others change it
    std::size_t content = 0;  ///< of checkpoint and events, see `content_of`
    bool items_kept = false;  ///< in the header
  };

  /// The file as it stands now, from the checkpoint where there is one.
  Held& held(const std::string& person, std::int64_t number) {
    const auto last = last_event(number);
    const auto checkpoint = checkpoint_of(number);
    const int version = store::pragma(connection_, "PRAGMA data_version");
    const auto found = held_.find(person);
    if (found != held_.end() && found->second.number == number &&
        found->second.seen == last && found->second.checkpoint == checkpoint &&
        found->second.digest == digest_of(last)) {
      auto& held = found->second;
      // A file that was restored may have other events under the same numbers.
      if (held.version == version || held.content == content_of(number, checkpoint)) {
        held.version = version;
        return held;
      }
    }
    if (held_.size() >= store::most_held) held_.clear();
    Held now{number,
             last,
             checkpoint,
             read(number, checkpoint),
             digest_of(last),
             version,
             content_of(number, checkpoint)};
    return held_.insert_or_assign(person, std::move(now)).first->second;
  }
  /// Knows that an event was put in by this store.
  void keep_seen(Held& held) {
    const auto last = last_event(held.number);
    if (last == held.seen) return;
    held.seen = last;
    held.digest = digest_of(last);
    held.content = store::content_with(held.content, held.digest);
  }
  void forget(const std::string& person) { held_.erase(person); }

  /// @param checkpoint the one to begin with; 0: none
  CaseFile read(std::int64_t number, std::int64_t checkpoint = 0) const {
    std::string text = header_of(number) + '\n';
    if (checkpoint != 0) {
      store::Statement row(connection_, "SELECT text FROM checkpoint WHERE person = ?");
      row.with(number).next();
      text = row.text(0);
    }
    store::Statement rows(connection_, "SELECT line FROM event WHERE person = ? "
                                       "AND number > ? ORDER BY number");
    rows.with(number).with(checkpoint);
    while (rows.next()) text += rows.text(0) + '\n';
    return CaseFile::read(model_, text);
  }

  /// Writes a checkpoint when the last one is long ago.
  void keep_checkpoint(Held& held) {
    store::Statement since(connection_, "SELECT count(*) FROM event WHERE person = ? "
                                        "AND number > ?");
    since.with(held.number).with(held.checkpoint).next();
    if (since.number(0) < store::events_a_checkpoint) return;
    store::Statement before(connection_, "SELECT at FROM event WHERE person = ? "
                                         "ORDER BY at DESC LIMIT 1 OFFSET ?");
    before.with(held.number).with(std::int64_t{store::open_events}).next();
    CaseFile shorter = held.file;
    shorter.compact(Time{before.real(0)});
    store::Statement row(connection_,
                         "INSERT OR REPLACE INTO checkpoint "
                         "(person, made_by, seen, text) VALUES (?, ?, ?, ?)");
    row.with(held.number).with(made_by_).with(held.seen).with(shorter.text()).next();
    held.checkpoint = held.seen;
    held.file = std::move(shorter);
    held.content = content_of(held.number, held.checkpoint);
  }

  std::int64_t last_event(std::int64_t number) const {
    store::Statement row(connection_, "SELECT max(number) FROM event WHERE person = ?");
    row.with(number).next();
    return row.number(0);
  }
  std::string digest_of(std::int64_t event) const {
    store::Statement row(connection_, "SELECT digest FROM event WHERE number = ?");
    row.with(event);
    return row.next() ? row.text(0) : std::string();
  }
  /// What tells a checkpoint, and the events after it, from others under the same
  /// numbers.
  std::size_t content_of(std::int64_t number, std::int64_t checkpoint) const {
    std::size_t content = 0;
    if (checkpoint != 0) {
      store::Statement row(connection_, "SELECT text FROM checkpoint WHERE person = ?");
      if (row.with(number).next()) content = store::content_with(content, row.text(0));
    }
    store::Statement rows(connection_, "SELECT digest FROM event WHERE person = ? "
                                       "AND number > ? ORDER BY number");
    rows.with(number).with(checkpoint);
    while (rows.next()) content = store::content_with(content, rows.text(0));
    return content;
  }
  /// The last event behind the checkpoint of a person; 0 without one that this library
  /// made with this model.
  std::int64_t checkpoint_of(std::int64_t number) const {
    store::Statement row(connection_, "SELECT seen FROM checkpoint WHERE person = ? "
                                      "AND made_by = ?");
    return row.with(number).with(made_by_).next() ? row.number(0) : 0;
  }

 private:
  Model model_;
  std::string made_by_;
  sqlite3* connection_;
  StoreAccess access_;
  bool owned_ = false;
  std::map<std::string, Held, std::less<>> held_;
};

}  // namespace relapse
