#include "gateway/http/request_log.h"

#include <spdlog/spdlog.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "server/base/log_context.h"

namespace flowmesh::gateway {

void Record(Core* core, const Exchange& exchange, const RequestEnd& end) {
  const std::string route = exchange.match.label.empty() ? "none" : exchange.match.label;
  const absl::Duration took = absl::Now() - exchange.begin;
  core->metrics.Count({.method = exchange.head.method,
                       .route = route,
                       .refusal = end.refusal,
                       .status = end.status,
                       .streamed = end.streamed,
                       .took = took,
                       .received_bytes = exchange.raw_head.size() + exchange.body_bytes,
                       .sent_bytes = end.sent_bytes});
  if (!core->access_log) return;
  const bool traced = exchange.trace.has_value();
  const base::LogContext context({{"method", exchange.head.method},
                                  {"route", route},
                                  {"status", absl::StrCat(end.status)},
                                  {"reason", end.refusal},
                                  {"duration_ms", absl::StrFormat("%.3f", absl::ToDoubleMilliseconds(took))},
                                  {"request_id", exchange.request_id},
                                  {"trace_id", traced ? exchange.trace->span.trace_id() : ""},
                                  {"span_id", traced ? exchange.trace->span.span_id() : ""}});
  spdlog::info("{} {} {}", exchange.head.method, route, end.status);
}

}  // namespace flowmesh::gateway
