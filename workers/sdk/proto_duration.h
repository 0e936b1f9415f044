#ifndef FLOWMESH_WORKERS_SDK_PROTO_DURATION_H_
#define FLOWMESH_WORKERS_SDK_PROTO_DURATION_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"

namespace flowmesh::sdk {

// `duration`, moved into 0..10,000 years (what the message can hold and a wait can mean).
google::protobuf::Duration ToProtoDuration(absl::Duration duration);
absl::Duration FromProtoDuration(const google::protobuf::Duration& duration);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_PROTO_DURATION_H_
