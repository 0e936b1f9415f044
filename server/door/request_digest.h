#ifndef FLOWMESH_SERVER_DOOR_REQUEST_DIGEST_H_
#define FLOWMESH_SERVER_DOOR_REQUEST_DIGEST_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "server/door/contract_catalog.h"

namespace flowmesh::door {

// What makes two requests under one idempotency key the same: 32 bytes of SHA-256 over what is asked for, never over
// wire bytes, headers, labels or timeouts. Pure.

// Of a create: the flow and its checked input.
std::string RequestDigest(const std::string& flow, const CanonicalInput& input);

// Of any other request: its path fields in order and its body, serialised deterministically. Clear what does not count
// (idempotency_key, ...) from the body first.
std::string RequestDigest(const std::vector<std::string>& path_fields, const google::protobuf::Message& body);
std::string RequestDigest(const std::vector<std::string>& path_fields);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_REQUEST_DIGEST_H_
