// What the engine says to a worker's session.
#ifndef FLOWMESH_SERVER_ENGINE_SESSION_MESSAGE_H_
#define FLOWMESH_SERVER_ENGINE_SESSION_MESSAGE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

// Names an attempt: the fence on everything a worker says.
struct AttemptKey {
  store::TaskKey task;
  int32_t attempt = 0;

  auto operator<=>(const AttemptKey&) const = default;
};

struct AssignmentMessage {
  AttemptKey attempt;
  std::string type;
  store::Payload input;
  std::string idempotency_key;
  int32_t failures = 0;
  std::map<std::string, int64_t> output_ends;
  int32_t records = 0;  // how many the flow has; they are sent before it may run
  absl::Time deadline = absl::InfiniteFuture();
  absl::Duration attempt_timeout = absl::InfiniteDuration();
  std::map<std::string, std::string> labels;
  std::string traceparent;
  std::string owner;
  store::Id first_of_chain;
  std::optional<store::TaskKey> remembers;  // the flow of the retried execution whose steps are sent before it may run
};

// The outcome of something that the flow waits for.
struct RecordMessage {
  AttemptKey attempt;  // that waits
  int32_t number = 0;
  std::string call_key;
  store::TaskKind kind = store::TaskKind::kCall;
  std::string type;        // of a call
  store::Payload output;   // unless it failed
  store::Failure failure;  // with a reason if it failed
  bool own_step = false;   // the attempt did the step itself and knows its outcome
  bool reused = false;     // the outcome is the retried execution's
};

// The flow has records that were not said one by one, since another replica committed them.
struct RecordsMessage {
  AttemptKey attempt;   // that waits
  int32_t after = 0;    // number of the last one that it was sent; known when the message leaves the commit loop
  int32_t records = 0;  // how many there are
};

struct CancelMessage {
  AttemptKey attempt;
  std::string reason;
  absl::Duration grace;
};

struct AckMessage {
  AttemptKey attempt;
  int64_t number = 0;
};

struct FencedMessage {
  AttemptKey attempt;
  std::string reason;
};

// The answer to a hello.
struct WelcomeMessage {
  struct Held {
    AttemptKey attempt;
    int64_t acked = 0;
    bool fenced = false;
    bool cancel = false;
    int32_t last_record = 0;                  // that its flow has seen
    int32_t records = 0;                      // that there are
    std::optional<store::TaskKey> remembers;  // as in its assignment, if the worker asks for the steps again
  };
  uint64_t session = 0;
  absl::Duration grace;
  std::vector<Held> held;  // in the hello's order
};

using SessionMessage = std::variant<AssignmentMessage, RecordMessage, RecordsMessage, CancelMessage, AckMessage,
                                    FencedMessage, WelcomeMessage>;

// One worker's stream, as the engine sees it. Called on the engine's effects thread, in commit order; must not block.
class SessionChannel {
 public:
  virtual ~SessionChannel() = default;
  virtual void Send(std::vector<SessionMessage> messages) = 0;
  // Another stream of the same worker took this session's place, or the replica left: end the stream.
  virtual void Close(const std::string& why) = 0;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_SESSION_MESSAGE_H_
