// Calls that are under way: counted, limited, ended together.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_OPEN_CALLS_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_OPEN_CALLS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "server/base/mutex.h"

namespace flowmesh::rpc {

class OpenCall {
 public:
  virtual ~OpenCall() = default;
  // Ends the call as soon as it can be; the first status counts. Thread-safe; does not block.
  virtual void End(const absl::Status& why) = 0;
};

// Thread-safe; does not block beyond a short lock.
class OpenCalls {
 public:
  // `what` as in "writes of artifacts".
  OpenCalls(std::string what, size_t most) : what_(std::move(what)), most_(most) {}

  // Counts the call until it leaves. RESOURCE_EXHAUSTED with RetryInfo beyond the limit; UNAVAILABLE after Close.
  absl::Status Enter(const std::shared_ptr<OpenCall>& call) ABSL_LOCKS_EXCLUDED(mutex_);
  void Leave(const OpenCall* call) ABSL_LOCKS_EXCLUDED(mutex_);
  // Lets nobody in any more and ends those who are.
  void Close(const absl::Status& why) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::string what_;
  const size_t most_;
  base::Mutex mutex_;
  absl::flat_hash_map<const OpenCall*, std::weak_ptr<OpenCall>> calls_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_OPEN_CALLS_H_
