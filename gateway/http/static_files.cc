#include "gateway/http/static_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/http/gzip.h"
#include "gateway/transcode/accept.h"
#include "gateway/transcode/entity_tag.h"
#include "gateway/transcode/url_text.h"

namespace flowmesh::gateway {
namespace {

namespace fs = std::filesystem;

constexpr char kAssets[] = "/assets/";
constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

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

// The answer without its body; `etag` with its quotes.
Response HeadOf(const std::string& path, const std::string& etag, const RequestHead& head) {
  Response response;
  response.status = transcode::NamesTag(head.Joined("if-none-match").value_or(""), etag) ? 304 : 200;
  response.content_type = ContentTypeOf(fs::path(path).extension().string());
  response.headers = {
      {"ETag", etag},
      {"Cache-Control", absl::StartsWith(path, kAssets) ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy", kPolicy},
      {"Referrer-Policy", "no-referrer"}};
  return response;
}

}  // namespace

StaticFiles::StaticFiles(const std::string& directory, const std::vector<PageFile>& built_in)
    : on_disk_(!directory.empty()) {
  for (const PageFile& file : built_in) built_in_.emplace(file.path, file);
  if (!on_disk_) return;
  std::error_code error;
  root_ = fs::canonical(directory, error);
  if (error) root_.clear();
}

std::optional<Response> StaticFiles::Find(std::string_view encoded_path, const RequestHead& head) const {
  std::string path;
  if (!transcode::PercentDecode(encoded_path, false, &path) || path.empty() || !IsSafe(path)) return std::nullopt;
  return on_disk_ ? FindOnDisk(path, head) : FindBuiltIn(path, head);
}

std::optional<Response> StaticFiles::FindBuiltIn(const std::string& path, const RequestHead& head) const {
  std::string name = path.back() == '/' ? absl::StrCat(path, "index.html") : path;
  if (!built_in_.contains(name)) name = absl::StrCat(path, "/index.html");  // a directory without its slash
  const auto found = built_in_.find(name);
  if (found == built_in_.end()) return std::nullopt;
  const PageFile& file = found->second;
  Response response =
      HeadOf(name, absl::StrCat("\"", absl::string_view(file.digest.data(), file.digest.size()), "\""), head);
  if (file.gzip) response.headers.front().second.insert(0, "W/");  // one tag for both codings
  if (response.status == 304) return response;
  if (!file.gzip) {
    response.body = file.bytes;
  } else if (transcode::AcceptsGzip(head.Joined("accept-encoding"))) {
    response.body = file.bytes;
    response.headers.insert(response.headers.end(), {{"Content-Encoding", "gzip"}, {"Vary", "Accept-Encoding"}});
  } else {
    auto text = Gunzip(file.bytes, kMaxFileBytes);
    if (!text.ok()) return std::nullopt;
    response.body = *std::move(text);
  }
  return response;
}

std::optional<Response> StaticFiles::FindOnDisk(const std::string& path, const RequestHead& head) const {
  if (root_.empty()) return std::nullopt;
  std::error_code error;
  fs::path file = fs::canonical(root_ / path.substr(1), error);
  if (!error && fs::is_directory(file, error)) file = fs::canonical(file / "index.html", error);
  if (error || !IsInside(root_, file) || !fs::is_regular_file(file, error)) return std::nullopt;
  const auto size = fs::file_size(file, error);
  if (error || size > kMaxFileBytes) return std::nullopt;
  const auto changed = fs::last_write_time(file, error).time_since_epoch().count();

  const std::string name = absl::StrCat("/", file.lexically_relative(root_).string());
  Response response = HeadOf(name, absl::StrCat("\"", absl::Hex(size), "-", absl::Hex(changed), "\""), head);
  if (response.status == 304) return response;
  std::ifstream in(file, std::ios::binary);
  response.body.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  return response;
}

}  // namespace flowmesh::gateway
