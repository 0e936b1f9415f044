#include "gateway/transcode/route.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/transcode/byte_range.h"
#include "google/api/http.pb.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

struct Pattern {
  std::string http_method;
  std::string path;
};

Pattern PatternOf(const google::api::HttpRule& rule) {
  switch (rule.pattern_case()) {
    case google::api::HttpRule::kGet:
      return {"GET", rule.get()};
    case google::api::HttpRule::kPut:
      return {"PUT", rule.put()};
    case google::api::HttpRule::kPost:
      return {"POST", rule.post()};
    case google::api::HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case google::api::HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    case google::api::HttpRule::kCustom:
      return {rule.custom().kind(), rule.custom().path()};
    case google::api::HttpRule::PATTERN_NOT_SET:
      break;
  }
  return {};
}

bool IsMethodToken(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); });
}

// The reason why the variable cannot be bound, or empty.
std::string ResolveVariable(const pb::Descriptor& request, const std::string& name, Route::FieldPath* path) {
  const pb::Descriptor* type = &request;
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(name, '.'))) {
    if (type == nullptr) return absl::StrCat("the variable ", name, " goes into a field that is no message");
    const pb::FieldDescriptor* field = type->FindFieldByName(part);
    if (field == nullptr) return absl::StrCat("the variable ", name, " names no field of ", request.full_name());
    if (field->is_map()) return absl::StrCat("the variable ", name, " is a map");
    if (field->is_repeated()) return absl::StrCat("the variable ", name, " is repeated");
    type = field->message_type();
    path->push_back(field);
  }
  if (type != nullptr) return absl::StrCat("the variable ", name, " is a message");
  return "";
}

std::string ResolveBody(const std::string& body, Route* route) {
  if (body.empty()) return "";
  const bool bodyless = route->http_method == "GET" || route->http_method == "HEAD" || route->http_method == "DELETE";
  if (bodyless) return absl::StrCat("a ", route->http_method, " has no body");
  route->takes_body = true;
  if (body == "*") return "";
  route->body_field = route->method->input_type()->FindFieldByName(body);
  if (route->body_field == nullptr) {
    return absl::StrCat("the body ", body, " is neither * nor a top-level field of ",
                        route->method->input_type()->full_name());
  }
  for (const Route::FieldPath& capture : route->captures) {
    if (capture.size() == 1 && capture[0] == route->body_field) {
      return absl::StrCat("both the path and the body fill ", body);
    }
  }
  return "";
}

std::string ResolveResponse(const google::api::HttpRule& rule, Route* route) {
  if (!rule.response_body().empty()) {
    route->response_field = route->method->output_type()->FindFieldByName(rule.response_body());
    if (route->response_field == nullptr) {
      return absl::StrCat("the response body ", rule.response_body(), " is no top-level field of ",
                          route->method->output_type()->full_name());
    }
  }
  route->rules = route->method->options().GetExtension(v1::method);
  if (route->rules.success_status() != 0) route->success_status = route->rules.success_status();
  if (route->success_status < 200 || route->success_status > 299) {
    return absl::StrCat("the success status ", route->success_status, " is no 2xx");
  }
  return "";
}

std::string CheckByteRange(const Route& route) {
  const v1::ByteRange* rule = RuleOf(*route.method);
  if (rule == nullptr) return "";
  for (const std::string& name : {rule->offset_field(), rule->length_field()}) {
    const pb::FieldDescriptor* field = route.method->input_type()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated() || field->cpp_type() != pb::FieldDescriptor::CPPTYPE_INT64) {
      return absl::StrCat("the byte range's field '", name, "' is no int64 of ",
                          route.method->input_type()->full_name());
    }
  }
  return "";
}

absl::Status AddRoute(const pb::MethodDescriptor& method, const google::api::HttpRule& rule,
                      std::vector<Route>* routes) {
  const Pattern pattern = PatternOf(rule);
  const auto refused = [&](const std::string& reason) {
    return RouteError(method, pattern.http_method, pattern.path, reason);
  };
  if (rule.pattern_case() == google::api::HttpRule::PATTERN_NOT_SET) return refused("the rule has no pattern");
  if (!IsMethodToken(pattern.http_method)) return refused("the method must be a word of upper-case letters");
  absl::StatusOr<PathTemplate> path = PathTemplate::Parse(pattern.path);
  if (!path.ok()) return refused(absl::StrCat("the template ", path.status().message()));

  Route route;
  route.method = &method;
  route.http_method = pattern.http_method;
  route.path = *std::move(path);
  for (const PathTemplate::Variable& variable : route.path.variables()) {
    const std::string reason =
        ResolveVariable(*method.input_type(), variable.field_path, &route.captures.emplace_back());
    if (!reason.empty()) return refused(reason);
  }
  if (const std::string reason = ResolveBody(rule.body(), &route); !reason.empty()) return refused(reason);
  if (const std::string reason = ResolveResponse(rule, &route); !reason.empty()) return refused(reason);
  if (const std::string reason = CheckByteRange(route); !reason.empty()) return refused(reason);
  routes->push_back(std::move(route));
  return absl::OkStatus();
}

}  // namespace

absl::Status AddRoutes(const pb::MethodDescriptor& method, const google::api::HttpRule& rule,
                       std::vector<Route>* routes) {
  if (absl::Status status = AddRoute(method, rule, routes); !status.ok()) return status;
  for (const google::api::HttpRule& binding : rule.additional_bindings()) {
    if (binding.additional_bindings_size() > 0) {
      const Pattern pattern = PatternOf(binding);
      return RouteError(method, pattern.http_method, pattern.path, "an additional binding has bindings of its own");
    }
    if (absl::Status status = AddRoute(method, binding, routes); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RouteError(const pb::MethodDescriptor& method, const std::string& http_method, const std::string& path,
                        const std::string& reason) {
  return absl::InvalidArgumentError(absl::StrCat(method.file()->name(), ": ", method.full_name(), ": ", http_method,
                                                 http_method.empty() ? "" : " ", path, path.empty() ? "" : ": ",
                                                 reason));
}

}  // namespace flowmesh::transcode
