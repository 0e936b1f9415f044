#ifndef FLOWMESH_GATEWAY_STREAM_STREAM_FORMAT_H_
#define FLOWMESH_GATEWAY_STREAM_STREAM_FORMAT_H_

#include <memory>
#include <optional>
#include <string>

namespace flowmesh::gateway {

// One message of a stream, printed once.
struct StreamMessage {
  std::string json;                       // one line
  std::string id;                         // of the message in its stream; empty = it has none
  std::string event;                      // its kind; empty = none
  std::optional<std::string> bytes = {};  // raw, in place of all that; for WebSockets alone
};

// How a stream of messages becomes text. Pure; one object for each viewer. Texts may be empty.
class StreamFormat {
 public:
  virtual ~StreamFormat() = default;
  virtual std::string Begin() = 0;
  virtual std::string Message(const StreamMessage& message) = 0;
  // Keeps proxies and viewers from taking silence for the end.
  virtual std::string Heartbeat() = 0;
  virtual std::string End() = 0;
  // The stream breaks off with an error; `json` is the error's body.
  virtual std::string Error(const std::string& json) = 0;
  // The gateway stops; the viewer may come back where it was.
  virtual std::string Closing(const std::string& json) = 0;
};

// text/event-stream (WHATWG HTML, section 9.2): `retry:` first, then id, event and data of each message, comments as
// heartbeat, and a last event `end`, `error` or `closing`.
std::unique_ptr<StreamFormat> MakeEventStreamFormat();
// application/x-ndjson: {"result": ...} or {"error": ...} a line.
std::unique_ptr<StreamFormat> MakeNdjsonFormat();
// application/json: one array; an error is its last element, {"error": ...}.
std::unique_ptr<StreamFormat> MakeJsonArrayFormat();

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_STREAM_STREAM_FORMAT_H_
