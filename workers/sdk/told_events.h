#ifndef FLOWMESH_WORKERS_SDK_TOLD_EVENTS_H_
#define FLOWMESH_WORKERS_SDK_TOLD_EVENTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "flowmesh/v1/log_stream.pb.h"
#include "server/base/mutex.h"
#include "workers/sdk/event_sink.h"

namespace flowmesh::sdk {

// Keeps what an attempt told. Thread-safe.
class ToldEvents : public EventSink {
 public:
  bool HasRoom() override { return true; }
  bool WaitForRoom() override { return true; }
  void Append(v1::Event event) override ABSL_LOCKS_EXCLUDED(mutex_);

  // In the order they were told.
  std::vector<v1::Event> events() const ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<v1::LogLine> logs() const;
  std::vector<v1::Progress> progress() const;
  std::vector<v1::Usage> usages() const;

  // The stream as a reader sees it: all chunks folded.
  std::string output(const std::string& stream = "") const;

  // Blocks until `count` events were told.
  void WaitForEvents(size_t count) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable base::Mutex mutex_;
  mutable base::CondVar changed_;
  std::vector<v1::Event> events_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_TOLD_EVENTS_H_
