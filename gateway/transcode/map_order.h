#ifndef FLOWMESH_GATEWAY_TRANSCODE_MAP_ORDER_H_
#define FLOWMESH_GATEWAY_TRANSCODE_MAP_ORDER_H_

#include <vector>

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace flowmesh::transcode {

// The entries of a map field in the order of their keys: numbers by value, false before true, text by bytes.
std::vector<const google::protobuf::Message*> EntriesInKeyOrder(const google::protobuf::Message& message,
                                                                const google::protobuf::FieldDescriptor& map);

// Puts the entries into that order, so that equal maps serialise to equal bytes: a dynamic message keeps the order in
// which entries were added, and deterministic serialisation does not change it (a compiled-in message sorts by itself).
void SortMapEntries(const google::protobuf::FieldDescriptor& map, google::protobuf::Message* message);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_MAP_ORDER_H_
