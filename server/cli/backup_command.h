#ifndef FLOWMESH_SERVER_CLI_BACKUP_COMMAND_H_
#define FLOWMESH_SERVER_CLI_BACKUP_COMMAND_H_

#include <string>

#include "CLI/CLI.hpp"
#include "server/cli/exit_code.h"
#include "server/cli/terminal.h"

namespace flowmesh::cli {

struct BackupOptions {
  std::string data_directory = ".flowmesh";
  std::string file;
};

// Copies the embedded store to a file, also while a server works on it. Prints what was made on `out`, and how far it
// is on a terminal. Blocks.
ExitCode BackUp(const BackupOptions& options, const Terminal& terminal);

// Makes a data directory of such a file. Blocks.
ExitCode Restore(const BackupOptions& options, const Terminal& terminal);

// Adds `backup` and `restore`. `exit_code` must outlive the parsing.
void AddBackupCommands(CLI::App& app, const Terminal& terminal, ExitCode& exit_code);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_BACKUP_COMMAND_H_
