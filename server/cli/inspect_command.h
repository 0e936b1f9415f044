#ifndef FLOWMESH_SERVER_CLI_INSPECT_COMMAND_H_
#define FLOWMESH_SERVER_CLI_INSPECT_COMMAND_H_

#include <string>

#include "server/cli/connection.h"
#include "server/cli/exit_code.h"
#include "server/cli/terminal.h"

namespace flowmesh::cli {

struct InspectOptions {
  std::string execution_id;
  bool json = false;    // one object: execution, tasks, events
  bool events = false;  // all of them, instead of the newest 20
};

// Prints all there is to know about one execution on `out`: itself with its input and output, why it does not move, its
// tasks and its newest events. As text the first 1,000 tasks; as JSON all of them, with their inputs and outputs. Of a
// call that fails after the first ones were printed, a JSON text that is not complete is left. Blocks.
ExitCode Inspect(const InspectOptions& options, const ConnectionOptions& connection, const Terminal& terminal);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_INSPECT_COMMAND_H_
