#include "server/store/store.h"

namespace flowmesh::store {

bool Writes::empty() const {
  return insert_executions.empty() && update_executions.empty() && insert_tasks.empty() && update_tasks.empty() &&
         insert_payloads.empty() && insert_ready.empty() && delete_ready.empty() && insert_timers.empty() &&
         delete_timers.empty() && insert_assigned.empty() && delete_assigned.empty() && insert_chunks.empty() &&
         delete_idempotency_keys.empty() && upsert_flows.empty();
}

}  // namespace flowmesh::store
