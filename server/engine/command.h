// What the commit loop takes: one value per request, frame or thing that is due.
//
// Every callback runs on the effects thread after the commit that its command was part of (or once the command is
// refused), exactly once, and must not block.
#ifndef FLOWMESH_SERVER_ENGINE_COMMAND_H_
#define FLOWMESH_SERVER_ENGINE_COMMAND_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/engine/artifact.h"
#include "server/engine/resource_commands.h"
#include "server/engine/retry.h"
#include "server/engine/session_message.h"
#include "server/engine/transition.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

using ExecutionReply = std::function<void(absl::StatusOr<store::ExecutionRow>)>;

// Whether a session's worker lives in this very process and shares its fate; its id says so.
constexpr bool IsInProcess(uint64_t session) { return (session & 1) != 0; }

// ---- the client lane -----------------------------------------------------------------------------------------------

struct SubmitResult {
  store::ExecutionRow row;
  bool replayed = false;  // it existed under the idempotency key
  bool joined = false;    // it holds the concurrency key: nothing was created
};

// A client's command that waits longer than its caller does is refused without effect.
struct SubmitCommand {
  // id, owner, flow, labels, timeout, priority, input and so on; states, times and numbers are set by the rules.
  store::ExecutionRow row;
  bool start = false;
  std::optional<store::IdempotencyRow> key;  // object_id = row.id; expire_time counts from `key_life` at commit
  absl::Duration key_life = absl::Hours(24);
  // The execution's own resource (projection.h): kind, parent and payload; and its names. ALREADY_EXISTS with reason
  // NAME_TAKEN and metadata `name` and `object_id` if one of them leads to something else.
  std::optional<store::ResourceRow> resource;
  std::vector<store::AliasRow> names;
  std::function<void(absl::StatusOr<SubmitResult>)> reply;
  absl::Time deadline = absl::InfiniteFuture();
};

struct StartCommand {
  store::Id id;
  std::string owner;
  ExecutionReply reply;
  absl::Time deadline = absl::InfiniteFuture();
};

struct CancelCommand {
  store::Id id;
  std::string owner;
  std::string reason;
  ExecutionReply reply;
  absl::Time deadline = absl::InfiniteFuture();
};

struct SignalCommand {
  store::Id id;
  std::string owner;
  std::string name;
  store::Payload payload;
  std::optional<store::IdempotencyRow> key;  // as in SubmitCommand, with object_id = id
  absl::Duration key_life = absl::Hours(24);
  std::function<void(absl::Status)> reply;
  absl::Time deadline = absl::InfiniteFuture();
};

struct CompleteTaskCommand {
  std::string token_digest;
  Outcome outcome;
  std::function<void(absl::Status)> reply;
  absl::Time deadline = absl::InfiniteFuture();
};

struct WriteArtifactCommand {
  NewArtifact artifact;
  // Gets the artifact as it stands: this one, or the same one that was written before (then under another id).
  std::function<void(absl::StatusOr<store::ArtifactRow>)> reply;
  absl::Time deadline = absl::InfiniteFuture();
};

// A new execution from one that ended without full success.
struct RetryCommand {
  store::Id id;  // of the old one
  std::string owner;
  RetryWish wish;
  bool start = false;
  std::optional<store::IdempotencyRow> key;  // as in SubmitCommand, with object_id = wish.id
  absl::Duration key_life = absl::Hours(24);
  std::function<void(absl::StatusOr<SubmitResult>)> reply;
  absl::Time deadline = absl::InfiniteFuture();
};

struct DeleteCommand {
  store::Id id;
  std::string owner;
  std::function<void(absl::Status)> reply;
  absl::Time deadline = absl::InfiniteFuture();
};

// ---- the worker lane -----------------------------------------------------------------------------------------------

struct ServedType {
  store::FlowRow row;        // the mesh's contract and rules
  int32_t code_version = 1;  // of this worker's code
  bool store_row = false;    // new or changed: write it
};

struct HelloCommand {
  struct Held {
    AttemptKey attempt;
    int32_t last_record = 0;        // that its flow has seen
    bool wants_remembered = false;  // remembered steps that were announced have not all come
  };
  uint64_t session = 0;
  std::string worker;
  std::string worker_id;
  std::string version;
  std::vector<ServedType> types;
  int slots = 0;
  int flows = 0;
  std::vector<Held> held;
  std::shared_ptr<SessionChannel> channel;
};

// One frame's entries. `committed` runs when all of them are.
struct FrameCommand {
  uint64_t session = 0;
  std::vector<Entry> entries;
  size_t bytes = 0;
  std::function<void()> committed;
};

struct CapacityCommand {
  uint64_t session = 0;
  int slots = 0;
  int flows = 0;
};

// The worker takes nothing new.
struct DrainSessionCommand {
  uint64_t session = 0;
};

// The stream ended. `gone`: the worker closed it and will not come back.
struct DetachCommand {
  uint64_t session = 0;
  bool gone = false;
};

// This replica stops: nothing is assigned any more.
struct StopAssigningCommand {};

// Other replicas left mail for this one.
struct MailCommand {};

// Rows wait in these queues, whoever put them there.
struct QueuesCommand {
  std::vector<std::string> queues;
};

// The mesh's task types, as other replicas have stored them.
struct FlowsCommand {
  std::vector<store::FlowRow> rows;
};

// What a dead replica's sessions had is to be handed out anew.
struct AdoptCommand {
  uint64_t replica_id = 0;
  absl::Duration grace;  // for workers that may yet attach elsewhere and name what they have
};

// ---- made by the commit loop itself --------------------------------------------------------------------------------

struct ResumeCommand {
  AttemptKey attempt;
  uint64_t session = 0;
  int32_t last_record = 0;
  bool wants_remembered = false;
  std::shared_ptr<WelcomeMessage> answers;
  size_t place = 0;  // in `answers->held`
};

// Comes after the ResumeCommands of its hello.
struct WelcomeCommand {
  uint64_t session = 0;
  std::shared_ptr<WelcomeMessage> answers;
  std::vector<store::FlowRow> flows;  // to write
};

struct LoseCommand {
  AttemptKey attempt;  // attempt 0 = whichever that session has
  uint64_t session = 0;
  bool by_worker = false;
};

struct AttemptTimerCommand {
  AttemptTimer timer;
};

// The execution goes if it ended at least `retention` ago and nothing keeps it.
struct ExpireCommand {
  store::Id id;
  absl::Duration retention;
};

// The keys go unless they were claimed anew.
struct ForgetKeysCommand {
  std::vector<store::IdempotencyRow> rows;
};

// Another replica whose last batch has been this one for too long.
struct DeclareDeadCommand {
  uint64_t replica_id = 0;
  uint64_t batch = 0;
};

// Some of what deleted executions left behind goes.
struct PurgeCommand {};

using Command = std::variant<SubmitCommand, StartCommand, CancelCommand, SignalCommand, CompleteTaskCommand,
                             WriteArtifactCommand, RetryCommand, DeleteCommand, CompleteExecutionCommand,
                             MakeResourceCommand, FrameCommand, ResumeCommand, WelcomeCommand, LoseCommand,
                             AttemptTimerCommand, ExpireCommand, ForgetKeysCommand, DeclareDeadCommand, PurgeCommand>;

// What changes only the loop's memory; taken before the next batch, in the worker lane's order.
using SessionCommand = std::variant<HelloCommand, CapacityCommand, DrainSessionCommand, DetachCommand,
                                    StopAssigningCommand, MailCommand, QueuesCommand, FlowsCommand, AdoptCommand>;

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_COMMAND_H_
