#include "workers/models/openai/chat_stream.h"

#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

namespace json = boost::json;

constexpr size_t kMaxModelName = 200;  // bytes; a longer one is not believed

// The text in a member that may be missing or null; those that are something else count as missing.
std::string TextIn(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

const json::object* ObjectIn(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

int32_t CountIn(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return 0;
  json::error_code inexact;
  const int64_t count = value->to_number<int64_t>(inexact);
  if (inexact) return 0;
  return static_cast<int32_t>(std::clamp<int64_t>(count, 0, std::numeric_limits<int32_t>::max()));
}

}  // namespace

ChatStream::ChatStream(ErrorContext context, size_t max_text_bytes, TextSink* sink)
    : context_(std::move(context)), max_text_bytes_(max_text_bytes), sink_(sink) {}

absl::Status ChatStream::OnEvent(const ServerSentEvent& event) {
  if (done_) return absl::OkStatus();
  if (event.data == "[DONE]") {
    done_ = true;
    return absl::OkStatus();
  }
  json::error_code failed;
  const json::value value = json::parse(event.data, failed);
  if (failed || !value.is_object()) {
    return ModelError(ModelFailure::kBadAnswer, context_.who,
                      absl::StrCat("sent an event that is no JSON object: ", failed.message()));
  }
  const json::object& chunk = value.get_object();
  if (const json::value* const error = chunk.if_contains("error"); error != nullptr && !error->is_null()) {
    return ErrorFromEvent(context_, *error);
  }
  if (std::string model = TextIn(chunk, "model"); !model.empty() && model.size() <= kMaxModelName) {
    result_.usage.model = std::move(model);
  }
  if (const json::object* const usage = ObjectIn(chunk, "usage")) TakeUsage(*usage);
  const json::value* const choices = chunk.if_contains("choices");
  if (choices == nullptr || !choices->is_array()) return absl::OkStatus();
  for (const json::value& choice : choices->get_array()) {
    if (!choice.is_object() || CountIn(choice.get_object(), "index") != 0) continue;
    if (absl::Status status = TakeChoice(choice.get_object()); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ChatStream::TakeChoice(const json::object& choice) {
  if (std::string reason = TextIn(choice, "finish_reason"); !reason.empty()) finish_reason_ = std::move(reason);
  const json::object* const delta = ObjectIn(choice, "delta");
  if (delta == nullptr) return absl::OkStatus();
  if (refusal_.size() < max_text_bytes_) refusal_ += TextIn(*delta, "refusal");
  return TakeText(TextIn(*delta, "content"));
}

absl::Status ChatStream::TakeText(const std::string& text) {
  if (text.empty()) return absl::OkStatus();
  if (result_.text.size() + text.size() > max_text_bytes_) {
    return ModelError(ModelFailure::kAnswerTooLarge, context_.who,
                      absl::StrCat("wrote more than ", max_text_bytes_, " bytes"));
  }
  result_.text += text;
  return sink_->OnText(text);
}

// Some servers send a running count with every chunk: the last one stands.
void ChatStream::TakeUsage(const json::object& usage) {
  result_.usage.input_tokens = CountIn(usage, "prompt_tokens");
  result_.usage.output_tokens = CountIn(usage, "completion_tokens");
}

absl::StatusOr<TextResult> ChatStream::Finish() {
  if (!refusal_.empty()) {
    return ModelError(ModelFailure::kContentRefused, context_.who,
                      absl::StrCat("refuses the subject: ", Quoted(context_, refusal_)))
        .ToStatus();
  }
  if (!finish_reason_) {
    return ModelError(ModelFailure::kCutStream, context_.who, "ended its answer without saying that it was done")
        .ToStatus();
  }
  if (*finish_reason_ == "content_filter") {
    return ModelError(ModelFailure::kContentRefused, context_.who, "left out text that its content filter refuses")
        .ToStatus();
  }
  if (*finish_reason_ == "length") {
    result_.finish_reason = FinishReason::kLength;
  } else if (*finish_reason_ == "tool_calls" || *finish_reason_ == "function_call") {
    return ModelError(ModelFailure::kBadAnswer, context_.who, "asked for a tool instead of writing text").ToStatus();
  } else if (result_.text.empty()) {
    return ModelError(ModelFailure::kBadAnswer, context_.who, "answered with an empty text").ToStatus();
  }
  return std::move(result_);
}

}  // namespace flowmesh::models
