#ifndef FLOWMESH_GATEWAY_HTTP_UPSTREAM_H_
#define FLOWMESH_GATEWAY_HTTP_UPSTREAM_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gateway/transcode/headers_policy.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace flowmesh::gateway {

struct CallRequest {
  std::string method;  // "/flowmesh.v1.Orchestrator/GetExecution"
  transcode::HeaderList metadata;
  std::optional<absl::Duration> timeout;
  std::string message;  // serialised
};

struct CallStatus {
  int code = 0;  // of gRPC
  std::string message;
  std::string details;  // grpc-status-details-bin
};

struct UnaryAnswer {
  CallStatus status;
  transcode::HeaderList initial_metadata;
  std::string message;
};

// A call under way. Dropping it does not end it.
class UpstreamCall {
 public:
  virtual ~UpstreamCall() = default;
  // Thread-safe, idempotent, does not block. The call still ends with its last callback.
  virtual void Cancel() = 0;
};

// A server-streaming call. Its messages are pulled: what is not asked for stays with the server.
class UpstreamStream : public UpstreamCall {
 public:
  // Asks for the next message; not again before it came. The first was asked for when the stream was opened.
  virtual void Read() = 0;
};

// Called on gRPC's threads, where they must not block; `accepted` and the first `message` in any order, `end` last.
struct StreamCallbacks {
  std::function<void(transcode::HeaderList)> accepted;  // initial metadata came; also before an early error
  std::function<void(std::string)> message;
  std::function<void(CallStatus)> end;
};

// Calls by name to the servers behind the gateway, which knows no stubs. Thread-safe.
class Upstream {
 public:
  explicit Upstream(std::shared_ptr<grpc::Channel> channel);
  // Blocks until all calls are over and nobody holds them any more; not on a gRPC thread.
  ~Upstream();

  // `done` comes once, on a gRPC thread.
  std::shared_ptr<UpstreamCall> Call(CallRequest request, std::function<void(UnaryAnswer)> done);
  std::shared_ptr<UpstreamStream> Open(CallRequest request, StreamCallbacks callbacks);
  // Asks grpc.health.v1 whether the whole server is serving.
  std::shared_ptr<UpstreamCall> CheckHealth(absl::Duration timeout, std::function<void(bool serving)> done);

 private:
  struct Stub;
  const std::unique_ptr<Stub> stub_;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_UPSTREAM_H_
