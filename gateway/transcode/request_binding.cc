#include "gateway/transcode/request_binding.h"

#include <google/protobuf/descriptor.h>

#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/message_to_json.h"
#include "gateway/transcode/parameter_binding.h"
#include "gateway/transcode/update_mask.h"
#include "gateway/transcode/url_text.h"
#include "server/base/error.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

// Stands for the body itself where a violation concerns no single field of it.
constexpr char kWholeBody[] = "$";
constexpr int kHttpBodyContentType = 1;
constexpr int kHttpBodyData = 2;

absl::Status ToStatus(const FieldErrors& errors, const std::string& prefix) {
  base::FieldViolations violations;
  for (const FieldError& error : errors.errors()) {
    violations.Add(error.path.empty() && prefix.empty() ? kWholeBody : prefix + error.path, error.message);
  }
  return violations.ToStatus();
}

pb::Message* ParentOf(const Route::FieldPath& path, pb::Message* message) {
  for (size_t i = 0; i + 1 < path.size(); ++i) message = message->GetReflection()->MutableMessage(message, path[i]);
  return message;
}

class RequestBinding {
 public:
  RequestBinding(const RouteMatch& match, const RequestParts& parts, const BindingOptions& options,
                 pb::Message* message)
      : match_(match), route_(*match.route), parts_(parts), options_(options), message_(message) {}

  absl::Status Run() {
    // The body comes last, because the type of an Any in it may depend on a field that path or query fill.
    if (absl::Status status = BindPath(); !status.ok()) return status;
    if (absl::Status status = BindQuery(); !status.ok()) return status;
    if (!parts_.body.empty() && parts_.body_format != BodyFormat::kMultipart) {
      if (absl::Status status = BindBody(); !status.ok()) return status;
    }
    return ConfirmPath();
  }

 private:
  absl::Status BindPath() {
    for (size_t i = 0; i < route_.captures.size(); ++i) {
      const Route::FieldPath& path = route_.captures[i];
      const std::string& name = route_.path.variables()[i].field_path;
      pb::Message* parent = ParentOf(path, message_);
      const FieldErrors errors = FieldFromText(match_.captures[i], *path.back(), parent);
      if (absl::Status status = ToStatus(errors, name.substr(0, name.size() - path.back()->name().size()));
          !status.ok()) {
        return status;
      }
      // The value as it is understood, to compare with what the body may say.
      AppendFieldJson(*parent, *path.back(), PrintOptions{}, &bound_.emplace_back());
    }
    return absl::OkStatus();
  }

  absl::Status BindQuery() {
    absl::StatusOr<std::vector<QueryParameter>> parameters = ParseQuery(parts_.query);
    if (!parameters.ok()) return parameters.status();
    ParameterBinder binder(route_, message_);
    for (const QueryParameter& parameter : *parameters) {
      if (parameter.name != kTokenParameter) binder.Bind(parameter);
    }
    return binder.Finish();
  }

  absl::Status BindBody() {
    if (!route_.takes_body) {
      return base::Error(absl::StatusCode::kInvalidArgument, "BODY_NOT_ALLOWED",
                         "this method takes no body; send it without one")
          .Violation(kWholeBody, "must be empty");
    }
    switch (parts_.body_format) {
      case BodyFormat::kJson:
        return BindJson();
      case BodyFormat::kProtobuf:
        return BindProtobuf();
      case BodyFormat::kRaw:
        return BindRaw();
      case BodyFormat::kMultipart:
        break;
    }
    return absl::OkStatus();
  }

  absl::Status BindJson() {
    const absl::StatusOr<JsonDocument> document = ParseJson(parts_.body, options_.json);
    if (absl::IsResourceExhausted(document.status())) {
      return HttpError(413, absl::StatusCode::kInvalidArgument, "BODY_TOO_LARGE",
                       std::string(document.status().message()));
    }
    if (!document.ok()) {
      return base::Error(absl::StatusCode::kInvalidArgument, "JSON_INVALID",
                         absl::StrCat("the body is not valid JSON: ", document.status().message()))
          .Violation(kWholeBody, std::string(document.status().message()));
    }
    const JsonValue json = document->root();
    const FieldErrors errors = route_.body_field == nullptr
                                   ? MessageFromJson(json, message_, options_.parse)
                                   : FieldFromJson(json, *route_.body_field, message_, options_.parse);
    if (absl::Status status = ToStatus(errors, ""); !status.ok()) return status;
    DeriveMask(json);
    return absl::OkStatus();
  }

  void DeriveMask(JsonValue json) {
    const pb::FieldDescriptor* mask = UpdateMaskField(*message_->GetDescriptor());
    const pb::Descriptor* type =
        route_.body_field == nullptr ? message_->GetDescriptor() : route_.body_field->message_type();
    const bool derive = route_.http_method == "PATCH" && mask != nullptr && mask != route_.body_field &&
                        !message_->GetReflection()->HasField(*message_, mask) && type != nullptr &&
                        (route_.body_field == nullptr || !route_.body_field->is_repeated());
    if (!derive) return;
    std::set<std::string> left_out;
    std::string prefix;  // paths are relative to the body
    if (route_.body_field == nullptr) {
      left_out.insert(mask->name());
    } else {
      prefix = route_.body_field->name() + ".";
    }
    for (const PathTemplate::Variable& variable : route_.path.variables()) {
      if (variable.field_path.compare(0, prefix.size(), prefix) == 0) {
        left_out.insert(variable.field_path.substr(prefix.size()));
      }
    }
    DeriveUpdateMask(json, *type, left_out, *mask, message_);
  }

  absl::Status BindProtobuf() {
    pb::Message* target = BodyMessage();
    if (target != nullptr && target->MergeFromString(std::string(parts_.body))) return absl::OkStatus();
    return base::Error(absl::StatusCode::kInvalidArgument, "PROTOBUF_INVALID",
                       absl::StrCat("the body is not a serialised ",
                                    target == nullptr ? "message" : target->GetDescriptor()->full_name()))
        .Violation(kWholeBody, "does not parse");
  }

  absl::Status BindRaw() {
    pb::Message* target = BodyMessage();
    if (!parts_.content_type.empty()) {
      target->GetReflection()->SetString(target, target->GetDescriptor()->FindFieldByNumber(kHttpBodyContentType),
                                         std::string(parts_.content_type));
    }
    target->GetReflection()->SetString(target, target->GetDescriptor()->FindFieldByNumber(kHttpBodyData),
                                       std::string(parts_.body));
    return absl::OkStatus();
  }

  pb::Message* BodyMessage() {
    if (route_.body_field == nullptr) return message_;
    const bool message = route_.body_field->message_type() != nullptr && !route_.body_field->is_repeated();
    return message ? message_->GetReflection()->MutableMessage(message_, route_.body_field) : nullptr;
  }

  // The path decides who is meant; a body that says otherwise is a mistake, not a second opinion.
  absl::Status ConfirmPath() {
    base::FieldViolations violations;
    for (size_t i = 0; i < route_.captures.size(); ++i) {
      const pb::FieldDescriptor& field = *route_.captures[i].back();
      const std::string& name = route_.path.variables()[i].field_path;
      pb::Message* parent = ParentOf(route_.captures[i], message_);
      std::string now;
      AppendFieldJson(*parent, field, PrintOptions{}, &now);
      if (now == bound_[i]) continue;
      if (parent->GetReflection()->HasField(*parent, &field)) {
        violations.Add(name, "differs from the one in the path; leave it out of the body");
        continue;
      }
      // The body emptied it. It fits, unless the body also set another member of its oneof.
      const FieldErrors errors = FieldFromText(match_.captures[i], field, parent);
      if (!errors.ok()) violations.Add(name, errors.errors().front().message);
    }
    return violations.ToStatus();
  }

  const RouteMatch& match_;
  const Route& route_;
  const RequestParts& parts_;
  const BindingOptions& options_;
  pb::Message* const message_;
  std::vector<std::string> bound_;
};

}  // namespace

absl::Status BindRequest(const RouteMatch& match, const RequestParts& parts, const BindingOptions& options,
                         pb::Message* message) {
  return RequestBinding(match, parts, options, message).Run();
}

absl::StatusOr<std::optional<std::string>> TokenOfQuery(std::string_view query) {
  absl::StatusOr<std::vector<QueryParameter>> parameters = ParseQuery(query);
  if (!parameters.ok()) return parameters.status();
  std::optional<std::string> token;
  for (QueryParameter& parameter : *parameters) {
    if (parameter.name != kTokenParameter) continue;
    if (token.has_value()) return FieldViolation(kTokenParameter, "sent twice; send one");
    if (parameter.value.empty()) return FieldViolation(kTokenParameter, "must not be empty");
    token = std::move(parameter.value);
  }
  return token;
}

}  // namespace flowmesh::transcode
