#ifndef FLOWMESH_GATEWAY_TRANSCODE_CALL_DEADLINE_H_
#define FLOWMESH_GATEWAY_TRANSCODE_CALL_DEADLINE_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace flowmesh::transcode {

// How long a call may take, from the values of `Grpc-Timeout` (1 to 8 digits and H, M, S, m, u or n, as gRPC has it)
// and `X-Request-Timeout` (seconds, up to 8 digits and perhaps decimals), nothing where the header is absent: the
// smaller of both, more than zero. 400 naming the header for anything else.
absl::StatusOr<std::optional<absl::Duration>> ReadCallTimeout(std::optional<std::string_view> grpc_timeout,
                                                              std::optional<std::string_view> request_timeout);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_CALL_DEADLINE_H_
