// Every SQL statement that runs after the database is open.
//
// Each connection prepares a statement when it first runs. A statement over lists takes one array for each column (list
// parameters, unnested on the server) and then its scalar parameters; so a batch costs one statement a table, however
// many rows it writes. Columns and parameters stand in the order of the row codec (row_codec.h), which relies on it.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_STATEMENTS_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_STATEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/store/postgres/parameters.h"

namespace flowmesh::store::postgres {

enum class Sql : uint8_t {
  kBegin,
  kCommit,
  kRollback,
  // replicas
  kBeat,
  kInsertReplica,
  kForgetReplicas,
  kDeadReplicas,
  kLockReplica,
  kTouchReplica,
  kLockIdleReplica,
  kKillReplica,
  kSetSummary,
  kReadReplicas,
  // mail
  kInsertMail,
  kClaimMail,
  kAnyMail,
  kForgetMail,
  // notifications
  kNotify,
  // idempotency_keys
  kInsertIdempotencyKeys,
  kReplaceExpiredKeys,
  kReadIdempotencyKeys,
  kDeleteIdempotencyKeys,
  kDeleteExpiredKeys,
  kListKeys,
  kUpdateIdempotencyKeys,
  // concurrency_keys, concurrency_locks
  kInsertConcurrencyLocks,
  kTakeConcurrencyLocks,
  kForgetConcurrencyLocks,
  kReadConcurrencyKeys,
  kFindConcurrencyKeys,
  kReadKeyWaiters,
  kReadKeyPlace,
  kDeleteConcurrencyKeys,
  kPutConcurrencyKeys,
  // executions
  kInsertExecutions,
  kUpdateExecutions,
  kLockExecutions,
  kFindExecutions,
  kReadStates,
  kReadExecution,
  kReadExecutions,
  kReadHeads,
  kListOfOwner,
  kListOfAll,
  kEndOfOwnerScan,
  kEndOfAllScan,
  kDeleteExecutions,
  kListEnded,
  // retries, purges
  kInsertRetries,
  kDeleteRetries,
  kFindLiveRetries,
  kInsertPurges,
  kNextPurge,
  kAnyPurge,
  kDeletePurge,
  kMeasureChunks,
  kPurgeChunks,
  kMeasurePayloads,
  kPurgePayloads,
  kMeasureTasks,
  kPurgeTasks,
  kMeasureSignals,
  kPurgeSignals,
  kPurgeArtifacts,
  kPurgeRetries,
  kPurgeAliases,
  kMeasureResources,
  kPurgeResources,
  // totals
  kAddToTotals,
  kFoldTotals,
  kReadTotals,
  // tasks
  kInsertTasks,
  kUpdateTasks,
  kReadTasks,
  kListTasks,
  kFindCalls,
  kUnfinishedTasks,
  kListUnfinishedTasks,
  kReadRecords,
  // task_tokens
  kInsertTaskTokens,
  kFindTaskTokens,
  kDeleteTaskTokens,
  // signals
  kInsertSignals,
  kDeleteSignals,
  kReadSignals,
  // payloads
  kInsertPayloads,
  kReadPayload,
  // ready
  kInsertReady,
  kDeleteReady,
  kClaimReady,
  kAnyReady,
  kCountAhead,
  kReadyQueues,
  kQueueDepths,
  // timers
  kInsertTimers,
  kDeleteTimers,
  kClaimDueTimers,
  kNextTimer,
  // assigned
  kInsertAssigned,
  kDeleteAssigned,
  kReadAssigned,
  // event_chunks
  kInsertChunks,
  kReadChunks,
  // artifacts
  kInsertArtifacts,
  kReadArtifact,
  kFindArtifactsOfTasks,
  kFindUploads,
  // resources
  kInsertResources,
  kUpdateResources,
  kCountUp,
  kReadResources,
  kListResourcesOfOwner,
  kListResourcesOfOwnerUp,
  kListResourcesOfAll,
  kListResourcesOfAllUp,
  kListResourcesOfParent,
  kListResourcesOfParentUp,
  kListResourcesOfExecution,
  kListResourcesOfExecutionUp,
  // aliases
  kClaimAliases,
  kReadAliases,
  kInsertAliases,
  kUpdateAliases,
  kDeleteAliases,
  // flows
  kUpsertFlows,
  kReadFlows,
  kCount,
};

inline constexpr size_t kSqlCount = static_cast<size_t>(Sql::kCount);

struct Statement {
  std::string text;
  std::vector<Kind> lists;  // the kinds of its list parameters, which are the first ones
};

// Lives for ever.
const Statement& StatementOf(Sql sql);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_STATEMENTS_H_
