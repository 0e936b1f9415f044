// Every limit of the engine, with its unit.
#ifndef FLOWMESH_SERVER_ENGINE_LIMITS_H_
#define FLOWMESH_SERVER_ENGINE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace flowmesh::engine {

inline constexpr size_t kMaxPayloadBytes = 1 << 20;  // input or output of a task
inline constexpr int64_t kMaxEventBytes = int64_t{256}
                                          << 20;  // packed events of one execution; then log lines are dropped
inline constexpr int64_t kEventReserveBytes = int64_t{16} << 20;  // above it, for everything but log lines
inline constexpr size_t kMaxWaitingCommands = 10'000;             // client commands that wait for the commit loop
inline constexpr size_t kMaxWaitingBytes = size_t{32} << 20;      // and their payloads
inline constexpr size_t kMaxBatchCommands = 2'000;                // commands in one commit
inline constexpr size_t kMaxBatchBytes = size_t{4} << 20;         // and their payloads; one command may exceed it alone
inline constexpr int kMaxClaimsPerBatch = 512;                    // ready rows claimed in one commit
inline constexpr int kMaxTimersPerBatch = 500;                    // due timers taken in one commit
inline constexpr int kMaxMailPerBatch = 500;                      // executions that other replicas wrote about
inline constexpr int kMaxLosses = 10;                             // workers lost in a row without a new record or event
inline constexpr int32_t kMaxTasks = 10'000;                      // calls, steps and waits of one execution
inline constexpr int64_t kMaxResultBytes = int64_t{32} << 20;     // recorded results of one execution
inline constexpr size_t kMaxWaitingSignals = 1'000;               // signals that no flow has taken, of one execution
inline constexpr int kMaxKeyWaiters = 1'000;                      // executions that wait for one concurrency key
inline constexpr size_t kMaxOutputStreams = 64;                   // output streams of one task
inline constexpr int kMaxPurgedRows = 1'000;                      // of deleted executions, removed in one commit
inline constexpr size_t kMaxPurgedBytes = size_t{4} << 20;        // and their payloads and events
inline constexpr int kMaxSweptExecutions = 200;                   // looked at for their age before one commit
inline constexpr int kMaxSweptKeys = 1'000;                       // idempotency keys, likewise
inline constexpr absl::Duration kCancelGrace =
    absl::Seconds(30);  // from the cancel to CANCELLED whatever the worker does

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_LIMITS_H_
