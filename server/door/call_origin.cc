#include "server/door/call_origin.h"

namespace flowmesh::door {

void SetOrigin(const CallMetadata& metadata, store::ExecutionRow* row) {
  if (!metadata.trace) return;
  // The server's own span: 52 of the id's last 64 bits are random, and it is never zero.
  row->traceparent = metadata.trace->Child(row->id.lo).ToString();
  if (row->labels.size() < kMaxLabels) row->labels.emplace(kTraceLabel, metadata.trace->trace_id());
}

}  // namespace flowmesh::door
