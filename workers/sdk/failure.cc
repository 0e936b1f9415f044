#include "workers/sdk/failure.h"

#include <utility>

#include "absl/strings/cord.h"
#include "workers/sdk/utf8.h"

namespace flowmesh::sdk {
namespace {

constexpr char kPayload[] = "type.googleapis.com/flowmesh.v1.Failure";
constexpr size_t kMaxReason = 128;    // bytes
constexpr size_t kMaxMessage = 4096;  // bytes

bool IsRetryable(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kOutOfRange:
      return false;
    default:
      return true;
  }
}

}  // namespace

absl::Status StatusFrom(const v1::Failure& failure) {
  absl::Status status(failure.retryable() ? absl::StatusCode::kAborted : absl::StatusCode::kFailedPrecondition,
                      failure.message());
  status.SetPayload(kPayload, absl::Cord(failure.SerializeAsString()));
  return status;
}

absl::Status Fail(std::string reason, std::string message, bool retryable) {
  return StatusFrom(FlowFailure(std::move(reason), std::move(message), retryable).failure());
}

v1::Failure FailureFrom(const absl::Status& status) {
  v1::Failure failure;
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value() || !failure.ParseFromString(std::string(*payload))) {
    failure.set_reason(absl::StatusCodeToString(status.code()));
    failure.set_message(ToUtf8(std::string(status.message()), kMaxMessage));
    failure.set_retryable(IsRetryable(status.code()));
  }
  return failure;
}

FlowFailure::FlowFailure(std::string reason, std::string message, bool retryable) {
  failure_.set_reason(ToUtf8(std::move(reason), kMaxReason));
  failure_.set_message(ToUtf8(std::move(message), kMaxMessage));
  failure_.set_retryable(retryable);
}

FlowFailure::FlowFailure(v1::Failure failure) : failure_(std::move(failure)) {}

}  // namespace flowmesh::sdk
