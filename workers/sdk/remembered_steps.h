#ifndef FLOWMESH_WORKERS_SDK_REMEMBERED_STEPS_H_
#define FLOWMESH_WORKERS_SDK_REMEMBERED_STEPS_H_

#include <map>
#include <optional>
#include <string>

#include "flowmesh/v1/worker.pb.h"
#include "google/protobuf/any.pb.h"
#include "server/base/mutex.h"

namespace flowmesh::sdk {

// What the steps of a flow gave in the execution that is retried, on its way from the session to the flow
// (worker.proto, rule 9). Thread-safe.
class RememberedSteps {
 public:
  // `announced`: some come, or an end without any.
  explicit RememberedSteps(bool announced) : complete_(!announced) {}

  // Those that came before may come again.
  void Add(const v1::Remembered& remembered) ABSL_LOCKS_EXCLUDED(mutex_);

  // All that were announced have come.
  bool complete() const ABSL_LOCKS_EXCLUDED(mutex_);

  // What the step gave; nothing if it is not known, or was taken before.
  std::optional<google::protobuf::Any> Take(const std::string& key) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable base::Mutex mutex_;
  bool complete_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, google::protobuf::Any> outputs_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_REMEMBERED_STEPS_H_
