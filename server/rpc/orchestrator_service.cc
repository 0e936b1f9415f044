#include "server/rpc/orchestrator_service.h"

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "server/door/calls/unary.h"
#include "server/door/convert/execution_proto.h"
#include "server/door/field_rules.h"
#include "server/door/status.h"
#include "server/door/time_conversion.h"
#include "server/rpc/blocked_on.h"
#include "server/rpc/execution_reader.h"
#include "server/rpc/outside_words.h"
#include "server/rpc/retry_request.h"
#include "server/rpc/run_call.h"

namespace flowmesh::rpc {
namespace {

constexpr char kCreateScope[] = "CreateExecution";
constexpr char kRunScope[] = "RunExecution";
constexpr absl::Duration kMaxWait = absl::Hours(24);

// Answers a method about one execution with the row that a commit left.
engine::ExecutionReply AnswerWith(engine::Engine* engine, door::UnaryCall* call, v1::Execution* response) {
  return [engine, call, response](absl::StatusOr<store::ExecutionRow> row) {
    if (!row.ok()) {
      Finish(call, row.status());
      return;
    }
    LoadPayloads(*engine, *std::move(row), [call, response](absl::StatusOr<store::ExecutionRow> full) {
      if (full.ok()) {
        door::ToProto(*full, door::ExecutionView::kFull, response);
        ShowBlocked(*full, response);
      }
      Finish(call, full.status());
    });
  };
}

// Answers a method that makes an execution.
std::function<void(absl::StatusOr<engine::SubmitResult>)> AnswerWithNew(engine::Engine* engine,
                                                                        grpc::CallbackServerContext* context,
                                                                        door::UnaryCall* call,
                                                                        v1::Execution* response) {
  return [context, call, answer = AnswerWith(engine, call, response)](absl::StatusOr<engine::SubmitResult> result) {
    if (!result.ok()) {
      answer(result.status());
      return;
    }
    call->About(result->row.id);
    if (result->replayed) context->AddInitialMetadata("idempotency-replayed", "true");
    if (result->joined) context->AddInitialMetadata("concurrency-joined", "true");
    if (result->replayed || result->joined) context->AddInitialMetadata("x-http-status", "200");
    answer(std::move(result->row));
  };
}

}  // namespace

OrchestratorService::OrchestratorService(Parts parts)
    : parts_(std::move(parts)),
      submits_(parts_.catalog, parts_.ids),
      polls_(&parts_.engine->clock()),
      start_time_(parts_.engine->clock().Now()) {}

grpc::ServerUnaryReactor* OrchestratorService::CreateExecution(grpc::CallbackServerContext* context,
                                                               const v1::CreateExecutionRequest* request,
                                                               v1::Execution* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "CreateExecution", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  auto metadata = door::ReadCallMetadata(context->client_metadata(), request->idempotency_key());
  if (!metadata.ok()) return Finish(call, metadata.status());
  auto command = submits_.Read(*request, *caller, *metadata, kCreateScope);
  if (!command.ok()) return Finish(call, command.status());
  door::EchoMetadata(*metadata, *context);
  command->reply = AnswerWithNew(parts_.engine, context, call, response);
  command->deadline = door::CommitDeadline(*context, parts_.engine->clock().Now());
  parts_.engine->Submit(*std::move(command));
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::BatchCreateExecutions(grpc::CallbackServerContext* context,
                                                                     const v1::BatchCreateExecutionsRequest* request,
                                                                     v1::BatchCreateExecutionsResponse* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "BatchCreateExecutions", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  const int count = request->requests_size();
  if (count < 1 || count > 1000) {
    base::FieldViolations violations;
    violations.Add("requests", "a batch has 1 to 1,000 requests");
    return Finish(call, violations.ToStatus());
  }
  response->mutable_results()->Reserve(count);
  for (int i = 0; i < count; ++i) response->add_results();
  // The last reply answers the call; one more is held until all were handed over.
  auto left = std::make_shared<std::atomic<int>>(count + 1);
  auto one_done = [left, call] {
    if (left->fetch_sub(1) == 1) call->End(absl::OkStatus());
  };
  std::vector<engine::SubmitCommand> commands;
  commands.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    const v1::CreateExecutionRequest& one = request->requests(i);
    v1::BatchCreateExecutionsResponse::Result* result = response->mutable_results(i);
    auto metadata = door::ReadCallMetadata({}, one.idempotency_key());
    auto command = metadata.ok() ? submits_.Read(one, *caller, *metadata, kCreateScope) : metadata.status();
    if (!command.ok()) {
      *result->mutable_error() = door::ToRpcStatus(command.status());
      one_done();
      continue;
    }
    command->reply = [result, one_done](absl::StatusOr<engine::SubmitResult> submitted) {
      if (submitted.ok()) {
        door::ToProto(submitted->row, door::ExecutionView::kSummary, result->mutable_execution());
        result->set_replayed(submitted->replayed);
        result->set_joined(submitted->joined);
      } else {
        *result->mutable_error() = door::ToRpcStatus(submitted.status());
      }
      one_done();
    };
    command->deadline = door::CommitDeadline(*context, parts_.engine->clock().Now());
    commands.push_back(*std::move(command));
  }
  parts_.engine->SubmitAll(std::move(commands));
  one_done();
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::StartExecution(grpc::CallbackServerContext* context,
                                                              const v1::StartExecutionRequest* request,
                                                              v1::Execution* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "StartExecution", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  auto id = door::ReadId(request->id(), "id");
  if (!id.ok()) return Finish(call, id.status());
  call->About(*id);
  parts_.engine->Start({.id = *id,
                        .owner = caller->owner,
                        .reply = AnswerWith(parts_.engine, call, response),
                        .deadline = door::CommitDeadline(*context, parts_.engine->clock().Now())});
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::RunExecution(grpc::CallbackServerContext* context,
                                                            const v1::RunExecutionRequest* request,
                                                            v1::Execution* response) {
  const auto refuse = [&](const absl::Status& status) {
    return Finish(door::UnaryCall::Begin(parts_.observer, "RunExecution", context), status);
  };
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return refuse(caller.status());
  if (absl::Status status = door::ValidateRequest(*request); !status.ok()) return refuse(status);
  auto metadata = door::ReadCallMetadata(context->client_metadata(), request->execution().idempotency_key());
  if (!metadata.ok()) return refuse(metadata.status());
  std::optional<absl::Duration> wait = metadata->wait;
  if (request->has_wait()) {
    auto asked = door::FromProtoWithin(request->wait(), absl::ZeroDuration(), kMaxWait, "wait");
    if (!asked.ok()) return refuse(asked.status());
    wait = *asked;
  }
  auto command = submits_.Read(request->execution(), *caller, *metadata, kRunScope);
  if (!command.ok()) return refuse(command.status());
  door::EchoMetadata(*metadata, *context);
  command->start = true;
  command->deadline = door::CommitDeadline(*context, parts_.engine->clock().Now());
  return RunCall::Begin(parts_.engine, parts_.observer, context, *std::move(command), wait, response);
}

grpc::ServerUnaryReactor* OrchestratorService::CancelExecution(grpc::CallbackServerContext* context,
                                                               const v1::CancelExecutionRequest* request,
                                                               v1::Execution* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "CancelExecution", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  if (absl::Status status = door::ValidateRequest(*request); !status.ok()) return Finish(call, status);
  auto id = door::ReadId(request->id(), "id");
  if (!id.ok()) return Finish(call, id.status());
  call->About(*id);
  parts_.engine->Cancel({.id = *id,
                         .owner = caller->owner,
                         .reason = request->reason(),
                         .reply = AnswerWith(parts_.engine, call, response),
                         .deadline = door::CommitDeadline(*context, parts_.engine->clock().Now())});
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::GetExecution(grpc::CallbackServerContext* context,
                                                            const v1::GetExecutionRequest* request,
                                                            v1::Execution* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "GetExecution", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  auto id = door::ReadId(request->id(), "id");
  if (!id.ok()) return Finish(call, id.status());
  call->About(*id);
  if (absl::Status status = polls_.Poll(caller->owner, id->ToString()); !status.ok()) return Finish(call, status);
  engine::Engine& engine = *parts_.engine;
  ReadVisibleExecution(engine, *id, *caller, [&engine, call, response](absl::StatusOr<store::ExecutionRow> row) {
    if (!row.ok()) {
      Finish(call, row.status());
      return;
    }
    door::ToProto(*row, door::ExecutionView::kFull, response);
    ExplainBlocked(engine, *row, [call, response](v1::BlockedOn blocked) {
      if (!blocked.reason().empty()) *response->mutable_blocked_on() = std::move(blocked);
      call->End(absl::OkStatus());
    });
  });
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::RetryExecution(grpc::CallbackServerContext* context,
                                                              const v1::RetryExecutionRequest* request,
                                                              v1::Execution* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "RetryExecution", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  auto metadata = door::ReadCallMetadata(context->client_metadata(), request->idempotency_key());
  if (!metadata.ok()) return Finish(call, metadata.status());
  auto command = ReadRetry(*request, *caller, *metadata, parts_.ids);
  if (!command.ok()) return Finish(call, command.status());
  door::EchoMetadata(*metadata, *context);
  command->reply = AnswerWithNew(parts_.engine, context, call, response);
  command->deadline = door::CommitDeadline(*context, parts_.engine->clock().Now());
  parts_.engine->Retry(*std::move(command));
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::SignalExecution(grpc::CallbackServerContext* context,
                                                               const v1::SignalExecutionRequest* request,
                                                               v1::SignalExecutionResponse*) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "SignalExecution", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  auto metadata = door::ReadCallMetadata(context->client_metadata(), request->idempotency_key());
  if (!metadata.ok()) return Finish(call, metadata.status());
  auto command = ReadSignal(*request, *caller, *metadata);
  if (!command.ok()) return Finish(call, command.status());
  call->About(command->id);
  command->reply = [call](const absl::Status& status) { call->End(status); };
  command->deadline = door::CommitDeadline(*context, parts_.engine->clock().Now());
  parts_.engine->Signal(*std::move(command));
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::DeleteExecution(grpc::CallbackServerContext* context,
                                                               const v1::DeleteExecutionRequest* request,
                                                               v1::DeleteExecutionResponse*) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "DeleteExecution", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  auto id = door::ReadId(request->id(), "id");
  if (!id.ok()) return Finish(call, id.status());
  call->About(*id);
  parts_.engine->Delete({.id = *id,
                         .owner = caller->owner,
                         .reply = [call](const absl::Status& status) { call->End(status); },
                         .deadline = door::CommitDeadline(*context, parts_.engine->clock().Now())});
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::CompleteTask(grpc::CallbackServerContext* context,
                                                            const v1::CompleteTaskRequest* request,
                                                            v1::CompleteTaskResponse*) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "CompleteTask", context);
  auto command = ReadCompletion(*request);
  if (!command.ok()) return Finish(call, command.status());
  command->reply = [call](const absl::Status& status) { call->End(status); };
  command->deadline = door::CommitDeadline(*context, parts_.engine->clock().Now());
  parts_.engine->CompleteTask(*std::move(command));
  return call;
}

}  // namespace flowmesh::rpc
