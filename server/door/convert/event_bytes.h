#ifndef FLOWMESH_SERVER_DOOR_CONVERT_EVENT_BYTES_H_
#define FLOWMESH_SERVER_DOOR_CONVERT_EVENT_BYTES_H_

#include <string>

#include "server/engine/event_chunk.h"

namespace flowmesh::door {

// Appends a serialised flowmesh.v1.Event: what ToProto (event_proto.h) and then serialising would give, but payloads
// that a worker sent are copied as they stand. `execution_id` is the id's text. False, with `out` as it was, if a
// payload of the engine's own is malformed.
bool AppendEventBytes(const std::string& execution_id, const engine::EventView& view, std::string* out);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONVERT_EVENT_BYTES_H_
