#ifndef FLOWMESH_SERVER_CLI_EXIT_CODE_H_
#define FLOWMESH_SERVER_CLI_EXIT_CODE_H_

#include "absl/status/status.h"
#include "flowmesh/v1/execution.pb.h"

namespace flowmesh::cli {

// What the process tells its caller. The numbers are part of the command line's contract.
enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,               // the execution failed, or something broke
  kUsage = 2,                // wrong flags or input, or the server refused the request
  kCompletedWithErrors = 3,  // there is a result, optional parts are missing
  kTimedOut = 4,             // the execution's deadline passed
  kCancelled = 5,            // the execution was cancelled
  kUnavailable = 6,          // the server cannot be reached, is too busy or did not answer in time
  kInterrupted = 130,        // stopped by Ctrl-C before the outcome was known, as shells count it
};

// The code for a final state; kFailed for any other.
ExitCode ExitCodeOf(v1::Execution::State state);

// The code for the answer to a call, or for an error of this program's own.
ExitCode ExitCodeOf(const absl::Status& status);

// COMPLETED and every state after it.
bool IsFinal(v1::Execution::State state);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_EXIT_CODE_H_
