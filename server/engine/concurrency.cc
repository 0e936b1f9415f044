#include "server/engine/transition.h"

namespace flowmesh::engine {

void GrantKey(Draft& draft, const Circumstances& world) {
  store::ExecutionRow& row = draft.row();
  row.behind_key = false;
  draft.Touch();
  if (row.state == store::ExecutionState::kQueued) MakeReady(draft, row.root, world);
}

}  // namespace flowmesh::engine
