#include "gateway/http/incoming_stream.h"

#include <utility>

namespace flowmesh::gateway {

std::shared_ptr<UpstreamStream> OpenStream(Upstream& upstream, const std::shared_ptr<Wire>& wire,
                                           const std::shared_ptr<Incoming>& incoming, CallRequest request) {
  StreamCallbacks callbacks;
  callbacks.accepted = [wire, incoming](HeaderList metadata) {
    wire->Post([incoming, metadata = std::move(metadata)] {
      incoming->accepted = true;
      incoming->metadata = metadata;
    });
  };
  callbacks.message = [wire, incoming](std::string message) {
    wire->Post([incoming, message = std::make_shared<std::string>(std::move(message))] {
      incoming->messages.push_back(std::move(*message));
    });
  };
  callbacks.end = [wire, incoming](CallStatus status) {
    wire->Post([incoming, status = std::move(status)] { incoming->end = status; });
  };
  return upstream.Open(std::move(request), std::move(callbacks));
}

}  // namespace flowmesh::gateway
