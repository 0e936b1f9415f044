#include "gateway/http/response.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/message_types.h"
#include "server/base/error.h"

namespace flowmesh::gateway {

std::string RenderHead(const Response& response, Framing framing, bool keep_alive) {
  const bool has_body = response.status != 204 && response.status != 304;
  std::string head = absl::StrCat(
      "HTTP/1.1 ", response.status, " ", transcode::ReasonPhrase(response.status),
      "\r\nDate: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()), "\r\n");
  if (has_body && !response.content_type.empty()) {
    absl::StrAppend(&head, "Content-Type: ", response.content_type, "\r\nX-Content-Type-Options: nosniff\r\n");
  }
  if (framing == Framing::kChunked) absl::StrAppend(&head, "Transfer-Encoding: chunked\r\n");
  if (framing == Framing::kLength && has_body)
    absl::StrAppend(&head, "Content-Length: ", response.length.value_or(response.body.size()), "\r\n");
  for (const auto& [name, value] : response.headers) absl::StrAppend(&head, name, ": ", value, "\r\n");
  if (!keep_alive) absl::StrAppend(&head, "Connection: close\r\n");
  head += "\r\n";
  return head;
}

Response ErrorOf(const absl::Status& status, transcode::ErrorFormat format) {
  Response response =
      ErrorOf(transcode::ToRpcStatus(status), transcode::HttpStatusOf(status), format, transcode::CompiledTypes());
  response.refusal = base::GetReason(status);
  if (response.refusal.empty()) response.refusal = absl::StatusCodeToString(status.code());
  return response;
}

Response ErrorOf(const google::rpc::Status& status, int http_status, transcode::ErrorFormat format,
                 const transcode::TypeResolver& types) {
  transcode::ErrorResponse error = transcode::RenderError(status, http_status, format, types);
  return {error.http_status, std::move(error.content_type), std::move(error.headers), std::move(error.body)};
}

}  // namespace flowmesh::gateway
