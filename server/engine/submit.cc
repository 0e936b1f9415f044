#include "server/engine/transition.h"

namespace flowmesh::engine {

void Submit(Draft& draft, bool start, const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  row.state = store::ExecutionState::kCreated;
  row.create_time = world.now;
  if (row.first_of_chain.is_zero()) row.first_of_chain = row.id;
  row.root.kind = store::TaskKind::kRoot;
  row.root.type = row.flow;
  row.root.state = store::TaskState::kWaiting;
  row.root.create_time = world.now;
  EmitState(draft, row.state, {}, world);
  // A new execution can always be started.
  if (start) Start(draft, world).IgnoreError();
}

}  // namespace flowmesh::engine
