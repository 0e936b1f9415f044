#include "server/apps/accounts/accounts_service.h"

#include <utility>

#include "server/apps/accounts/user_records.h"
#include "server/apps/record_list.h"
#include "server/apps/records.h"
#include "server/base/error.h"
#include "server/door/canonical.h"
#include "server/door/field_rules.h"
#include "server/door/request_digest.h"

namespace flowmesh::apps {
namespace {

using accounts::v1::Topic;
using accounts::v1::User;

// What a request under an idempotency key asks for.
template <typename Request>
std::string DigestOf(Request request) {
  request.clear_idempotency_key();
  return door::RequestDigest({}, request);
}

void EchoReplay(bool replayed, grpc::CallbackServerContext& context) {
  if (!replayed) return;
  context.AddInitialMetadata("idempotency-replayed", "true");
  context.AddInitialMetadata("x-http-status", "200");
}

// Says which user has the name; blocks on the store.
absl::Status UsernameTaken(store::Store& store, const absl::Status& taken) {
  const auto metadata = base::GetMetadata(taken);
  base::Error error(absl::StatusCode::kAlreadyExists, "USERNAME_TAKEN",
                    absl::StrCat("you have a user named '", metadata.at("name"), "': choose another username"));
  const auto id = base::Id::Parse(metadata.at("object_id"));
  if (!id.ok()) return error;
  auto row = store.ReadResource(*id);
  if (!row.ok() || !row->has_value()) return error;
  auto user = RecordOf<User>(**row);
  if (user.ok()) error.With("user_id", user->id());
  return error;
}

}  // namespace

grpc::ServerUnaryReactor* AccountsService::CreateUser(grpc::CallbackServerContext* context,
                                                      const accounts::v1::CreateUserRequest* request, User* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "CreateUser", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto metadata = ReadMetadata(*context, request->idempotency_key());
  if (!metadata.ok()) return Finish(call, metadata.status());
  User user;
  user.set_username(request->username());
  user.set_declared_level(request->declared_level());
  user.set_goals(request->goals());
  user.set_profession(request->profession());
  engine::MakeResourceCommand command;
  command.row = {.id = tools_.ids->Make(caller->owner), .kind = kUserKind, .owner = caller->owner};
  command.names = {Username(caller->owner, user.username())};
  command.counter = UserCounter(caller->owner);
  command.numbered = [user = std::move(user)](int64_t number, store::ResourceRow* row,
                                              std::vector<store::AliasRow>* names) {
    User numbered = user;
    numbered.set_id(static_cast<int32_t>(number));
    row->payload = door::SerializeDeterministically(numbered);
    names->push_back(UserNumber(row->owner, number));
  };
  command.key = KeyOf(*metadata, *caller, "CreateUser", DigestOf(*request));
  command.deadline = door::CommitDeadline(*context, tools_.engine->clock().Now());
  command.reply = [engine = tools_.engine, context, call, response](absl::StatusOr<engine::MadeResource> made) {
    if (base::GetReason(made.status()) == "NAME_TAKEN") {
      AnswerFromStore(*engine, call, [engine, taken = made.status()] { return UsernameTaken(engine->store(), taken); });
      return;
    }
    if (made.ok()) {
      SendEtag(made->row, *context);
      EchoReplay(made->replayed, *context);
      auto shown = RecordOf<User>(made->row);
      if (shown.ok()) *response = *std::move(shown);
    }
    Finish(call, made.status());
  };
  tools_.engine->MakeResource(std::move(command));
  return call;
}

grpc::ServerUnaryReactor* AccountsService::GetUser(grpc::CallbackServerContext* context,
                                                   const accounts::v1::GetUserRequest* request, User* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "GetUser", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  return AnswerFromStore(*tools_.engine, call,
                         [this, context, response, owner = caller->owner, number = request->id()]() -> absl::Status {
                           auto stored = ReadUser(tools_.engine->store(), owner, number);
                           if (!stored.ok()) return stored.status();
                           SendEtag(stored->row, *context);
                           *response = std::move(stored->user);
                           return absl::OkStatus();
                         });
}

grpc::ServerUnaryReactor* AccountsService::ListUsers(grpc::CallbackServerContext* context,
                                                     const accounts::v1::ListUsersRequest* request,
                                                     accounts::v1::ListUsersResponse* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "ListUsers", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  return AnswerWithPage(tools_, call, *caller, request, {.kind = kUserKind, .owner = caller->owner}, response,
                        [response](const std::vector<store::ResourceRow>& rows) -> absl::Status {
                          for (const store::ResourceRow& row : rows) {
                            auto user = RecordOf<User>(row);
                            if (!user.ok()) return user.status();
                            *response->add_users() = *std::move(user);
                          }
                          return absl::OkStatus();
                        });
}

grpc::ServerUnaryReactor* AccountsService::CreateTopic(grpc::CallbackServerContext* context,
                                                       const accounts::v1::CreateTopicRequest* request,
                                                       Topic* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "CreateTopic", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto metadata = ReadMetadata(*context, request->idempotency_key());
  if (!metadata.ok()) return Finish(call, metadata.status());
  Topic topic;
  topic.set_title(request->title());
  topic.set_description(request->description());
  engine::MakeResourceCommand command;
  command.row = {.id = tools_.ids->Make(caller->owner),
                 .kind = kTopicKind,
                 .owner = caller->owner,
                 .payload = door::SerializeDeterministically(topic)};
  command.key = KeyOf(*metadata, *caller, "CreateTopic", DigestOf(*request));
  command.deadline = door::CommitDeadline(*context, tools_.engine->clock().Now());
  command.reply = [context, call, response](absl::StatusOr<engine::MadeResource> made) {
    if (made.ok()) {
      SendEtag(made->row, *context);
      EchoReplay(made->replayed, *context);
      auto shown = TopicOf(made->row);
      if (shown.ok()) *response = *std::move(shown);
    }
    Finish(call, made.status());
  };
  tools_.engine->MakeResource(std::move(command));
  return call;
}

grpc::ServerUnaryReactor* AccountsService::GetTopic(grpc::CallbackServerContext* context,
                                                    const accounts::v1::GetTopicRequest* request, Topic* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "GetTopic", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  auto id = door::ReadId(request->id(), "id");
  if (!id.ok()) return Finish(call, id.status());
  return AnswerFromStore(*tools_.engine, call,
                         [this, context, response, owner = caller->owner, id = *id]() -> absl::Status {
                           auto stored = ReadTopic(tools_.engine->store(), owner, id);
                           if (!stored.ok()) return stored.status();
                           SendEtag(stored->row, *context);
                           *response = std::move(stored->topic);
                           return absl::OkStatus();
                         });
}

grpc::ServerUnaryReactor* AccountsService::ListTopics(grpc::CallbackServerContext* context,
                                                      const accounts::v1::ListTopicsRequest* request,
                                                      accounts::v1::ListTopicsResponse* response) {
  auto* const call = door::UnaryCall::Begin(tools_.observer, "ListTopics", context);
  auto caller = Admit(tools_, *context, *request);
  if (!caller.ok()) return Finish(call, caller.status());
  return AnswerWithPage(tools_, call, *caller, request, {.kind = kTopicKind, .owner = caller->owner}, response,
                        [response](const std::vector<store::ResourceRow>& rows) -> absl::Status {
                          for (const store::ResourceRow& row : rows) {
                            auto topic = TopicOf(row);
                            if (!topic.ok()) return topic.status();
                            *response->add_topics() = *std::move(topic);
                          }
                          return absl::OkStatus();
                        });
}

}  // namespace flowmesh::apps
