#ifndef FLOWMESH_GATEWAY_HTTP_STATIC_FILES_H_
#define FLOWMESH_GATEWAY_HTTP_STATIC_FILES_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/request_head.h"
#include "gateway/http/response.h"

namespace flowmesh::gateway {

// Serves a directory of built files, read from disk at each request; small ones, since reading blocks. Thread-safe.
class StaticFiles {
 public:
  static constexpr size_t kMaxFileBytes = size_t{16} << 20;

  // Empty = nothing is served.
  explicit StaticFiles(std::string directory);

  // The file at the encoded path, `index.html` for a directory; 304 when If-None-Match fits. Nothing when there is no
  // such file. Never leaves the directory, whatever dots, escapes or links say; hidden files are not served.
  std::optional<Response> Find(std::string_view encoded_path, const RequestHead& head) const;

 private:
  std::filesystem::path root_;  // canonical; empty = none
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_STATIC_FILES_H_
