#ifndef FLOWMESH_GATEWAY_HTTP_GZIP_H_
#define FLOWMESH_GATEWAY_HTTP_GZIP_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace flowmesh::gateway {

inline constexpr size_t kMinGzipBytes = 1024;  // a smaller answer gains nothing

// RFC 1952. Thread-safe.
std::string Gzip(std::string_view text);

// One gzip member and nothing behind it. 413 for more than `max_bytes` of text, found out before they are made; 400 for
// bytes that are not gzip, or cut off.
absl::StatusOr<std::string> Gunzip(std::string_view bytes, size_t max_bytes);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_GZIP_H_
