#include "workers/models/openai/chat_request.h"

#include <boost/json.hpp>

#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

namespace json = boost::json;

const char* RoleName(ChatRole role) {
  switch (role) {
    case ChatRole::kSystem:
      return "system";
    case ChatRole::kAssistant:
      return "assistant";
    case ChatRole::kUser:
      break;
  }
  return "user";
}

}  // namespace

absl::StatusOr<std::string> ChatRequestBody(const std::string& who, const std::string& model, TokenLimitField limit,
                                            const TextRequest& request) {
  if (request.messages.empty()) {
    return ModelError(ModelFailure::kRequestRefused, who, "needs at least one message").ToStatus();
  }
  json::array messages;
  for (const ChatMessage& message : request.messages) {
    messages.push_back(json::object{{"role", RoleName(message.role)}, {"content", message.text}});
  }
  json::object body;
  body["model"] = model;
  body["messages"] = std::move(messages);
  body["stream"] = true;
  body["stream_options"] = json::object{{"include_usage", true}};
  body[limit == TokenLimitField::kMaxTokens ? "max_tokens" : "max_completion_tokens"] = request.max_tokens;
  if (request.temperature) body["temperature"] = *request.temperature;
  if (request.seed) body["seed"] = *request.seed;
  if (request.json_schema) {
    json::error_code error;
    json::value schema = json::parse(request.json_schema->schema, error);
    if (error || !schema.is_object()) {
      return ModelError(ModelFailure::kRequestRefused, who, "needs a schema that is a JSON object").ToStatus();
    }
    body["response_format"] = json::object{
        {"type", "json_schema"},
        {"json_schema",
         json::object{{"name", request.json_schema->name}, {"strict", true}, {"schema", std::move(schema)}}}};
  }
  return json::serialize(body);
}

}  // namespace flowmesh::models
