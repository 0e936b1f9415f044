#include "server/engine/projection.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"

namespace flowmesh::engine {

bool Counts(const Projection& projection, const store::ExecutionRow& row) {
  return std::find(projection.flows.begin(), projection.flows.end(), row.flow) != projection.flows.end();
}

void Project(Draft& draft, const Projection* projection, const Circumstances& world) {
  if (projection == nullptr || !Counts(*projection, draft.row())) return;
  store::ExecutionRow& row = draft.row();
  const store::Id own = row.first_of_chain;
  for (store::ResourceRow resource : projection->resources) {
    resource.id = resource.id.InShard(row.id.shard());
    resource.parent = own;
    draft.AddResource(std::move(resource), world.now);
  }
  for (store::AliasRow name : projection->names) {
    name.object_id = own;
    draft.AddName(std::move(name));
  }
  if (projection->payload) {
    draft.UpdateResource({.id = own, .only_of = row.id, .payload = projection->payload, .update_time = world.now});
  }
  if (projection->progress && row.progress != *projection->progress) {
    row.progress = *projection->progress;
    draft.Emit(EventKind::kProgress, 0, row.root.attempt, world.now, projection->progress_event);
  }
}

const Projection* ProjectionOf(const EntryBody& body) {
  if (const auto* step = std::get_if<StepDone>(&body)) return step->projection.get();
  if (const auto* finished = std::get_if<Finished>(&body)) return finished->projection.get();
  return nullptr;
}

absl::Status CompleteExecution(Draft& draft, store::Payload output, const Projection* projection,
                               const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  if (Ending(draft)) {
    const bool same = row.root.state == store::TaskState::kCompleted && row.root.output.type == output.type &&
                      row.root.output.bytes == output.bytes;
    if (same) return absl::OkStatus();
    return base::Error(absl::StatusCode::kFailedPrecondition, "TASK_FINISHED",
                       absl::StrCat("the task is ", StateName(row.state), ": it takes no other outcome"))
        .With("state", StateName(row.state));
  }
  const std::string& promised = world.types->Find(row.flow).output_type;
  if (!promised.empty() && output.type != promised) {
    return base::Error(absl::StatusCode::kInvalidArgument, "CONTRACT",
                       absl::StrCat("the flow '", row.flow, "' gives a ", promised, ", this is a ", output.type));
  }
  row.root.output = std::move(output);
  Project(draft, projection, world);
  row.progress.percent = 100;
  Conclude(draft, store::ExecutionState::kCompleted, {}, "COMPLETED_OUTSIDE", world);
  return absl::OkStatus();
}

}  // namespace flowmesh::engine
