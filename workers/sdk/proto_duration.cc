#include "workers/sdk/proto_duration.h"

#include <algorithm>
#include <cstdint>

namespace flowmesh::sdk {
namespace {

constexpr absl::Duration kLongest = absl::Seconds(315'576'000'000);

}  // namespace

google::protobuf::Duration ToProtoDuration(absl::Duration duration) {
  duration = std::clamp(duration, absl::ZeroDuration(), kLongest);
  google::protobuf::Duration proto;
  proto.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  proto.set_nanos(static_cast<int32_t>(duration / absl::Nanoseconds(1)));
  return proto;
}

absl::Duration FromProtoDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

}  // namespace flowmesh::sdk
