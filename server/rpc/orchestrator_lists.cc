// The methods of Orchestrator that read many things.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/door/calls/unary.h"
#include "server/door/convert/any_payload.h"
#include "server/door/convert/execution_proto.h"
#include "server/door/field_rules.h"
#include "server/door/page.h"
#include "server/door/time_conversion.h"
#include "server/engine/errors.h"
#include "server/rpc/execution_reader.h"
#include "server/rpc/orchestrator_service.h"

namespace flowmesh::rpc {
namespace {

constexpr int kCountedDepth = 100'000;
// Of inputs and outputs on a page of tasks; the last one's may go beyond it.
constexpr size_t kMaxPayloadBytes = size_t{4} << 20;

absl::StatusOr<store::ExecutionFilter> ReadFilter(const v1::ListExecutionsRequest& request,
                                                  const door::Caller& caller) {
  if (absl::Status status = door::ValidateRequest(request); !status.ok()) return status;
  store::ExecutionFilter filter;
  filter.owner = caller.owner;
  if (!request.owner().empty() && request.owner() != caller.owner) {
    if (absl::Status status = door::RequireAdmin(caller); !status.ok()) return status;
    filter.owner = request.owner() == "*" ? std::nullopt : std::optional(request.owner());
  }
  filter.flow = request.flow();
  for (int state : request.states()) {
    if (!v1::Execution::State_IsValid(state) || state == v1::Execution::STATE_UNSPECIFIED) {
      base::FieldViolations violations;
      violations.Add("states", absl::StrCat(state, " is not a state"));
      return violations.ToStatus();
    }
    filter.states.push_back(static_cast<store::ExecutionState>(state));
  }
  filter.labels.insert(request.labels().begin(), request.labels().end());
  if (request.has_created_after()) {
    auto time = door::FromProto(request.created_after(), "created_after");
    if (!time.ok()) return time.status();
    filter.created_after = *time;
  }
  if (request.has_created_before()) {
    auto time = door::FromProto(request.created_before(), "created_before");
    if (!time.ok()) return time.status();
    filter.created_before = *time;
  }
  auto size = door::PageSize(request.page_size());
  if (!size.ok()) return size.status();
  filter.limit = *size;
  auto position = door::ReadPageToken(request.page_token(), door::FiltersOf(caller.owner, request));
  if (!position.ok()) return position.status();
  if (position->has_value()) {
    auto before = door::TimePosition::Decode(**position);
    if (!before.ok()) return before.status();
    filter.before = std::pair(before->time, before->id);
  }
  return filter;
}

// Puts tasks on a page, with their payloads if asked to, until it is full.
class TaskPage {
 public:
  TaskPage(store::Store* store, const store::Id& id, bool payloads, v1::ListTasksResponse* response)
      : store_(store), id_(id), payloads_(payloads), response_(response) {}

  bool full() const { return bytes_ >= kMaxPayloadBytes; }

  absl::Status Add(store::TaskRow row) {
    v1::Task* const task = response_->add_tasks();
    door::ToProto(row, task);
    if (!payloads_) return absl::OkStatus();
    absl::Status status = Load(row.task, store::PayloadDirection::kInput, &row.input);
    if (status.ok()) status = Load(row.task, store::PayloadDirection::kOutput, &row.output);
    if (!status.ok()) return status;
    if (!row.input.type.empty()) door::ToProto(std::move(row.input), task->mutable_input());
    if (!row.output.type.empty()) door::ToProto(std::move(row.output), task->mutable_output());
    return absl::OkStatus();
  }

 private:
  absl::Status Load(int32_t task, store::PayloadDirection direction, store::Payload* payload) {
    if (absl::Status status = LoadPayload(*store_, {id_, task}, direction, payload); !status.ok()) return status;
    bytes_ += payload->bytes.size();
    return absl::OkStatus();
  }

  store::Store* const store_;
  const store::Id id_;
  const bool payloads_;
  v1::ListTasksResponse* const response_;
  size_t bytes_ = 0;
};

// A page of tasks with numbers above `after`; -1 = from the root task on. Answers whether more follow.
absl::StatusOr<bool> ReadTasks(store::Store& store, store::ExecutionRow row, int32_t after, int limit, bool payloads,
                               v1::ListTasksResponse* response) {
  TaskPage page(&store, row.id, payloads, response);
  if (after < 0) {
    if (absl::Status added = page.Add(std::move(row.root)); !added.ok()) return added;
  }
  const int left = limit - response->tasks_size();
  auto tasks = store.ListTasks(row.id, std::max(after, 0), left + 1);
  if (!tasks.ok()) return tasks.status();
  for (store::TaskRow& task : *tasks) {
    if (page.full() || response->tasks_size() == limit) return true;
    if (absl::Status added = page.Add(std::move(task)); !added.ok()) return added;
  }
  return false;
}

}  // namespace

grpc::ServerUnaryReactor* OrchestratorService::ListExecutions(grpc::CallbackServerContext* context,
                                                              const v1::ListExecutionsRequest* request,
                                                              v1::ListExecutionsResponse* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "ListExecutions", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  auto filter = ReadFilter(*request, *caller);
  if (!filter.ok()) return Finish(call, filter.status());
  engine::Engine& engine = *parts_.engine;
  const bool posted = engine.readers().Post(
      [&engine, call, response, filter = *std::move(filter), filters = door::FiltersOf(caller->owner, *request)] {
        auto page = engine.store().ListExecutions(filter);
        if (!page.ok()) {
          Finish(call, page.status());
          return;
        }
        for (const store::ExecutionRow& row : page->rows) {
          door::ToProto(row, door::ExecutionView::kSummary, response->add_executions());
        }
        if (page->next) {
          const door::TimePosition next{.time = page->next->first, .id = page->next->second};
          response->set_next_page_token(door::MakePageToken(next.Encode(), filters));
        }
        call->End(absl::OkStatus());
      });
  if (!posted) Finish(call, engine::QueueFull());
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::ListTasks(grpc::CallbackServerContext* context,
                                                         const v1::ListTasksRequest* request,
                                                         v1::ListTasksResponse* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "ListTasks", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  auto id = door::ReadId(request->execution_id(), "execution_id");
  if (!id.ok()) return Finish(call, id.status());
  call->About(*id);
  auto size = door::PageSize(request->page_size());
  if (!size.ok()) return Finish(call, size.status());
  const std::string filters = door::FiltersOf(caller->owner, *request);
  auto position = door::ReadPageToken(request->page_token(), filters);
  if (!position.ok()) return Finish(call, position.status());
  int32_t after = -1;
  if (position->has_value() && !absl::SimpleAtoi(**position, &after)) after = -1;
  engine::Engine& engine = *parts_.engine;
  ReadVisibleExecution(engine, *id, *caller,
                       [&engine, call, response, after, filters, limit = *size,
                        payloads = request->payloads()](absl::StatusOr<store::ExecutionRow> row) {
                         if (!row.ok()) {
                           Finish(call, row.status());
                           return;
                         }
                         const auto more = ReadTasks(engine.store(), *std::move(row), after, limit, payloads, response);
                         if (more.ok() && *more) {
                           const int32_t last = response->tasks(response->tasks_size() - 1).task();
                           response->set_next_page_token(door::MakePageToken(absl::StrCat(last), filters));
                         }
                         Finish(call, more.status());
                       });
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::ListFlows(grpc::CallbackServerContext* context,
                                                         const v1::ListFlowsRequest* request,
                                                         v1::ListFlowsResponse* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "ListFlows", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  auto contracts = parts_.catalog->List();
  engine::Engine& engine = *parts_.engine;
  const bool asked =
      engine.Inspect([=, &engine, brief = request->brief(), tasks = request->tasks()](const engine::CommitLoop& loop) {
        std::map<std::string, int> sessions;
        for (const engine::SessionSummary& session : engine.SessionsOfMesh(loop)) {
          for (const auto& [type, version] : session.types) sessions[type] += session.detached ? 0 : 1;
        }
        for (const door::ContractPtr& contract : contracts) {
          if (!contract->record.creatable && !tasks) continue;
          v1::Flow* flow = response->add_flows();
          flow->set_name(contract->record.name);
          flow->set_input_type(contract->record.input_type);
          flow->set_output_type(contract->record.output_type);
          flow->set_code_version(contract->record.code_version);
          flow->set_sessions(sessions[contract->record.name]);
          if (!brief) flow->set_descriptors(contract->record.descriptors);
        }
        call->End(absl::OkStatus());
      });
  if (!asked) Finish(call, engine::Stopping());
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::ListWorkers(grpc::CallbackServerContext* context,
                                                           const v1::ListWorkersRequest*,
                                                           v1::ListWorkersResponse* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "ListWorkers", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  if (absl::Status status = door::RequireAdmin(*caller); !status.ok()) return Finish(call, status);
  engine::Engine& engine = *parts_.engine;
  const bool asked = engine.Inspect([&engine, call, response](const engine::CommitLoop& loop) {
    for (const engine::SessionSummary& session : engine.SessionsOfMesh(loop)) {
      v1::WorkerInfo* worker = response->add_workers();
      worker->set_name(session.worker);
      worker->set_session(absl::StrCat(absl::Hex(session.id, absl::kZeroPad16)));
      worker->set_version(session.version);
      for (const auto& [type, version] : session.types) worker->add_types(type);
      worker->set_slots(session.slots);
      worker->set_slots_used(session.slots_used);
      worker->set_flows(session.flows);
      worker->set_flows_used(session.flows_used);
      *worker->mutable_attach_time() = door::ToProto(session.attach_time);
      worker->set_detached(session.detached);
      worker->set_draining(session.draining);
    }
    std::sort(response->mutable_workers()->begin(), response->mutable_workers()->end(),
              [](const v1::WorkerInfo& a, const v1::WorkerInfo& b) {
                return std::pair(a.name(), a.session()) < std::pair(b.name(), b.session());
              });
    call->End(absl::OkStatus());
  });
  if (!asked) Finish(call, engine::Stopping());
  return call;
}

grpc::ServerUnaryReactor* OrchestratorService::GetStats(grpc::CallbackServerContext* context,
                                                        const v1::GetStatsRequest*, v1::Stats* response) {
  door::UnaryCall* const call = door::UnaryCall::Begin(parts_.observer, "GetStats", context);
  auto caller = parts_.authenticator->Authenticate(*context);
  if (!caller.ok()) return Finish(call, caller.status());
  if (absl::Status status = door::RequireAdmin(*caller); !status.ok()) return Finish(call, status);
  engine::Engine& engine = *parts_.engine;
  response->set_tails(parts_.open_tails());
  response->set_waiting_commands(static_cast<int>(engine.waiting_commands()));
  response->set_version(FLOWMESH_VERSION);
  *response->mutable_start_time() = door::ToProto(start_time_);
  auto read = [&engine, call, response] {
    auto counts = engine.store().CountUnfinished();
    auto depths = engine.store().QueueDepths(kCountedDepth);
    if (!counts.ok() || !depths.ok()) {
      Finish(call, counts.ok() ? depths.status() : counts.status());
      return;
    }
    for (const auto& [state, count] : *counts) (*response->mutable_executions())[engine::StateName(state)] = count;
    for (const store::QueueDepth& depth : *depths) {
      v1::Stats::Queue* queue = response->add_queues();
      queue->set_queue(depth.queue);
      queue->set_depth(depth.depth);
      if (depth.depth > 0) {
        queue->set_oldest_seconds(std::max(0.0, absl::ToDoubleSeconds(engine.clock().Now() - depth.oldest)));
      }
    }
    call->End(absl::OkStatus());
  };
  const bool asked = engine.Inspect([&engine, call, response, read](const engine::CommitLoop& loop) {
    response->set_sessions(static_cast<int>(loop.sessions().all().size()));
    response->set_assigned(static_cast<int>(loop.sessions().attempts()));
    response->set_commits(loop.counters().commits);
    response->set_commands(loop.counters().commands);
    response->set_events(loop.counters().events);
    if (!engine.readers().Post(read)) Finish(call, engine::QueueFull());
  });
  if (!asked) Finish(call, engine::Stopping());
  return call;
}

}  // namespace flowmesh::rpc
