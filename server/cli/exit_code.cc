#include "server/cli/exit_code.h"

namespace flowmesh::cli {

ExitCode ExitCodeOf(v1::Execution::State state) {
  switch (state) {
    case v1::Execution::COMPLETED:
      return ExitCode::kOk;
    case v1::Execution::COMPLETED_WITH_ERRORS:
      return ExitCode::kCompletedWithErrors;
    case v1::Execution::TIMED_OUT:
      return ExitCode::kTimedOut;
    case v1::Execution::CANCELLED:
      return ExitCode::kCancelled;
    default:
      return ExitCode::kFailed;
  }
}

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
      return ExitCode::kUsage;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return ExitCode::kUnavailable;
    case absl::StatusCode::kCancelled:
      return ExitCode::kInterrupted;
    default:
      return ExitCode::kFailed;
  }
}

bool IsFinal(v1::Execution::State state) { return state >= v1::Execution::COMPLETED; }

}  // namespace flowmesh::cli
