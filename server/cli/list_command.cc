#include "server/cli/list_command.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/message_to_json.h"
#include "server/cli/error_text.h"
#include "server/cli/event_text.h"
#include "server/cli/table.h"

namespace flowmesh::cli {
namespace {

constexpr int kMaxPage = 1000;

v1::ListExecutionsRequest MakeRequest(const ListOptions& options) {
  v1::ListExecutionsRequest request;
  request.set_flow(options.flow);
  for (const v1::Execution::State state : options.states) request.add_states(state);
  request.mutable_labels()->insert(options.labels.begin(), options.labels.end());
  request.set_owner(options.owner);
  return request;
}

absl::Status ReadPages(const ListOptions& options, Connection& connection, std::vector<v1::Execution>* executions,
                       bool* more) {
  v1::ListExecutionsRequest request = MakeRequest(options);
  do {
    request.set_page_size(std::min(kMaxPage, options.limit - static_cast<int>(executions->size())));
    v1::ListExecutionsResponse response;
    const absl::Status status = connection.Call(&v1::Orchestrator::StubInterface::ListExecutions, request, &response);
    if (!status.ok()) return status;
    executions->insert(executions->end(), response.executions().begin(), response.executions().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && static_cast<int>(executions->size()) < options.limit);
  *more = !request.page_token().empty();
  return absl::OkStatus();
}

std::string LabelWords(const v1::Execution& execution) {
  const std::map<std::string, std::string> labels(execution.labels().begin(), execution.labels().end());
  std::string out;
  for (const auto& [name, value] : labels) absl::StrAppend(&out, out.empty() ? "" : " ", name, "=", value);
  return out;
}

std::string Table(const std::vector<v1::Execution>& executions, bool with_owner) {
  std::vector<std::vector<std::string>> rows = {{"ID", "FLOW", "STATE", "PROGRESS", "CREATED", "LABELS"}};
  if (with_owner) rows[0].push_back("OWNER");
  for (const v1::Execution& execution : executions) {
    rows.push_back({execution.id(), execution.flow(), v1::Execution::State_Name(execution.state()),
                    execution.has_progress() ? absl::StrCat(execution.progress().percent(), " %") : "",
                    RenderTime(execution.create_time(), execution.has_create_time(), absl::LocalTimeZone()),
                    LabelWords(execution)});
    if (with_owner) rows.back().push_back(execution.owner());
  }
  return RenderTable(rows);
}

}  // namespace

ExitCode ListExecutions(const ListOptions& options, const ConnectionOptions& connection_options,
                        const Terminal& terminal) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(connection_options);
  std::vector<v1::Execution> executions;
  bool more = false;
  const absl::Status status =
      connection.ok() ? ReadPages(options, **connection, &executions, &more) : connection.status();
  if (!status.ok()) {
    *terminal.err << RenderError(status) << std::flush;
    return ExitCodeOf(status);
  }
  if (options.json) {
    for (const v1::Execution& execution : executions) *terminal.out << transcode::MessageToJson(execution) << "\n";
  } else {
    *terminal.out << Table(executions, !options.owner.empty());
    if (more) *terminal.err << "there are more: --limit shows them\n";
  }
  *terminal.out << std::flush;
  return ExitCode::kOk;
}

}  // namespace flowmesh::cli
