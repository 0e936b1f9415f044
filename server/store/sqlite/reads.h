// The reads of Store, each on a connection that is the caller's for the time. Errors as FailureStatus says.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_READS_H_
#define FLOWMESH_SERVER_STORE_SQLITE_READS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/row_codec.h"
#include "server/store/store.h"

namespace flowmesh::store {

// A page of executions ends after it has looked at so many, however few of them match: about 20 ms.
inline constexpr int kMaxScannedExecutions = 5000;

absl::StatusOr<std::optional<ExecutionRow>> ReadExecution(Connection& connection, const Id& id);
absl::StatusOr<std::vector<std::optional<ExecutionRow>>> ReadExecutions(Connection& connection,
                                                                        absl::Span<const Id> ids);
absl::StatusOr<std::string> ReadPayload(Connection& connection, const TaskKey& key, PayloadDirection direction);
absl::StatusOr<std::optional<ArtifactRow>> ReadArtifact(Connection& connection, const Id& id);
// One owner's in order of create_time; everybody's in order of id, which differs by no more than the time between
// making the id and committing the row. A row that took over an hour for that may be missed by a list of everybody's
// with bounds.
absl::StatusOr<ExecutionPage> ListExecutions(Connection& connection, const ExecutionFilter& filter);
absl::StatusOr<std::vector<TaskRow>> ListTasks(Connection& connection, const Id& id, int32_t after, int limit);
absl::StatusOr<std::vector<TaskRow>> ListUnfinishedTasks(Connection& connection, const Id& id, int limit);
absl::StatusOr<std::vector<TaskRow>> ReadRecords(Connection& connection, const Id& id, int32_t parent, int32_t after,
                                                 size_t max_bytes);
absl::StatusOr<std::vector<EventChunkRow>> ReadEvents(Connection& connection, const Id& id, int64_t after,
                                                      size_t max_bytes);
absl::StatusOr<int> CountAhead(Connection& connection, const ReadyRow& row, int limit);
absl::StatusOr<std::vector<QueueDepth>> QueueDepths(Connection& connection, int count_limit);
absl::StatusOr<std::map<ExecutionState, int>> CountUnfinished(Connection& connection);
absl::StatusOr<std::vector<FlowRow>> ReadFlows(Connection& connection);
absl::StatusOr<std::vector<AssignedRow>> ReadAssigned(Connection& connection, uint64_t replica_id,
                                                      const std::optional<AssignedRow>& after, int limit);
absl::StatusOr<EndedPage> ListEnded(Connection& connection, const Id& after, absl::Time ended_by, int limit);
absl::StatusOr<ExpiredKeysPage> ListExpiredKeys(Connection& connection, const IdempotencyRow& after,
                                                absl::Time expired_by, int limit);
absl::StatusOr<bool> HasUnpurged(Connection& connection);
absl::StatusOr<std::vector<ExecutionHead>> ReadHeads(Connection& connection, absl::Span<const Id> ids);
absl::StatusOr<std::vector<std::string>> ReadyQueues(Connection& connection);

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_READS_H_
