#ifndef FLOWMESH_SERVER_CLI_EVENT_TEXT_H_
#define FLOWMESH_SERVER_CLI_EVENT_TEXT_H_

#include <string>

#include "absl/time/time.h"
#include "flowmesh/v1/log_stream.pb.h"

namespace flowmesh::cli {

struct EventStyle {
  bool colour = false;                          // ANSI colours for levels and states
  absl::TimeZone zone = absl::LocalTimeZone();  // of the times shown
};

// One line about the event, without line end and safe to show: `12:00:01.250 INFO     drew the cover  size=12`.
// Empty for output chunks, which are content and not a line.
std::string RenderEvent(const v1::Event& event, const EventStyle& style);

// `REASON: message`, safe to show.
std::string RenderFailure(const v1::Failure& failure);

// `2 kB`, `1.4 MB`.
std::string RenderBytes(int64_t bytes);

// A point in time as people read it, to the second: `2031-01-02 03:04:05`; empty when unset.
std::string RenderTime(const google::protobuf::Timestamp& time, bool is_set, const absl::TimeZone& zone);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_EVENT_TEXT_H_
