#ifndef FLOWMESH_TESTS_SUPPORT_SCRIPTED_UPSTREAM_H_
#define FLOWMESH_TESTS_SUPPORT_SCRIPTED_UPSTREAM_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "flowmesh/v1/log_stream.grpc.pb.h"
#include "flowmesh/v1/orchestrator.grpc.pb.h"
#include "server/base/mutex.h"

namespace flowmesh::testing {

// A gRPC server that a gateway can stand in front of; what it says is the test's script. Set scripts before the calls
// they are for. Waits give up, failing the test, after a while. Thread-safe.
class ScriptedUpstream : private v1::Orchestrator::Service, private v1::LogStream::Service {
 public:
  ScriptedUpstream();
  ~ScriptedUpstream() override;

  std::shared_ptr<grpc::Channel> channel() const { return channel_; }
  void Shutdown();
  void SetServing(bool serving);

  std::function<grpc::Status(grpc::ServerContext*, const v1::CreateExecutionRequest&, v1::Execution*)> create;
  std::function<grpc::Status(grpc::ServerContext*, const v1::GetExecutionRequest&, v1::Execution*)> get;
  std::function<grpc::Status(grpc::ServerContext*, const v1::ListFlowsRequest&, v1::ListFlowsResponse*)> list_flows;
  // Runs on a thread of its own; Tell reports what it saw.
  std::function<grpc::Status(grpc::ServerContext*, const v1::TailRequest&, grpc::ServerWriter<v1::Event>*)> tail;

  // The metadata of the last call.
  std::map<std::string, std::string> metadata() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Events between a script and its test, counted by name.
  void Tell(const std::string& what) ABSL_LOCKS_EXCLUDED(mutex_);
  bool WaitFor(const std::string& what, int times = 1) ABSL_LOCKS_EXCLUDED(mutex_);
  int told(const std::string& what) const ABSL_LOCKS_EXCLUDED(mutex_);
  // For scripts: returns when the caller is gone, having told "cancelled"; or when the test has told "go on".
  grpc::Status UntilCancelled(grpc::ServerContext* context);

 private:
  grpc::Status CreateExecution(grpc::ServerContext* context, const v1::CreateExecutionRequest* request,
                               v1::Execution* execution) override;
  grpc::Status StartExecution(grpc::ServerContext* context, const v1::StartExecutionRequest* request,
                              v1::Execution* execution) override;
  grpc::Status GetExecution(grpc::ServerContext* context, const v1::GetExecutionRequest* request,
                            v1::Execution* execution) override;
  grpc::Status ListFlows(grpc::ServerContext* context, const v1::ListFlowsRequest* request,
                         v1::ListFlowsResponse* response) override;
  grpc::Status Tail(grpc::ServerContext* context, const v1::TailRequest* request,
                    grpc::ServerWriter<v1::Event>* writer) override;
  void Note(const grpc::ServerContext& context) ABSL_LOCKS_EXCLUDED(mutex_);

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  std::map<std::string, std::string> metadata_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> told_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// A log line.
v1::Event LogEvent(int64_t seq, const std::string& text);
// An error as the servers send them, with ErrorInfo.
grpc::Status ErrorWithReason(grpc::StatusCode code, const std::string& reason, const std::string& message);

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_SCRIPTED_UPSTREAM_H_
