// The open tails of a replica: counted, limited, ended together.
#ifndef FLOWMESH_SERVER_RPC_LOG_STREAM_TAIL_REGISTRY_H_
#define FLOWMESH_SERVER_RPC_LOG_STREAM_TAIL_REGISTRY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "server/base/mutex.h"

namespace flowmesh::rpc {

class LogTail;

// Of all tails since the beginning, but for `catching_up`, which is how many are at it now.
struct TailStats {
  std::atomic<int64_t> events = 0;       // handed to gRPC
  std::atomic<int64_t> bytes = 0;        // of them
  std::atomic<int64_t> cache_hits = 0;   // chunks that the hub had
  std::atomic<int64_t> store_reads = 0;  // because it had not
  std::atomic<int64_t> catching_up = 0;  // tails that have read the store and not yet reached the head
};

// Thread-safe; does not block beyond a short lock.
class TailRegistry {
 public:
  explicit TailRegistry(size_t max_tails) : max_tails_(max_tails) {}

  // Counts the tail until it leaves. RESOURCE_EXHAUSTED with RetryInfo beyond the limit; UNAVAILABLE after Close.
  absl::Status Enter(const std::shared_ptr<LogTail>& tail) ABSL_LOCKS_EXCLUDED(mutex_);
  void Leave(const LogTail* tail) ABSL_LOCKS_EXCLUDED(mutex_);

  // Lets nobody in any more and ends those who are.
  void Close(const absl::Status& why) ABSL_LOCKS_EXCLUDED(mutex_);

  size_t open() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Bytes of chunks that tails have read from the store and not yet sent.
  std::atomic<int64_t>& read_ahead() { return read_ahead_; }
  TailStats& stats() { return stats_; }

 private:
  const size_t max_tails_;
  mutable base::Mutex mutex_;
  absl::flat_hash_map<const LogTail*, std::weak_ptr<LogTail>> tails_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::atomic<int64_t> read_ahead_ = 0;
  TailStats stats_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_LOG_STREAM_TAIL_REGISTRY_H_
