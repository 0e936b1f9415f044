// What a batch changes.
#ifndef FLOWMESH_SERVER_STORE_WRITES_H_
#define FLOWMESH_SERVER_STORE_WRITES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/store/artifact_row.h"
#include "server/store/deletion_rows.h"
#include "server/store/replica_rows.h"
#include "server/store/resource_rows.h"
#include "server/store/rows.h"

namespace flowmesh::store {

// Every row that one batch changes. Each row occurs at most once per list, and never in both an insert and a delete
// list.
struct Writes {
  std::vector<ExecutionRow> insert_executions;
  std::vector<ExecutionRow> update_executions;  // of locked rows; writes every column that can change
  std::vector<std::pair<Id, TaskRow>> insert_tasks;
  std::vector<std::pair<Id, TaskRow>> update_tasks;
  std::vector<PayloadRow> insert_payloads;
  std::vector<ReadyRow> insert_ready;
  std::vector<ReadyRow> delete_ready;
  std::vector<TimerRow> insert_timers;
  std::vector<TimerRow> delete_timers;
  std::vector<AssignedRow> insert_assigned;
  std::vector<AssignedRow> delete_assigned;
  std::vector<EventChunkRow> insert_chunks;
  std::vector<SignalRow> insert_signals;
  std::vector<SignalRow> delete_signals;  // taken by a flow
  std::vector<TaskTokenRow> insert_task_tokens;
  std::vector<ArtifactRow> insert_artifacts;
  std::vector<IdempotencyRow>
      delete_idempotency_keys;  // claimed in this transaction for a command that was then refused
  std::vector<IdempotencyRow> update_idempotency_keys;  // claimed in this transaction, for another object after all
  std::vector<ConcurrencyRow> delete_concurrency_keys;  // of locked keys; a row that is not there is no error
  std::vector<ConcurrencyRow> put_concurrency_keys;     // of locked keys; takes the place of whoever stands there
  std::vector<ResourceRow> insert_resources;
  std::vector<ResourceUpdate> update_resources;  // at most one for each resource
  std::vector<AliasRow> insert_aliases;          // that nobody else can insert at this moment
  std::vector<AliasRow> delete_aliases;          // claimed in this transaction for a command that was then refused
  std::vector<AliasRow> update_aliases;          // claimed in this transaction, for another object after all
  std::vector<FlowRow> upsert_flows;
  std::vector<MailRow> insert_mail;                 // one that is there already is no error
  std::optional<std::string> summary;               // of the replica whose batch this is
  std::vector<DeletedExecution> delete_executions;  // locked and final
  std::vector<IdempotencyRow> delete_expired_keys;  // those that still have this expire_time

  bool empty() const;
  size_t rows() const;  // in all lists
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_WRITES_H_
