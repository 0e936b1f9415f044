// How the services of all applications take a call and answer it from the store.
#ifndef FLOWMESH_SERVER_APPS_APP_CALL_H_
#define FLOWMESH_SERVER_APPS_APP_CALL_H_

#include <grpcpp/grpcpp.h>

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
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

// The idempotency key of a call, if it has one.
std::optional<store::IdempotencyRow> KeyOf(const door::CallMetadata& metadata, const door::Caller& caller,
                                           std::string method, std::string digest);

// The row of an execution that an application makes for a caller; it starts at once.
store::ExecutionRow NewExecution(const AppTools& tools, const door::Caller& caller, const door::CallMetadata& metadata,
                                 std::string flow, const google::protobuf::Message& input, absl::Duration timeout);

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_APP_CALL_H_
