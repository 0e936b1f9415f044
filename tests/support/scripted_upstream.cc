#include "tests/support/scripted_upstream.h"

#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/health_check_service_interface.h>
#include <gtest/gtest.h>

#include <chrono>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace flowmesh::testing {
namespace {

constexpr std::chrono::seconds kPatience(20);

}  // namespace

ScriptedUpstream::ScriptedUpstream() {
  grpc::EnableDefaultHealthCheckService(true);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(static_cast<v1::Orchestrator::Service*>(this));
  builder.RegisterService(static_cast<v1::LogStream::Service*>(this));
  server_ = builder.BuildAndStart();
  EXPECT_NE(server_, nullptr);
  channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
}

ScriptedUpstream::~ScriptedUpstream() { Shutdown(); }

void ScriptedUpstream::Shutdown() {
  Tell("go on");
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
}

void ScriptedUpstream::SetServing(bool serving) { server_->GetHealthCheckService()->SetServingStatus(serving); }

std::map<std::string, std::string> ScriptedUpstream::metadata() const {
  base::MutexLock lock(mutex_);
  return metadata_;
}

void ScriptedUpstream::Tell(const std::string& what) {
  base::MutexLock lock(mutex_);
  ++told_[what];
  changed_.NotifyAll();
}

int ScriptedUpstream::told(const std::string& what) const {
  base::MutexLock lock(mutex_);
  const auto found = told_.find(what);
  return found == told_.end() ? 0 : found->second;
}

bool ScriptedUpstream::WaitFor(const std::string& what, int times) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  base::MutexLock lock(mutex_);
  while (told_[what] < times) {
    if (!changed_.WaitUntil(lock, deadline) && told_[what] < times) return false;
  }
  return true;
}

grpc::Status ScriptedUpstream::UntilCancelled(grpc::ServerContext* context) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  base::MutexLock lock(mutex_);
  while (!context->IsCancelled() && told_["go on"] == 0 && std::chrono::steady_clock::now() < deadline) {
    // A synchronous handler hears of a cancellation only by asking.
    changed_.WaitUntil(lock, std::chrono::steady_clock::now() + std::chrono::milliseconds(5));
  }
  if (context->IsCancelled()) {
    ++told_["cancelled"];
    changed_.NotifyAll();
  }
  return grpc::Status::OK;
}

void ScriptedUpstream::Note(const grpc::ServerContext& context) {
  base::MutexLock lock(mutex_);
  metadata_.clear();
  for (const auto& [name, value] : context.client_metadata()) {
    metadata_[std::string(name.data(), name.size())] = std::string(value.data(), value.size());
  }
}

grpc::Status ScriptedUpstream::CreateExecution(grpc::ServerContext* context, const v1::CreateExecutionRequest* request,
                                               v1::Execution* execution) {
  Note(*context);
  if (create) return create(context, *request, execution);
  execution->set_id("00000000-0000-7000-8000-000000000001");
  execution->set_flow(request->flow());
  execution->set_state(v1::Execution::CREATED);
  *execution->mutable_input() = request->input();
  return grpc::Status::OK;
}

grpc::Status ScriptedUpstream::StartExecution(grpc::ServerContext* context, const v1::StartExecutionRequest* request,
                                              v1::Execution* execution) {
  Note(*context);
  execution->set_id(request->id());
  execution->set_state(v1::Execution::QUEUED);
  return grpc::Status::OK;
}

grpc::Status ScriptedUpstream::GetExecution(grpc::ServerContext* context, const v1::GetExecutionRequest* request,
                                            v1::Execution* execution) {
  Note(*context);
  if (get) return get(context, *request, execution);
  execution->set_id(request->id());
  execution->set_state(v1::Execution::RUNNING);
  return grpc::Status::OK;
}

grpc::Status ScriptedUpstream::ListFlows(grpc::ServerContext* context, const v1::ListFlowsRequest* request,
                                         v1::ListFlowsResponse* response) {
  Tell("list flows");
  if (list_flows) return list_flows(context, *request, response);
  return grpc::Status::OK;
}

grpc::Status ScriptedUpstream::Tail(grpc::ServerContext* context, const v1::TailRequest* request,
                                    grpc::ServerWriter<v1::Event>* writer) {
  Note(*context);
  return tail ? tail(context, *request, writer) : grpc::Status::OK;
}

v1::Event LogEvent(int64_t seq, const std::string& text) {
  v1::Event event;
  event.set_execution_id("00000000-0000-7000-8000-000000000001");
  event.set_seq(seq);
  event.mutable_log()->set_message(text);
  return event;
}

grpc::Status ErrorWithReason(grpc::StatusCode code, const std::string& reason, const std::string& message) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("flowmesh");
  status.add_details()->PackFrom(info);
  return grpc::Status(code, message, status.SerializeAsString());
}

}  // namespace flowmesh::testing
