// Every SQL statement that runs after the database is open.
//
// Each connection prepares a statement when it is first used and keeps it. Columns and parameters stand in the order of
// the row codec (row_codec.h), which relies on it.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_STATEMENTS_H_
#define FLOWMESH_SERVER_STORE_SQLITE_STATEMENTS_H_

#include <cstddef>
#include <cstdint>

namespace flowmesh::store {

enum class Sql : uint8_t {
  kBegin,
  kCommit,
  kRollback,
  // replicas
  kBeat,
  kKillReplicas,
  kForgetReplicas,
  kInsertReplica,
  kDeadReplicas,
  kLatestTime,
  kDeclareDead,
  kSetSummary,
  kReadReplicas,
  // mail
  kInsertMail,
  kReadMail,
  kDeleteMail,
  kForgetMail,
  // idempotency_keys
  kClaimIdempotencyKey,
  kReadIdempotencyKey,
  kDeleteIdempotencyKey,
  kUpdateIdempotencyKey,
  // concurrency_keys
  kFindConcurrencyKey,
  kReadKeyHolder,
  kCountKeyWaiters,
  kReadKeyWaiters,
  kCountKeyAhead,
  kDeleteConcurrencyKey,
  kPutConcurrencyKey,
  // executions
  kInsertExecution,
  kUpdateExecution,
  kReadExecution,
  kReadExecutionState,
  kReadHead,
  kAddToTotal,
  kReadTotals,
  kListOfOwner,
  kListOfAll,
  // tasks
  kInsertTask,
  kUpdateTask,
  kReadTask,
  kListTasks,
  kFindCall,
  kUnfinishedTasks,
  kReadRecords,
  // task_tokens
  kInsertTaskToken,
  kFindTaskToken,
  // artifacts
  kInsertArtifact,
  kReadArtifact,
  kFindArtifactOfTask,
  kFindUpload,
  // resources
  kInsertResource,
  kUpdateResource,
  kCountUp,
  kReadResource,
  kListResourcesOfOwner,  // the newest first; Up = the oldest first
  kListResourcesOfOwnerUp,
  kListResourcesOfAll,
  kListResourcesOfAllUp,
  kListResourcesOfParent,
  kListResourcesOfParentUp,
  kListResourcesOfExecution,
  kListResourcesOfExecutionUp,
  // aliases
  kClaimAlias,
  kReadAlias,
  kInsertAlias,
  kUpdateAlias,
  kDeleteAlias,
  // signals
  kInsertSignal,
  kDeleteSignal,
  kReadSignals,
  // payloads
  kInsertPayload,
  kReadPayload,
  // ready
  kInsertReady,
  kDeleteReady,
  kNextOwner,
  kTakeOfOwner,
  kCountAhead,
  kNextQueue,
  kQueueDepth,
  // timers
  kInsertTimer,
  kDeleteTimer,
  kDueTimers,
  kNextTimer,
  // assigned
  kInsertAssigned,
  kDeleteAssigned,
  kReadAssigned,
  // event_chunks
  kInsertChunk,
  kReadChunks,
  // retries
  kInsertRetry,
  kDeleteRetry,
  kFindLiveRetry,
  // deletion
  kDeleteExecution,
  kInsertPurge,
  kNextPurge,
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
  kPurgeResource,
  kDeleteTaskToken,
  // sweeps
  kListEnded,
  kListKeys,
  kDeleteExpiredKey,
  // flows
  kUpsertFlow,
  kReadFlows,
  kCount,
};

inline constexpr size_t kSqlCount = static_cast<size_t>(Sql::kCount);

// The text of a statement; lives for ever.
const char* TextOf(Sql sql);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_STATEMENTS_H_
