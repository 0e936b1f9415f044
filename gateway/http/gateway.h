#ifndef FLOWMESH_GATEWAY_HTTP_GATEWAY_H_
#define FLOWMESH_GATEWAY_HTTP_GATEWAY_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/http/limits.h"

namespace google::protobuf {
class ServiceDescriptor;
}  // namespace google::protobuf

namespace grpc {
class Channel;
}  // namespace grpc

namespace flowmesh::tls {
class LiveIdentity;
}  // namespace flowmesh::tls

namespace prometheus {
class Registry;
}  // namespace prometheus

namespace flowmesh::gateway {

struct GatewayOptions {
  std::string address = "127.0.0.1:8080";   // host:port; port 0 = any free one
  std::shared_ptr<grpc::Channel> upstream;  // to the servers behind
  // Whose google.api.http annotations are the routes; empty = Orchestrator and LogStream.
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  std::vector<std::string> allowed_origins;  // pages of other hosts that may call, as in "https://app.example.org"
  std::string console_directory;             // static files served at `/`; empty = the page that is compiled in
  bool developer = false;  // the upstream takes calls without a token: loopback only, foreign Host and Origin refused
  // The certificate of HTTPS and WSS; followed when it changes. Null = plain HTTP.
  std::shared_ptr<const tls::LiveIdentity> identity = nullptr;
  bool allow_plaintext = false;  // serve other addresses than loopback without TLS; a proxy in front brings it
  int threads = 2;
  prometheus::Registry* families = nullptr;  // gets flowmesh_gateway_*, must outlive the gateway; null = one of its own
  // What `/metrics` answers, called on a thread of its own, where it may block; empty = there is no such path.
  std::function<std::string()> metrics_page;
  bool access_log = false;  // one line for each request that ends
  Limits limits;
};

// REST, SSE, NDJSON and WebSocket over the mesh's gRPC services. Start and Stop are symmetric; Stop is idempotent. Not
// thread-safe.
class Gateway {
 public:
  // Listens and serves. INVALID_ARGUMENT for an address that is no good or not allowed, or annotations that are wrong
  // (naming file, method and reason); UNAVAILABLE when the address is taken.
  static absl::StatusOr<std::unique_ptr<Gateway>> Start(GatewayOptions options);
  // Stops.
  ~Gateway();

  // `host:port` that clients reach.
  const std::string& address() const;

  // Takes no more connections, tells viewers to come back later, gives requests under way limits.drain_time, then
  // breaks off what is left. Blocks until all of it has ended.
  void Stop();

 private:
  class Server;
  explicit Gateway(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_GATEWAY_H_
