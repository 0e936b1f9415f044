#ifndef FLOWMESH_WORKERS_MODELS_OPENAI_OPENAI_TEXT_MODEL_H_
#define FLOWMESH_WORKERS_MODELS_OPENAI_OPENAI_TEXT_MODEL_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/base/random.h"
#include "workers/models/openai/chat_request.h"
#include "workers/models/provider/http_client.h"
#include "workers/models/provider/model_usage.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::models {

struct OpenAiOptions {
  std::string base_url = "https://api.openai.com/v1";  // /chat/completions is added before a query
  std::string model;
  std::string api_key;              // sent as a bearer token; empty = none
  bool key_without_tls = false;     // allows a key on plain http to another machine
  std::string provider = "openai";  // names who answers in results, usage and errors
  TokenPrices prices;

  std::optional<TokenLimitField> token_limit_field;  // none: max_completion_tokens on api.openai.com, else max_tokens
  size_t max_event_bytes = 1 << 20;                  // of one event of the stream
  size_t max_text_bytes = 1 << 20;                   // of a whole answer
  HttpOptions http;                                  // `who` is set by Open
};

// A model behind an OpenAI-compatible chat completions endpoint (OpenAI, Azure's /openai/v1, vLLM, llama.cpp, Ollama,
// ...), streaming. Forwards Idempotency-Key, and the traceparent with a span of its own for each call. The key is in no
// error and no log.
class OpenAiTextModel : public TextModel {
 public:
  // INVALID_ARGUMENT: an option is not acceptable, the message says which and why. Does not connect.
  static absl::StatusOr<std::unique_ptr<OpenAiTextModel>> Open(OpenAiOptions options);

  std::string name() const override;
  absl::StatusOr<TextResult> Generate(const TextRequest& request, TextSink& sink,
                                      const Cancellation& cancellation) override;

 private:
  OpenAiTextModel(OpenAiOptions options, std::string url, std::unique_ptr<HttpClient> http);

  absl::StatusOr<HttpPost> MakePost(const TextRequest& request) const;

  const OpenAiOptions options_;
  const std::string url_;
  const std::unique_ptr<HttpClient> http_;
  mutable base::SecureRandom random_;  // of span ids
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_OPENAI_OPENAI_TEXT_MODEL_H_
