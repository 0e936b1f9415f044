#include "gateway/stream/stream_format.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::gateway {
namespace {

constexpr int kRetryMilliseconds = 1000;

class EventStreamFormat : public StreamFormat {
 public:
  std::string Begin() override { return absl::StrCat("retry: ", kRetryMilliseconds, "\n\n"); }
  std::string Message(const StreamMessage& message) override {
    std::string text;
    if (!message.id.empty()) absl::StrAppend(&text, "id: ", message.id, "\n");
    if (!message.event.empty()) absl::StrAppend(&text, "event: ", message.event, "\n");
    absl::StrAppend(&text, "data: ", message.json, "\n\n");
    return text;
  }
  std::string Heartbeat() override { return ":\n\n"; }
  std::string End() override { return "event: end\ndata: {}\n\n"; }
  std::string Error(const std::string& json) override { return absl::StrCat("event: error\ndata: ", json, "\n\n"); }
  std::string Closing(const std::string& json) override { return absl::StrCat("event: closing\ndata: ", json, "\n\n"); }
};

class NdjsonFormat : public StreamFormat {
 public:
  std::string Begin() override { return ""; }
  std::string Message(const StreamMessage& message) override {
    return absl::StrCat("{\"result\":", message.json, "}\n");
  }
  // Every line is a message to somebody, so silence stays silence.
  std::string Heartbeat() override { return ""; }
  std::string End() override { return ""; }
  std::string Error(const std::string& json) override { return absl::StrCat("{\"error\":", json, "}\n"); }
  std::string Closing(const std::string& json) override { return Error(json); }
};

class JsonArrayFormat : public StreamFormat {
 public:
  std::string Begin() override { return "["; }
  std::string Message(const StreamMessage& message) override { return absl::StrCat(Separator(), message.json); }
  std::string Heartbeat() override { return "\n"; }  // blanks may stand between elements
  std::string End() override { return "]"; }
  std::string Error(const std::string& json) override { return absl::StrCat(Separator(), "{\"error\":", json, "}]"); }
  std::string Closing(const std::string& json) override { return Error(json); }

 private:
  const char* Separator() { return std::exchange(first_, false) ? "" : ",\n"; }
  bool first_ = true;
};

}  // namespace

std::unique_ptr<StreamFormat> MakeEventStreamFormat() { return std::make_unique<EventStreamFormat>(); }
std::unique_ptr<StreamFormat> MakeNdjsonFormat() { return std::make_unique<NdjsonFormat>(); }
std::unique_ptr<StreamFormat> MakeJsonArrayFormat() { return std::make_unique<JsonArrayFormat>(); }

}  // namespace flowmesh::gateway
