#ifndef FLOWMESH_SERVER_DOOR_CONVERT_EVENT_PROTO_H_
#define FLOWMESH_SERVER_DOOR_CONVERT_EVENT_PROTO_H_

#include "flowmesh/v1/log_stream.pb.h"
#include "server/engine/event_chunk.h"
#include "server/store/rows.h"

namespace flowmesh::door {

// The event as a message; its payload is parsed. False if the payload is malformed; `event` then holds parts.
bool ToProto(const store::Id& execution_id, const engine::EventView& view, v1::Event* event);

// The engine's own kinds as messages. False if the payload is malformed.
bool ToProto(const engine::EventView& view, v1::StateChange* change);
bool ToProto(const engine::EventView& view, v1::TaskChange* change);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONVERT_EVENT_PROTO_H_
