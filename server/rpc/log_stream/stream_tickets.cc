#include "server/rpc/log_stream/stream_tickets.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/error.h"
#include "server/door/time_conversion.h"

namespace flowmesh::rpc {
namespace {

using transcode::RouteMatch;

constexpr char kIdField[] = "execution_id";

absl::Status WrongPath(std::string why) {
  base::FieldViolations violations;
  violations.Add("path", std::move(why));
  return violations.ToStatus();
}

bool IsVisible(const std::string& path) {
  return std::all_of(path.begin(), path.end(),
                     [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); });
}

// The execution in the path.
std::optional<std::string> IdIn(const RouteMatch& match) {
  for (size_t i = 0; i < match.captures.size(); ++i) {
    const auto& field = match.route->captures[i];
    if (field.size() == 1 && field.front()->name() == kIdField) return match.captures[i];
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<StreamTickets> StreamTickets::Create(const door::TicketOffice* office) {
  const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName("flowmesh.v1.LogStream");
  absl::StatusOr<transcode::RouteTable> routes = transcode::RouteTable::Build({service});
  if (!routes.ok()) return routes.status();
  return StreamTickets(office, *std::move(routes));
}

std::string StreamTickets::StreamPaths() const {
  std::set<std::string> paths;
  for (const transcode::Route* route : routes_.routes()) {
    if (route->method->server_streaming() && route->http_method == "GET") paths.insert(route->path.text());
  }
  return absl::StrJoin(paths, ", ");
}

absl::StatusOr<v1::Ticket> StreamTickets::Sell(const door::Caller& buyer, const std::string& path) const {
  if (path.empty() || path.front() != '/') return WrongPath("must begin with `/`, without scheme and host");
  if (!IsVisible(path)) return WrongPath("must be visible ASCII; write other characters as %XX");
  if (path.find('#') != std::string::npos) return WrongPath("must not have a fragment (`#`)");
  const std::string bare = path.substr(0, path.find('?'));
  const absl::StatusOr<RouteMatch> match = routes_.Match("GET", bare);
  if (!match.ok() || match->kind != RouteMatch::Kind::kCall || !match->route->method->server_streaming()) {
    return WrongPath(absl::StrCat("opens no stream; tickets are for ", StreamPaths()));
  }
  const absl::StatusOr<door::SoldTicket> sold = office_->Sell(buyer, bare);
  if (!sold.ok()) return sold.status();
  v1::Ticket ticket;
  ticket.set_token(sold->token);
  *ticket.mutable_expire_time() = door::ToProto(sold->expire_time);
  return ticket;
}

absl::StatusOr<door::Caller> StreamTickets::Admit(const std::string& token, absl::string_view method,
                                                  const std::string& execution_id) const {
  absl::StatusOr<door::Ticket> ticket = office_->Verify(token);
  if (!ticket.ok()) return ticket.status();
  const absl::StatusOr<RouteMatch> match = routes_.Match("GET", ticket->path);
  const bool opens = match.ok() && match->kind == RouteMatch::Kind::kCall && match->route->method->name() == method &&
                     IdIn(*match) == execution_id;
  if (!opens) {
    return base::Error(absl::StatusCode::kUnauthenticated, "TICKET_FOR_ANOTHER_PATH",
                       "the ticket was bought for another path; get one for this path with CreateTicket");
  }
  return std::move(ticket->caller);
}

}  // namespace flowmesh::rpc
