#include "server/store/sqlite/connection.h"

#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/failure.h"

namespace flowmesh::store {
namespace {

void StoreBigEndian(uint64_t value, char* out) {
  for (int i = 7; i >= 0; --i, value >>= 8) out[i] = static_cast<char>(value);
}

uint64_t LoadBigEndian(const char* in) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(in[i]);
  return value;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const ConnectionOptions& options) {
  // Counting its memory costs SQLite a process-wide lock at every allocation (measured: a tenth of a batch). Takes
  // effect if nothing in the process has used SQLite before; otherwise the count is merely paid.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

  // Without SQLite's own mutexes: a connection serves one thread at a time.
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* db = nullptr;
  const int code =
      sqlite3_open_v2(options.path.c_str(), &db, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (db == nullptr) return absl::ResourceExhaustedError("no memory to open the database");
  std::unique_ptr<Connection> connection(new Connection(db, options.path));
  if (code != SQLITE_OK) return connection->Failed(code);

  sqlite3_busy_timeout(db, 0);
  // Only the writer checkpoints, at moments of its own choice, and its last one is when the store closes.
  sqlite3_wal_autocheckpoint(db, 0);
  if (options.read_only) sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  const int tuned = connection->Execute(absl::StrCat("PRAGMA cache_size=-", options.cache_kib,
                                                     "; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; "
                                                     "PRAGMA secure_delete=OFF; PRAGMA foreign_keys=OFF"));
  if (tuned != SQLITE_OK) return connection->Failed(tuned);
  return connection;
}

Connection::~Connection() {
  for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

int Connection::Execute(const std::string& sql) { return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr); }

absl::StatusOr<std::string> Connection::Text(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr);
  std::string text;
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    const unsigned char* bytes = sqlite3_column_text(statement, 0);
    if (bytes != nullptr) text = reinterpret_cast<const char*>(bytes);
  }
  absl::Status failed = code == SQLITE_ROW || code == SQLITE_DONE ? absl::OkStatus() : Failed(code);
  sqlite3_finalize(statement);
  if (!failed.ok()) return failed;
  return text;
}

absl::StatusOr<int64_t> Connection::Number(const std::string& sql) {
  const absl::StatusOr<std::string> text = Text(sql);
  if (!text.ok()) return text.status();
  return std::strtoll(text->c_str(), nullptr, 10);
}

absl::Status Connection::Failed(int code) const {
  return FailureStatus({code, sqlite3_system_errno(db_), sqlite3_errmsg(db_), path_});
}

sqlite3_stmt* Connection::Prepared(Sql sql, int* code) {
  sqlite3_stmt*& statement = statements_[static_cast<size_t>(sql)];
  if (statement == nullptr) {
    *code = sqlite3_prepare_v3(db_, TextOf(sql), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  }
  return statement;
}

Run::Run(Connection& connection, Sql sql) : statement_(connection.Prepared(sql, &code_)) {}

Run::~Run() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

// Every parameter is bound before each step, so the old bindings need not be cleared.
void Run::Rewind() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  bound_ = 0;
  ids_ = 0;
  if (code_ == SQLITE_ROW || code_ == SQLITE_DONE) code_ = SQLITE_OK;
}

Run& Run::Bind(int64_t value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Run& Run::Bind(double value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_double(statement_, ++bound_, value);
  return *this;
}

Run& Run::Bind(const base::Id& id) {
  char* bytes = id_bytes_[ids_++ % 3];
  StoreBigEndian(id.hi, bytes);
  StoreBigEndian(id.lo, bytes + 8);
  return BindBlob(std::string_view(bytes, 16));
}

Run& Run::BindText(std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  if (code_ == SQLITE_OK) {
    code_ = sqlite3_bind_text(statement_, ++bound_, data, static_cast<int>(text.size()), SQLITE_STATIC);
  }
  return *this;
}

Run& Run::BindBlob(std::string_view blob) {
  const char* data = blob.data() == nullptr ? "" : blob.data();
  if (code_ == SQLITE_OK) {
    code_ = sqlite3_bind_blob(statement_, ++bound_, data, static_cast<int>(blob.size()), SQLITE_STATIC);
  }
  return *this;
}

Run& Run::BindNull() {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

int Run::Step() {
  if (code_ == SQLITE_OK || code_ == SQLITE_ROW) code_ = sqlite3_step(statement_);
  return code_;
}

bool Run::Do() {
  if (Step() != SQLITE_DONE) return false;
  Rewind();
  return true;
}

absl::Time Run::Time(int column) const {
  const int64_t micros = Number(column);
  if (micros == std::numeric_limits<int64_t>::min()) return absl::InfinitePast();
  if (micros == std::numeric_limits<int64_t>::max()) return absl::InfiniteFuture();
  return absl::FromUnixMicros(micros);
}

absl::Duration Run::Duration(int column) const {
  const int64_t micros = Number(column);
  if (micros == std::numeric_limits<int64_t>::min()) return -absl::InfiniteDuration();
  if (micros == std::numeric_limits<int64_t>::max()) return absl::InfiniteDuration();
  return absl::Microseconds(micros);
}

base::Id Run::ReadId(int column) const {
  const std::string_view bytes = View(column);
  if (bytes.size() != 16) return base::Id();
  return base::Id{LoadBigEndian(bytes.data()), LoadBigEndian(bytes.data() + 8)};
}

std::string_view Run::View(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

}  // namespace flowmesh::store
