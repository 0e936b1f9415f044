#ifndef FLOWMESH_GATEWAY_TRANSCODE_ACCEPT_H_
#define FLOWMESH_GATEWAY_TRANSCODE_ACCEPT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/transcode/route.h"

namespace flowmesh::transcode {

// How a request's body is to be read.
enum class BodyFormat {
  kJson,       // also a body without content type
  kProtobuf,   // application/x-protobuf: the message that the body stands for
  kMultipart,  // multipart/form-data, where the method takes a file
  kRaw         // any type, where the body is a google.api.HttpBody
};

// How a response's body is to be written. The stream forms exist for server-streaming methods only.
enum class ResponseFormat {
  kJson,        // of a stream: one array
  kProtobuf,    // unary only
  kRaw,         // the google.api.HttpBody's own content type
  kNdjson,      // streams: the default
  kEventStream  // streams
};

enum class ErrorFormat { kJson, kProblem };

enum class ContentEncoding { kIdentity, kGzip };

// `content_type` is the header's value or nothing. 415 with the list of what fits. Not to be asked when there is no
// body: then the header says nothing.
absl::StatusOr<BodyFormat> ChooseBodyFormat(const Route& route, std::optional<std::string_view> content_type);

// `accept` is the value of `Accept`, several headers joined with commas, or nothing (like `*/*`). The format with the
// best quality wins, on a tie the first of: JSON, protobuf; for streams NDJSON, event stream, JSON array. Malformed
// elements count as not sent. When nothing fits but application/problem+json, which only errors have, is named, the
// first format is taken; otherwise 406 with the list of what there is. An HttpBody is always kRaw: its type is not
// known before the answer.
absl::StatusOr<ResponseFormat> ChooseResponseFormat(const Route& route, std::optional<std::string_view> accept);

// kProblem when application/problem+json is named (RFC 9457), whatever its place.
ErrorFormat ChooseErrorFormat(std::optional<std::string_view> accept);

// The value of `Content-Encoding` or nothing; 415 for anything but identity and gzip.
absl::StatusOr<ContentEncoding> ReadContentEncoding(std::optional<std::string_view> content_encoding);

// Whether `Accept-Encoding` allows gzip.
bool AcceptsGzip(std::optional<std::string_view> accept_encoding);

// The `Content-Type` of a format; empty for kRaw.
const char* ContentTypeOf(ResponseFormat format);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_ACCEPT_H_
