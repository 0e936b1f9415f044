#include "server/cli/cancel_command.h"

#include <ostream>

#include "server/cli/error_text.h"

namespace flowmesh::cli {

ExitCode Cancel(const CancelOptions& options, const ConnectionOptions& connection_options, const Terminal& terminal) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(connection_options);
  v1::CancelExecutionRequest request;
  request.set_id(options.execution_id);
  request.set_reason(options.reason);
  v1::Execution execution;
  const absl::Status status =
      connection.ok() ? (*connection)->Call(&v1::Orchestrator::StubInterface::CancelExecution, request, &execution)
                      : connection.status();
  if (!status.ok()) {
    *terminal.err << RenderError(status) << std::flush;
    return ExitCodeOf(status);
  }
  *terminal.out << v1::Execution::State_Name(execution.state()) << std::endl;
  return ExitCode::kOk;
}

}  // namespace flowmesh::cli
