#ifndef FLOWMESH_WORKERS_MODELS_OPENAI_SSE_PARSER_H_
#define FLOWMESH_WORKERS_MODELS_OPENAI_SSE_PARSER_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace flowmesh::models {

struct ServerSentEvent {
  std::string type;  // empty = `message`
  std::string data;  // lines joined by \n
};

// Cuts a text/event-stream into events, whatever pieces it arrives in. Lines end with LF, CR LF or CR; comments and the
// fields `id` and `retry` are skipped; an event that no blank line ends is never delivered. Source: WHATWG HTML,
// section 9.2.6 "Interpreting an event stream". Not thread-safe.
class SseParser {
 public:
  // Ends Feed with the status it returns, if that is not OK.
  using OnEvent = absl::FunctionRef<absl::Status(const ServerSentEvent&)>;

  // `max_event_bytes`: of one event, and of one line.
  explicit SseParser(size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

  // OUT_OF_RANGE: an event is larger than allowed. After anything but OK the parser is of no more use.
  absl::Status Feed(absl::string_view bytes, OnEvent on_event);

 private:
  absl::Status EndLine(OnEvent on_event);
  void TakeField(absl::string_view name, absl::string_view value);

  const size_t max_event_bytes_;
  std::string line_;  // begun, not ended
  ServerSentEvent event_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool first_line_ = true;
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_OPENAI_SSE_PARSER_H_
