#include "gateway/http/static_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/transcode/url_text.h"

namespace flowmesh::gateway {
namespace {

namespace fs = std::filesystem;

const char* ContentTypeOf(const std::string& extension) {
  static const auto* const kTypes = new std::map<std::string, const char*>{{".css", "text/css; charset=utf-8"},
                                                                           {".html", "text/html; charset=utf-8"},
                                                                           {".ico", "image/x-icon"},
                                                                           {".js", "text/javascript; charset=utf-8"},
                                                                           {".json", "application/json"},
                                                                           {".map", "application/json"},
                                                                           {".mjs", "text/javascript; charset=utf-8"},
                                                                           {".png", "image/png"},
                                                                           {".svg", "image/svg+xml"},
                                                                           {".txt", "text/plain; charset=utf-8"},
                                                                           {".webp", "image/webp"},
                                                                           {".woff2", "font/woff2"}};
  const auto type = kTypes->find(extension);
  return type == kTypes->end() ? "application/octet-stream" : type->second;
}

bool IsSafe(const std::string& path) {
  return path.find('\0') == std::string::npos && path.find('\\') == std::string::npos && !absl::StrContains(path, "/.");
}

bool IsInside(const fs::path& root, const fs::path& file) {
  const auto [end, unused] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  return end == root.end();
}

}  // namespace

StaticFiles::StaticFiles(std::string directory) {
  if (directory.empty()) return;
  std::error_code error;
  root_ = fs::canonical(directory, error);
  if (error) root_.clear();
}

std::optional<Response> StaticFiles::Find(std::string_view encoded_path, const RequestHead& head) const {
  std::string path;
  if (root_.empty() || !transcode::PercentDecode(encoded_path, false, &path) || !IsSafe(path)) return std::nullopt;
  std::error_code error;
  fs::path file = fs::canonical(root_ / path.substr(1), error);
  if (!error && fs::is_directory(file, error)) file = fs::canonical(file / "index.html", error);
  if (error || !IsInside(root_, file) || !fs::is_regular_file(file, error)) return std::nullopt;
  const auto size = fs::file_size(file, error);
  if (error || size > kMaxFileBytes) return std::nullopt;
  const auto changed = fs::last_write_time(file, error).time_since_epoch().count();

  Response response;
  const std::string etag = absl::StrCat("\"", absl::Hex(size), "-", absl::Hex(changed), "\"");
  response.headers = {{"ETag", etag}, {"Cache-Control", "no-cache"}};
  response.content_type = ContentTypeOf(file.extension().string());
  const std::string_view known = head.Find("if-none-match").value_or("");
  if (known == etag || known == absl::StrCat("W/", etag)) {
    response.status = 304;
    return response;
  }
  std::ifstream in(file, std::ios::binary);
  response.body.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  return response;
}

}  // namespace flowmesh::gateway
