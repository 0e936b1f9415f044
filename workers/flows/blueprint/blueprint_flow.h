#ifndef FLOWMESH_WORKERS_FLOWS_BLUEPRINT_BLUEPRINT_FLOW_H_
#define FLOWMESH_WORKERS_FLOWS_BLUEPRINT_BLUEPRINT_FLOW_H_

#include <cstddef>
#include <memory>

#include "absl/time/time.h"
#include "flowmesh/blueprint/v1/blueprint.pb.h"
#include "workers/models/text/text_model.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::flows {

// The terminal objectives; called by the flow `blueprint` alone, as is the next.
inline constexpr sdk::TaskType<blueprint::v1::WriteBlueprint, blueprint::v1::BlueprintOutline> kOutlineBlueprint{
    "blueprint.outline"};
// The steps to one of them.
inline constexpr sdk::TaskType<blueprint::v1::ElaborateObjective, blueprint::v1::ElaboratedObjective>
    kElaborateObjective{"blueprint.elaborate"};

// How many terminal objectives are elaborated at once.
inline constexpr size_t kElaboratedAtOnce = 2;

struct BlueprintOptions {
  // Pause before the steps to each objective, for people who watch; a text model has a pace of its own.
  absl::Duration objective_pace = absl::ZeroDuration();
  // Writes the objectives; null = the builtin instructor does, offline.
  std::shared_ptr<models::TextModel> model = nullptr;
};

// The flow `blueprint`: an outline, then the steps to each of its terminal objectives, two of them at a time. Progress
// after the outline and after each objective, with the counters `terminal_objectives` and `enabling_objectives`: what
// is elaborated so far. All parts have one seed: the request's, or one of the execution's own. Fails with the reason of
// a part that failed.
sdk::Flow<blueprint::v1::WrittenBlueprint> MakeBlueprint(sdk::FlowContext& flow, blueprint::v1::WriteBlueprint request);

// The tasks. INVALID_ARGUMENT: the input breaks the rules of the contract. A text model adds the reasons of
// ModelFailure; BAD_ANSWER also for objectives that break the rules (objective_check.h).
absl::StatusOr<blueprint::v1::BlueprintOutline> OutlineBlueprint(sdk::TaskContext& context,
                                                                 const blueprint::v1::WriteBlueprint& request,
                                                                 const BlueprintOptions& options);
absl::StatusOr<blueprint::v1::ElaboratedObjective> ElaborateObjective(sdk::TaskContext& context,
                                                                      const blueprint::v1::ElaborateObjective& request,
                                                                      const BlueprintOptions& options);

// Serves the flow `blueprint` and its two tasks.
void RegisterBlueprint(sdk::Worker& worker, const BlueprintOptions& options = {});

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_BLUEPRINT_BLUEPRINT_FLOW_H_
