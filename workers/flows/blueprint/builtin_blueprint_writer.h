#ifndef FLOWMESH_WORKERS_FLOWS_BLUEPRINT_BUILTIN_BLUEPRINT_WRITER_H_
#define FLOWMESH_WORKERS_FLOWS_BLUEPRINT_BUILTIN_BLUEPRINT_WRITER_H_

#include "absl/status/statusor.h"
#include "flowmesh/blueprint/v1/blueprint.pb.h"
#include "workers/sdk/task_context.h"

namespace flowmesh::flows {

// Has the builtin instructor write, offline, and reports its usage. Equal requests give equal objectives, whatever the
// execution.
absl::StatusOr<blueprint::v1::BlueprintOutline> OutlineOffline(sdk::TaskContext& context,
                                                               const blueprint::v1::WriteBlueprint& request);

// Takes outlines of others too, and of its own earlier versions. INVALID_ARGUMENT: the objective has no known level, or
// no performance.
absl::StatusOr<blueprint::v1::ElaboratedObjective> ElaborateOffline(sdk::TaskContext& context,
                                                                    const blueprint::v1::ElaborateObjective& request);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_BLUEPRINT_BUILTIN_BLUEPRINT_WRITER_H_
