#include "workers/models/openai/sse_parser.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace flowmesh::models {

absl::Status SseParser::Feed(absl::string_view bytes, OnEvent on_event) {
  while (!bytes.empty()) {
    if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const size_t end = bytes.find_first_of("\r\n");
    const absl::string_view part = bytes.substr(0, end);
    if (line_.size() + event_.data.size() + part.size() > max_event_bytes_) {
      return absl::OutOfRangeError(absl::StrCat("an event has more than ", max_event_bytes_, " bytes"));
    }
    line_.append(part.data(), part.size());
    if (end == absl::string_view::npos) return absl::OkStatus();
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (absl::Status status = EndLine(on_event); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status SseParser::EndLine(OnEvent on_event) {
  absl::string_view line = line_;
  if (std::exchange(first_line_, false)) absl::ConsumePrefix(&line, "\xEF\xBB\xBF");
  if (line.empty()) {
    line_.clear();
    ServerSentEvent event = std::exchange(event_, {});
    if (!std::exchange(has_data_, false)) return absl::OkStatus();
    event.data.pop_back();  // the line feed after its last line
    return on_event(event);
  }
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) {
    TakeField(line, "");
  } else if (colon > 0) {
    absl::string_view value = line.substr(colon + 1);
    absl::ConsumePrefix(&value, " ");
    TakeField(line.substr(0, colon), value);
  }
  line_.clear();
  return absl::OkStatus();
}

void SseParser::TakeField(absl::string_view name, absl::string_view value) {
  if (name == "data") {
    absl::StrAppend(&event_.data, value, "\n");
    has_data_ = true;
  } else if (name == "event") {
    event_.type = std::string(value);
  }
}

}  // namespace flowmesh::models
