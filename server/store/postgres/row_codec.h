// Rows to parameters and columns to rows, in the order of columns.h.
//
// Bind functions bind one column after the other; Read functions read from the row's first column on and fail with
// DATA_LOSS when a column does not hold what was written.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_ROW_CODEC_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_ROW_CODEC_H_

#include <optional>

#include "absl/status/status.h"
#include "server/store/artifact_row.h"
#include "server/store/postgres/parameters.h"
#include "server/store/postgres/result.h"
#include "server/store/resource_rows.h"
#include "server/store/rows.h"

namespace flowmesh::store::postgres {

// ExecutionChanges and ExecutionOrigin.
void BindExecutionChanges(const ExecutionRow& row, Parameters& to);
void BindExecutionOrigin(const ExecutionRow& row, Parameters& to);
// The id, then both.
absl::Status ReadExecutionColumns(const Row& from, ExecutionRow* row);

// TaskChanges and TaskOrigin.
void BindTaskChanges(const TaskRow& task, Parameters& to);
void BindTaskOrigin(const TaskRow& task, Parameters& to);
// The task's number, then both.
absl::Status ReadTaskColumns(const Row& from, TaskRow* task);
inline constexpr int kTaskColumns = 22;

// IdempotencyKey and IdempotencyObject.
void BindIdempotencyKey(const IdempotencyRow& row, Parameters& to);
void BindIdempotencyObject(const IdempotencyRow& row, Parameters& to);

// Shard, owner and key.
void BindConcurrencyName(const ConcurrencyName& name, Parameters& to);
// These, place and execution.
void BindConcurrencyPlace(const ConcurrencyRow& row, Parameters& to);

void BindReadyKey(const ReadyRow& row, Parameters& to);
void BindTimer(const TimerRow& row, Parameters& to);
void BindAssigned(const AssignedRow& row, Parameters& to);

// SignalColumns. The payload always stands in the row.
void BindSignal(const SignalRow& signal, Parameters& to);
SignalRow ReadSignal(const Id& execution_id, const Row& from);

// Without the shard.
void BindArtifact(const ArtifactRow& artifact, Parameters& to);
ArtifactRow ReadArtifact(const Row& from);

// The shard and ResourceColumns; read without the shard.
void BindResource(const ResourceRow& resource, Parameters& to);
ResourceRow ReadResource(const Row& from);

// AliasName.
void BindAliasName(const AliasRow& row, Parameters& to);

void BindOptional(const std::optional<Id>& id, Parameters& to);

void BindFlow(const FlowRow& flow, Parameters& to);
FlowRow ReadFlow(const Row& from);

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_ROW_CODEC_H_
