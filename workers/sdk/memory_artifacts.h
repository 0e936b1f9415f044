#ifndef FLOWMESH_WORKERS_SDK_MEMORY_ARTIFACTS_H_
#define FLOWMESH_WORKERS_SDK_MEMORY_ARTIFACTS_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "workers/sdk/artifact_box.h"

namespace flowmesh::sdk {

// Artifacts of tests of functions and flows, without any server. Thread-safe.
class MemoryArtifacts : public ArtifactBox {
 public:
  // One that the function shall find; answers its id.
  std::string Put(const std::string& name, const std::string& media_type, std::string bytes)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // What was written, in order; the same one once.
  std::vector<Artifact> written() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The bytes of one that was written or put; empty if there is none.
  std::string bytes(const std::string& id) const ABSL_LOCKS_EXCLUDED(mutex_);

  absl::StatusOr<Artifact> Write(const v1::AttemptId& attempt, const std::string& name, const std::string& media_type,
                                 const ArtifactContent& content, const Cancellation& cancellation) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::unique_ptr<ArtifactReader>> Open(const v1::AttemptId& attempt, const std::string& id,
                                                       int64_t offset, const Cancellation& cancellation) override
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Artifact Keep(const v1::AttemptId& attempt, const std::string& name, const std::string& media_type, std::string bytes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable base::Mutex mutex_;
  std::map<std::string, std::string> bytes_ ABSL_GUARDED_BY(mutex_);  // by id
  std::vector<Artifact> written_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_MEMORY_ARTIFACTS_H_
