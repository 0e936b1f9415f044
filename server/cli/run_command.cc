#include "server/cli/run_command.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/random.h"
#include "server/cli/error_text.h"
#include "server/cli/event_follower.h"
#include "server/cli/event_view.h"
#include "server/cli/flow_contract.h"
#include "server/cli/interrupts.h"
#include "server/door/time_conversion.h"

namespace flowmesh::cli {
namespace {

using Orchestrator = v1::Orchestrator::StubInterface;

absl::StatusOr<std::string> ReadInput(const RunOptions& options, std::istream& in) {
  if (!options.input.empty() && options.input != "-") return options.input;
  const std::string& path = options.input == "-" ? options.input : options.input_file;
  if (path.empty()) return std::string("{}");
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return absl::InvalidArgumentError(absl::StrCat("cannot read the input file ", path));
  }
  std::istream& source = path == "-" ? in : file;
  return std::string((std::istreambuf_iterator<char>(source)), std::istreambuf_iterator<char>());
}

std::string RandomKey() { return absl::StrCat("cli-", base::Hex(base::SecureRandom().NextBytes(16))); }

v1::CreateExecutionRequest MakeRequest(const RunOptions& options, google::protobuf::Any input) {
  v1::CreateExecutionRequest request;
  request.set_flow(options.flow);
  *request.mutable_input() = std::move(input);
  request.mutable_labels()->insert(options.labels.begin(), options.labels.end());
  if (options.timeout) *request.mutable_timeout() = door::ToProto(*options.timeout);
  if (options.priority) request.set_priority(*options.priority);
  request.set_start(true);
  request.set_idempotency_key(options.idempotency_key.empty() ? RandomKey() : options.idempotency_key);
  return request;
}

// One run, from the input to the outcome.
class FlowRun {
 public:
  FlowRun(const RunOptions& options, const Terminal& terminal, Connection* connection)
      : options_(options),
        terminal_(terminal),
        connection_(connection),
        view_(terminal.err, {.screen = terminal.err_is_screen,
                             .style = {.colour = terminal.err_is_screen && terminal.colour},
                             .columns = terminal.columns}) {
    connection_->OnRetry([this](const std::string& words) { view_.Note(words); });
  }

  absl::StatusOr<ExitCode> Run() {
    if (absl::Status made = Create(); !made.ok()) return made;
    if (!options_.follow) {
      *terminal_.out << execution_.id() << std::endl;
      return ExitCode::kOk;
    }
    view_.Note(absl::StrCat("execution ", execution_.id()));
    const absl::Status followed = Follow();
    view_.Finish();
    if (!followed.ok()) return followed;
    if (absl::Status read = ReadOutcome(); !read.ok()) return read;
    return Report();
  }

 private:
  absl::Status Create() {
    const absl::StatusOr<std::string> text = ReadInput(options_, *terminal_.in);
    if (!text.ok()) return text.status();
    v1::ListFlowsResponse flows;
    if (absl::Status s = connection_->Call(&Orchestrator::ListFlows, v1::ListFlowsRequest(), &flows); !s.ok()) return s;
    absl::StatusOr<std::unique_ptr<FlowContract>> contract = FlowContract::Find(flows, options_.flow);
    if (!contract.ok()) return contract.status();
    contract_ = *std::move(contract);
    absl::StatusOr<google::protobuf::Any> input = contract_->ParseInput(*text);
    if (!input.ok()) return input.status();
    const v1::CreateExecutionRequest request = MakeRequest(options_, *std::move(input));
    return connection_->Call(&Orchestrator::CreateExecution, request, &execution_);
  }

  absl::Status Follow() {
    Interrupts interrupts([this] { Cancel(); });
    EventFollower follower(connection_, {.execution_id = execution_.id(), .kinds = {}});
    return follower.Run([this](const v1::Event& event) { view_.Show(event); },
                        [this](const std::string& words) { view_.Note(words); });
  }

  // On the listener's thread; execution_ does not change while events are read.
  void Cancel() {
    view_.Note("cancelling; Ctrl-C again leaves at once, the execution is then cancelled without you");
    v1::CancelExecutionRequest request;
    request.set_id(execution_.id());
    request.set_reason("interrupted at the command line");
    v1::Execution ignored;
    const absl::Status status = connection_->Call(&Orchestrator::CancelExecution, request, &ignored);
    if (!status.ok()) view_.Note(RenderError(status));
  }

  absl::Status ReadOutcome() {
    v1::GetExecutionRequest request;
    request.set_id(execution_.id());
    return connection_->Call(&Orchestrator::GetExecution, request, &execution_);
  }

  absl::StatusOr<ExitCode> Report() const {
    const v1::Execution::State state = execution_.state();
    if (!IsFinal(state)) {
      return absl::InternalError(
          absl::StrCat("the events of ", execution_.id(), " ended, yet it is ", v1::Execution::State_Name(state)));
    }
    if (execution_.has_output()) *terminal_.out << contract_->PrintOutput(execution_.output()) << std::flush;
    if (state == v1::Execution::COMPLETED_WITH_ERRORS) {
      *terminal_.err << "completed, though optional parts failed: `flowmesh inspect " << execution_.id()
                     << "` names them\n";
    } else if (state != v1::Execution::COMPLETED) {
      *terminal_.err << v1::Execution::State_Name(state);
      if (execution_.has_failure()) *terminal_.err << ": " << RenderFailure(execution_.failure());
      *terminal_.err << std::endl;
    }
    return ExitCodeOf(state);
  }

  const RunOptions& options_;
  const Terminal& terminal_;
  Connection* const connection_;
  EventView view_;
  std::unique_ptr<FlowContract> contract_;
  v1::Execution execution_;
};

}  // namespace

ExitCode RunFlow(const RunOptions& options, const ConnectionOptions& connection_options, const Terminal& terminal) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(connection_options);
  if (!connection.ok()) {
    *terminal.err << RenderError(connection.status());
    return ExitCode::kUsage;
  }
  const absl::StatusOr<ExitCode> code = FlowRun(options, terminal, connection->get()).Run();
  if (code.ok()) return *code;
  *terminal.err << RenderError(code.status()) << std::flush;
  return ExitCodeOf(code.status());
}

}  // namespace flowmesh::cli
