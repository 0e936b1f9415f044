#ifndef FLOWMESH_SERVER_DOOR_CONVERT_ANY_PAYLOAD_H_
#define FLOWMESH_SERVER_DOOR_CONVERT_ANY_PAYLOAD_H_

#include <google/protobuf/any.pb.h>

#include "server/store/rows.h"

namespace flowmesh::door {

// A payload's bytes travel untouched: nothing here parses them. A payload without a type leaves the Any empty.
void ToProto(const store::Payload& payload, google::protobuf::Any* any);
void ToProto(store::Payload&& payload, google::protobuf::Any* any);

// The type's full name is what follows the last `/` of the type_url; an Any without type_url gives no payload.
store::Payload FromProto(google::protobuf::Any&& any);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONVERT_ANY_PAYLOAD_H_
