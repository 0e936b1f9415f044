#ifndef FLOWMESH_SERVER_CLI_CANCEL_COMMAND_H_
#define FLOWMESH_SERVER_CLI_CANCEL_COMMAND_H_

#include <string>

#include "server/cli/connection.h"
#include "server/cli/exit_code.h"
#include "server/cli/terminal.h"

namespace flowmesh::cli {

struct CancelOptions {
  std::string execution_id;
  std::string reason;  // for the log
};

// Asks to cancel an execution and prints the state that it has then on `out`; does not wait for its end. Blocks.
ExitCode Cancel(const CancelOptions& options, const ConnectionOptions& connection, const Terminal& terminal);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_CANCEL_COMMAND_H_
