#ifndef FLOWMESH_GATEWAY_HTTP_RESPONSE_H_
#define FLOWMESH_GATEWAY_HTTP_RESPONSE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gateway/http/request_head.h"
#include "gateway/transcode/accept.h"
#include "gateway/transcode/error_body.h"

namespace flowmesh::gateway {

// A whole answer.
struct Response {
  int status = 200;
  std::string content_type;  // empty = none is said
  HeaderList headers;
  std::string body;
  std::string refusal = {};           // reason of an error of the gateway's own; empty = none
  std::optional<size_t> length = {};  // of a body that is not in `body`: sent apart, or not at all (HEAD)
};

// Where the body of an answer ends.
enum class Framing { kLength, kChunked, kToTheEnd };

// The head with its empty line: status line, Date, content type, framing, headers, and `Connection: close` unless
// `keep_alive`. 204 and 304 have no body and say no length.
std::string RenderHead(const Response& response, Framing framing, bool keep_alive);

// An error of the gateway's own, or of the upstream, in the form that the client asked for.
Response ErrorOf(const absl::Status& status, transcode::ErrorFormat format);
Response ErrorOf(const google::rpc::Status& status, int http_status, transcode::ErrorFormat format,
                 const transcode::TypeResolver& types);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_RESPONSE_H_
