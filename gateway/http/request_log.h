#ifndef FLOWMESH_GATEWAY_HTTP_REQUEST_LOG_H_
#define FLOWMESH_GATEWAY_HTTP_REQUEST_LOG_H_

#include <cstddef>
#include <string>

#include "gateway/http/exchange.h"

namespace flowmesh::gateway {

// How a request ended.
struct RequestEnd {
  int status = 0;
  std::string refusal;  // reason of an error of the gateway's own; empty = none
  bool streamed = false;
  size_t sent_bytes = 0;
};

// Counts the request and, where access is logged, writes one line about it: method, route template, status, time,
// request id and trace id; never its path, query or headers. Thread-safe.
void Record(Core* core, const Exchange& exchange, const RequestEnd& end);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_REQUEST_LOG_H_
