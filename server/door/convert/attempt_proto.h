#ifndef FLOWMESH_SERVER_DOOR_CONVERT_ATTEMPT_PROTO_H_
#define FLOWMESH_SERVER_DOOR_CONVERT_ATTEMPT_PROTO_H_

#include <string>

#include "absl/status/statusor.h"
#include "flowmesh/v1/execution.pb.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/engine/session_message.h"
#include "server/store/rows.h"

namespace flowmesh::door {

// A worker's frame breaks the protocol: INVALID_ARGUMENT, reason PROTOCOL_VIOLATION. `rule` says which rule.
absl::Status ProtocolViolation(const std::string& rule);

// ProtocolViolation for an id that is none, a negative task and an attempt below 1.
absl::StatusOr<engine::AttemptKey> FromProto(const v1::AttemptId& attempt);
void ToProto(const engine::AttemptKey& key, v1::AttemptId* attempt);

// Longest failure that is kept, in bytes; what is longer is cut at a code point.
inline constexpr size_t kMaxReasonBytes = 128;
inline constexpr size_t kMaxFailureMessageBytes = 8192;

store::Failure FromProto(v1::Failure&& failure);
void ToProto(const store::Failure& failure, v1::Failure* out);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONVERT_ATTEMPT_PROTO_H_
