// Tickets for the streams of LogStream: what they open.
#ifndef FLOWMESH_SERVER_RPC_LOG_STREAM_STREAM_TICKETS_H_
#define FLOWMESH_SERVER_RPC_LOG_STREAM_STREAM_TICKETS_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "gateway/transcode/route_table.h"
#include "server/door/caller.h"
#include "server/door/ticket.h"

namespace flowmesh::rpc {

// Sells tickets for paths that open a stream, and admits their holders to that stream. Paths are read by the templates
// in log_stream.proto, as the gateway reads them, so that both mean the same. Thread-safe; does not block.
class StreamTickets {
 public:
  // `office` must outlive it. INVALID_ARGUMENT if the templates are no good.
  static absl::StatusOr<StreamTickets> Create(const door::TicketOffice* office);

  // The path may have a query, which the ticket does not bind. INVALID_ARGUMENT with a violation of `path` that says
  // what is wrong; the codes of TicketOffice::Sell.
  absl::StatusOr<v1::Ticket> Sell(const door::Caller& buyer, const std::string& path) const;

  // The ticket's buyer, if the ticket's path opens `method` of LogStream for `execution_id`. UNAUTHENTICATED with
  // reason TICKET_FOR_ANOTHER_PATH otherwise; the codes of TicketOffice::Verify.
  absl::StatusOr<door::Caller> Admit(const std::string& token, absl::string_view method,
                                     const std::string& execution_id) const;

 private:
  StreamTickets(const door::TicketOffice* office, transcode::RouteTable routes)
      : office_(office), routes_(std::move(routes)) {}

  std::string StreamPaths() const;

  const door::TicketOffice* office_;
  transcode::RouteTable routes_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_LOG_STREAM_STREAM_TICKETS_H_
