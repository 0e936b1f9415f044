#ifndef FLOWMESH_WORKERS_SDK_RECORD_INBOX_H_
#define FLOWMESH_WORKERS_SDK_RECORD_INBOX_H_

#include <vector>

#include "absl/status/statusor.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/base/mutex.h"

namespace flowmesh::sdk {

// The records of one attempt on their way from its session to its flow. They come in number order, some of them twice
// when a new stream begins. Thread-safe.
class RecordInbox {
 public:
  using Record = v1::Records::Record;

  // Keeps those that are new and returns the number of the newest ever. FAILED_PRECONDITION, and nothing is kept, if a
  // number is missing before one of them.
  absl::StatusOr<int> Add(const v1::Records& records) ABSL_LOCKS_EXCLUDED(mutex_);

  // Those kept and not taken before.
  std::vector<Record> Take() ABSL_LOCKS_EXCLUDED(mutex_);

  // Number of the newest that ever came.
  int received() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable base::Mutex mutex_;
  std::vector<Record> records_ ABSL_GUARDED_BY(mutex_);
  int received_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_RECORD_INBOX_H_
