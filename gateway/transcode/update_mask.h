#ifndef FLOWMESH_GATEWAY_TRANSCODE_UPDATE_MASK_H_
#define FLOWMESH_GATEWAY_TRANSCODE_UPDATE_MASK_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <set>
#include <string>

#include "gateway/transcode/json_value.h"

namespace flowmesh::transcode {

// The only top-level field of type google.protobuf.FieldMask; null when there is none or more than one.
const google::protobuf::FieldDescriptor* UpdateMaskField(const google::protobuf::Descriptor& request);

// Writes into the mask field (unset so far) the paths of what a PATCH's body sent, in snake_case and in the order of
// the body: every leaf, a leaf being a scalar, list, map, null, empty object or a message with a JSON form of its own.
// `body` has been converted, as `body_type`. Paths of `left_out` (proto names: the mask itself, what the URL path
// bound) are not listed.
void DeriveUpdateMask(JsonValue body, const google::protobuf::Descriptor& body_type,
                      const std::set<std::string>& left_out, const google::protobuf::FieldDescriptor& mask_field,
                      google::protobuf::Message* request);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_UPDATE_MASK_H_
