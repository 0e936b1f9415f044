#ifndef FLOWMESH_TESTS_SERVER_CLI_SCRIPTED_SERVER_H_
#define FLOWMESH_TESTS_SERVER_CLI_SCRIPTED_SERVER_H_

#include <grpcpp/server.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "flowmesh/v1/log_stream.grpc.pb.h"
#include "flowmesh/v1/orchestrator.grpc.pb.h"
#include "server/base/mutex.h"

namespace flowmesh::cli {

// What one Tail call does: sends the events, then, if asked to, waits for a cancel, and ends with the status.
struct TailScript {
  std::vector<v1::Event> events;
  bool until_cancelled = false;
  std::vector<v1::Event> after_cancel = {};
  grpc::Status end = grpc::Status::OK;
};

// An Orchestrator and a LogStream over real gRPC that answer from a script and remember what they were asked. One
// execution, one flow: `poem`. Thread-safe.
class ScriptedServer {
 public:
  static constexpr char kId[] = "0192f0c4-8d1e-7001-9abc-0123456789ab";

  ScriptedServer();
  ~ScriptedServer();

  // 127.0.0.1 and a port that was free.
  const std::string& address() const { return address_; }

  // The next create calls answer with these errors, then they succeed.
  void RefuseCreates(std::vector<absl::Status> errors);
  // The next Tail calls, one each. Once the scripts are used up, Tail answers INTERNAL.
  void ScriptTails(std::vector<TailScript> scripts);
  // What GetExecution, ListExecutions and CancelExecution answer.
  void SetExecution(v1::Execution execution);
  void SetTasks(std::vector<v1::Task> tasks);

  std::vector<v1::CreateExecutionRequest> creates() const;
  std::vector<v1::TailRequest> tails() const;
  std::vector<v1::CancelExecutionRequest> cancels() const;
  std::vector<v1::ListExecutionsRequest> lists() const;
  std::vector<v1::ListEventsRequest> event_lists() const;
  // The metadata `authorization` of the last create; empty = none.
  std::string authorization() const;

 private:
  class OrchestratorService;
  class LogStreamService;
  struct State;

  const std::unique_ptr<State> state_;
  const std::unique_ptr<OrchestratorService> orchestrator_;
  const std::unique_ptr<LogStreamService> log_stream_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

// Events for scripts.
v1::Event LogEvent(int64_t seq, const std::string& message);
v1::Event OutputEvent(int64_t seq, int64_t offset, const std::string& text);
v1::Event StateEvent(int64_t seq, v1::Execution::State state);

// The execution kId of the flow `poem` in this state; a COMPLETED one has a poem as output.
v1::Execution PoemExecution(v1::Execution::State state);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_TESTS_SERVER_CLI_SCRIPTED_SERVER_H_
