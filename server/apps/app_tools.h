// What the services of all applications work with: the engine, and typed records in its store.
#ifndef FLOWMESH_SERVER_APPS_APP_TOOLS_H_
#define FLOWMESH_SERVER_APPS_APP_TOOLS_H_

#include <grpcpp/grpcpp.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/base/ids.h"
#include "server/door/authenticator.h"
#include "server/door/call_metadata.h"
#include "server/door/caller.h"
#include "server/door/calls/unary.h"
#include "server/engine/engine.h"
#include "server/engine/errors.h"

namespace flowmesh::apps {

// All must outlive the services.
struct AppTools {
  engine::Engine* engine = nullptr;
  door::Authenticator* authenticator = nullptr;
  base::IdMaker* ids = nullptr;
  door::CallObserver* observer = nullptr;  // null: calls are not counted
};

// Who calls, once the request is known to keep the rules of its fields. UNAUTHENTICATED, INVALID_ARGUMENT.
absl::StatusOr<door::Caller> Admit(const AppTools& tools, const grpc::CallbackServerContext& context,
                                   const google::protobuf::Message& request);

// What came beside the request of a method that makes something; sends the ids among it back. `request_key` is the
// request's idempotency key. INVALID_ARGUMENT.
absl::StatusOr<door::CallMetadata> ReadMetadata(grpc::CallbackServerContext& context, const std::string& request_key);

// Runs `read` on one of the threads that may block on the store; it is gone when they are overloaded.
template <typename Read>
void OnReader(engine::Engine& engine, door::UnaryCall* call, Read read) {
  if (!engine.readers().Post(std::move(read))) Finish(call, engine::QueueFull());
}

// The same for a call that a read answers: absl::Status().
template <typename Read>
grpc::ServerUnaryReactor* AnswerFromStore(engine::Engine& engine, door::UnaryCall* call, Read read) {
  OnReader(engine, call, [call, read = std::move(read)]() mutable { Finish(call, read()); });
  return call;
}

// The record of a resource. DATA_LOSS if its bytes are something else.
template <typename Message>
absl::StatusOr<Message> RecordOf(const store::ResourceRow& row) {
  Message message;
  if (message.ParseFromString(row.payload)) return message;
  return absl::DataLossError(absl::StrCat("the record of resource ", row.id.ToString(), " cannot be read"));
}

// Sends the version of a resource along with the answer. Before the answer starts.
inline void SendEtag(const store::ResourceRow& row, grpc::CallbackServerContext& context) {
  context.AddInitialMetadata("etag", absl::StrCat("\"", row.version, "\""));
}

// The idempotency key of a call, if it has one.
std::optional<store::IdempotencyRow> KeyOf(const door::CallMetadata& metadata, const door::Caller& caller,
                                           std::string method, std::string digest);

// The row of an execution that an application makes for a caller; it starts at once.
store::ExecutionRow NewExecution(const AppTools& tools, const door::Caller& caller, const door::CallMetadata& metadata,
                                 std::string flow, const google::protobuf::Message& input, absl::Duration timeout);

// Whose records a list shows: the caller's, or for the role `admin` those of `owner`, empty = everybody's.
// PERMISSION_DENIED.
absl::StatusOr<std::optional<std::string>> OwnerOfList(const door::Caller& caller, const std::string& owner);

// What the page holds and where it begins: the parts of `filter` that do not depend on the list. INVALID_ARGUMENT.
absl::Status ReadPage(const door::Caller& caller, const google::protobuf::Message& request, int page_size,
                      const std::string& page_token, store::ResourceFilter* filter);
// The token of the page behind this one; empty = there is none.
std::string NextPage(const door::Caller& caller, const google::protobuf::Message& request,
                     const store::ResourcePage& page);

// Answers with a page of the records that `filter` names: `show`, absl::Status(const std::vector<ResourceRow>&), puts
// them into the response, on a thread that may block on the store.
template <typename Request, typename Response, typename Show>
grpc::ServerUnaryReactor* AnswerWithPage(const AppTools& tools, door::UnaryCall* call, const door::Caller& caller,
                                         const Request* request, store::ResourceFilter filter, Response* response,
                                         Show show) {
  absl::Status status = ReadPage(caller, *request, request->page_size(), request->page_token(), &filter);
  if (!status.ok()) return Finish(call, status);
  return AnswerFromStore(*tools.engine, call,
                         [&store = tools.engine->store(), caller, request, filter = std::move(filter), response,
                          show = std::move(show)]() -> absl::Status {
                           auto page = store.ListResources(filter);
                           if (!page.ok()) return page.status();
                           response->set_next_page_token(NextPage(caller, *request, *page));
                           return show(page->rows);
                         });
}

// The executions of these resources, in their order; nullopt = deleted meanwhile. Blocks on the store.
absl::StatusOr<std::vector<std::optional<store::ExecutionRow>>> ReadExecutionsOf(
    store::Store& store, const std::vector<store::ResourceRow>& rows);

// Of an execution that gave all that it counts: percent 100, these counters, and the event that tells of it.
void SetFinalCounts(const std::map<std::string, int32_t>& counters, engine::Projection* projection);

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_APP_TOOLS_H_
