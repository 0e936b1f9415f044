#include "server/rpc/log_stream/event_page.h"

#include <vector>

#include "server/door/convert/event_proto.h"
#include "server/engine/event_chunk.h"
#include "server/rpc/log_stream/readable_execution.h"

namespace flowmesh::rpc {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;

// What is on the page so far.
struct Page {
  int64_t cursor;  // the last event looked at
  size_t bytes = 0;
  bool full = false;
};

absl::Status AddChunk(const store::EventChunkRow& chunk, const door::KindFilter& kinds, int64_t head, int limit,
                      Page& page, v1::ListEventsResponse* response) {
  engine::EventChunkReader reader(chunk.first_seq, chunk.bytes);
  engine::EventView event;
  while (page.cursor < head && reader.Next(&event)) {
    if (event.seq <= page.cursor) continue;
    if (event.seq != page.cursor + 1) break;
    if (kinds.Passes(event)) {
      if (response->events_size() == limit ||
          (response->events_size() > 0 && page.bytes + event.payload.size() > kMaxPageBytes)) {
        page.full = true;
        return absl::OkStatus();
      }
      if (!door::ToProto(chunk.execution_id, event, response->add_events())) {
        return EventUnreadable(chunk.execution_id, event.seq);
      }
      page.bytes += event.payload.size();
    }
    page.cursor = event.seq;
  }
  const bool complete = page.cursor >= head || page.cursor == chunk.first_seq + chunk.count - 1;
  return complete ? absl::OkStatus() : EventUnreadable(chunk.execution_id, page.cursor + 1);
}

}  // namespace

absl::StatusOr<int64_t> ReadEventPage(store::Store& store, const store::ExecutionRow& row, int64_t after,
                                      const door::KindFilter& kinds, int limit, v1::ListEventsResponse* response) {
  Page page{.cursor = after};
  size_t scanned = 0;
  while (page.cursor < row.event_head && !page.full && scanned < kMaxScannedBytes) {
    const absl::StatusOr<std::vector<store::EventChunkRow>> chunks = store.ReadEvents(row.id, page.cursor, kReadBytes);
    if (!chunks.ok()) return chunks.status();
    if (chunks->empty() || chunks->front().first_seq > page.cursor + 1) {
      return EventMissing(store, row.id, page.cursor + 1);
    }
    for (const store::EventChunkRow& chunk : *chunks) {
      if (page.full || page.cursor >= row.event_head) break;
      scanned += chunk.bytes.size();
      if (absl::Status added = AddChunk(chunk, kinds, row.event_head, limit, page, response); !added.ok()) return added;
    }
  }
  return page.cursor < row.event_head ? page.cursor : 0;
}

}  // namespace flowmesh::rpc
