// The connection that writes, its reconnects, and the answer to a COMMIT that got none.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_WRITER_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_WRITER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/backoff.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/base/random.h"
#include "server/store/postgres/connection.h"

namespace flowmesh::store::postgres {

struct WriterOptions {
  ConnectionOptions connection;
  base::Clock* clock = nullptr;  // for tests; nullptr = the server's
  base::RetryPolicy reconnect;
  absl::Duration commit_answer_limit;
};

// Only lost(), Acquire, Release and Close are thread-safe; the rest belongs to whoever acquired the writer.
class Writer {
 public:
  // Connects and brings the tables up to date.
  static absl::StatusOr<std::unique_ptr<Writer>> Open(const WriterOptions& options);

  // True for one caller at a time, until Release. Does not wait.
  bool Acquire() { return !acquired_.exchange(true); }
  void Release() { acquired_.store(false); }

  // After a failure that forbids to acknowledge anything. Never becomes false again.
  bool lost() const { return lost_.load(); }

  // A connection that works, as far as one can know; the same one until it is lost. After a failed attempt the next
  // one waits, with jitter. ABORTED: there is none now.
  absl::StatusOr<Connection*> Connected();

  // Rolls back and answers `failure`. DATA_LOSS means lost from now on.
  absl::Status Fail(absl::Status failure);

  // Whether the batch whose COMMIT got no answer, or one with a warning, is there: on a connection of its own it locks
  // the replica's row, which waits for the backend that had the batch, and commits a write, which waits for the
  // standbys that the batch had to wait for. OK: all of it; ABORTED: nothing; FAILED_PRECONDITION: nothing, and the
  // replica is gone; DATA_LOSS: there was no database to ask for `commit_answer_limit`.
  absl::Status FindOut(uint64_t replica_id, uint64_t batch);

  // The time to give to a statement: of the test's clock or NULL, then the latest one that this process saw.
  void BindTime(Parameters& to) const;
  absl::Time Saw(absl::Time time);

 private:
  explicit Writer(WriterOptions options) : options_(std::move(options)) {}

  absl::Status Connect();
  void WaitBeforeConnect(std::chrono::steady_clock::time_point limit);

  const WriterOptions options_;
  base::SecureRandom random_;
  std::unique_ptr<Connection> connection_;
  int failed_connects_ = 0;
  absl::Time latest_ = absl::InfinitePast();
  std::atomic<bool> acquired_ = false;
  std::atomic<bool> lost_ = false;
};

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_WRITER_H_
