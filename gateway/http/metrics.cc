#include "gateway/http/metrics.h"

#include "absl/strings/str_cat.h"

namespace flowmesh::gateway {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries& RequestSeconds() {
  static const auto* const kBounds = new prometheus::Histogram::BucketBoundaries{
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};
  return *kBounds;
}

const prometheus::Histogram::BucketBoundaries& StreamSeconds() {
  static const auto* const kBounds =
      new prometheus::Histogram::BucketBoundaries{0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 21600};
  return *kBounds;
}

// The methods that routes use; a stranger's word becomes one label.
std::string MethodLabel(const std::string& method) {
  for (const char* known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (method == known) return method;
  }
  return metrics::kOtherName;
}

}  // namespace

Metrics::Metrics(prometheus::Registry& families)
    : requests_(BuildCounter()
                    .Name("flowmesh_gateway_requests_total")
                    .Help("Requests answered, by route template and status.")
                    .Register(families)),
      durations_(BuildHistogram()
                     .Name("flowmesh_gateway_request_duration_seconds")
                     .Help("From a request's head to its answer; without streams.")
                     .Register(families)),
      stream_durations_(BuildHistogram()
                            .Name("flowmesh_gateway_stream_duration_seconds")
                            .Help("From a request's head to the end of its stream.")
                            .Register(families)),
      refusals_(BuildCounter()
                    .Name("flowmesh_gateway_refused_total")
                    .Help("Errors of the gateway's own, by reason; the servers' are not among them.")
                    .Register(families)),
      streams_(BuildGauge().Name("flowmesh_gateway_streams").Help("Open streams.").Register(families)),
      received_(BuildCounter()
                    .Name("flowmesh_gateway_received_bytes_total")
                    .Help("Heads and bodies of answered requests.")
                    .Register(families)
                    .Add({})),
      sent_(BuildCounter()
                .Name("flowmesh_gateway_sent_bytes_total")
                .Help("Heads and bodies of answers, and messages of streams.")
                .Register(families)
                .Add({})),
      connections_(BuildGauge()
                       .Name("flowmesh_gateway_connections")
                       .Help("Open client connections.")
                       .Register(families)
                       .Add({})),
      in_flight_(BuildGauge()
                     .Name("flowmesh_gateway_requests_in_flight")
                     .Help("Requests being answered, streams among them.")
                     .Register(families)
                     .Add({})) {}

void Metrics::Count(const Answered& answered) {
  const std::string method = MethodLabel(answered.method);
  requests_.Add({{"method", method}, {"route", answered.route}, {"code", absl::StrCat(answered.status)}}).Increment();
  prometheus::Histogram& duration =
      answered.streamed ? stream_durations_.Add({{"route", answered.route}}, StreamSeconds())
                        : durations_.Add({{"method", method}, {"route", answered.route}}, RequestSeconds());
  duration.Observe(absl::ToDoubleSeconds(answered.took));
  received_.Increment(static_cast<double>(answered.received_bytes));
  sent_.Increment(static_cast<double>(answered.sent_bytes));
  if (!answered.refusal.empty()) CountRefusal(answered.refusal);
}

void Metrics::CountRefusal(const std::string& reason) { refusals_.Add({{"reason", reasons_.Of(reason)}}).Increment(); }

}  // namespace flowmesh::gateway
