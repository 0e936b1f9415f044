#ifndef FLOWMESH_GATEWAY_HTTP_LIMITS_H_
#define FLOWMESH_GATEWAY_HTTP_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace flowmesh::gateway {

// What one client may take. Beyond a limit the request is answered as said, and the connection closed where its framing
// can no longer be trusted.
struct Limits {
  size_t request_line_bytes = 8 * 1024 + 64;  // method, target and version: 414
  size_t header_bytes = 8 * 1024;             // all header fields: 431
  size_t headers = 100;                       // fields: 431
  size_t body_bytes = size_t{16} << 20;       // 413, before the body is read where its length is declared
  int connections = 10'000;                   // beyond it a new one is closed at once
  int requests_per_connection = 10'000;       // the last one is answered with `Connection: close`
  // From the first byte to the end of the header: 408. As long again for the handshake of TLS before: closed.
  absl::Duration header_time = absl::Seconds(10);
  absl::Duration body_time = absl::Seconds(30);   // without a single byte of the body: 408
  absl::Duration idle_time = absl::Seconds(75);   // between requests: closed without a word
  absl::Duration write_time = absl::Seconds(30);  // for a client to take an answer: closed
  absl::Duration stall_time = absl::Minutes(10);  // for a viewer to take one message of a stream: closed
  absl::Duration linger_time = absl::Seconds(1);  // reading on after the last answer, so that it is not lost to a reset
  absl::Duration call_time = absl::Minutes(5);    // of a unary call for which the client named no deadline
  absl::Duration drain_time = absl::Seconds(5);   // for requests under way when the gateway stops
  absl::Duration heartbeat = absl::Seconds(15);   // of an event stream that is quiet
  absl::Duration ping = absl::Seconds(20);        // of a WebSocket that is quiet; closed after two without an answer
  // An accepted stream whose error comes this close behind is answered with the error's status. The same wait tells a
  // viewer that comes back to the end of a stream (204) from one that waits for more.
  absl::Duration verdict_time = absl::Milliseconds(50);
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_LIMITS_H_
