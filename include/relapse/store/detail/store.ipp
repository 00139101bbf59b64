#pragma once

#include <relapse/case_file/detail/joining.hpp>
#include <relapse/core/error.hpp>
#include <relapse/io/detail/document_reader.hpp>
#include <relapse/store/detail/shelf.hpp>
#include <relapse/store/store.hpp>

#include <nlohmann/json.hpp>

#include <utility>

#if __has_include(<fcntl.h>) && __has_include(<unistd.h>)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace relapse {
namespace store {

/// Makes an empty file that its owner alone may read; one that is there stays as it is.
inline void make_own(const std::string& file) {
#if __has_include(<fcntl.h>) && __has_include(<unistd.h>)
  const int made = ::open(file.c_str(), O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) ::close(made);
#else
  static_cast<void>(file);
#endif
}

}  // namespace store

RELAPSE_INLINE Store::Store(Model model, const std::string& file,
                            StoreSettings settings) {
  if (settings.wait_ms < 0) throw InvalidInput("wait_ms", "must be 0 or more");
  const bool writes = settings.access == StoreAccess::write;
  if (writes) store::make_own(file);
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &connection,
                                   writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                          : SQLITE_OPEN_READONLY,
                                   nullptr);
  shelf_ = std::make_unique<Shelf>(std::move(model), connection, settings.access);
  shelf_->own();
  store::require(code);
  store::require(sqlite3_busy_timeout(connection, settings.wait_ms));
  shelf_->open();
}

RELAPSE_INLINE Store::Store(Model model, sqlite3* connection, StoreAccess access) {
  if (connection == nullptr) throw InvalidInput("store", "the connection is null");
  shelf_ = std::make_unique<Shelf>(std::move(model), connection, access);
  shelf_->open();
}

RELAPSE_INLINE Store::Store(Store&& other) noexcept = default;
RELAPSE_INLINE Store& Store::operator=(Store&& other) noexcept = default;
RELAPSE_INLINE Store::~Store() = default;

RELAPSE_INLINE void Store::begin(const CaseFileStart& start) {
  shelf_->change([&] { shelf_->begin(start); });
}

RELAPSE_INLINE std::string Store::add(std::string_view person, std::string_view event) {
  const std::string name(person);
  return shelf_->change([&] {
    Shelf& shelf = *shelf_;
    const auto there = shelf.find(name);
    const auto number = there ? *there : shelf.begin({name});
    auto* held = &shelf.held(name, number);
    // One that another library or model made would not notice what follows.
    if (held->checkpoint == 0) shelf.drop_checkpoint(number);
    auto result = held->file.add(event);
    const auto tells_of_earlier = [&] {
      return case_file::read_telling(event).earlier_use.has_value();
    };
    if (held->checkpoint != 0 &&
        (io::read_json(result).at("status") == "refused" || tells_of_earlier())) {
      // It may belong to what lies behind the checkpoint.
      shelf.drop_checkpoint(number);
      held = &shelf.held(name, number);
      result = held->file.add(event);
    }
    const auto& line = held->file.last_line();
    if (line.empty()) return result;
    if (!held->items_kept) shelf.keep_items(number, {});
    held->items_kept = true;
    shelf.put(number, line);
    shelf.keep_seen(*held);
    shelf.keep_checkpoint(*held);
    return result;
  });
}

RELAPSE_INLINE void Store::merge(const CaseFile& file) {
  if (file.model().document().id != model().document().id)
    throw InvalidInput("merge", "the case file and the store are of two models");
  const auto text = file.text();
  auto line_end = text.find('\n');
  shelf_->change([&] {
    CaseFileStart start = file.start();
    start.person = file.person();
    const auto there = shelf_->find(start.person);
    if (there) {
      const auto known = case_file::detail::read_header(shelf_->header_of(*there)).start;
      if (case_file::detail::joined_start(known, start) != known)
        throw InvalidInput("store", "the person is there already, with another start");
    }
    const auto number = there ? *there : shelf_->begin(start);
    const auto header = std::string_view(text).substr(0, line_end);
    shelf_->keep_items(number, case_file::detail::read_header(header).items);
    while (line_end + 1 < text.size()) {
      const auto first = line_end + 1;
      line_end = text.find('\n', first);
      const auto line = text.substr(first, line_end - first);
      if (case_file::is_closing(line))
        throw InvalidInput("merge", "the log was closed, but must be whole");
      shelf_->put(number, line);
    }
    shelf_->drop_checkpoint(number);
    shelf_->forget(start.person);
  });
}

RELAPSE_INLINE void Store::erase(std::string_view person) {
  shelf_->forget(std::string(person));
  shelf_->change([&] {
    const auto number = shelf_->find(person);
    if (!number) return;
    for (const char* command :
         {"DELETE FROM checkpoint WHERE person = ?", "DELETE FROM event WHERE person = ?",
          "DELETE FROM person WHERE number = ?"}) {
      store::Statement(shelf_->connection(), command).with(*number).next();
    }
  });
  // What was written ahead still holds the pages as they were.
  if (store::pragma(shelf_->connection(), "PRAGMA wal_checkpoint(TRUNCATE)") != 0)
    store::refuse(SQLITE_BUSY);
}

RELAPSE_INLINE std::vector<std::string> Store::persons() const {
  std::vector<std::string> names;
  store::Statement rows(shelf_->connection(), "SELECT name FROM person ORDER BY name");
  while (rows.next()) names.push_back(rows.text(0));
  return names;
}

RELAPSE_INLINE bool Store::has(std::string_view person) const {
  return shelf_->find(person).has_value();
}

RELAPSE_INLINE std::string Store::view(std::string_view person, Time now,
                                       const ViewSettings& settings) const {
  const store::Transaction reading(shelf_->connection(), "BEGIN");
  const auto number = shelf_->require_person(person);
  const auto& held = shelf_->held(std::string(person), number);
  if (held.checkpoint == 0) return held.file.view(now, settings);
  try {
    return held.file.view(now, settings);
  } catch (const InvalidInput&) {
    // A moment that lies behind the checkpoint, or settings that the whole refuses, too.
    return shelf_->read(number).view(now, settings);
  }
}

RELAPSE_INLINE CaseFile Store::case_file(std::string_view person) const {
  const store::Transaction reading(shelf_->connection(), "BEGIN");
  return shelf_->read(shelf_->require_person(person));
}

RELAPSE_INLINE const Model& Store::model() const noexcept { return shelf_->model(); }

}  // namespace relapse
