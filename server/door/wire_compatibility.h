#ifndef FLOWMESH_SERVER_DOOR_WIRE_COMPATIBILITY_H_
#define FLOWMESH_SERVER_DOOR_WIRE_COMPATIBILITY_H_

#include <google/protobuf/descriptor.h>

#include <string>

namespace flowmesh::door {

// How a new version of a message type relates to the current one on the wire.
struct WireDifference {
  std::string conflict;  // names message and field, and both shapes; empty = each reads what the other writes
  bool drops = false;    // the new one lacks fields of the current one
  bool adds = false;     // the new one has fields that the current one lacks
};

// Compares both types and everything inside them, by field number. Fields conflict when their kinds on the wire differ
// (https://protobuf.dev/programming-guides/proto3/#updating) or one is repeated and the other is not; names do not
// count.
WireDifference CompareOnTheWire(const google::protobuf::Descriptor& current, const google::protobuf::Descriptor& next);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_WIRE_COMPATIBILITY_H_
