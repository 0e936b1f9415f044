#ifndef FLOWMESH_GATEWAY_TRANSCODE_HEADERS_POLICY_H_
#define FLOWMESH_GATEWAY_TRANSCODE_HEADERS_POLICY_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "flowmesh/v1/options.pb.h"

namespace flowmesh::transcode {

// Names and values in the order of the message; names in any case.
using HeaderList = std::vector<std::pair<std::string, std::string>>;

// The request's metadata, names in lower case:
// - as they are: authorization, idempotency-key, x-idempotency-key, x-workflow-id, if-match,
//   if-none-match, if-modified-since, if-unmodified-since, if-range, range, prefer, rules.request_headers and
//   rules.credential_header;
// - x-request-id: the client's, or `made_request_id` when it sent none;
// - Grpc-Metadata-<name> as <name>, its value decoded from base64 when the name ends in -bin.
// Never: hop-by-hop headers (those that Connection names too), grpc-* and other names of gRPC's own, and names that
// would tell who the caller is (x-forwarded-*, x-flowmesh-*, x-user, ...); under Grpc-Metadata- also none of the first
// line's names and no trace context, so that each has one source. Everything else is left out, traceparent and
// tracestate too: a hop adds its own.
// 400 naming the header: authorization or x-request-id sent twice, an x-request-id that is not 1 to 256 visible ASCII
// characters, a value that metadata cannot hold (not printable ASCII; bad base64 for -bin).
absl::StatusOr<HeaderList> RequestMetadata(const HeaderList& headers, const v1::MethodRules& rules,
                                           std::string_view made_request_id);

struct ResponseHeaders {
  HeaderList headers;
  std::optional<int> http_status;  // from x-http-status; 200, 201, 202, 204, 206 or 304
};

// The response's headers from initial metadata:
// - as they are, the first of each: etag, location, retry-after, cache-control, content-disposition, content-range,
//   accept-ranges, last-modified, idempotency-replayed, concurrency-joined, x-workflow-id;
// - x-http-status is consumed (another value is ignored); x-request-id is left out, the gateway echoes its own;
// - what gRPC and HTTP own (grpc-*, content-type, hop-by-hop, ...) is left out;
// - everything else as Grpc-Metadata-<name>, in base64 when the name ends in -bin.
// Values that would break a header line are left out.
ResponseHeaders ResponseHeadersOf(const HeaderList& initial_metadata);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_HEADERS_POLICY_H_
