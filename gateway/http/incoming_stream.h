#ifndef FLOWMESH_GATEWAY_HTTP_INCOMING_STREAM_H_
#define FLOWMESH_GATEWAY_HTTP_INCOMING_STREAM_H_

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "gateway/http/request_head.h"
#include "gateway/http/upstream.h"
#include "gateway/http/wire.h"

namespace flowmesh::gateway {

// What the upstream said and the viewer has not heard. Used on the wire's strand alone.
struct Incoming {
  bool accepted = false;
  HeaderList metadata;
  std::deque<std::string> messages;  // one at most, and one more asked for while it is written
  std::optional<CallStatus> end;

  // Nothing but a failure came.
  bool refused() const { return end.has_value() && end->code != 0 && messages.empty(); }
};

// Opens the call; what it says goes into `incoming` and wakes the wire's coroutine.
std::shared_ptr<UpstreamStream> OpenStream(Upstream& upstream, const std::shared_ptr<Wire>& wire,
                                           const std::shared_ptr<Incoming>& incoming, CallRequest request);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_INCOMING_STREAM_H_
