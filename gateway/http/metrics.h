#ifndef FLOWMESH_GATEWAY_HTTP_METRICS_H_
#define FLOWMESH_GATEWAY_HTTP_METRICS_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "server/metrics/bounded_names.h"

namespace flowmesh::gateway {

// One request that was answered.
struct Answered {
  std::string method;   // as sent
  std::string route;    // the template, or a name for what has none
  std::string refusal;  // reason of an error of the gateway's own; empty = none
  int status = 0;
  bool streamed = false;
  absl::Duration took;
  size_t received_bytes = 0;  // head and body
  size_t sent_bytes = 0;      // likewise; of a stream the messages alone
};

// Counts as flowmesh_gateway_*. Labels are route templates, never paths, and methods that routes know, so that
// strangers cannot make their number grow. Thread-safe.
class Metrics {
 public:
  // `families` must outlive this.
  explicit Metrics(prometheus::Registry& families);

  void Count(const Answered& answered);
  // A client was turned away before it could ask.
  void CountRefusal(const std::string& reason);

  prometheus::Gauge& connections() { return connections_; }
  prometheus::Gauge& in_flight() { return in_flight_; }  // requests, streams among them
  // `format`: sse, ndjson, json or websocket.
  prometheus::Gauge& streams(const std::string& format) { return streams_.Add({{"format", format}}); }

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
  prometheus::Family<prometheus::Histogram>& stream_durations_;
  prometheus::Family<prometheus::Counter>& refusals_;
  prometheus::Family<prometheus::Gauge>& streams_;
  prometheus::Counter& received_;
  prometheus::Counter& sent_;
  prometheus::Gauge& connections_;
  prometheus::Gauge& in_flight_;
  metrics::BoundedNames reasons_;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_METRICS_H_
