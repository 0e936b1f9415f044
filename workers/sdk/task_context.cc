#include "workers/sdk/task_context.h"

#include <utility>

namespace flowmesh::sdk {

TaskContext::TaskContext(AttemptInfo info, EventSink* sink, Cancellation* cancellation, base::Clock* clock)
    : AttemptContext(std::move(info), sink, cancellation), clock_(clock) {}

bool TaskContext::Admit(bool droppable) {
  const bool room = sink().WaitForRoom();
  // Without room the attempt is cancelled. What it outputs may still become its result; the end of its grace bounds it.
  return room || !droppable;
}

}  // namespace flowmesh::sdk
