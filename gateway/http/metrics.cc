#include "gateway/http/metrics.h"

#include "absl/strings/str_cat.h"

namespace flowmesh::gateway {
namespace {

void AppendGauge(const char* name, const char* help, int value, std::string* out) {
  absl::StrAppend(out, "# HELP ", name, " ", help, "\n# TYPE ", name, " gauge\n", name, " ", value, "\n");
}

// The methods that routes use; a stranger's word becomes one label.
std::string MethodLabel(const std::string& method) {
  for (const char* known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (method == known) return method;
  }
  return "other";
}

}  // namespace

void Metrics::CountRequest(const std::string& method, const std::string& route, int status) {
  base::MutexLock lock(mutex_);
  ++requests_[{MethodLabel(method), route, status}];
}

std::string Metrics::Render() const {
  std::string out =
      "# HELP flowmesh_gateway_requests_total Requests answered, by route template and status.\n"
      "# TYPE flowmesh_gateway_requests_total counter\n";
  {
    base::MutexLock lock(mutex_);
    for (const auto& [key, count] : requests_) {
      const auto& [method, route, status] = key;
      absl::StrAppend(&out, "flowmesh_gateway_requests_total{method=\"", method, "\",route=\"", route, "\",code=\"",
                      status, "\"} ", count, "\n");
    }
  }
  AppendGauge("flowmesh_gateway_connections", "Open client connections.", connections, &out);
  AppendGauge("flowmesh_gateway_requests_in_flight", "Requests being answered, streams among them.", in_flight, &out);
  AppendGauge("flowmesh_gateway_streams", "Open streams.", streams, &out);
  return out;
}

}  // namespace flowmesh::gateway
