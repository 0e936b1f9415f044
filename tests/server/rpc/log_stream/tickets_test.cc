#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/base/error.h"
#include "server/door/time_conversion.h"
#include "tests/server/rpc/log_stream/log_stream_fixture.h"

namespace flowmesh::rpc {
namespace {

using ::flowmesh::testing::IsOk;
using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class TicketsTest : public LogStreamFixture {
 protected:
  static std::string EventsOf(const Execution& execution) {
    return "/v1/executions/" + execution.row.id.ToString() + "/events";
  }

  absl::StatusOr<v1::Ticket> Buy(const std::string& path, const std::string& owner = "ada") {
    v1::CreateTicketRequest request;
    request.set_path(path);
    v1::Ticket ticket;
    const absl::Status status = door::FromGrpcStatus(stub_->CreateTicket(Context(owner).get(), request, &ticket));
    if (!status.ok()) return status;
    return ticket;
  }

  // A ticket as metadata.
  std::string Bearer(const std::string& path, const std::string& owner = "ada") {
    const absl::StatusOr<v1::Ticket> ticket = Buy(path, owner);
    EXPECT_THAT(ticket, IsOk());
    return "Bearer " + (ticket.ok() ? ticket->token() : "");
  }

  absl::Status TailWith(const std::string& bearer, const Execution& execution) {
    return TailStatus(Request(execution), bearer);
  }
};

MATCHER_P(RefusedAs, reason, "") {
  *result_listener << arg.ToString();
  return arg.code() == absl::StatusCode::kUnauthenticated && base::GetReason(arg) == reason;
}

TEST_F(TicketsTest, OpenTheStreamOfTheirPath) {
  Execution execution = Create();
  Log(execution, 1);
  Finish(execution);
  const std::string id = execution.row.id.ToString();
  for (const std::string& path : {EventsOf(execution), EventsOf(execution) + "/", EventsOf(execution) + "?after=0&x=y",
                                  "/api/flows/executions/" + id + "/logs/ws"}) {
    Client client = Tail(Request(execution), Bearer(path));
    EXPECT_THAT(client.Rest(), ElementsAre(1, 2)) << path;
    EXPECT_THAT(client.Status(), IsOk()) << path;
  }
}

TEST_F(TicketsTest, TheirQueryIsNotPartOfTheBargain) {
  Execution execution = Create();
  Log(execution, 1);
  Finish(execution);
  EXPECT_THAT(Tail(Request(execution, 1), Bearer(EventsOf(execution) + "?after=0")).Rest(), ElementsAre(2));
}

TEST_F(TicketsTest, AreTheBuyers) {
  Execution execution = Create("ada");
  Finish(execution);
  EXPECT_THAT(TailWith(Bearer(EventsOf(execution), "bob"), execution), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Tail(Request(execution), Bearer(EventsOf(execution), "root")).Rest(), ElementsAre(1));
}

TEST_F(TicketsTest, OpenNoOtherExecution) {
  Execution execution = Create();
  Execution other = Create();
  Log(other, 1);
  const std::string bearer = Bearer(EventsOf(execution));
  EXPECT_THAT(TailWith(bearer, other), RefusedAs("TICKET_FOR_ANOTHER_PATH"));
  // Another place in the path is not the execution.
  EXPECT_THAT(TailWith(Bearer("/v1/watch?x=" + other.row.id.ToString()), other), RefusedAs("TICKET_FOR_ANOTHER_PATH"));
}

TEST_F(TicketsTest, ExpireAndMayBeForged) {
  Execution execution = Create();
  const std::string bearer = Bearer(EventsOf(execution));
  EXPECT_THAT(TailWith(bearer + "x", execution), RefusedAs("TICKET_INVALID"));
  store_clock_.Advance(absl::Seconds(60));
  EXPECT_THAT(TailWith(bearer, execution), RefusedAs("TICKET_EXPIRED"));
}

TEST_F(TicketsTest, SayWhenTheyExpire) {
  ASSERT_OK_AND_ASSIGN(const v1::Ticket ticket, Buy("/v1/watch"));
  EXPECT_EQ(*door::FromProto(ticket.expire_time(), "expire_time"), store_clock_.Now() + absl::Seconds(60));
}

TEST_F(TicketsTest, TheirStreamLivesAsLongAsTheTokenThatBoughtThem) {
  authenticator_.expire_time = store_clock_.Now() + absl::Hours(1);
  Execution execution = Create();
  Log(execution, 1);
  Client client = Tail(Request(execution), Bearer(EventsOf(execution)));
  EXPECT_EQ(client.Next(), 1);
  store_clock_.Advance(absl::Minutes(59));  // the ticket itself has expired long ago
  Log(execution, 1);
  EXPECT_EQ(client.Next(), 2);
  store_clock_.Advance(absl::Minutes(1));
  Log(execution, 1);
  EXPECT_EQ(client.Next(), 0);
  EXPECT_THAT(client.Status(), RefusedAs("TOKEN_EXPIRED"));
}

TEST_F(TicketsTest, AreForPathsOfStreams) {
  const std::string id = "0192f0c4-8d1e-7001-9abc-0123456789ab";
  const std::vector<std::pair<std::string, const char*>> wrong = {
      {"", "must not be empty"},
      {"v1/watch", "must begin with `/`"},
      {"https://example.org/v1/watch", "must begin with `/`"},
      {"/v1/watch#top", "fragment"},
      {"/v1/watch\n", "visible ASCII"},
      {"/v1/wätch", "visible ASCII"},
      {"/v1/watch?" + std::string(2048, 'x'), "at most 2048"},
      {"/",
       "opens no stream; tickets are for /api/flows/executions/{execution_id}/logs/ws, "
       "/v1/executions/{execution_id}/events, /v1/watch"},
      {"/v1/executions/" + id, "opens no stream"},
      {"/v1/executions/" + id + "/events:list", "opens no stream"},
      {"/v1/executions//events", "opens no stream"},
      {"/v1/executions/%zz/events", "opens no stream"},
      {"/v1/tickets", "opens no stream"},
  };
  for (const auto& [path, why] : wrong) {
    const absl::Status status = Buy(path).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << path;
    const std::vector<base::FieldViolation> violations = base::GetViolations(status);
    ASSERT_THAT(violations, SizeIs(1)) << path;
    EXPECT_EQ(violations.front().field, "path");
    EXPECT_THAT(violations.front().description, HasSubstr(why)) << path;
  }
}

TEST_F(TicketsTest, AreNotSoldToStrangers) {
  v1::CreateTicketRequest request;
  request.set_path("/v1/watch");
  v1::Ticket ticket;
  grpc::ClientContext context;
  EXPECT_EQ(stub_->CreateTicket(&context, request, &ticket).error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

}  // namespace
}  // namespace flowmesh::rpc
