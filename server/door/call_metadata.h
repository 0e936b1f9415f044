#ifndef FLOWMESH_SERVER_DOOR_CALL_METADATA_H_
#define FLOWMESH_SERVER_DOOR_CALL_METADATA_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/string_ref.h>

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/trace_context.h"

namespace flowmesh::door {

// What a call brought, as gRPC keeps it; names are lower case.
using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

// The parts of it that every service understands. Text is visible ASCII, 1 to 256 characters; empty = not sent.
struct CallMetadata {
  std::string idempotency_key;              // the request's, else `x-idempotency-key`, else `idempotency-key`
  std::optional<absl::Duration> wait;       // `prefer: wait=N`, seconds, at most a day
  std::string workflow_id;                  // `x-workflow-id`
  std::string request_id;                   // `x-request-id`
  std::optional<base::TraceContext> trace;  // `traceparent`; a malformed one counts as not sent, as its standard asks

  // The ids as labels: `x-workflow-id`, `x-request-id`.
  std::map<std::string, std::string> Labels() const;
};

// Reads it. `request_key` is the request's field idempotency_key, or empty. INVALID_ARGUMENT with violations for text
// that is too long or not visible ASCII, a malformed wait, and with reason IDEMPOTENCY_KEY_CONFLICT if two places name
// different keys.
absl::StatusOr<CallMetadata> ReadCallMetadata(const Metadata& metadata, const std::string& request_key);

// Sends the workflow id and the request id back as initial metadata. Call before the answer starts.
void EchoMetadata(const CallMetadata& metadata, grpc::ServerContextBase& context);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CALL_METADATA_H_
