#ifndef FLOWMESH_SERVER_CLI_LOGS_COMMAND_H_
#define FLOWMESH_SERVER_CLI_LOGS_COMMAND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "server/cli/connection.h"
#include "server/cli/exit_code.h"
#include "server/cli/terminal.h"

namespace flowmesh::cli {

struct LogsOptions {
  std::string execution_id;
  bool follow = false;             // stay until the execution is final
  int64_t after = 0;               // the last seq that is not wanted
  std::vector<std::string> kinds;  // empty = all
  bool json = false;               // one event per line
};

// Prints an execution's events on `out`. Blocks. kOk says that they were read, whatever became of the execution.
ExitCode ShowLogs(const LogsOptions& options, const ConnectionOptions& connection, const Terminal& terminal);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_LOGS_COMMAND_H_
