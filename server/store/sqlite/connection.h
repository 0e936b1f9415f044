// One SQLite connection with its prepared statements, and the run of one of them.
//
//   Run run(connection, Sql::kReadPayload);
//   run.Bind(key.execution_id).Bind(key.task);
//   if (run.Step() == SQLITE_ROW) bytes = run.String(0);
//   else if (!run.done()) return connection.Failed(run.code());
#ifndef FLOWMESH_SERVER_STORE_SQLITE_CONNECTION_H_
#define FLOWMESH_SERVER_STORE_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/ids.h"
#include "server/store/sqlite/statements.h"

namespace flowmesh::store {

struct ConnectionOptions {
  std::string path;
  std::string vfs;         // name of a registered SQLite VFS; empty = the default one
  bool read_only = false;  // the database must exist then
  int cache_kib = 2048;    // how much of the database one connection keeps in memory at most
};

// Not thread-safe; one thread at a time.
class Connection {
 public:
  // Opens or creates the file. Does not read it yet.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnectionOptions& options);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs statements without parameters, separated by semicolons. Answers SQLite's result code.
  int Execute(const std::string& sql);

  // The first column of the first row, 0 if there is none: for pragmas.
  absl::StatusOr<int64_t> Number(const std::string& sql);
  absl::StatusOr<std::string> Text(const std::string& sql);

  // What the code of the failed call that came last on this connection means to the caller (failure.h). Logs it.
  absl::Status Failed(int code) const;

  // Rows that the last insert, update or delete touched.
  int64_t changes() const { return sqlite3_changes64(db_); }
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  sqlite3* db() const { return db_; }

 private:
  friend class Run;

  Connection(sqlite3* db, std::string path) : db_(db), path_(std::move(path)) {}

  // The prepared statement, or nullptr with `*code` set.
  sqlite3_stmt* Prepared(Sql sql, int* code);

  sqlite3* const db_;
  const std::string path_;
  std::array<sqlite3_stmt*, kSqlCount> statements_ = {};
};

// One use of a prepared statement. Binds parameters from the first on, steps, reads columns of the current row (0 =
// first). Bound views must live until the last Step. The first error sticks: later calls do nothing and Step answers
// it. A statement must not run twice at once on one connection.
class Run {
 public:
  Run(Connection& connection, Sql sql);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Run& Bind(int64_t value);
  Run& Bind(int32_t value) { return Bind(int64_t{value}); }
  Run& Bind(uint64_t value) { return Bind(static_cast<int64_t>(value)); }  // the same bits, in signed order
  Run& Bind(double value);
  Run& Bind(bool value) { return Bind(int64_t{value}); }
  // InfinitePast and InfiniteFuture are the ends of the number range.
  Run& Bind(absl::Time time) { return Bind(absl::ToUnixMicros(time)); }
  Run& Bind(absl::Duration duration) { return Bind(absl::ToInt64Microseconds(duration)); }
  Run& Bind(const base::Id& id);
  Run& BindText(std::string_view text);
  Run& BindBlob(std::string_view blob);
  Run& BindNull();
  // NULL in place of the default that most rows have.
  Run& BindUnless(absl::Time usual, absl::Time time) { return time == usual ? BindNull() : Bind(time); }
  Run& BindNumberOrNull(uint64_t value) { return value == 0 ? BindNull() : Bind(value); }
  Run& BindBlobOrNull(std::string_view blob) { return blob.empty() ? BindNull() : BindBlob(blob); }
  Run& BindIdOrNull(const base::Id& id) { return id.is_zero() ? BindNull() : Bind(id); }
  Run& BindTextOrNull(std::string_view text) { return text.empty() ? BindNull() : BindText(text); }

  // SQLITE_ROW, SQLITE_DONE or an error.
  int Step();
  // Steps a statement that answers no rows and makes it ready for the next one; true on success.
  bool Do();
  // Ready for the next parameters.
  void Rewind();

  int code() const { return code_; }
  bool done() const { return code_ == SQLITE_DONE; }

  bool IsNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  int64_t Number(int column) const { return sqlite3_column_int64(statement_, column); }
  int32_t Int(int column) const { return static_cast<int32_t>(Number(column)); }
  uint64_t Unsigned(int column) const { return static_cast<uint64_t>(Number(column)); }
  double Double(int column) const { return sqlite3_column_double(statement_, column); }
  absl::Time Time(int column) const;
  absl::Time TimeOr(int column, absl::Time if_null) const { return IsNull(column) ? if_null : Time(column); }
  absl::Duration Duration(int column) const;
  // Zero if the column does not hold 16 bytes.
  base::Id ReadId(int column) const;
  // Valid until the next Step or the end of this run. Text and blobs alike; empty for NULL.
  std::string_view View(int column) const;
  std::string String(int column) const { return std::string(View(column)); }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
  int bound_ = 0;
  int ids_ = 0;
  char id_bytes_[3][16];  // bound without a copy, so they live as long as the run
};

// Runs a statement once for each row. `bind(row, run)` binds its parameters. SQLITE_OK or the error of the row that
// failed.
template <typename Row, typename Bind>
int ForEach(Connection& connection, Sql sql, const std::vector<Row>& rows, Bind bind) {
  if (rows.empty()) return SQLITE_OK;
  Run run(connection, sql);
  for (const Row& row : rows) {
    bind(row, run);
    if (!run.Do()) return run.code();
  }
  return SQLITE_OK;
}

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_CONNECTION_H_
