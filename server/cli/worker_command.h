#ifndef FLOWMESH_SERVER_CLI_WORKER_COMMAND_H_
#define FLOWMESH_SERVER_CLI_WORKER_COMMAND_H_

#include "CLI/CLI.hpp"
#include "server/cli/exit_code.h"
#include "server/cli/secret_environment.h"

namespace flowmesh::cli {

// Adds `worker`. All three must outlive the parsing.
void AddWorkerCommand(CLI::App& app, const SecretEnvironment& secrets, ExitCode& exit_code);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_WORKER_COMMAND_H_
