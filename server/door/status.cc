#include "server/door/status.h"

#include <spdlog/spdlog.h>

#include <string>
#include <utility>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/base/random.h"
#include "server/door/time_conversion.h"

namespace flowmesh::door {
namespace {

constexpr absl::Duration kStoreRetry = absl::Milliseconds(500);

// Cuts after a whole code point, because gRPC and Protobuf want UTF-8.
std::string Cut(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  constexpr char kEllipsis[] = "...";
  std::size_t end = limit - (sizeof(kEllipsis) - 1);
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + kEllipsis;
}

bool MayQuoteALibrary(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

absl::Status Generic(const absl::Status& status) {
  static base::SecureRandom random;
  const std::string incident = base::Hex(random.NextBytes(6));
  spdlog::error("incident {}: {}", incident, status.ToString());
  return base::Error(
             status.code(), "INTERNAL",
             absl::StrCat("something went wrong inside the server; its log tells more under incident ", incident))
      .With("incident", incident);
}

// What is said to callers instead of a status without details.
absl::Status ForCallers(const absl::Status& bare) {
  if (MayQuoteALibrary(bare.code())) return Generic(bare);
  if (bare.code() == absl::StatusCode::kAborted) {
    return base::Error(absl::StatusCode::kUnavailable, "STORE_UNAVAILABLE", std::string(bare.message()))
        .RetryAfter(kStoreRetry);
  }
  return bare;
}

void AddViolations(const std::vector<base::FieldViolation>& violations, std::size_t room, google::rpc::Status& out) {
  google::rpc::BadRequest bad_request;
  for (const base::FieldViolation& violation : violations) {
    constexpr std::size_t kFraming = 12;
    const std::size_t size = violation.field.size() + violation.description.size() + kFraming;
    if (size > room) break;
    room -= size;
    google::rpc::BadRequest::FieldViolation* added = bad_request.add_field_violations();
    added->set_field(violation.field);
    added->set_description(violation.description);
  }
  if (bad_request.field_violations_size() > 0) out.add_details()->PackFrom(bad_request);
}

}  // namespace

bool IsIncident(const absl::Status& status) {
  return MayQuoteALibrary(status.code()) && !base::GetErrorDetails(status);
}

google::rpc::Status ToRpcStatus(const absl::Status& given) {
  google::rpc::Status out;
  if (given.ok()) return out;
  std::optional<base::ErrorDetails> details = base::GetErrorDetails(given);
  const absl::Status status = details ? given : ForCallers(given);
  if (!details) details = base::GetErrorDetails(status).value_or(base::ErrorDetails());
  if (details->reason.empty()) details->reason = absl::StatusCodeToString(status.code());

  out.set_code(static_cast<int>(status.code()));
  out.set_message(Cut(std::string(status.message()), kMaxMessageBytes));
  google::rpc::ErrorInfo info;
  info.set_reason(std::move(details->reason));
  info.set_domain(kErrorDomain);
  std::size_t room = kMaxDetailsBytes - kMaxMessageBytes;
  for (auto& [name, value] : details->metadata) {
    if (name.size() + value.size() > room) break;
    room -= name.size() + value.size();
    (*info.mutable_metadata())[name] = std::move(value);
  }
  out.add_details()->PackFrom(info);
  if (details->retry_delay) {
    google::rpc::RetryInfo retry;
    *retry.mutable_retry_delay() = ToProto(*details->retry_delay);
    out.add_details()->PackFrom(retry);
  }
  constexpr std::size_t kOtherDetails = 256;  // type URLs, domain, delay
  if (room > kOtherDetails) AddViolations(details->violations, room - kOtherDetails, out);
  return out;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status rpc = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(rpc.code()), rpc.message(), rpc.SerializeAsString());
}

absl::Status FromRpcStatus(const google::rpc::Status& status) {
  if (status.code() == 0) return absl::OkStatus();
  google::rpc::ErrorInfo info;
  google::rpc::RetryInfo retry;
  google::rpc::BadRequest bad_request;
  bool detailed = false;
  for (const google::protobuf::Any& detail : status.details()) {
    detailed |= detail.UnpackTo(&info) || detail.UnpackTo(&retry) || detail.UnpackTo(&bad_request);
  }
  const auto code = static_cast<absl::StatusCode>(status.code());
  if (!detailed) return absl::Status(code, status.message());
  base::Error error(code, info.reason(), status.message());
  for (const auto& [name, value] : info.metadata()) error.With(name, value);
  for (const auto& violation : bad_request.field_violations())
    error.Violation(violation.field(), violation.description());
  if (retry.has_retry_delay()) {
    error.RetryAfter(absl::Seconds(retry.retry_delay().seconds()) + absl::Nanoseconds(retry.retry_delay().nanos()));
  }
  return error;
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status rpc;
  if (rpc.ParseFromString(status.error_details()) && rpc.code() == status.error_code()) return FromRpcStatus(rpc);
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace flowmesh::door
