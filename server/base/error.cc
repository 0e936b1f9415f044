#include "server/base/error.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "server/base/packing.h"

namespace flowmesh::base {
namespace {

constexpr char kPayloadUrl[] = "flowmesh/error";

std::string Encode(const ErrorDetails& details) {
  Packer out;
  out.Bytes(details.reason).Bool(details.retry_delay.has_value());
  if (details.retry_delay) out.SignedVarint(absl::ToInt64Milliseconds(*details.retry_delay));
  out.Varint(details.metadata.size());
  for (const auto& [name, value] : details.metadata) out.Bytes(name).Bytes(value);
  out.Varint(details.violations.size());
  for (const FieldViolation& violation : details.violations) out.Bytes(violation.field).Bytes(violation.description);
  return out.Take();
}

std::optional<ErrorDetails> Decode(const std::string& payload) {
  Unpacker in(payload);
  ErrorDetails details;
  bool has_delay = false;
  std::int64_t millis = 0;
  if (!in.Bytes(&details.reason) || !in.Bool(&has_delay) || (has_delay && !in.SignedVarint(&millis)))
    return std::nullopt;
  if (has_delay) details.retry_delay = absl::Milliseconds(millis);
  std::uint64_t count = 0;
  if (!in.VarintUpTo(payload.size(), &count)) return std::nullopt;
  for (; count > 0; --count) {
    std::string name, value;
    if (!in.Bytes(&name) || !in.Bytes(&value)) return std::nullopt;
    details.metadata.insert_or_assign(std::move(name), std::move(value));
  }
  if (!in.VarintUpTo(payload.size(), &count)) return std::nullopt;
  for (; count > 0; --count) {
    FieldViolation violation;
    if (!in.Bytes(&violation.field) || !in.Bytes(&violation.description)) return std::nullopt;
    details.violations.push_back(std::move(violation));
  }
  if (!in.Done()) return std::nullopt;
  return details;
}

}  // namespace

Error::Error(absl::StatusCode code, std::string reason, std::string message)
    : code_(code), message_(std::move(message)) {
  details_.reason = std::move(reason);
}

Error& Error::With(std::string name, const absl::AlphaNum& value) & {
  details_.metadata.insert_or_assign(std::move(name), std::string(value.Piece()));
  return *this;
}

Error&& Error::With(std::string name, const absl::AlphaNum& value) && {
  return std::move(With(std::move(name), value));
}

Error& Error::Violation(std::string field, std::string description) & {
  details_.violations.push_back({std::move(field), std::move(description)});
  return *this;
}

Error&& Error::Violation(std::string field, std::string description) && {
  return std::move(Violation(std::move(field), std::move(description)));
}

Error& Error::RetryAfter(absl::Duration delay) & {
  details_.retry_delay = absl::Ceil(std::max(delay, absl::ZeroDuration()), absl::Milliseconds(1));
  return *this;
}

Error&& Error::RetryAfter(absl::Duration delay) && { return std::move(RetryAfter(delay)); }

absl::Status Error::ToStatus() const {
  absl::Status status(code_, message_);
  status.SetPayload(kPayloadUrl, absl::Cord(Encode(details_)));
  return status;
}

void FieldViolations::Add(std::string field, std::string description) {
  ++count_;
  if (violations_.size() < kMaxKept) violations_.push_back({std::move(field), std::move(description)});
}

void FieldViolations::Add(const std::vector<FieldViolation>& violations) {
  for (const FieldViolation& violation : violations) Add(violation.field, violation.description);
}

absl::Status FieldViolations::ToStatus() const {
  if (empty()) return absl::OkStatus();
  const FieldViolation& first = violations_.front();
  std::string message = absl::StrCat(first.field, " ", first.description);
  if (count_ > 1) absl::StrAppend(&message, " (and ", count_ - 1, " more)");
  Error error(absl::StatusCode::kInvalidArgument, "FIELDS_INVALID", std::move(message));
  for (const FieldViolation& violation : violations_) error.Violation(violation.field, violation.description);
  return error;
}

std::optional<ErrorDetails> GetErrorDetails(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  if (!payload) return std::nullopt;
  return Decode(std::string(*payload));
}

std::string GetReason(const absl::Status& status) { return GetErrorDetails(status).value_or(ErrorDetails()).reason; }

std::map<std::string, std::string> GetMetadata(const absl::Status& status) {
  return GetErrorDetails(status).value_or(ErrorDetails()).metadata;
}

std::vector<FieldViolation> GetViolations(const absl::Status& status) {
  return GetErrorDetails(status).value_or(ErrorDetails()).violations;
}

std::optional<absl::Duration> GetRetryDelay(const absl::Status& status) {
  return GetErrorDetails(status).value_or(ErrorDetails()).retry_delay;
}

}  // namespace flowmesh::base
