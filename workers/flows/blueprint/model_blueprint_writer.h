#ifndef FLOWMESH_WORKERS_FLOWS_BLUEPRINT_MODEL_BLUEPRINT_WRITER_H_
#define FLOWMESH_WORKERS_FLOWS_BLUEPRINT_MODEL_BLUEPRINT_WRITER_H_

#include "absl/status/statusor.h"
#include "flowmesh/blueprint/v1/blueprint.pb.h"
#include "workers/models/text/text_model.h"
#include "workers/sdk/task_context.h"

namespace flowmesh::flows {

// Has a text model write. What it writes is checked (objective_check.h) and asked for once more if it breaks the rules.
// Numbers, lower-case levels and full stops are ours. Fails with the reasons of ModelFailure.
absl::StatusOr<blueprint::v1::BlueprintOutline> OutlineWithModel(sdk::TaskContext& context, models::TextModel& model,
                                                                 const blueprint::v1::WriteBlueprint& request);
absl::StatusOr<blueprint::v1::ElaboratedObjective> ElaborateWithModel(sdk::TaskContext& context,
                                                                      models::TextModel& model,
                                                                      const blueprint::v1::ElaborateObjective& request);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_BLUEPRINT_MODEL_BLUEPRINT_WRITER_H_
