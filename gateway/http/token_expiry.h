#ifndef FLOWMESH_GATEWAY_HTTP_TOKEN_EXPIRY_H_
#define FLOWMESH_GATEWAY_HTTP_TOKEN_EXPIRY_H_

#include "absl/time/time.h"
#include "gateway/transcode/headers_policy.h"

namespace flowmesh::gateway {

// When the bearer token in `authorization` says that it expires (RFC 7519, `exp`); InfiniteFuture when there is none
// or it cannot be read. Verifies nothing: the upstream has accepted the token, and this only tells when to end a stream
// that it opened.
absl::Time TokenExpiry(const transcode::HeaderList& metadata);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_TOKEN_EXPIRY_H_
