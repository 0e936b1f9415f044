// What the calls of Artifacts share, and their limits.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_TOOLS_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_TOOLS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "server/artifacts/object_store.h"
#include "server/base/executor.h"
#include "server/base/ids.h"
#include "server/door/authenticator.h"
#include "server/door/calls/call_observer.h"
#include "server/engine/engine.h"
#include "server/rpc/artifacts/signed_content.h"

namespace flowmesh::rpc {

struct ArtifactLimits {
  int64_t max_bytes = int64_t{1} << 30;          // of one artifact
  size_t max_chunk_bytes = size_t{1} << 20;      // of one message of Write
  size_t max_writes = 64;                        // at the same time; each holds one message
  size_t max_reads = 512;                        // at the same time; each holds one chunk
  size_t read_chunk_bytes = size_t{128} << 10;   // of one message of Read
  absl::Duration idle_write = absl::Minutes(1);  // without a message a write is given up
  bool worker_certificate_required = false;      // of those who write for executions
};

// All must outlive every call.
struct ArtifactTools {
  engine::Engine* engine = nullptr;
  artifacts::ObjectStore* objects = nullptr;
  base::Executor* files = nullptr;  // its functions block on files and the store
  door::Authenticator* authenticator = nullptr;
  const SignedContent* signed_content = nullptr;
  base::IdMaker* ids = nullptr;
  door::CallObserver* observer = nullptr;  // null: calls are not counted
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_TOOLS_H_
