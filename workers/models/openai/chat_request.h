#ifndef FLOWMESH_WORKERS_MODELS_OPENAI_CHAT_REQUEST_H_
#define FLOWMESH_WORKERS_MODELS_OPENAI_CHAT_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::models {

// Which field tells the limit of the answer. OpenAI's newer models refuse `max_tokens`, some compatible servers know
// only that.
enum class TokenLimitField { kMaxTokens, kMaxCompletionTokens };

// The JSON body of a streaming chat completion that ends with its usage. INVALID_ARGUMENT with reason REQUEST_REFUSED:
// no message, or a schema that is not JSON. `who` names the model in errors.
// Source of the fields: OpenAI API reference, "Create chat completion" (model, messages[] {role, content}, stream,
// stream_options.include_usage, max_tokens, max_completion_tokens, temperature, seed, response_format.json_schema),
// platform.openai.com/docs/api-reference/chat/create.
absl::StatusOr<std::string> ChatRequestBody(const std::string& who, const std::string& model, TokenLimitField limit,
                                            const TextRequest& request);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_OPENAI_CHAT_REQUEST_H_
