#ifndef FLOWMESH_SERVER_DOOR_TIME_CONVERSION_H_
#define FLOWMESH_SERVER_DOOR_TIME_CONVERSION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace flowmesh::door {

// The longest duration that any request may name.
inline constexpr absl::Duration kTenYears = absl::Hours(24 * 3653);

// From the wire, exactly. INVALID_ARGUMENT with a violation of `field` if the message is malformed: nanos out of range
// or of the other sign, outside the years 1 to 9999 or +-10,000 years.
absl::StatusOr<absl::Duration> FromProto(const google::protobuf::Duration& duration, const std::string& field);
absl::StatusOr<absl::Time> FromProto(const google::protobuf::Timestamp& time, const std::string& field);

// The same and `least <= duration <= most`.
absl::StatusOr<absl::Duration> FromProtoWithin(const google::protobuf::Duration& duration, absl::Duration least,
                                               absl::Duration most, const std::string& field);

// To the wire, cut down to nanoseconds; what lies outside the wire's range becomes its end.
google::protobuf::Duration ToProto(absl::Duration duration);
google::protobuf::Timestamp ToProto(absl::Time time);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_TIME_CONVERSION_H_
