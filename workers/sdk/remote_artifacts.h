#ifndef FLOWMESH_WORKERS_SDK_REMOTE_ARTIFACTS_H_
#define FLOWMESH_WORKERS_SDK_REMOTE_ARTIFACTS_H_

#include <memory>
#include <string>

#include "server/base/backoff.h"
#include "server/base/random.h"
#include "workers/sdk/access.h"
#include "workers/sdk/artifact_box.h"

namespace flowmesh::sdk {

// Artifacts of the server that the worker is attached to.
class RemoteArtifacts : public ArtifactBox {
 public:
  // `access` is asked before every call, by one thread at a time or as it can bear. `random` must outlive the box.
  RemoteArtifacts(AccessSource access, base::RetryPolicy reconnect, base::RandomSource* random)
      : access_(std::move(access)), reconnect_(reconnect), random_(random) {}

  absl::StatusOr<Artifact> Write(const v1::AttemptId& attempt, const std::string& name, const std::string& media_type,
                                 const ArtifactContent& content, const Cancellation& cancellation) override;
  absl::StatusOr<std::unique_ptr<ArtifactReader>> Open(const v1::AttemptId& attempt, const std::string& id,
                                                       int64_t offset, const Cancellation& cancellation) override;

 private:
  class Reader;

  // Waits before the next try. False: the work shall stop.
  bool Pause(int failures, const Cancellation& cancellation);

  const AccessSource access_;
  const base::RetryPolicy reconnect_;
  base::RandomSource* const random_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_REMOTE_ARTIFACTS_H_
