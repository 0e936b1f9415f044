#ifndef FLOWMESH_WORKERS_SDK_EVENT_SINK_H_
#define FLOWMESH_WORKERS_SDK_EVENT_SINK_H_

#include "flowmesh/v1/log_stream.pb.h"

namespace flowmesh::sdk {

// Where an attempt's events go. Implementations are thread-safe.
class EventSink {
 public:
  virtual ~EventSink() = default;

  // Whether Append may be called without going beyond the sink's limits; true as well once events are dropped for good.
  virtual bool HasRoom() = 0;

  // Blocks until HasRoom(), or until waiting was given up because the attempt shall stop; returns HasRoom().
  virtual bool WaitForRoom() = 0;

  // Takes the event, whatever its limits say; drops it once the attempt is over. Does not block.
  virtual void Append(v1::Event event) = 0;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_EVENT_SINK_H_
