#include "server/store/writes.h"

namespace flowmesh::store {

bool Writes::empty() const {
  return insert_executions.empty() && update_executions.empty() && insert_tasks.empty() && update_tasks.empty() &&
         insert_payloads.empty() && insert_ready.empty() && delete_ready.empty() && insert_timers.empty() &&
         delete_timers.empty() && insert_assigned.empty() && delete_assigned.empty() && insert_chunks.empty() &&
         insert_signals.empty() && delete_signals.empty() && insert_task_tokens.empty() && insert_artifacts.empty() &&
         delete_idempotency_keys.empty() && update_idempotency_keys.empty() && delete_concurrency_keys.empty() &&
         put_concurrency_keys.empty() && insert_resources.empty() && update_resources.empty() &&
         insert_aliases.empty() && delete_aliases.empty() && update_aliases.empty() && upsert_flows.empty() &&
         insert_mail.empty() && !summary.has_value() && delete_executions.empty() && delete_expired_keys.empty();
}

size_t Writes::rows() const {
  return insert_executions.size() + update_executions.size() + insert_tasks.size() + update_tasks.size() +
         insert_payloads.size() + insert_ready.size() + delete_ready.size() + insert_timers.size() +
         delete_timers.size() + insert_assigned.size() + delete_assigned.size() + insert_chunks.size() +
         insert_signals.size() + delete_signals.size() + insert_task_tokens.size() + insert_artifacts.size() +
         delete_idempotency_keys.size() + update_idempotency_keys.size() + delete_concurrency_keys.size() +
         put_concurrency_keys.size() + insert_resources.size() + update_resources.size() + insert_aliases.size() +
         delete_aliases.size() + update_aliases.size() + upsert_flows.size() + insert_mail.size() +
         (summary.has_value() ? 1 : 0) + delete_executions.size() + delete_expired_keys.size();
}

}  // namespace flowmesh::store
