#include "gateway/http/content_coding.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "gateway/http/gzip.h"
#include "gateway/transcode/accept.h"

namespace flowmesh::gateway {
namespace {

bool IsText(std::string_view content_type) {
  return absl::StartsWith(absl::string_view(content_type.data(), content_type.size()), "text/") ||
         content_type.find("json") != std::string_view::npos || content_type == "image/svg+xml";
}

}  // namespace

void CompressFor(const RequestHead& head, Response* response) {
  if (response->body.size() < kMinGzipBytes || !IsText(response->content_type)) return;
  const auto is_coding = [](const auto& header) { return header.first == "Content-Encoding"; };
  if (std::any_of(response->headers.begin(), response->headers.end(), is_coding)) return;
  response->headers.emplace_back("Vary", "Accept-Encoding");
  const std::optional<std::string> codings = head.Joined("accept-encoding");
  if (!codings.has_value() || !transcode::AcceptsGzip(*codings)) return;
  std::string smaller = Gzip(response->body);
  if (smaller.empty() || smaller.size() >= response->body.size()) return;
  response->body = std::move(smaller);
  response->headers.emplace_back("Content-Encoding", "gzip");
  // Another representation: a strong tag of the plain one would be wrong (RFC 9110, section 8.8.3).
  for (auto& [name, value] : response->headers) {
    if (name == "ETag" && absl::StartsWith(value, "\"")) value.insert(0, "W/");
  }
}

}  // namespace flowmesh::gateway
