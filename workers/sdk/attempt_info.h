#ifndef FLOWMESH_WORKERS_SDK_ATTEMPT_INFO_H_
#define FLOWMESH_WORKERS_SDK_ATTEMPT_INFO_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/base/log_context.h"

namespace flowmesh::sdk {

// What an attempt was told when it was assigned.
struct AttemptInfo {
  std::string execution_id = "00000000-0000-7000-8000-000000000001";
  int task = 0;
  int attempt = 1;
  std::string type;
  std::string idempotency_key;
  int failures = 0;
  std::map<std::string, int64_t> output_ends;  // bytes, by stream
  absl::Time deadline = absl::InfiniteFuture();
  std::map<std::string, std::string> labels;
  std::string traceparent;
  std::string owner;
  std::string first_of_chain;  // the execution that began the chain of retries; empty = this one

  // `now`: when the assignment came; the attempt's own time limit counts from there.
  static AttemptInfo From(const v1::Assignment& assignment, absl::Time now);

  // What the log lines of this attempt say: trace_id, request_id, execution_id, task, attempt and type.
  base::LogFields LogFields() const;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_ATTEMPT_INFO_H_
