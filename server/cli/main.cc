#include <algorithm>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "server/cli/backup_command.h"
#include "server/cli/client_commands.h"
#include "server/cli/exit_code.h"
#include "server/cli/secret_arguments.h"
#include "server/cli/secret_environment.h"
#include "server/cli/serve_commands.h"
#include "server/cli/terminal.h"

int main(int argc, char** argv) {
  using flowmesh::cli::ExitCode;
  const auto secrets = flowmesh::cli::SecretEnvironment::Take();
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (absl::Status status = flowmesh::cli::RefuseSecretArguments(argc, argv); !status.ok()) {
    std::cerr << "flowmesh: " << status.message() << "\n";
    return static_cast<int>(ExitCode::kUsage);
  }
  CLI::App app("flowmesh runs long jobs so that nothing is lost, nothing takes effect twice, and everybody can watch.",
               "flowmesh");
  app.require_subcommand(1);
  ExitCode exit_code = ExitCode::kOk;
  flowmesh::cli::AddServeCommands(app, secrets, exit_code);
  flowmesh::cli::AddBackupCommands(app, flowmesh::cli::Terminal::OfProcess(), exit_code);
  flowmesh::cli::AddClientCommands(app, flowmesh::cli::Terminal::OfProcess(), secrets, exit_code);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  return static_cast<int>(exit_code);
}
