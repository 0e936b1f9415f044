#ifndef FLOWMESH_WORKERS_MODELS_STRUCTURED_STRUCTURED_ANSWER_H_
#define FLOWMESH_WORKERS_MODELS_STRUCTURED_STRUCTURED_ANSWER_H_

#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "workers/models/provider/cancellation.h"
#include "workers/models/provider/model_usage.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::models {

// Hears of a structured call while it goes on, on the caller's thread. Each may be null.
struct StructuredListener {
  std::function<void(const ModelUsage&)> on_usage;          // as TextSink::OnUsage
  std::function<void(const std::string& wrong)> on_repair;  // the answer cannot be used, the model is asked once more
};

// Asks `model` for a JSON object and reads it into `answer` by the names of its fields; fields that the message does
// not have are ignored. `check` looks at `answer` and says what is wrong with it, for the model that wrote it; empty =
// nothing. A wrong answer is shown to the model together with what is wrong, once. Gives the usage of the call whose
// answer was taken. `request` should have a json_schema; the second call has an idempotency key of its own.
// Fails as TextModel::Generate does, and with kBadAnswer, saying what is wrong, if the second answer is wrong too.
absl::StatusOr<ModelUsage> GenerateMessage(TextModel& model, const TextRequest& request,
                                           const Cancellation& cancellation, const StructuredListener& listener,
                                           absl::FunctionRef<std::string()> check, google::protobuf::Message* answer);

// Reads the text of an answer: one JSON object by RFC 8259, a Markdown fence around it aside. INVALID_ARGUMENT says
// what is wrong with it; `answer` is void then.
absl::Status ReadJsonAnswer(absl::string_view text, google::protobuf::Message* answer);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_STRUCTURED_STRUCTURED_ANSWER_H_
