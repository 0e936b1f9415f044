// Commands of applications: what they keep beside their executions. See command.h, which has the rules of all commands.
#ifndef FLOWMESH_SERVER_ENGINE_RESOURCE_COMMANDS_H_
#define FLOWMESH_SERVER_ENGINE_RESOURCE_COMMANDS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/engine/projection.h"
#include "server/store/resource_rows.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

// An application completes an execution that it holds: see CompleteExecution in projection.h.
struct CompleteExecutionCommand {
  store::Id id;
  std::string owner;
  store::Payload output;
  std::shared_ptr<const Projection> projection;
  std::function<void(absl::StatusOr<store::ExecutionRow>)> reply;
  absl::Time deadline = absl::InfiniteFuture();
};

struct MadeResource {
  store::ResourceRow row;
  bool replayed = false;  // it existed under the idempotency key
};

// Makes a resource that no execution has. Its names are refused as in SubmitCommand.
struct MakeResourceCommand {
  store::ResourceRow row;  // id, kind, owner, parent and payload
  std::vector<store::AliasRow> names;
  // Its number, counted from 1 by this resource, may go into payload and further names that nobody else gives. Pure.
  std::optional<store::ResourceRow> counter;
  std::function<void(int64_t number, store::ResourceRow* row, std::vector<store::AliasRow>* names)> numbered;
  std::optional<store::IdempotencyRow> key;  // as in SubmitCommand
  absl::Duration key_life = absl::Hours(24);
  std::function<void(absl::StatusOr<MadeResource>)> reply;
  absl::Time deadline = absl::InfiniteFuture();
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_RESOURCE_COMMANDS_H_
