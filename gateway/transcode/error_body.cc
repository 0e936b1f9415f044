#include "gateway/transcode/error_body.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/transcode/http_error.h"
#include "gateway/transcode/json_writer.h"
#include "gateway/transcode/message_to_json.h"
#include "google/rpc/error_details.pb.h"
#include "server/base/error.h"

namespace flowmesh::transcode {
namespace {

constexpr char kDomain[] = "flowmesh";
constexpr int kUnauthenticated = 16;
constexpr int kUnknown = 2;
constexpr int kLastCode = 16;

const char* PlainMessage(int code) {
  switch (static_cast<absl::StatusCode>(code)) {
    case absl::StatusCode::kCancelled:
      return "the call was cancelled";
    case absl::StatusCode::kInvalidArgument:
      return "the request is not valid";
    case absl::StatusCode::kDeadlineExceeded:
      return "the call took longer than its deadline; what it does may still happen";
    case absl::StatusCode::kNotFound:
      return "there is no such thing";
    case absl::StatusCode::kPermissionDenied:
      return "this caller may not do that";
    case absl::StatusCode::kResourceExhausted:
      return "too much at once, or too large; try again later or send less";
    case absl::StatusCode::kUnimplemented:
      return "the server behind the gateway does not serve this method";
    case absl::StatusCode::kUnavailable:
      return "the server behind the gateway cannot be reached now; try again";
    case absl::StatusCode::kUnauthenticated:
      return "the call needs a valid bearer token";
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kOutOfRange:
      return "the call does not fit the present state";
    default:
      return "something went wrong inside the server";
  }
}

google::rpc::Status PlainStatus(int code) {
  google::rpc::Status plain;
  plain.set_code(code);
  plain.set_message(PlainMessage(code));
  google::rpc::ErrorInfo info;
  info.set_reason(GrpcCodeName(code));
  info.set_domain(kDomain);
  plain.add_details()->PackFrom(info);
  return plain;
}

void AddRetryDelay(absl::Duration delay, google::rpc::Status* status) {
  google::rpc::RetryInfo info;
  absl::Duration rest;
  info.mutable_retry_delay()->set_seconds(absl::IDivDuration(delay, absl::Seconds(1), &rest));
  info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  status->add_details()->PackFrom(info);
}

template <typename Detail>
std::optional<Detail> FindDetail(const google::rpc::Status& status) {
  for (const google::protobuf::Any& any : status.details()) {
    Detail detail;
    if (any.Is<Detail>() && any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

void WriteDetails(const google::rpc::Status& status, const TypeResolver& types, std::string* out) {
  PrintOptions options;
  options.types = &types;
  AppendFieldJson(status,
                  *google::rpc::Status::descriptor()->FindFieldByNumber(google::rpc::Status::kDetailsFieldNumber),
                  options, out);
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  const int code = static_cast<int>(status.code());
  const std::optional<base::ErrorDetails> details = base::GetErrorDetails(status);
  if (!details.has_value() || details->reason.empty()) return PlainStatus(code);
  google::rpc::Status out;
  out.set_code(code);
  out.set_message(std::string(status.message()));
  google::rpc::ErrorInfo info;
  info.set_reason(details->reason);
  info.set_domain(kDomain);
  info.mutable_metadata()->insert(details->metadata.begin(), details->metadata.end());
  out.add_details()->PackFrom(info);
  google::rpc::BadRequest bad_request;
  for (const base::FieldViolation& violation : details->violations) {
    google::rpc::BadRequest::FieldViolation* added = bad_request.add_field_violations();
    added->set_field(violation.field);
    added->set_description(violation.description);
  }
  if (bad_request.field_violations_size() > 0) out.add_details()->PackFrom(bad_request);
  if (details->retry_delay.has_value()) AddRetryDelay(*details->retry_delay, &out);
  return out;
}

google::rpc::Status UpstreamStatus(int code, std::string_view message, std::string_view details) {
  if (code < 0 || code > kLastCode) code = kUnknown;
  google::rpc::Status status;
  const bool read = !details.empty() && status.ParseFromString(std::string(details)) && status.details_size() > 0;
  if (!read) return PlainStatus(code);
  status.set_code(code);
  if (status.message().empty()) status.set_message(std::string(message));
  return status;
}

std::string ErrorJson(const google::rpc::Status& status, const TypeResolver& types) {
  std::string out =
      absl::StrCat("{\"code\":", status.code(), ",\"status\":\"", GrpcCodeName(status.code()), "\",\"message\":");
  AppendJsonString(status.message(), &out);
  out += ",\"details\":";
  WriteDetails(status, types, &out);
  return out + "}";
}

std::string ProblemJson(const google::rpc::Status& status, int http_status, const TypeResolver& types) {
  std::string out;
  JsonWriter writer(0, &out);
  writer.BeginObject();
  // The problems have no pages of their own; with about:blank the title is the phrase of the HTTP status.
  writer.Key("type");
  writer.String("about:blank");
  writer.Key("title");
  writer.String(ReasonPhrase(http_status));
  writer.Key("status");
  writer.Int(http_status);
  writer.Key("detail");
  writer.String(status.message());
  writer.Key("code");
  writer.String(GrpcCodeName(status.code()));
  if (const auto info = FindDetail<google::rpc::ErrorInfo>(status)) {
    writer.Key("reason");
    writer.String(info->reason());
  }
  if (const auto bad_request = FindDetail<google::rpc::BadRequest>(status)) {
    writer.Key("violations");
    writer.BeginArray();
    for (const auto& violation : bad_request->field_violations()) {
      writer.BeginObject();
      writer.Key("field");
      writer.String(violation.field());
      writer.Key("description");
      writer.String(violation.description());
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
  out.pop_back();
  out += ",\"details\":";
  WriteDetails(status, types, &out);
  return out + "}";
}

ErrorResponse RenderError(const google::rpc::Status& status, int http_status, ErrorFormat format,
                          const TypeResolver& types) {
  const bool problem = format == ErrorFormat::kProblem;
  ErrorResponse response;
  response.http_status = http_status;
  response.content_type = problem ? "application/problem+json" : "application/json";
  response.body = problem ? ProblemJson(status, http_status, types) : ErrorJson(status, types);
  if (http_status == HttpStatusOf(kUnauthenticated)) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"flowmesh\"");
  }
  if (const auto retry = FindDetail<google::rpc::RetryInfo>(status)) {
    // Whole seconds, rounded up: who comes too early is refused again.
    const auto& delay = retry->retry_delay();
    if (delay.seconds() >= 0) {
      response.headers.emplace_back("Retry-After", absl::StrCat(delay.seconds() + (delay.nanos() > 0 ? 1 : 0)));
    }
  }
  return response;
}

}  // namespace flowmesh::transcode
