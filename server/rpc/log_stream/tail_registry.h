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

 private:
  const size_t max_tails_;
  mutable base::Mutex mutex_;
  absl::flat_hash_map<const LogTail*, std::weak_ptr<LogTail>> tails_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::atomic<int64_t> read_ahead_ = 0;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_LOG_STREAM_TAIL_REGISTRY_H_
