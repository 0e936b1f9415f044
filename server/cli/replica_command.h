#ifndef FLOWMESH_SERVER_CLI_REPLICA_COMMAND_H_
#define FLOWMESH_SERVER_CLI_REPLICA_COMMAND_H_

#include "CLI/CLI.hpp"
#include "server/cli/exit_code.h"
#include "server/cli/secret_environment.h"

namespace flowmesh::cli {

// Adds `dev`: server, worker and gateway in one process. All three must outlive the parsing.
void AddDevCommand(CLI::App& app, const SecretEnvironment& secrets, ExitCode& exit_code);

// Adds `server`.
void AddServerCommand(CLI::App& app, const SecretEnvironment& secrets, ExitCode& exit_code);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_REPLICA_COMMAND_H_
