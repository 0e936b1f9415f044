#include "server/cli/inspect_command.h"

#include <algorithm>
#include <functional>
#include <map>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/message_to_json.h"
#include "server/cli/display_text.h"
#include "server/cli/error_text.h"
#include "server/cli/event_text.h"
#include "server/cli/flow_contract.h"
#include "server/cli/progress_bar.h"
#include "server/cli/table.h"

namespace flowmesh::cli {
namespace {

using Orchestrator = v1::Orchestrator::StubInterface;

// What a page may hold at most.
constexpr int kMaxTasks = 1000;
constexpr int kMaxEvents = 1000;
constexpr int kNewestEvents = 20;

struct Findings {
  v1::Execution execution;
  transcode::MessageTypes types;  // of all inputs and outputs
};

absl::Status Look(const std::string& id, Connection& connection, Findings* findings) {
  v1::GetExecutionRequest get;
  get.set_id(id);
  absl::Status status = connection.Call(&Orchestrator::GetExecution, get, &findings->execution);
  if (!status.ok()) return status;
  v1::ListFlowsRequest every;
  every.set_tasks(true);
  v1::ListFlowsResponse flows;
  status = connection.Call(&Orchestrator::ListFlows, every, &flows);
  return status.ok() ? AddTypes(flows, &findings->types) : status;
}

absl::Status ReadTasks(const InspectOptions& options, Connection& connection,
                       const std::function<void(const v1::ListTasksResponse&)>& show) {
  v1::ListTasksRequest request;
  request.set_execution_id(options.execution_id);
  request.set_page_size(kMaxTasks);
  request.set_payloads(options.json);
  v1::ListTasksResponse page;
  do {
    const absl::Status status = connection.Call(&Orchestrator::ListTasks, request, &page);
    if (!status.ok()) return status;
    show(page);
    request.set_page_token(page.next_page_token());
  } while (options.json && !page.next_page_token().empty());
  return absl::OkStatus();
}

absl::Status ReadEvents(const InspectOptions& options, int64_t head, Connection& connection,
                        const std::function<void(const v1::ListEventsResponse&)>& show) {
  v1::ListEventsRequest request;
  request.set_execution_id(options.execution_id);
  request.set_after(options.events ? 0 : std::max<int64_t>(0, head - kNewestEvents));
  request.set_page_size(options.events ? kMaxEvents : kNewestEvents);
  v1::ListEventsResponse page;
  do {
    const absl::Status status = connection.Call(&v1::LogStream::StubInterface::ListEvents, request, &page);
    if (!status.ok()) return status;
    show(page);
    request.set_page_token(page.next_page_token());
  } while (options.events && !page.next_page_token().empty());
  return absl::OkStatus();
}

// Page by page, so that no more than one is in memory.
absl::Status PrintJson(const InspectOptions& options, const Findings& findings, Connection& connection,
                       std::ostream& out) {
  const transcode::PrintOptions print = {.types = &findings.types};
  const char* comma = "";
  const auto element = [&](const auto& message) {
    out << std::exchange(comma, ",") << transcode::MessageToJson(message, print);
  };
  out << R"({"execution":)" << transcode::MessageToJson(findings.execution, print) << R"(,"tasks":[)";
  absl::Status status = ReadTasks(options, connection, [&](const v1::ListTasksResponse& page) {
    for (const v1::Task& task : page.tasks()) element(task);
  });
  if (!status.ok()) return status;
  out << R"(],"events":[)";
  comma = "";
  status = ReadEvents(options, findings.execution.last_seq(), connection, [&](const v1::ListEventsResponse& page) {
    for (const v1::Event& event : page.events()) element(event);
  });
  if (status.ok()) out << "]}\n";
  return status;
}

void PrintExecution(const Findings& findings, std::ostream& out) {
  const v1::Execution& execution = findings.execution;
  const auto line = [&](const char* name, const std::string& value) {
    if (!value.empty()) out << name << std::string(12 - std::string_view(name).size(), ' ') << value << "\n";
  };
  const absl::TimeZone zone = absl::LocalTimeZone();
  line("execution", DisplayText(execution.id()));
  line("flow", DisplayText(execution.flow()));
  line("owner", DisplayText(execution.owner()));
  line("state", v1::Execution::State_Name(execution.state()));
  if (execution.has_blocked_on()) {
    line("blocked on", absl::StrCat(DisplayText(execution.blocked_on().reason()), ": ",
                                    DisplayText(execution.blocked_on().message())));
  }
  if (execution.has_failure()) line("failure", RenderFailure(execution.failure()));
  if (execution.has_progress()) line("progress", RenderProgress(execution.progress()));
  const std::map<std::string, std::string> labels(execution.labels().begin(), execution.labels().end());
  for (const auto& [name, value] : labels) line("label", DisplayText(absl::StrCat(name, "=", value)));
  line("priority", absl::StrCat(execution.priority()));
  line("created", RenderTime(execution.create_time(), execution.has_create_time(), zone));
  line("started", RenderTime(execution.start_time(), execution.has_start_time(), zone));
  line("ended", RenderTime(execution.end_time(), execution.has_end_time(), zone));
  line("deadline", RenderTime(execution.deadline(), execution.has_deadline(), zone));
  line("retry of", DisplayText(execution.retry_of()));
  const transcode::PrintOptions options = {.types = &findings.types};
  if (execution.has_input()) line("input", transcode::MessageToJson(execution.input(), options));
  if (execution.has_output()) line("output", transcode::MessageToJson(execution.output(), options));
}

void PrintTasks(const v1::ListTasksResponse& response, std::ostream& out) {
  std::vector<std::vector<std::string>> rows = {{"TASK", "CALL KEY", "KIND", "TYPE", "STATE", "ATTEMPT", "FAILURE"}};
  for (const v1::Task& task : response.tasks()) {
    rows.push_back({absl::StrCat(task.task()), task.call_key(), v1::Task::Kind_Name(task.kind()), task.type(),
                    v1::Task::State_Name(task.state()), absl::StrCat(task.attempt()),
                    task.has_failure() ? RenderFailure(task.failure()) : ""});
  }
  out << "\n" << RenderTable(rows);
  if (!response.next_page_token().empty()) out << "... and more tasks\n";
}

void PrintEvents(const v1::ListEventsResponse& response, std::ostream& out) {
  for (const v1::Event& event : response.events()) {
    const v1::OutputChunk& chunk = event.output();
    const size_t size = chunk.has_data() ? chunk.data().size() : chunk.text().size();
    out << event.seq() << "  "
        << (event.has_output() ? absl::StrCat("output   ", RenderBytes(static_cast<int64_t>(size)), " at byte ",
                                              chunk.offset(), " of stream \"", DisplayText(chunk.stream()), "\"")
                               : RenderEvent(event, {}))
        << "\n";
  }
}

absl::Status PrintText(const InspectOptions& options, const Findings& findings, Connection& connection,
                       std::ostream& out) {
  PrintExecution(findings, out);
  const absl::Status status =
      ReadTasks(options, connection, [&](const v1::ListTasksResponse& page) { PrintTasks(page, out); });
  if (!status.ok()) return status;
  out << (options.events ? "\nevents\n" : "\nnewest events\n");
  return ReadEvents(options, findings.execution.last_seq(), connection,
                    [&](const v1::ListEventsResponse& page) { PrintEvents(page, out); });
}

}  // namespace

ExitCode Inspect(const InspectOptions& options, const ConnectionOptions& connection_options, const Terminal& terminal) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(connection_options);
  Findings findings;
  absl::Status status = connection.ok() ? Look(options.execution_id, **connection, &findings) : connection.status();
  if (status.ok()) {
    const auto print = options.json ? PrintJson : PrintText;
    status = print(options, findings, **connection, *terminal.out);
    *terminal.out << std::flush;
  }
  if (status.ok()) return ExitCode::kOk;
  *terminal.err << RenderError(status) << std::flush;
  return ExitCodeOf(status);
}

}  // namespace flowmesh::cli
