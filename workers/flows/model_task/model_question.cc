#include "workers/flows/model_task/model_question.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/flows/model_task/model_task.h"
#include "workers/models/structured/structured_answer.h"

namespace flowmesh::flows {

absl::StatusOr<std::string> AskModel(sdk::TaskContext& context, models::TextModel& model, ModelQuestion question,
                                     absl::FunctionRef<std::string()> check, google::protobuf::Message* answer) {
  const models::TextRequest request{.messages = std::move(question.messages),
                                    .max_tokens = question.max_tokens,
                                    .seed = static_cast<int64_t>(question.seed & 0x7FFFFFFF),
                                    .json_schema = std::move(question.schema),
                                    .idempotency_key = context.idempotency_key(),
                                    .traceparent = context.traceparent()};
  const models::StructuredListener listener{
      .on_usage = [&context](const models::ModelUsage& usage) { context.ReportUsage(UsageEvent(usage)); },
      .on_repair =
          [&context](const std::string& wrong) {
            context.Warning(absl::StrCat("The model's answer cannot be used and is asked for again: ", wrong));
          }};
  const ContextCancellation<sdk::TaskContext> cancellation(&context);
  const absl::StatusOr<models::ModelUsage> usage =
      models::GenerateMessage(model, request, cancellation, listener, check, answer);
  if (!usage.ok()) return TaskFailure(usage.status());
  return absl::StrCat(usage->provider, "/", usage->model);
}

}  // namespace flowmesh::flows
