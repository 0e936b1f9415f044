#ifndef FLOWMESH_GATEWAY_TRANSCODE_ROUTE_H_
#define FLOWMESH_GATEWAY_TRANSCODE_ROUTE_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "flowmesh/v1/options.pb.h"
#include "gateway/transcode/path_template.h"

namespace google::api {
class HttpRule;
}  // namespace google::api

namespace flowmesh::transcode {

// One way to call a method over HTTP. Immutable; refers to the descriptors, which outlive it.
struct Route {
  using FieldPath = std::vector<const google::protobuf::FieldDescriptor*>;

  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string http_method;
  PathTemplate path;
  std::vector<FieldPath> captures;  // what each of path.variables() binds: singular messages, then a singular scalar

  bool takes_body = false;
  const google::protobuf::FieldDescriptor* body_field = nullptr;      // null with takes_body = the whole message
  const google::protobuf::FieldDescriptor* response_field = nullptr;  // null = the whole response
  v1::MethodRules rules;
  int success_status = 200;

  // What metrics call it: the template as it was written.
  const std::string& label() const { return path.text(); }
};

// Adds a route for the rule and one for each of its additional bindings. INVALID_ARGUMENT naming file, method and
// reason: no pattern, a bad template (path_template.h), a method token that is not upper-case letters, a path variable
// that names no field or one that is repeated, a map or a message, a body that is neither `*` nor a top-level field, a
// body on GET, HEAD or DELETE, a field that both path and body fill, a response body that is no top-level field,
// bindings inside a binding, a success status outside 200..299, byte range fields that are no int64.
absl::Status AddRoutes(const google::protobuf::MethodDescriptor& method, const google::api::HttpRule& rule,
                       std::vector<Route>* routes);

// "<file>: <method>: <http method> <template>: <reason>", for all errors about routes.
absl::Status RouteError(const google::protobuf::MethodDescriptor& method, const std::string& http_method,
                        const std::string& path, const std::string& reason);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_ROUTE_H_
