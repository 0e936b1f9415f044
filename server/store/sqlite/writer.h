// The connection that alone writes the database and alone copies the write-ahead log into it, and its fate.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_WRITER_H_
#define FLOWMESH_SERVER_STORE_SQLITE_WRITER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/store/sqlite/connection.h"

namespace flowmesh::store {

struct WriterOptions {
  ConnectionOptions connection;
  base::Clock* clock = nullptr;
  size_t checkpoint_bytes = 0;
  size_t restart_bytes = 0;
  int64_t max_pages = 0;  // 0 = no limit of ours
};

// Only lost(), Acquire and Release are thread-safe; the rest belongs to whoever acquired the writer.
class Writer {
 public:
  // Opens or makes the database, in WAL mode with the newest tables.
  static absl::StatusOr<std::unique_ptr<Writer>> Open(const WriterOptions& options);

  // True for one caller at a time, until Release. Does not wait.
  bool Acquire() { return !acquired_.exchange(true); }
  // Call it when no statement runs any more.
  void Release();

  // After a failure that forbids to acknowledge anything. Never becomes false again.
  bool lost() const { return lost_.load(); }

  // Rolls back and answers `failure`. DATA_LOSS means lost from now on.
  absl::Status Fail(absl::Status failure);
  absl::Status Fail(int code) { return Fail(connection_->Failed(code)); }

  // The clock's time, or the latest one this database has seen if that is later.
  absl::Time Tick();

  // Copies the write-ahead log into the database when it has grown enough, so that it starts over. Call it between
  // transactions. Lack of room does not fail: what is committed is durable in the log, and a later call tries again.
  // DATA_LOSS otherwise.
  absl::Status Checkpoint();

  Connection& connection() { return *connection_; }

 private:
  Writer(std::unique_ptr<Connection> connection, const WriterOptions& options, int64_t page_size);

  absl::Status Prepare(const WriterOptions& options);
  absl::Status CopyLog(int mode);
  static int OnCommit(void* writer, sqlite3* db, const char* database, int pages);

  const std::unique_ptr<Connection> connection_;
  base::Clock* const clock_;
  int checkpoint_pages_ = 0;
  int restart_pages_ = 0;
  int wal_pages_ = 0;           // in the write-ahead log after the last commit
  int next_checkpoint_ = 0;     // size of the log, in pages, at which to try
  bool short_of_room_ = false;  // since the last Acquire
  absl::Time latest_ = absl::InfinitePast();
  std::atomic<bool> acquired_ = false;
  std::atomic<bool> lost_ = false;
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_WRITER_H_
