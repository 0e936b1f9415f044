#ifndef FLOWMESH_GATEWAY_TRANSCODE_REQUEST_BINDING_H_
#define FLOWMESH_GATEWAY_TRANSCODE_REQUEST_BINDING_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/transcode/accept.h"
#include "gateway/transcode/json_reader.h"
#include "gateway/transcode/message_from_json.h"
#include "gateway/transcode/route_table.h"

namespace flowmesh::transcode {

// The query parameter that is never a field: a ticket, or a bearer token where the method's rules say so.
inline constexpr char kTokenParameter[] = "token";

// What a request brought, as far as it fills the message. All texts outlive the call only.
struct RequestParts {
  std::string_view query;  // encoded, without `?`
  std::string_view body;   // decompressed; empty = none
  BodyFormat body_format = BodyFormat::kJson;
  std::string_view content_type;  // kRaw: goes into the HttpBody
};

struct BindingOptions {
  ParseOptions parse;  // infer_any_type: see flow_input_type.h
  JsonLimits json;     // max_bytes = the route's limit for JSON bodies
};

// Fills `message`, which is empty and of the method's input type, from path, query and body; `match` is a kCall.
// - The body fills the whole message (`*`) or the named field, which takes any JSON value that fits it; an empty body
//   leaves them as they are. `*` leaves no field to the query.
// - A field that the path bound may come in the body again with the same value.
// - PATCH with one FieldMask field at the top, not sent: derived from the keys of a JSON body (update_mask.h).
// - kMultipart: the body is not read here; its text parts go through ParameterBinder.
// Errors: 400 naming every field that is wrong (parameter_binding.h, message_from_json.h); 400 for a body that is no
// JSON, no message, or not wanted; 413 for JSON over the limit. After an error the message's content is unspecified.
absl::Status BindRequest(const RouteMatch& match, const RequestParts& parts, const BindingOptions& options,
                         google::protobuf::Message* message);

// The value of the reserved query parameter, nothing when it was not sent. 400 when it was sent twice or is empty, or
// the query is malformed.
absl::StatusOr<std::optional<std::string>> TokenOfQuery(std::string_view query);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_REQUEST_BINDING_H_
