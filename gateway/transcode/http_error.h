#ifndef FLOWMESH_GATEWAY_TRANSCODE_HTTP_ERROR_H_
#define FLOWMESH_GATEWAY_TRANSCODE_HTTP_ERROR_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace flowmesh::transcode {

// gRPC code to HTTP status; a number that is no code counts as UNKNOWN.
int HttpStatusOf(int grpc_code);

// "NOT_FOUND" for 5; "UNKNOWN" for a number that is no code.
const char* GrpcCodeName(int grpc_code);

// The phrase of RFC 9110 for a status, e.g. "Not Found"; "Error" for one that is not used here.
const char* ReasonPhrase(int http_status);

// An error of HTTP itself, for which gRPC has no code of its own: 405, 406, 413, 414, 415, 431, 501 ... `code` is what
// the body says; `reason` is UPPER_SNAKE_CASE for programs, `message` says what to do next.
absl::Status HttpError(int http_status, absl::StatusCode code, std::string_view reason, std::string_view message);

// INVALID_ARGUMENT (400) with one field violation.
absl::Status FieldViolation(std::string_view field, std::string_view description);

// The status of HttpError, otherwise the one that the code maps to; 200 for OK.
int HttpStatusOf(const absl::Status& status);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_HTTP_ERROR_H_
