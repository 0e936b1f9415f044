// What the gRPC doors count about their calls, and write down about them.
#ifndef FLOWMESH_SERVER_DOOR_CALLS_CALL_OBSERVER_H_
#define FLOWMESH_SERVER_DOOR_CALLS_CALL_OBSERVER_H_

#include <grpcpp/grpcpp.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "server/base/ids.h"
#include "server/base/log_context.h"

namespace flowmesh::door {

// Of one server. Thread-safe: counting an answer takes atomics and one short lock.
class CallObserver {
 public:
  // `families` gets flowmesh_grpc_requests_total{method,code}, flowmesh_grpc_calls_open{method} and, of unary methods,
  // flowmesh_grpc_request_duration_seconds{method}, for every method of the mesh's and the applications' services;
  // it must outlive the observer. `access_log`: one line for each call that ends.
  CallObserver(prometheus::Registry& families, bool access_log);

 private:
  friend class CallRecord;
  static constexpr size_t kCodes = 17;

  struct Method {
    std::string label;  // Orchestrator/GetExecution
    prometheus::Gauge* open = nullptr;
    prometheus::Histogram* duration = nullptr;  // null: the method streams
    std::array<std::atomic<prometheus::Counter*>, kCodes> ended{};
  };

  // Null: unknown.
  Method* Find(absl::string_view name) const;
  void Count(Method& method, grpc::StatusCode code);

  prometheus::Family<prometheus::Counter>& requests_;
  const bool access_log_;
  std::map<std::string, std::unique_ptr<Method>, std::less<>> methods_;  // by name without the service
};

// One call from its arrival to its answer. Not thread-safe, except that About and End may come from different threads
// one after the other.
class CallRecord {
 public:
  // `method` as in "GetExecution". `observer` may be null: nothing is counted. Both pointers must outlive the record.
  CallRecord(CallObserver* observer, absl::string_view method, const grpc::ServerContextBase* context);
  // A record without an end counts as cancelled.
  ~CallRecord();
  CallRecord(const CallRecord&) = delete;
  CallRecord& operator=(const CallRecord&) = delete;

  // The execution that the call turned out to be about.
  void About(const base::Id& execution) { execution_ = execution; }

  // Converts, counts and writes down the answer. Call once, before it is sent: the context must still be there.
  grpc::Status End(const absl::Status& status);
  // The same for an answer that is converted.
  const grpc::Status& End(const grpc::Status& answer);

 private:
  base::LogFields Fields() const;
  void Count(grpc::StatusCode code);

  CallObserver* const observer_;
  CallObserver::Method* const method_;
  const grpc::ServerContextBase* const context_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  base::Id execution_;
  bool ended_ = false;
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CALLS_CALL_OBSERVER_H_
