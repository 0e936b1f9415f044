#ifndef FLOWMESH_WORKERS_MODELS_TEXT_TEXT_MODEL_H_
#define FLOWMESH_WORKERS_MODELS_TEXT_TEXT_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "workers/models/provider/cancellation.h"
#include "workers/models/provider/model_usage.h"

namespace flowmesh::models {

enum class ChatRole { kSystem, kUser, kAssistant };

struct ChatMessage {
  ChatRole role = ChatRole::kUser;
  std::string text;  // UTF-8
};

// The answer shall be one JSON value of this shape.
struct JsonSchema {
  std::string name;    // letters, digits, _ and -, up to 64
  std::string schema;  // the JSON text of the schema
};

struct TextRequest {
  std::vector<ChatMessage> messages;      // at least one
  int max_tokens = 2048;                  // of the answer
  std::optional<double> temperature;      // none = the model's own
  std::optional<int64_t> seed;            // a wish: providers promise no equal answers
  std::optional<JsonSchema> json_schema;  // providers that know no schemas may ignore it: check the answer

  std::string idempotency_key;  // the same in every attempt of this one call; empty = none is sent
  std::string traceparent;      // W3C trace context of the caller; empty or malformed = none is sent
};

enum class FinishReason {
  kStop,    // the model was done
  kLength,  // max_tokens or the context was used up: the text is cut
};

struct TextResult {
  std::string text;  // UTF-8; what the sink was told since the last restart
  FinishReason finish_reason = FinishReason::kStop;
  ModelUsage usage;  // of the call that gave the text; the sink was told of it
};

// Hears an answer while it is written. Called on the thread that called Generate, which it may block.
class TextSink {
 public:
  virtual ~TextSink() = default;

  // More text, whole code points. Anything but OK ends the call with that status.
  virtual absl::Status OnText(const std::string& text) = 0;

  // All text told so far is void: another try writes the answer from its beginning.
  virtual absl::Status OnRestart() = 0;

  // A provider has begun to answer and was paid for it, whether the answer was used or not. Once for each such call,
  // when it has ended.
  virtual void OnUsage(const ModelUsage& usage) = 0;
};

// Writes text: one provider's model, or several behind retry, breaker and fallback.
class TextModel {
 public:
  virtual ~TextModel() = default;

  // provider/model as it is configured, for people and logs.
  virtual std::string name() const = 0;

  // Blocks until the answer is complete, which may take minutes. Thread-safe. The sink hears the text in order and
  // nothing after the return. Fails with a ModelError (model_error.h), with the sink's status, or with CANCELLED at
  // most 200 ms after `cancellation` was, the sink's own time aside.
  virtual absl::StatusOr<TextResult> Generate(const TextRequest& request, TextSink& sink,
                                              const Cancellation& cancellation) = 0;
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_TEXT_TEXT_MODEL_H_
