#ifndef FLOWMESH_SERVER_DOOR_STATUS_H_
#define FLOWMESH_SERVER_DOOR_STATUS_H_

#include <grpcpp/support/status.h>

#include <cstddef>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace flowmesh::door {

// Who defines the reasons in ErrorInfo.
inline constexpr char kErrorDomain[] = "flowmesh";

// What an error may take in the trailing metadata, in bytes: many clients accept 8 KiB of metadata altogether and end
// the call otherwise. Longer messages are cut, violations beyond the limit are left out.
inline constexpr std::size_t kMaxMessageBytes = 1024;
inline constexpr std::size_t kMaxDetailsBytes = 4096;

// Whether ToRpcStatus hides the text of this error from callers and logs it.
bool IsIncident(const absl::Status& status);

// The one way from absl::Status to the wire. Details: ErrorInfo (reason, domain, metadata), BadRequest and RetryInfo as
// far as the status has them (server/base/error.h); a status without a reason gets the name of its code. INTERNAL,
// UNKNOWN and DATA_LOSS that were not made by base::Error may quote a library: their text is logged under an incident
// id, and the caller sees only that id. ABORTED without a reason is what the store answers while it cannot be reached
// or lost a conflict, and nothing happened: callers see UNAVAILABLE with advice to come back, as of any server that
// cannot answer now. Thread-safe; logging apart, does not block.
google::rpc::Status ToRpcStatus(const absl::Status& status);
grpc::Status ToGrpcStatus(const absl::Status& status);

// The way back, for clients: what GetErrorDetails then finds is what the server sent.
absl::Status FromRpcStatus(const google::rpc::Status& status);
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_STATUS_H_
