#ifndef FLOWMESH_GATEWAY_HTTP_STATIC_FILES_H_
#define FLOWMESH_GATEWAY_HTTP_STATIC_FILES_H_

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/request_head.h"
#include "gateway/http/response.h"
#include "gateway/web/page_files.h"

namespace flowmesh::gateway {

// Serves the page that is compiled in or, in its place, a directory that is read from disk at each request; small
// files, since reading blocks. Every answer has an ETag and a Content-Security-Policy that lets the page load and reach
// this server alone. What lies under /assets/ must bear its content's hash in its name: browsers keep it for good.
// Thread-safe.
class StaticFiles {
 public:
  static constexpr size_t kMaxFileBytes = size_t{16} << 20;

  // `directory` empty = `built_in` is served; its views must outlive this.
  StaticFiles(const std::string& directory, const std::vector<PageFile>& built_in);

  // The file at the encoded path, `index.html` for a directory; 304 when If-None-Match fits. Nothing when there is no
  // such file. Never leaves the directory, whatever dots, escapes or links say; hidden files are not served.
  std::optional<Response> Find(std::string_view encoded_path, const RequestHead& head) const;

 private:
  std::optional<Response> FindBuiltIn(const std::string& path, const RequestHead& head) const;
  std::optional<Response> FindOnDisk(const std::string& path, const RequestHead& head) const;

  const bool on_disk_;
  std::filesystem::path root_;  // canonical; empty = none
  std::map<std::string_view, PageFile> built_in_;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_STATIC_FILES_H_
