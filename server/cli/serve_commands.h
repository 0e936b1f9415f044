#ifndef FLOWMESH_SERVER_CLI_SERVE_COMMANDS_H_
#define FLOWMESH_SERVER_CLI_SERVE_COMMANDS_H_

#include "CLI/CLI.hpp"
#include "server/cli/exit_code.h"

namespace flowmesh::cli {

// Adds `dev`, `server` and `worker`. The chosen one serves inside app.parse() until it is told to stop and leaves its
// outcome in `exit_code`, which must outlive the parsing.
void AddServeCommands(CLI::App& app, ExitCode& exit_code);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_SERVE_COMMANDS_H_
