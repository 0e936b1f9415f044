#include "gateway/http/request_trace.h"

#include <optional>

namespace flowmesh::gateway {

RequestTrace TraceOf(const RequestHead& head, base::RandomSource& random) {
  const std::optional<std::string> sent = head.Joined("traceparent");
  const std::optional<base::TraceContext> parent = sent.has_value() ? base::TraceContext::Parse(*sent) : std::nullopt;
  if (!parent.has_value()) return {base::TraceContext::Start(random), ""};
  return {parent->Child(random), base::PassableTraceState(head.Joined("tracestate").value_or(""))};
}

void AddTrace(const RequestTrace& trace, HeaderList* metadata) {
  metadata->emplace_back("traceparent", trace.span.ToString());
  if (!trace.state.empty()) metadata->emplace_back("tracestate", trace.state);
}

}  // namespace flowmesh::gateway
