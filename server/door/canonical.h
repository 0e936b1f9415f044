#ifndef FLOWMESH_SERVER_DOOR_CANONICAL_H_
#define FLOWMESH_SERVER_DOOR_CANONICAL_H_

#include <google/protobuf/message.h>

#include <string>

namespace flowmesh::door {

// A message's one form: known fields in order of their numbers, map entries sorted by key, unknown fields as they came.
// Equal messages of one program give equal bytes.
std::string SerializeDeterministically(const google::protobuf::Message& message);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CANONICAL_H_
