#ifndef FLOWMESH_SERVER_DOOR_CONVERT_SESSION_MESSAGE_PROTO_H_
#define FLOWMESH_SERVER_DOOR_CONVERT_SESSION_MESSAGE_PROTO_H_

#include <cstdint>
#include <string>

#include "flowmesh/v1/worker.pb.h"
#include "server/engine/session_message.h"

namespace flowmesh::door {

// A session's name: 16 lower-case hex digits.
std::string SessionName(uint64_t session);

// What a worker's stream carries. Strings are moved out of `message`.
v1::OrchestratorEntry ToProto(engine::SessionMessage&& message);

// The record of a final child, whose output must hold its bytes.
v1::Records::Record RecordToProto(store::TaskRow&& child);

// The same of a completed step, for a retry.
v1::Remembered::Step RememberedStep(store::TaskRow&& child);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONVERT_SESSION_MESSAGE_PROTO_H_
