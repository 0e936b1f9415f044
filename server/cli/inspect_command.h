#ifndef FLOWMESH_SERVER_CLI_INSPECT_COMMAND_H_
#define FLOWMESH_SERVER_CLI_INSPECT_COMMAND_H_

#include <string>

#include "server/cli/connection.h"
#include "server/cli/exit_code.h"
#include "server/cli/terminal.h"

namespace flowmesh::cli {

struct InspectOptions {
  std::string execution_id;
  bool json = false;  // one object: execution, tasks, events
};

// Prints all there is to know about one execution on `out`: itself, why it does not move, its tasks (up to 1,000) and
// its newest events (up to 20). Blocks.
ExitCode Inspect(const InspectOptions& options, const ConnectionOptions& connection, const Terminal& terminal);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_INSPECT_COMMAND_H_
