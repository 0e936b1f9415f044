#ifndef FLOWMESH_GATEWAY_TRANSCODE_ERROR_BODY_H_
#define FLOWMESH_GATEWAY_TRANSCODE_ERROR_BODY_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gateway/transcode/accept.h"
#include "gateway/transcode/type_resolver.h"
#include "google/rpc/status.pb.h"

namespace flowmesh::transcode {

// An error as it leaves the gateway.
struct ErrorResponse {
  int http_status = 500;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // WWW-Authenticate with 401; Retry-After with a RetryInfo
};

// An error of the gateway's own, from base::Error or HttpError: code, message, and as details ErrorInfo (domain
// `flowmesh`, reason and metadata) first, then BadRequest and RetryInfo where there is something to say. A status
// without a reason came from a library: its text is replaced.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// An upstream's error from a call's code, message and `grpc-status-details-bin` (empty = none). Our servers always send
// details; an error without them was made by the RPC library, and its text is replaced.
google::rpc::Status UpstreamStatus(int code, std::string_view message, std::string_view details);

// {"code": 5, "status": "NOT_FOUND", "message": "...", "details": [{"@type": ...}]}
std::string ErrorJson(const google::rpc::Status& status, const TypeResolver& types);

// RFC 9457: type, title, status (HTTP), detail; beside them code, reason, violations [{field, description}] and details
// as in ErrorJson.
std::string ProblemJson(const google::rpc::Status& status, int http_status, const TypeResolver& types);

// The whole answer. `http_status` is HttpStatusOf of what the status was made from.
ErrorResponse RenderError(const google::rpc::Status& status, int http_status, ErrorFormat format,
                          const TypeResolver& types);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_ERROR_BODY_H_
