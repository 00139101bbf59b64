#pragma once

#include <relapse/store/store.hpp>

#include <cstdint>
#include <memory>
#include <new>
#include <sqlite3.h>
#include <string>
#include <string_view>

/// What the store needs of SQLite, with its codes as StoreErrors. Texts of errors are our
/// own: those of SQLite may repeat what was told.
namespace relapse::store {

[[noreturn]] inline void refuse(int code) {
  switch (code & 0xff) {
  case SQLITE_NOMEM:
    throw std::bad_alloc();
  case SQLITE_FULL:
    throw StoreError(StoreFault::full, "the disk is full");
  case SQLITE_READONLY:
    throw StoreError(StoreFault::read_only, "the file can be read and not written");
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    throw StoreError(StoreFault::locked, "the file is locked by somebody else");
  case SQLITE_CORRUPT:
    throw StoreError(StoreFault::damaged, "the file is damaged");
  case SQLITE_NOTADB:
    throw StoreError(StoreFault::other_file,
                     "the file is no store, or is encrypted with another key");
  case SQLITE_CANTOPEN:
  case SQLITE_IOERR:
  case SQLITE_PERM:
    throw StoreError(StoreFault::unreachable, "the file cannot be read or written");
  default:
    throw StoreError(StoreFault::other, "SQLite answers " + std::to_string(code));
  }
}

inline void require(int code) {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) refuse(code);
}

inline void run(sqlite3* connection, const char* commands) {
  require(sqlite3_exec(connection, commands, nullptr, nullptr, nullptr));
}

/// A statement with its places filled, from the first one on.
class Statement {
 public:
  Statement(sqlite3* connection, const char* text) {
    sqlite3_stmt* made = nullptr;
    require(sqlite3_prepare_v2(connection, text, -1, &made, nullptr));
    statement_.reset(made);
  }

  Statement& with(std::string_view text) {
    require(sqlite3_bind_text64(statement_.get(), ++filled_, text.data(), text.size(),
                                SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
  }
  Statement& with(std::int64_t number) {
    require(sqlite3_bind_int64(statement_.get(), ++filled_, number));
    return *this;
  }
  Statement& with(double number) {
    require(sqlite3_bind_double(statement_.get(), ++filled_, number));
    return *this;
  }

  /// Goes on to the next row; false after the last one.
  bool next() {
    const int code = sqlite3_step(statement_.get());
    require(code);
    return code == SQLITE_ROW;
  }
  std::string text(int column) const {
    const auto* data = sqlite3_column_text(statement_.get(), column);
    const auto size = sqlite3_column_bytes(statement_.get(), column);
    if (data == nullptr) return {};
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
  }
  std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
  }
  double real(int column) const {
    return sqlite3_column_double(statement_.get(), column);
  }

 private:
  struct Close {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Close> statement_;
  int filled_ = 0;
};

/// Changes that happen all or not at all: without `keep` they are taken back.
class Transaction {
 public:
  /// @param begin how; `BEGIN IMMEDIATE` waits for another writer
  Transaction(sqlite3* connection, const char* begin) : connection_(connection) {
    if (sqlite3_get_autocommit(connection) == 0)
      throw InvalidInput("store", "the connection is in a transaction already");
    run(connection, begin);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    // Some errors have taken all back already.
    if (!kept_ && sqlite3_get_autocommit(connection_) == 0)
      sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  void keep() {
    run(connection_, "COMMIT");
    kept_ = true;
  }

 private:
  sqlite3* connection_;
  bool kept_ = false;
};

}  // namespace relapse::store
