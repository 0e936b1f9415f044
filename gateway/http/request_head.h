#ifndef FLOWMESH_GATEWAY_HTTP_REQUEST_HEAD_H_
#define FLOWMESH_GATEWAY_HTTP_REQUEST_HEAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/http/limits.h"
#include "gateway/transcode/headers_policy.h"

namespace flowmesh::gateway {

using transcode::HeaderList;

// The head of a request as it came, read strictly (RFC 9112): whatever two parsers could read differently is refused.
struct RequestHead {
  std::string method;
  std::string target;  // origin form, or `*` of an OPTIONS
  int minor_version = 1;
  HeaderList headers;  // names as sent, values without blanks around them
  std::string host;
  std::optional<uint64_t> content_length;
  bool chunked = false;
  bool expects_continue = false;
  bool keep_alive = true;

  // The first value of a header; the name in any case.
  std::optional<std::string_view> Find(std::string_view name) const;
  // All values, joined with commas.
  std::optional<std::string> Joined(std::string_view name) const;
  // Whether a comma-separated header names the token, in any case.
  bool HasToken(std::string_view name, std::string_view token) const;
  bool HasBody() const { return chunked || content_length.value_or(0) > 0; }
  bool WantsWebSocket() const;
};

// `bytes`: everything up to and with the empty line. After an error the connection must be closed: 400 for bare LF or
// CR, a folded line, blanks before the colon, control characters, a lower-case method, a target that does not begin
// with `/`, a missing or second Host, a second or signed Content-Length, Transfer-Encoding beside Content-Length or in
// HTTP/1.0; 501 for another coding than `chunked`; 505 for another version; 414, 431, 413 by limits; 417 for an unknown
// expectation.
absl::StatusOr<RequestHead> ParseRequestHead(std::string_view bytes, const Limits& limits);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_REQUEST_HEAD_H_
