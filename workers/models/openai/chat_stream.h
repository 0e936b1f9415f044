#ifndef FLOWMESH_WORKERS_MODELS_OPENAI_CHAT_STREAM_H_
#define FLOWMESH_WORKERS_MODELS_OPENAI_CHAT_STREAM_H_

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "workers/models/openai/chat_error.h"
#include "workers/models/openai/sse_parser.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::models {

// Reads the events of one streaming chat completion and tells their text to a sink. Source of the fields: OpenAI API
// reference, "The chat completion chunk object" (model, choices[] {index, delta {role, content, refusal},
// finish_reason}, usage {prompt_tokens, completion_tokens}; the stream ends with `[DONE]`; the chunk with the usage has
// no choices), platform.openai.com/docs/api-reference/chat/streaming. Not thread-safe.
class ChatStream {
 public:
  // `sink` must outlive it. `max_text_bytes`: of the whole answer.
  ChatStream(ErrorContext context, size_t max_text_bytes, TextSink* sink);

  // What is wrong with the event or the text; the sink's status.
  absl::Status OnEvent(const ServerSentEvent& event);

  // Whether the provider has said that nothing more comes.
  bool done() const { return done_; }

  // The text and how it ended, with the model and tokens of the usage, once the connection has ended well. CUT_STREAM
  // when the model had not; CONTENT_REFUSED; BAD_ANSWER for an empty text.
  absl::StatusOr<TextResult> Finish();

  // What is known so far: model and tokens.
  const ModelUsage& usage() const { return result_.usage; }

 private:
  absl::Status TakeChoice(const boost::json::object& choice);
  absl::Status TakeText(const std::string& text);
  void TakeUsage(const boost::json::object& usage);

  const ErrorContext context_;
  const size_t max_text_bytes_;
  TextSink* const sink_;
  TextResult result_;
  std::string refusal_;
  std::optional<std::string> finish_reason_;
  bool done_ = false;
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_OPENAI_CHAT_STREAM_H_
