#ifndef FLOWMESH_GATEWAY_HTTP_TOKEN_CLAIMS_H_
#define FLOWMESH_GATEWAY_HTTP_TOKEN_CLAIMS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "gateway/transcode/headers_policy.h"

namespace flowmesh::gateway {

// What a token says about itself (RFC 7519). Verifies nothing: that is the upstream's business, and this only tells
// when to end a stream that a token opened, and which path a ticket is for.
struct TokenClaims {
  // When a stream that the token opens must end: `exp`, of a ticket `until`; InfiniteFuture if it does not say.
  absl::Time stream_end = absl::InfiniteFuture();
  // Of a ticket (LogStream.CreateTicket, type `flowmesh-ticket+jwt`): the path it opens, without query.
  std::optional<std::string> ticket_path;
};

// Nothing for a token that cannot be read.
TokenClaims ReadTokenClaims(std::string_view token);

// The value of `authorization`; empty if there is none.
std::string_view Authorization(const transcode::HeaderList& metadata);
// The bearer token in `authorization`; empty if there is none.
std::string_view BearerToken(const transcode::HeaderList& metadata);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_TOKEN_CLAIMS_H_
