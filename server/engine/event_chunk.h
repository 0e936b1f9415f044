// How consecutive events of one execution are packed into one chunk row.
//
// A chunk holds no seq: the first event has the row's first_seq, each following one the next number. Payloads of kinds
// that a worker sends are kept as they came (bytes of the public message of that kind); `state` and `child` are the
// engine's own and packed by the functions below.
#ifndef FLOWMESH_SERVER_ENGINE_EVENT_CHUNK_H_
#define FLOWMESH_SERVER_ENGINE_EVENT_CHUNK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "server/base/packing.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

// Stored: never renumber.
enum class EventKind : uint8_t {
  kLog = 1,
  kOutput = 2,
  kProgress = 3,
  kState = 4,
  kChild = 5,
  kUsage = 6,
  kArtifact = 7,
};

struct StateChange {
  store::ExecutionState state = store::ExecutionState::kCreated;
  store::Failure failure;
};

struct ChildChange {
  int32_t task = 0;
  std::string call_key;
  store::TaskState state = store::TaskState::kWaiting;
  int32_t attempt = 0;
  store::Failure failure;
  bool reused = false;
};

std::string PackStateChange(const StateChange& change);
std::optional<StateChange> UnpackStateChange(std::string_view payload);
std::string PackChildChange(const ChildChange& change);
std::optional<ChildChange> UnpackChildChange(std::string_view payload);

// Appends events to a chunk. Not thread-safe.
class EventChunkWriter {
 public:
  void Add(EventKind kind, int32_t task, int32_t attempt, absl::Time time, std::string_view payload);
  int32_t count() const { return count_; }
  size_t size() const { return packer_.size(); }
  // The chunk's bytes; the writer is empty afterwards.
  std::string Take();

 private:
  base::Packer packer_;
  int32_t count_ = 0;
  int64_t last_micros_ = 0;
};

struct EventView {
  int64_t seq = 0;
  EventKind kind = EventKind::kLog;
  int32_t task = 0;
  int32_t attempt = 0;
  absl::Time time;
  std::string_view payload;  // points into the chunk's bytes
};

// Walks a chunk. The bytes must outlive it. Not thread-safe.
class EventChunkReader {
 public:
  EventChunkReader(int64_t first_seq, std::string_view bytes) : next_seq_(first_seq), unpacker_(bytes) {}
  // False at the end, and for ever after malformed bytes.
  bool Next(EventView* event);

 private:
  int64_t next_seq_;
  base::Unpacker unpacker_;
  int64_t last_micros_ = 0;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_EVENT_CHUNK_H_
