// flowmesh.v1.LogStream.
#ifndef FLOWMESH_SERVER_RPC_LOG_STREAM_LOG_STREAM_SERVICE_H_
#define FLOWMESH_SERVER_RPC_LOG_STREAM_LOG_STREAM_SERVICE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "flowmesh/v1/log_stream.grpc.pb.h"
#include "server/base/clock.h"
#include "server/base/executor.h"
#include "server/door/authenticator.h"
#include "server/engine/event_hub.h"
#include "server/rpc/log_stream/log_tail.h"
#include "server/rpc/log_stream/stream_tickets.h"
#include "server/rpc/log_stream/tail_queue.h"
#include "server/rpc/log_stream/tail_registry.h"
#include "server/store/store.h"

namespace flowmesh::rpc {

struct LogStreamTools {
  engine::EventHub* hub = nullptr;
  store::Store* store = nullptr;
  base::Executor* readers = nullptr;  // its functions block on the store
  door::Authenticator* authenticator = nullptr;
  const StreamTickets* tickets = nullptr;
  base::Clock* clock = nullptr;            // ends streams whose token expires
  door::CallObserver* observer = nullptr;  // null: calls are not counted
};

struct LogStreamLimits {
  size_t max_tails = 20'000;  // open at the same time; beyond it RESOURCE_EXHAUSTED
};

// Tail is served raw: events go out as bytes. It alone takes tickets. Watch answers UNIMPLEMENTED.
class LogStreamService : public v1::LogStream::WithRawCallbackMethod_Tail<
                             v1::LogStream::WithCallbackMethod_ListEvents<v1::LogStream::WithCallbackMethod_Watch<
                                 v1::LogStream::WithCallbackMethod_CreateTicket<v1::LogStream::Service>>>> {
 public:
  // All tools must outlive the service. The gRPC server must have ended, and the readers must have stopped, before the
  // service, hub or store goes.
  LogStreamService(const LogStreamTools& tools, const LogStreamLimits& limits);
  ~LogStreamService() override;

  // Ends all tails with UNAVAILABLE and lets no new ones in. Does not wait for the streams' ends: shutting the gRPC
  // server down does. May be called again.
  void Shutdown();

  // For statistics.
  size_t open_tails() const { return registry_->open(); }
  int64_t read_ahead_bytes() const { return registry_->read_ahead().load(); }
  const TailStats& tail_stats() const { return registry_->stats(); }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Tail(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* ListEvents(grpc::CallbackServerContext* context, const v1::ListEventsRequest* request,
                                       v1::ListEventsResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchResponse>* Watch(grpc::CallbackServerContext* context,
                                                     const v1::WatchRequest* request) override;
  grpc::ServerUnaryReactor* CreateTicket(grpc::CallbackServerContext* context, const v1::CreateTicketRequest* request,
                                         v1::Ticket* response) override;

 private:
  const LogStreamTools tools_;
  const std::shared_ptr<TailRegistry> registry_;
  const std::shared_ptr<TailQueue> queue_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_LOG_STREAM_LOG_STREAM_SERVICE_H_
