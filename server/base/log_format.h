// How the process's log lines look: for people, or as one JSON object a line.
#ifndef FLOWMESH_SERVER_BASE_LOG_FORMAT_H_
#define FLOWMESH_SERVER_BASE_LOG_FORMAT_H_

#include <memory>

namespace spdlog {
class formatter;
}  // namespace spdlog

namespace flowmesh::base {

enum class LogFormat {
  kText,  // [2026-03-01 12:00:00.123] [flowmesh] [info] the message trace_id=4bf9.. execution_id=0192..
  kJson,  // {"time":"2026-03-01T12:00:00.123Z","level":"info","message":"the message","trace_id":"4bf9.."}
};

// Adds the fields of the writing thread's LogContext to each line, so loggers must format where they are called (those
// of spdlog that are not asynchronous do). In JSON numbers stay text, times are UTC, and bytes that are not UTF-8
// become U+FFFD; in text a value that holds blanks, quotes or control characters is quoted as in JSON.
std::unique_ptr<spdlog::formatter> MakeLogFormatter(LogFormat format);

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_LOG_FORMAT_H_
