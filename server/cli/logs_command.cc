#include "server/cli/logs_command.h"

#include <ostream>

#include "gateway/transcode/message_to_json.h"
#include "server/cli/error_text.h"
#include "server/cli/event_follower.h"
#include "server/cli/event_view.h"

namespace flowmesh::cli {

ExitCode ShowLogs(const LogsOptions& options, const ConnectionOptions& connection_options, const Terminal& terminal) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(connection_options);
  if (!connection.ok()) {
    *terminal.err << RenderError(connection.status());
    return ExitCode::kUsage;
  }
  EventView view(terminal.out, {.style = {.colour = terminal.out_is_screen && terminal.colour}});
  const auto show = [&](const v1::Event& event) {
    if (options.json) {
      *terminal.out << transcode::MessageToJson(event) << std::endl;
    } else {
      view.Show(event);
    }
  };
  EventFollower follower(
      connection->get(),
      {.execution_id = options.execution_id, .after = options.after, .follow = options.follow, .kinds = options.kinds});
  const absl::Status status =
      follower.Run(show, [&](const std::string& words) { *terminal.err << words << std::endl; });
  if (!options.json) view.Finish();
  if (!status.ok()) *terminal.err << RenderError(status) << std::flush;
  return ExitCodeOf(status);
}

}  // namespace flowmesh::cli
