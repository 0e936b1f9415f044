#include "server/apps/blueprints/blueprints_service.h"

#include <utility>

#include "server/apps/accounts/user_records.h"
#include "server/apps/blueprints/blueprint_records.h"
#include "server/apps/record_list.h"
#include "server/apps/records.h"
#include "server/base/error.h"
#include "server/door/canonical.h"
#include "server/door/field_rules.h"
#include "server/door/request_digest.h"

namespace flowmesh::apps {
namespace {

using blueprint::v1::Blueprint;

// A blueprint's place.
struct Address {
  base::Id topic;
  base::Id id;
};

template <typename Request>
absl::StatusOr<Address> ReadAddress(const Request& request) {
  auto topic = door::ReadId(request.topic_id(), "topic_id");
  if (!topic.ok()) return topic.status();
  auto id = door::ReadId(request.id(), "id");
  if (!id.ok()) return id.status();
  return Address{.topic = *topic, .id = *id};
}

// Blocks on the store.
absl::StatusOr<StoredBlueprint> Find(store::Store& store, const std::string& owner, const Address& address) {
  if (auto topic = ReadTopic(store, owner, address.topic); !topic.ok()) return topic.status();
  return ReadBlueprint(store, owner, address.topic, address.id);
}

absl::Status Show(const absl::StatusOr<store::ResourceRow>& row, const store::ExecutionRow& execution,
                  Blueprint* response) {
  if (!row.ok()) return row.status();
  auto blueprint = BlueprintOf(*row, execution);
  if (!blueprint.ok()) return blueprint.status();
  *response = *std::move(blueprint);
  return absl::OkStatus();
}

// The objectives that its current execution gave; blocks on the store.
absl::Status AddObjectives(store::Store& store, const StoredBlueprint& stored, Blueprint* blueprint) {
  if (blueprint->status() != "completed") return absl::OkStatus();
  store::ResourceFilter filter{.kind = kObjectiveKind,
                               .owner = stored.row.owner,
                               .parent = stored.row.id,
                               .execution_id = stored.execution.id,
                               .newest_first = false};
  while (true) {
    auto page = store.ListResources(filter);
    if (!page.ok()) return page.status();
    for (const store::ResourceRow& row : page->rows) {
      auto objective = RecordOf<blueprint::v1::TerminalObjective>(row);
      if (!objective.ok()) return objective.status();
      *blueprint->add_terminal_objectives() = *std::move(objective);
    }
    if (!page->more) return absl::OkStatus();
    filter.after = std::pair(page->rows.back().create_time, page->rows.back().id);
  }
}

// Names the blueprint that is being generated; blocks on the store.
absl::Status GenerationActive(store::Store& store, const absl::Status& held) {
  base::Error error(absl::StatusCode::kFailedPrecondition, "GENERATION_ACTIVE",
                    "the topic has a blueprint that is being generated: wait for its end, or cancel it");
  const auto metadata = base::GetMetadata(held);
  const auto id = base::Id::Parse(metadata.at("execution_id"));
  if (!id.ok()) return error;
  auto execution = store.ReadExecution(*id);
  if (execution.ok() && execution->has_value()) {
    error.With("blueprint_id", (*execution)->first_of_chain.ToString());
  }
  return error;
}

// Answers a generation once it is committed or refused.
class Generation {
 public:
  Generation(engine::Engine* engine, grpc::CallbackServerContext* context, door::UnaryCall* call,
             store::ResourceRow resource, Blueprint* response)
      : engine_(engine), context_(context), call_(call), resource_(std::move(resource)), response_(response) {}

  void operator()(absl::StatusOr<engine::SubmitResult> result) const {
    if (base::GetReason(result.status()) == "CONCURRENCY_KEY_HELD") {
      AnswerFromStore(*engine_, call_,
                      [engine = engine_, held = result.status()] { return GenerationActive(engine->store(), held); });
      return;
    }
    if (!result.ok()) {
      Finish(call_, result.status());
      return;
    }
    call_->About(result->row.id);
    if (!result->replayed) {
      store::ResourceRow made = resource_;
      made.id = result->row.id;
      SendEtag(made, result->row, *context_);
      Finish(call_, Show(made, result->row, response_));
      return;
    }
    context_->AddInitialMetadata("idempotency-replayed", "true");
    context_->AddInitialMetadata("x-http-status", "200");
    AnswerFromStore(*engine_, call_,
                    [engine = engine_, response = response_, topic = resource_.parent,
                     row = std::move(result->row)]() -> absl::Status {
                      auto stored = ReadBlueprint(engine->store(), row.owner, topic, row.first_of_chain);
                      return stored.ok() ? Show(stored->row, stored->execution, response) : stored.status();
                    });
  }

 private:
  engine::Engine* engine_;
  grpc::CallbackServerContext* context_;
  door::UnaryCall* call_;
  store::ResourceRow resource_;
  Blueprint* response_;
};

}  // namespace

void BlueprintsService::AddProjections(base::IdMaker* ids, engine::ProjectionBook* book) {
  book->Add(blueprint::v1::WrittenBlueprint::descriptor()->full_name(),
            [ids](const std::string& bytes) { return ProjectBlueprint(bytes, [ids] { return ids->MakeInShard(0); }); });
}

grpc::ServerUnaryReactor* BlueprintsService::GenerateBlueprint(grpc::CallbackServerContext* context,
                                                               const blueprint::v1::GenerateBlueprintRequest* request,
                                                               Blueprint* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "GenerateBlueprint", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto topic_id = door::ReadId(request->topic_id(), "topic_id");
  if (!topic_id.ok()) return Finish(call, topic_id.status());
  auto metadata = ReadMetadata(*context, request->idempotency_key());
  if (!metadata.ok()) return Finish(call, metadata.status());
  OnReader(*tools_.engine, call,
           [this, context, call, response, topic_id = *topic_id, caller = *std::move(caller),
            metadata = *std::move(metadata)] {
             auto topic = ReadTopic(tools_.engine->store(), caller.owner, topic_id);
             if (!topic.ok()) {
               Finish(call, topic.status());
               return;
             }
             blueprint::v1::WriteBlueprint input;
             input.set_title(topic->topic.title());
             input.set_description(topic->topic.description());
             Blueprint record;
             record.set_title(topic->topic.title());
             engine::SubmitCommand command;
             command.row = NewExecution(tools_, caller, metadata, kBlueprintFlow, input, limits_.deadline);
             command.row.concurrency_key = GenerationKey(topic_id);
             command.start = true;
             command.key = KeyOf(metadata, caller, "GenerateBlueprint", door::RequestDigest({topic_id.ToString()}));
             command.resource = store::ResourceRow{.kind = kBlueprintKind,
                                                   .owner = caller.owner,
                                                   .parent = topic_id,
                                                   .payload = door::SerializeDeterministically(record)};
             command.deadline = door::CommitDeadline(*context, tools_.engine->clock().Now());
             command.reply = Generation(tools_.engine, context, call, *command.resource, response);
             tools_.engine->Submit(std::move(command));
           });
  return call;
}

grpc::ServerUnaryReactor* BlueprintsService::GetBlueprintStatus(grpc::CallbackServerContext* context,
                                                                const blueprint::v1::GetBlueprintRequest* request,
                                                                blueprint::v1::BlueprintStatus* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "GetBlueprintStatus", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto address = ReadAddress(*request);
  if (!address.ok()) return Finish(call, address.status());
  absl::Status poll = polls_.Poll(caller->owner, address->id.ToString());
  if (!poll.ok()) return Finish(call, poll);
  return AnswerFromStore(*tools_.engine, call,
                         [this, response, owner = caller->owner, address = *address]() -> absl::Status {
                           auto stored = Find(tools_.engine->store(), owner, address);
                           if (!stored.ok()) return stored.status();
                           auto blueprint = BlueprintOf(stored->row, stored->execution);
                           if (blueprint.ok()) *response = StatusOf(*blueprint);
                           return blueprint.status();
                         });
}

grpc::ServerUnaryReactor* BlueprintsService::GetBlueprint(grpc::CallbackServerContext* context,
                                                          const blueprint::v1::GetBlueprintRequest* request,
                                                          Blueprint* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "GetBlueprint", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto address = ReadAddress(*request);
  if (!address.ok()) return Finish(call, address.status());
  return AnswerFromStore(*tools_.engine, call,
                         [this, context, response, owner = caller->owner, address = *address]() -> absl::Status {
                           auto stored = Find(tools_.engine->store(), owner, address);
                           if (!stored.ok()) return stored.status();
                           SendEtag(stored->row, stored->execution, *context);
                           absl::Status status = Show(stored->row, stored->execution, response);
                           if (status.ok()) status = AddObjectives(tools_.engine->store(), *stored, response);
                           return status;
                         });
}

grpc::ServerUnaryReactor* BlueprintsService::ListBlueprints(grpc::CallbackServerContext* context,
                                                            const blueprint::v1::ListBlueprintsRequest* request,
                                                            blueprint::v1::ListBlueprintsResponse* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "ListBlueprints", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto topic = door::ReadId(request->topic_id(), "topic_id");
  if (!topic.ok()) return Finish(call, topic.status());
  return AnswerWithPage(tools_, call, *caller, request,
                        {.kind = kBlueprintKind, .owner = caller->owner, .parent = *topic}, response,
                        [this, response, owner = caller->owner,
                         topic = *topic](const std::vector<store::ResourceRow>& rows) -> absl::Status {
                          store::Store& store = tools_.engine->store();
                          if (auto known = ReadTopic(store, owner, topic); !known.ok()) return known.status();
                          auto executions = ReadExecutionsOf(store, rows);
                          if (!executions.ok()) return executions.status();
                          for (size_t i = 0; i < rows.size(); ++i) {
                            if (!(*executions)[i]) continue;
                            absl::Status shown = Show(rows[i], *(*executions)[i], response->add_blueprints());
                            if (!shown.ok()) return shown;
                          }
                          return absl::OkStatus();
                        });
}

grpc::ServerUnaryReactor* BlueprintsService::CancelBlueprint(grpc::CallbackServerContext* context,
                                                             const blueprint::v1::CancelBlueprintRequest* request,
                                                             Blueprint* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "CancelBlueprint", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto address = ReadAddress(*request);
  if (!address.ok()) return Finish(call, address.status());
  OnReader(*tools_.engine, call, [this, context, call, request, response, owner = caller->owner, address = *address] {
    auto stored = Find(tools_.engine->store(), owner, address);
    if (!stored.ok()) {
      Finish(call, stored.status());
      return;
    }
    call->About(stored->execution.id);
    tools_.engine->Cancel({.id = stored->execution.id,
                           .owner = owner,
                           .reason = request->reason(),
                           .reply =
                               [call, response, row = stored->row](absl::StatusOr<store::ExecutionRow> execution) {
                                 Finish(call, execution.ok() ? Show(row, *execution, response) : execution.status());
                               },
                           .deadline = door::CommitDeadline(*context, tools_.engine->clock().Now())});
  });
  return call;
}

}  // namespace flowmesh::apps
