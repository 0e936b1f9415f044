#include "tests/server/cli/scripted_server.h"

#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "server/door/status.h"

namespace flowmesh::cli {
namespace {

void AddFile(const google::protobuf::FileDescriptor& file, std::set<std::string>* seen,
             google::protobuf::FileDescriptorSet* files) {
  if (!seen->insert(file.name()).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), seen, files);
  file.CopyTo(files->add_file());
}

v1::Flow PoemFlow() {
  v1::Flow flow;
  flow.set_name("poem");
  flow.set_input_type("flowmesh.poem.v1.WritePoem");
  flow.set_output_type("flowmesh.poem.v1.Poem");
  google::protobuf::FileDescriptorSet files;
  std::set<std::string> seen;
  AddFile(*poem::v1::Poem::descriptor()->file(), &seen, &files);
  flow.set_descriptors(files.SerializeAsString());
  return flow;
}

// With a message that no program here was built with.
v1::Flow TaskOfALaterProgram() {
  google::protobuf::FileDescriptorSet files;
  google::protobuf::FileDescriptorProto* const file = files.add_file();
  file->set_name("later.proto");
  file->set_package("later");
  file->set_syntax("proto3");
  google::protobuf::DescriptorProto* const message = file->add_message_type();
  message->set_name("Verse");
  google::protobuf::FieldDescriptorProto* const field = message->add_field();
  field->set_name("metre");
  field->set_number(1);
  field->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
  field->set_type(google::protobuf::FieldDescriptorProto::TYPE_STRING);
  v1::Flow flow;
  flow.set_name("verse");
  flow.set_input_type("later.Verse");
  flow.set_output_type("later.Verse");
  flow.set_descriptors(files.SerializeAsString());
  return flow;
}

}  // namespace

struct ScriptedServer::State {
  mutable base::Mutex mutex;
  base::CondVar cancelled;
  std::deque<absl::Status> create_errors ABSL_GUARDED_BY(mutex);
  std::deque<TailScript> tail_scripts ABSL_GUARDED_BY(mutex);
  v1::Execution execution ABSL_GUARDED_BY(mutex) = PoemExecution(v1::Execution::COMPLETED);
  std::vector<v1::Task> tasks ABSL_GUARDED_BY(mutex);
  std::vector<v1::CreateExecutionRequest> creates ABSL_GUARDED_BY(mutex);
  std::vector<v1::TailRequest> tails ABSL_GUARDED_BY(mutex);
  std::vector<v1::CancelExecutionRequest> cancels ABSL_GUARDED_BY(mutex);
  std::vector<v1::ListExecutionsRequest> lists ABSL_GUARDED_BY(mutex);
  std::vector<v1::ListEventsRequest> event_lists ABSL_GUARDED_BY(mutex);
  std::string authorization ABSL_GUARDED_BY(mutex);
};

class ScriptedServer::OrchestratorService : public v1::Orchestrator::Service {
 public:
  explicit OrchestratorService(State* state) : state_(state) {}

  grpc::Status CreateExecution(grpc::ServerContext* context, const v1::CreateExecutionRequest* request,
                               v1::Execution* response) override {
    base::MutexLock lock(state_->mutex);
    state_->creates.push_back(*request);
    const auto header = context->client_metadata().find("authorization");
    state_->authorization =
        header == context->client_metadata().end() ? "" : std::string(header->second.data(), header->second.size());
    if (!state_->create_errors.empty()) {
      const absl::Status error = state_->create_errors.front();
      state_->create_errors.pop_front();
      return door::ToGrpcStatus(error);
    }
    *response = PoemExecution(v1::Execution::QUEUED);
    return grpc::Status::OK;
  }

  grpc::Status GetExecution(grpc::ServerContext*, const v1::GetExecutionRequest* request,
                            v1::Execution* response) override {
    base::MutexLock lock(state_->mutex);
    if (request->id() != kId) return grpc::Status(grpc::StatusCode::NOT_FOUND, "there is no such execution");
    *response = state_->execution;
    return grpc::Status::OK;
  }

  grpc::Status CancelExecution(grpc::ServerContext*, const v1::CancelExecutionRequest* request,
                               v1::Execution* response) override {
    base::MutexLock lock(state_->mutex);
    state_->cancels.push_back(*request);
    state_->cancelled.NotifyAll();
    *response = state_->execution;
    response->set_state(v1::Execution::CANCELLING);
    return grpc::Status::OK;
  }

  // Two executions a page at most, three in all.
  grpc::Status ListExecutions(grpc::ServerContext*, const v1::ListExecutionsRequest* request,
                              v1::ListExecutionsResponse* response) override {
    base::MutexLock lock(state_->mutex);
    state_->lists.push_back(*request);
    const bool first = request->page_token().empty();
    for (int i = 0; i < (first ? 2 : 1) && i < request->page_size(); ++i)
      *response->add_executions() = state_->execution;
    if (first) response->set_next_page_token("second");
    return grpc::Status::OK;
  }

  // Two tasks a page at most, without payloads unless asked to.
  grpc::Status ListTasks(grpc::ServerContext*, const v1::ListTasksRequest* request,
                         v1::ListTasksResponse* response) override {
    base::MutexLock lock(state_->mutex);
    size_t next = 0;
    if (!request->page_token().empty() && !absl::SimpleAtoi(request->page_token(), &next)) next = 0;
    for (; next < state_->tasks.size() && response->tasks_size() < 2; ++next) {
      v1::Task& task = *response->add_tasks() = state_->tasks[next];
      if (request->payloads()) continue;
      task.clear_input();
      task.clear_output();
    }
    if (next < state_->tasks.size()) response->set_next_page_token(absl::StrCat(next));
    return grpc::Status::OK;
  }

  grpc::Status ListFlows(grpc::ServerContext*, const v1::ListFlowsRequest* request,
                         v1::ListFlowsResponse* response) override {
    *response->add_flows() = PoemFlow();
    if (request->tasks()) *response->add_flows() = TaskOfALaterProgram();
    return grpc::Status::OK;
  }

 private:
  State* const state_;
};

class ScriptedServer::LogStreamService : public v1::LogStream::Service {
 public:
  explicit LogStreamService(State* state) : state_(state) {}

  grpc::Status Tail(grpc::ServerContext*, const v1::TailRequest* request,
                    grpc::ServerWriter<v1::Event>* writer) override {
    TailScript script;
    {
      base::MutexLock lock(state_->mutex);
      state_->tails.push_back(*request);
      if (state_->tail_scripts.empty()) return door::ToGrpcStatus(absl::InternalError("the script has ended"));
      script = std::move(state_->tail_scripts.front());
      state_->tail_scripts.pop_front();
    }
    for (const v1::Event& event : script.events) writer->Write(event);
    if (script.until_cancelled) {
      base::MutexLock lock(state_->mutex);
      while (state_->cancels.empty()) state_->cancelled.Wait(lock);
    }
    for (const v1::Event& event : script.after_cancel) writer->Write(event);
    return script.end;
  }

  grpc::Status ListEvents(grpc::ServerContext*, const v1::ListEventsRequest* request,
                          v1::ListEventsResponse* response) override {
    base::MutexLock lock(state_->mutex);
    state_->event_lists.push_back(*request);
    if (request->after() == 0 && request->page_token().empty()) {
      *response->add_events() = LogEvent(1, "the oldest line");
      response->set_next_page_token("newest");
      return grpc::Status::OK;
    }
    *response->add_events() = LogEvent(request->after() + 1, "the newest line");
    return grpc::Status::OK;
  }

 private:
  State* const state_;
};

ScriptedServer::ScriptedServer()
    : state_(std::make_unique<State>()),
      orchestrator_(std::make_unique<OrchestratorService>(state_.get())),
      log_stream_(std::make_unique<LogStreamService>(state_.get())) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(orchestrator_.get());
  builder.RegisterService(log_stream_.get());
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

ScriptedServer::~ScriptedServer() { server_->Shutdown(); }

void ScriptedServer::RefuseCreates(std::vector<absl::Status> errors) {
  base::MutexLock lock(state_->mutex);
  state_->create_errors.assign(errors.begin(), errors.end());
}

void ScriptedServer::ScriptTails(std::vector<TailScript> scripts) {
  base::MutexLock lock(state_->mutex);
  state_->tail_scripts.assign(scripts.begin(), scripts.end());
}

void ScriptedServer::SetExecution(v1::Execution execution) {
  base::MutexLock lock(state_->mutex);
  state_->execution = std::move(execution);
}

void ScriptedServer::SetTasks(std::vector<v1::Task> tasks) {
  base::MutexLock lock(state_->mutex);
  state_->tasks = std::move(tasks);
}

std::vector<v1::CreateExecutionRequest> ScriptedServer::creates() const {
  base::MutexLock lock(state_->mutex);
  return state_->creates;
}

std::vector<v1::TailRequest> ScriptedServer::tails() const {
  base::MutexLock lock(state_->mutex);
  return state_->tails;
}

std::vector<v1::CancelExecutionRequest> ScriptedServer::cancels() const {
  base::MutexLock lock(state_->mutex);
  return state_->cancels;
}

std::vector<v1::ListExecutionsRequest> ScriptedServer::lists() const {
  base::MutexLock lock(state_->mutex);
  return state_->lists;
}

std::vector<v1::ListEventsRequest> ScriptedServer::event_lists() const {
  base::MutexLock lock(state_->mutex);
  return state_->event_lists;
}

std::string ScriptedServer::authorization() const {
  base::MutexLock lock(state_->mutex);
  return state_->authorization;
}

v1::Event LogEvent(int64_t seq, const std::string& message) {
  v1::Event event;
  event.set_execution_id(ScriptedServer::kId);
  event.set_seq(seq);
  event.mutable_log()->set_message(message);
  return event;
}

v1::Event OutputEvent(int64_t seq, int64_t offset, const std::string& text) {
  v1::Event event;
  event.set_execution_id(ScriptedServer::kId);
  event.set_seq(seq);
  event.mutable_output()->set_offset(offset);
  event.mutable_output()->set_text(text);
  return event;
}

v1::Event StateEvent(int64_t seq, v1::Execution::State state) {
  v1::Event event;
  event.set_execution_id(ScriptedServer::kId);
  event.set_seq(seq);
  event.mutable_state()->set_state(state);
  return event;
}

v1::Execution PoemExecution(v1::Execution::State state) {
  v1::Execution execution;
  execution.set_id(ScriptedServer::kId);
  execution.set_flow("poem");
  execution.set_state(state);
  execution.set_owner("dev");
  execution.set_last_seq(30);
  if (state == v1::Execution::COMPLETED || state == v1::Execution::COMPLETED_WITH_ERRORS) {
    poem::v1::Poem poem;
    poem.set_title("Autumn");
    poem.add_stanzas()->add_lines("Leaves fall");
    execution.mutable_output()->PackFrom(poem);
  }
  return execution;
}

}  // namespace flowmesh::cli
