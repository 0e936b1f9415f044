#ifndef FLOWMESH_WORKERS_MODELS_OPENAI_CHAT_ERROR_H_
#define FLOWMESH_WORKERS_MODELS_OPENAI_CHAT_ERROR_H_

#include <boost/json/fwd.hpp>
#include <string>

#include "absl/status/status.h"
#include "workers/models/provider/http_client.h"

namespace flowmesh::models {

// Who answered, and what must not be repeated in an error.
struct ErrorContext {
  std::string who;     // provider/model
  std::string secret;  // the key; replaced by *** should a provider quote it
};

// A provider's own words as a part of an error: without the secret and control characters, and not too long.
std::string Quoted(const ErrorContext& context, std::string words);

// The ModelError for an answer other than 200, with the delay its head asks for (Retry-After in seconds or as a date,
// retry-after-ms, x-ratelimit-reset-*). `body` may be anything; of a text that is not JSON nothing is quoted.
// Sources: OpenAI guides "Error codes" and "Rate limits" (error.message, .type, .code; context_length_exceeded,
// insufficient_quota, model_not_found, content_filter), platform.openai.com/docs/guides/error-codes; RFC 9110, 10.2.3.
absl::Status ErrorFromAnswer(const ErrorContext& context, const HttpHead& head, const std::string& body);

// The same for an `error` member that stands in an event of a stream that began well.
absl::Status ErrorFromEvent(const ErrorContext& context, const boost::json::value& error);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_OPENAI_CHAT_ERROR_H_
