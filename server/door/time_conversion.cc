#include "server/door/time_conversion.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"

namespace flowmesh::door {
namespace {

// google/protobuf/duration.proto and timestamp.proto state these limits.
constexpr std::int64_t kMaxDurationSeconds = 315'576'000'000;
constexpr std::int64_t kMinTimestampSeconds = -62'135'596'800;
constexpr std::int64_t kMaxTimestampSeconds = 253'402'300'799;
constexpr std::int32_t kMaxNanos = 999'999'999;

absl::Status Violation(const std::string& field, std::string description) {
  base::FieldViolations violations;
  violations.Add(field, std::move(description));
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<absl::Duration> FromProto(const google::protobuf::Duration& duration, const std::string& field) {
  const std::int64_t seconds = duration.seconds();
  const std::int32_t nanos = duration.nanos();
  if (seconds < -kMaxDurationSeconds || seconds > kMaxDurationSeconds) {
    return Violation(field, "must be within 10,000 years");
  }
  if (nanos < -kMaxNanos || nanos > kMaxNanos || (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0)) {
    return Violation(field, "is malformed: nanos must be below one second and have the sign of seconds");
  }
  return absl::Seconds(seconds) + absl::Nanoseconds(nanos);
}

absl::StatusOr<absl::Time> FromProto(const google::protobuf::Timestamp& time, const std::string& field) {
  if (time.seconds() < kMinTimestampSeconds || time.seconds() > kMaxTimestampSeconds) {
    return Violation(field, "must lie in the years 1 to 9999");
  }
  if (time.nanos() < 0 || time.nanos() > kMaxNanos) {
    return Violation(field, "is malformed: nanos must be from 0 to 999999999");
  }
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

absl::StatusOr<absl::Duration> FromProtoWithin(const google::protobuf::Duration& duration, absl::Duration least,
                                               absl::Duration most, const std::string& field) {
  absl::StatusOr<absl::Duration> converted = FromProto(duration, field);
  if (!converted.ok()) return converted;
  if (*converted < least || *converted > most) {
    return Violation(field, absl::StrCat("must be from ", absl::FormatDuration(least), " to ",
                                         absl::FormatDuration(most), ", is ", absl::FormatDuration(*converted)));
  }
  return converted;
}

google::protobuf::Duration ToProto(absl::Duration duration) {
  const absl::Duration limit = absl::Seconds(kMaxDurationSeconds);
  duration = absl::Trunc(std::clamp(duration, -limit, limit), absl::Nanoseconds(1));
  google::protobuf::Duration out;
  out.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  out.set_nanos(static_cast<std::int32_t>(absl::ToInt64Nanoseconds(duration)));
  return out;
}

google::protobuf::Timestamp ToProto(absl::Time time) {
  time = std::clamp(time, absl::FromUnixSeconds(kMinTimestampSeconds),
                    absl::FromUnixSeconds(kMaxTimestampSeconds) + absl::Nanoseconds(kMaxNanos));
  google::protobuf::Timestamp out;
  out.set_seconds(absl::ToUnixSeconds(time));
  out.set_nanos(static_cast<std::int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(out.seconds()))));
  return out;
}

}  // namespace flowmesh::door
