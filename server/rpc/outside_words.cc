#include "server/rpc/outside_words.h"

#include <string>
#include <utility>

#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/door/calls/unary.h"
#include "server/door/convert/any_payload.h"
#include "server/door/convert/attempt_proto.h"
#include "server/door/field_rules.h"
#include "server/door/request_digest.h"
#include "server/engine/limits.h"

namespace flowmesh::rpc {
namespace {

absl::Status CheckSize(const google::protobuf::Any& message, const std::string& field) {
  base::FieldViolations violations;
  if (message.value().size() > engine::kMaxPayloadBytes) {
    violations.Add(field, "has more than 1 MiB: send an artifact's id instead");
  }
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<engine::SignalCommand> ReadSignal(const v1::SignalExecutionRequest& request, const door::Caller& caller,
                                                 const door::CallMetadata& metadata) {
  if (absl::Status status = door::ValidateRequest(request); !status.ok()) return status;
  auto id = door::ReadId(request.id(), "id");
  if (!id.ok()) return id.status();
  if (absl::Status status = CheckSize(request.payload(), "payload"); !status.ok()) return status;
  engine::SignalCommand command{.id = *id, .owner = caller.owner, .name = request.name()};
  if (!metadata.idempotency_key.empty()) {
    command.key =
        store::IdempotencyRow{.owner = caller.owner,
                              .method = "SignalExecution",
                              .key = metadata.idempotency_key,
                              .digest = door::RequestDigest({request.id(), request.name(), request.payload().type_url(),
                                                             request.payload().value()})};
  }
  command.payload = door::FromProto(google::protobuf::Any(request.payload()));
  return command;
}

absl::StatusOr<engine::CompleteTaskCommand> ReadCompletion(const v1::CompleteTaskRequest& request) {
  if (absl::Status status = door::ValidateRequest(request); !status.ok()) return status;
  base::FieldViolations violations;
  engine::CompleteTaskCommand command{.token_digest = base::Sha256(request.token())};
  if (request.has_failure()) {
    command.outcome.failure = door::FromProto(v1::Failure(request.failure()));
    if (command.outcome.failure.reason.empty()) violations.Add("failure.reason", "is missing");
  } else if (request.has_output()) {
    if (absl::Status status = CheckSize(request.output(), "output"); !status.ok()) return status;
    command.outcome.output = door::FromProto(google::protobuf::Any(request.output()));
    if (command.outcome.output.type.empty()) violations.Add("output", "must hold a message with its type");
  } else {
    violations.Add("output", "either output or failure must be set");
  }
  if (!violations.empty()) return violations.ToStatus();
  return command;
}

}  // namespace flowmesh::rpc
