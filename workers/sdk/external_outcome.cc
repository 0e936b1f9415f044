#include "workers/sdk/external_outcome.h"

#include <cstddef>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "server/base/random.h"
#include "workers/sdk/proto_duration.h"

namespace flowmesh::sdk {
namespace {

constexpr char kPayload[] = "type.googleapis.com/flowmesh.v1.ExternalCall";
constexpr size_t kTokenBytes = 32;

}  // namespace

std::string NewExternalToken() {
  base::SecureRandom random;
  return absl::WebSafeBase64Escape(random.NextBytes(kTokenBytes));
}

absl::Status ExternalOutcome(const std::string& token, absl::Duration timeout) {
  v1::ExternalCall external;
  external.set_token(token);
  if (timeout != absl::InfiniteDuration()) *external.mutable_timeout() = ToProtoDuration(timeout);
  absl::Status status(absl::StatusCode::kUnavailable, "the result will come from outside");
  status.SetPayload(kPayload, absl::Cord(external.SerializeAsString()));
  return status;
}

std::optional<v1::ExternalCall> ExternalOutcomeFrom(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  v1::ExternalCall external;
  if (!payload.has_value() || !external.ParseFromString(std::string(*payload))) return std::nullopt;
  return external;
}

}  // namespace flowmesh::sdk
