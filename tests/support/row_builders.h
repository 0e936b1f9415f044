// Rows and events as tests of the engine need them: complete, with everything that a test does not name at a usual
// value.
#ifndef FLOWMESH_TESTS_SUPPORT_ROW_BUILDERS_H_
#define FLOWMESH_TESTS_SUPPORT_ROW_BUILDERS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/event_chunk.h"
#include "server/engine/transition.h"
#include "server/store/rows.h"

namespace flowmesh::testing {

// The n-th id of a test; they order by n.
inline base::Id IdNumber(uint64_t n) {
  return {.hi = uint64_t{0x0192f0c48d1e7000} + (n << 16), .lo = 0x9abc000000000000 + n};
}

inline store::Payload PayloadOf(std::string bytes, std::string type = "poem.Request") {
  return {.type = std::move(type), .bytes = std::move(bytes)};
}

// What a client hands to Submit.
inline store::ExecutionRow NewExecutionRow(uint64_t n = 1, std::string owner = "ann", std::string flow = "poem") {
  store::ExecutionRow row;
  row.id = IdNumber(n);
  row.owner = std::move(owner);
  row.flow = std::move(flow);
  row.root.input = PayloadOf("roses");
  return row;
}

inline engine::WorkerEvent LogLine(std::string text) {
  return {.kind = engine::EventKind::kLog, .payload = std::move(text)};
}

inline engine::WorkerEvent OutputChunk(int64_t offset, const std::string& bytes, std::string stream = "text") {
  return {.kind = engine::EventKind::kOutput,
          .payload = bytes,
          .stream = std::move(stream),
          .offset = offset,
          .length = static_cast<int64_t>(bytes.size())};
}

inline engine::WorkerEvent ProgressOf(int32_t percent, const std::string& message = "") {
  return {.kind = engine::EventKind::kProgress,
          .payload = message,
          .progress = store::Progress{.percent = percent, .message = message}};
}

inline engine::EventBatch Events(std::vector<engine::WorkerEvent> events) { return {.events = std::move(events)}; }

inline engine::Finished FinishedWith(std::string bytes, std::string type = "poem.Poem") {
  return {.output = PayloadOf(std::move(bytes), std::move(type))};
}

inline engine::Failed FailedWith(std::string reason, bool retryable = true) {
  return {.failure = {.reason = std::move(reason), .message = "it did not work", .retryable = retryable}};
}

// The events of chunks, in order, with payloads of their own.
struct OwnedEvent {
  int64_t seq = 0;
  engine::EventKind kind = engine::EventKind::kLog;
  int32_t task = 0;
  int32_t attempt = 0;
  absl::Time time;
  std::string payload;
};

inline std::vector<OwnedEvent> Unpacked(const std::vector<store::EventChunkRow>& chunks) {
  std::vector<OwnedEvent> events;
  for (const store::EventChunkRow& chunk : chunks) {
    engine::EventChunkReader reader(chunk.first_seq, chunk.bytes);
    for (engine::EventView view; reader.Next(&view);) {
      events.push_back({view.seq, view.kind, view.task, view.attempt, view.time, std::string(view.payload)});
    }
  }
  return events;
}

// The states that events of kind `state` went through.
inline std::vector<store::ExecutionState> StatesIn(const std::vector<OwnedEvent>& events) {
  std::vector<store::ExecutionState> states;
  for (const OwnedEvent& event : events) {
    if (event.kind != engine::EventKind::kState) continue;
    if (auto change = engine::UnpackStateChange(event.payload)) states.push_back(change->state);
  }
  return states;
}

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_ROW_BUILDERS_H_
