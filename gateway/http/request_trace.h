#ifndef FLOWMESH_GATEWAY_HTTP_REQUEST_TRACE_H_
#define FLOWMESH_GATEWAY_HTTP_REQUEST_TRACE_H_

#include <string>

#include "gateway/http/request_head.h"
#include "server/base/random.h"
#include "server/base/trace_context.h"

namespace flowmesh::gateway {

// The gateway's own span of a request, and what vendors said about the trace.
struct RequestTrace {
  base::TraceContext span;
  std::string state;  // tracestate; empty = none
};

// A span in the client's trace, or in a new one when the client sent no traceparent, a malformed one or several; its
// tracestate then does not count either.
RequestTrace TraceOf(const RequestHead& head, base::RandomSource& random);

// What goes up with the call.
void AddTrace(const RequestTrace& trace, HeaderList* metadata);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_REQUEST_TRACE_H_
