#include "workers/models/structured/structured_answer.h"

#include <google/protobuf/util/json_util.h>

#include <boost/json.hpp>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

namespace json = boost::json;

// Of a wrong answer, as the model is shown it; the rest would cost tokens and not help.
constexpr size_t kMaxShownBytes = 32 << 10;

class UsageSink : public TextSink {
 public:
  explicit UsageSink(const StructuredListener& listener) : listener_(listener) {}
  absl::Status OnText(const std::string& /*text*/) override { return absl::OkStatus(); }
  absl::Status OnRestart() override { return absl::OkStatus(); }
  void OnUsage(const ModelUsage& usage) override {
    if (listener_.on_usage) listener_.on_usage(usage);
  }

 private:
  const StructuredListener& listener_;
};

absl::string_view WithoutFence(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  absl::string_view inner = text;
  if (!absl::ConsumePrefix(&inner, "```") || !absl::ConsumeSuffix(&inner, "```")) return text;
  const size_t first_line = inner.find('\n');  // it may name the language
  return first_line == absl::string_view::npos ? text : absl::StripAsciiWhitespace(inner.substr(first_line));
}

std::string Shown(const std::string& text) {
  if (text.size() <= kMaxShownBytes) return text;
  size_t end = kMaxShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // whole code points
  return text.substr(0, end);
}

TextRequest RepairRequest(TextRequest request, const std::string& text, const std::string& wrong) {
  if (!absl::StripAsciiWhitespace(text).empty()) request.messages.push_back({ChatRole::kAssistant, Shown(text)});
  request.messages.push_back(
      {ChatRole::kUser, absl::StrCat("That answer cannot be used: ", wrong,
                                     ". Answer again with the whole JSON object, put right, and with nothing else.")});
  if (!request.idempotency_key.empty()) absl::StrAppend(&request.idempotency_key, "/repair");
  return request;
}

}  // namespace

absl::Status ReadJsonAnswer(absl::string_view text, google::protobuf::Message* answer) {
  answer->Clear();
  const absl::string_view inner = WithoutFence(text);
  if (inner.empty()) return absl::InvalidArgumentError("it is empty");
  json::error_code error;
  const json::value value = json::parse(json::string_view(inner.data(), inner.size()), error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("it is not valid JSON: ", error.message()));
  if (!value.is_object()) return absl::InvalidArgumentError("it is not a JSON object");
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(json::serialize(value), answer, options);
  if (status.ok()) return absl::OkStatus();
  answer->Clear();
  const auto message = status.message();
  return absl::InvalidArgumentError(
      absl::StrCat("it is not of the shape of the schema: ", absl::string_view(message.data(), message.size())));
}

absl::StatusOr<ModelUsage> GenerateMessage(TextModel& model, const TextRequest& request,
                                           const Cancellation& cancellation, const StructuredListener& listener,
                                           absl::FunctionRef<std::string()> check, google::protobuf::Message* answer) {
  UsageSink sink(listener);
  TextRequest next = request;
  for (bool repaired = false;; repaired = true) {
    const absl::StatusOr<TextResult> result = model.Generate(next, sink, cancellation);
    if (!result.ok()) return result.status();
    std::string wrong;
    if (result->finish_reason == FinishReason::kLength) {
      wrong = absl::StrCat("it was cut when ", request.max_tokens, " tokens were used up, so write less");
    } else if (const absl::Status read = ReadJsonAnswer(result->text, answer); !read.ok()) {
      wrong = std::string(read.message());
    } else {
      wrong = check();
    }
    if (wrong.empty()) return result->usage;
    answer->Clear();
    if (repaired) {
      return ModelError(ModelFailure::kBadAnswer, model.name(),
                        absl::StrCat("gave an answer that cannot be used, also when it was asked again: ", wrong))
          .ToStatus();
    }
    if (listener.on_repair) listener.on_repair(wrong);
    next = RepairRequest(request, result->text, wrong);
  }
}

}  // namespace flowmesh::models
