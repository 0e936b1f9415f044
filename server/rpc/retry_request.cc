#include "server/rpc/retry_request.h"

#include "server/door/call_origin.h"
#include "server/door/calls/unary.h"
#include "server/door/field_rules.h"
#include "server/door/request_digest.h"

namespace flowmesh::rpc {

absl::StatusOr<engine::RetryCommand> ReadRetry(const v1::RetryExecutionRequest& request, const door::Caller& caller,
                                               const door::CallMetadata& metadata, base::IdMaker* ids) {
  if (absl::Status status = door::ValidateRequest(request); !status.ok()) return status;
  auto id = door::ReadId(request.id(), "id");
  if (!id.ok()) return id.status();
  engine::RetryCommand command{.id = *id, .owner = caller.owner, .start = request.start()};
  command.wish.id = ids->Make(caller.owner);
  command.wish.labels = metadata.Labels();
  command.wish.labels[door::kTraceLabel] = metadata.trace ? metadata.trace->trace_id() : "";
  if (metadata.trace) command.wish.traceparent = metadata.trace->Child(command.wish.id.lo).ToString();
  if (!metadata.idempotency_key.empty()) {
    command.key = store::IdempotencyRow{.owner = caller.owner,
                                        .method = "RetryExecution",
                                        .key = metadata.idempotency_key,
                                        .object_id = command.wish.id,
                                        .digest = door::RequestDigest({id->ToString()})};
  }
  return command;
}

}  // namespace flowmesh::rpc
