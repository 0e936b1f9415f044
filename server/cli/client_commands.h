#ifndef FLOWMESH_SERVER_CLI_CLIENT_COMMANDS_H_
#define FLOWMESH_SERVER_CLI_CLIENT_COMMANDS_H_

#include "CLI/CLI.hpp"
#include "server/cli/exit_code.h"
#include "server/cli/secret_environment.h"
#include "server/cli/terminal.h"

namespace flowmesh::cli {

// Adds `run`, `logs`, `list`, `inspect`, `cancel` and `token`. The chosen one runs inside app.parse() and leaves its
// outcome in `exit_code`. `secrets`, `exit_code` and the streams of `terminal` must outlive the parsing.
void AddClientCommands(CLI::App& app, const Terminal& terminal, const SecretEnvironment& secrets, ExitCode& exit_code);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_CLIENT_COMMANDS_H_
