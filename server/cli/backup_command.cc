#include "server/cli/backup_command.h"

#include <algorithm>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "server/cli/display_text.h"
#include "server/cli/error_text.h"
#include "server/cli/event_text.h"
#include "server/store/sqlite/backup.h"

namespace flowmesh::cli {
namespace {

ExitCode Tell(const absl::StatusOr<store::BackupFacts>& facts, const std::string& what, const Terminal& terminal) {
  if (!facts.ok()) {
    *terminal.err << RenderError(facts.status()) << std::flush;
    return ExitCodeOf(facts.status());
  }
  *terminal.out << DisplayText(what) << ": " << RenderBytes(facts->bytes) << ", tables of version " << facts->version
                << std::endl;
  return ExitCode::kOk;
}

}  // namespace

ExitCode BackUp(const BackupOptions& options, const Terminal& terminal) {
  store::BackupProgress progress;
  if (terminal.err_is_screen) {
    progress = [&](int copied, int all) {
      *terminal.err << "\r" << int64_t{copied} * 100 / std::max(all, 1) << " %\r" << std::flush;
    };
  }
  return Tell(store::BackUpDatabase(options.data_directory, options.file, progress),
              absl::StrCat("backed up ", options.data_directory, " to ", options.file), terminal);
}

ExitCode Restore(const BackupOptions& options, const Terminal& terminal) {
  return Tell(store::RestoreDatabase(options.file, options.data_directory),
              absl::StrCat("restored ", options.file, " to ", options.data_directory), terminal);
}

void AddBackupCommands(CLI::App& app, const Terminal& terminal, ExitCode& exit_code) {
  CLI::App& backup = *app.add_subcommand(
      "backup", "Copy the embedded store to a file, also while its server runs (PostgreSQL: pg_dump)");
  auto saved = std::make_shared<BackupOptions>();
  backup.add_option("--data", saved->data_directory, "directory of the embedded store")->capture_default_str();
  backup.add_option("file", saved->file, "file to make; without what artifacts hold: copy their directory after it")
      ->required();
  backup.callback([saved, terminal, &exit_code] { exit_code = BackUp(*saved, terminal); });

  CLI::App& restore =
      *app.add_subcommand("restore", "Make a data directory of such a file; its workers must be started anew");
  auto brought = std::make_shared<BackupOptions>();
  restore.add_option("--data", brought->data_directory, "directory to make; may hold artifacts, nothing else")
      ->required();
  restore.add_option("file", brought->file, "what flowmesh backup made")->required();
  restore.callback([brought, terminal, &exit_code] { exit_code = Restore(*brought, terminal); });
}

}  // namespace flowmesh::cli
