#ifndef FLOWMESH_WORKERS_FLOWS_MODEL_TASK_MODEL_QUESTION_H_
#define FLOWMESH_WORKERS_FLOWS_MODEL_TASK_MODEL_QUESTION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "workers/models/text/text_model.h"
#include "workers/sdk/task_context.h"

namespace flowmesh::flows {

struct ModelQuestion {
  std::vector<models::ChatMessage> messages;
  models::JsonSchema schema;
  int max_tokens = 8192;
  uint64_t seed = 0;
};

// Asks the model for a message (models::GenerateMessage) on behalf of a task: its usage, its cancel, its idempotency
// key, a warning when an answer has to be repaired. Gives who answered, as provider/model. Fails with the reasons of
// ModelFailure.
absl::StatusOr<std::string> AskModel(sdk::TaskContext& context, models::TextModel& model, ModelQuestion question,
                                     absl::FunctionRef<std::string()> check, google::protobuf::Message* answer);

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_MODEL_TASK_MODEL_QUESTION_H_
