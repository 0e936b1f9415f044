// The rule for artifacts: a blob belongs to an execution only if the attempt that wrote it is still the current one.
// Pure, as the rules in transition.h.
#ifndef FLOWMESH_SERVER_ENGINE_ARTIFACT_H_
#define FLOWMESH_SERVER_ENGINE_ARTIFACT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "server/engine/transition.h"
#include "server/store/artifact_row.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

// A blob that lies in the object store and shall exist.
struct NewArtifact {
  store::ArtifactRow row;  // all but owner (of a task's artifact) and create_time
  std::string notice;      // payload of its event
};

// The attempt that wrote it.
AttemptKey WriterOf(const store::ArtifactRow& row);

// OK, or FAILED_PRECONDITION with reason STALE_ATTEMPT: the task is not ASSIGNED, or as another attempt. `task` null =
// there is no such task. For whoever wants to know before the bytes are there.
absl::Status CheckWriter(const store::ExecutionRow& execution, const store::TaskRow* task, const AttemptKey& attempt);

// Fence first; then the row gets its owner and time and the execution its event. STALE_ATTEMPT as above;
// FAILED_PRECONDITION with reason LIMIT when the execution's stream is full. The draft must hold the task with its
// ancestors.
absl::Status AddArtifact(Draft& draft, NewArtifact& artifact, const Circumstances& world);

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_ARTIFACT_H_
