#ifndef FLOWMESH_WORKERS_SDK_FAILURE_H_
#define FLOWMESH_WORKERS_SDK_FAILURE_H_

#include <exception>
#include <string>

#include "absl/status/status.h"
#include "flowmesh/v1/execution.pb.h"

namespace flowmesh::sdk {

// A status that says exactly how a task failed: `reason` in UPPER_SNAKE_CASE for programs, `message` for people, and
// whether the same work may succeed when it is tried again.
absl::Status Fail(std::string reason, std::string message, bool retryable);

// The failure that `status` (not OK) stands for: what Fail() put into it, else its code's name as the reason.
// InvalidArgument, FailedPrecondition, NotFound, PermissionDenied, Unimplemented and OutOfRange are not retryable,
// every other code is. The texts are valid UTF-8, the message at most 4 KiB.
v1::Failure FailureFrom(const absl::Status& status);

// The other way: a status that FailureFrom turns back into `failure`.
absl::Status StatusFrom(const v1::Failure& failure);

// How a flow body fails, and how a failed call reaches it. The one exception of the project; it never leaves a flow
// body.
class FlowFailure : public std::exception {
 public:
  FlowFailure(std::string reason, std::string message, bool retryable = false);
  explicit FlowFailure(v1::Failure failure);

  const v1::Failure& failure() const { return failure_; }
  const char* what() const noexcept override { return failure_.message().c_str(); }

 private:
  v1::Failure failure_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_FAILURE_H_
