#ifndef FLOWMESH_SERVER_DOOR_CONVERT_ENTRY_PROTO_H_
#define FLOWMESH_SERVER_DOOR_CONVERT_ENTRY_PROTO_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/door/convert/attempt_proto.h"
#include "server/engine/transition.h"

namespace flowmesh::door {

inline constexpr int kMaxEventsPerBatch = 1000;
inline constexpr size_t kMaxLogLineBytes = 64 << 10;
inline constexpr size_t kMaxCallKeyBytes = 512;
inline constexpr size_t kMaxCallNameBytes = 128;  // of a task type or signal that a flow names
inline constexpr size_t kMinTokenBytes = 22;
inline constexpr size_t kMaxTokenBytes = 256;

// What an attempt of `session` says. Strings are moved out of `entry`.
// INVALID_ARGUMENT, reason PROTOCOL_VIOLATION: a missing or malformed attempt, a number below 1, an entry that belongs
// to no attempt (hello, capacity, drain), a batch or log line above its limit, an event of a kind that is not a
// worker's, a finished entry or step without outcome, a call without a key or of nothing. Of tokens only digests go on.
// Percentages are brought into 0..100; a failure without reason gets the reason FAILED.
absl::StatusOr<engine::Entry> FromProto(v1::WorkerEntry&& entry, uint64_t session);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONVERT_ENTRY_PROTO_H_
