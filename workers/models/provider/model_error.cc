#include "workers/models/provider/model_error.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::models {
namespace {

using Code = absl::StatusCode;

// The codes agree with `retryable` as the worker SDK reads them, so that a failure keeps its meaning when its reason is
// lost on the way.
constexpr std::array<std::pair<ModelFailure, ModelFailureTraits>, 13> kTraits = {{
    {ModelFailure::kRateLimited, {"RATE_LIMITED", Code::kResourceExhausted, true, true}},
    {ModelFailure::kQuotaExhausted, {"QUOTA_EXHAUSTED", Code::kFailedPrecondition, false, true}},
    {ModelFailure::kAuth, {"AUTH", Code::kPermissionDenied, false, true}},
    {ModelFailure::kModelUnknown, {"MODEL_UNKNOWN", Code::kNotFound, false, true}},
    {ModelFailure::kProviderMisconfigured, {"PROVIDER_MISCONFIGURED", Code::kFailedPrecondition, false, true}},
    {ModelFailure::kProviderUnavailable, {"PROVIDER_UNAVAILABLE", Code::kUnavailable, true, true}},
    {ModelFailure::kProviderTimeout, {"PROVIDER_TIMEOUT", Code::kDeadlineExceeded, true, true}},
    {ModelFailure::kCutStream, {"CUT_STREAM", Code::kUnavailable, true, true}},
    {ModelFailure::kBadAnswer, {"BAD_ANSWER", Code::kInternal, true, true}},
    {ModelFailure::kAnswerTooLarge, {"ANSWER_TOO_LARGE", Code::kOutOfRange, false, false}},
    {ModelFailure::kContextTooLong, {"CONTEXT_TOO_LONG", Code::kInvalidArgument, false, false}},
    {ModelFailure::kContentRefused, {"CONTENT_REFUSED", Code::kFailedPrecondition, false, false}},
    {ModelFailure::kRequestRefused, {"REQUEST_REFUSED", Code::kInvalidArgument, false, false}},
}};

}  // namespace

const ModelFailureTraits& TraitsOf(ModelFailure failure) { return kTraits[static_cast<size_t>(failure)].second; }

base::Error ModelError(ModelFailure failure, const std::string& who, const std::string& message) {
  const ModelFailureTraits& traits = TraitsOf(failure);
  return base::Error(traits.code, traits.reason, absl::StrCat(who, " ", message)).With("model", who);
}

std::optional<ModelFailure> ModelFailureOf(const absl::Status& status) {
  const std::string reason = base::GetReason(status);
  for (const auto& [failure, traits] : kTraits) {
    if (reason == traits.reason && status.code() == traits.code) return failure;
  }
  return std::nullopt;
}

bool IsRetryable(const absl::Status& status) {
  const std::optional<ModelFailure> failure = ModelFailureOf(status);
  return failure.has_value() && TraitsOf(*failure).retryable;
}

bool CountsForBreaker(const absl::Status& status) {
  const std::optional<ModelFailure> failure = ModelFailureOf(status);
  return failure.has_value() && TraitsOf(*failure).counts_for_breaker;
}

}  // namespace flowmesh::models
