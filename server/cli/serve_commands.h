#ifndef FLOWMESH_SERVER_CLI_SERVE_COMMANDS_H_
#define FLOWMESH_SERVER_CLI_SERVE_COMMANDS_H_

#include "CLI/CLI.hpp"
#include "server/cli/exit_code.h"
#include "server/cli/secret_environment.h"

namespace flowmesh::cli {

// Adds `dev`, `server`, `worker` and `gateway`. The chosen one serves inside app.parse() until it is told to stop and
// leaves its outcome in `exit_code`. `secrets` and `exit_code` must outlive the parsing.
void AddServeCommands(CLI::App& app, const SecretEnvironment& secrets, ExitCode& exit_code);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_SERVE_COMMANDS_H_
