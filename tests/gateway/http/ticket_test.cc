#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/gateway/http/gateway_testing.h"
#include "tests/server/door/signed_tokens.h"

namespace flowmesh::gateway {
namespace {

using flowmesh::testing::LogEvent;
using flowmesh::testing::RawHttpClient;
using flowmesh::testing::RawResponse;
using ::testing::HasSubstr;

constexpr char kEvents[] = "/v1/executions/x/events";
constexpr char kSocket[] = "/api/flows/executions/x/logs/ws";

// The upstream takes every ticket, although it has long expired: what is refused here, the gateway refuses, and a
// stream that lives shows that only `until` ends it.
std::string Ticket(const std::string& path, const std::string& more = "") {
  return flowmesh::testing::HandMadeToken(R"({"typ":"flowmesh-ticket+jwt","alg":"HS256"})",
                                          absl::StrCat(R"({"sub":"ada","path":")", path, R"(","exp":1)", more, "}"),
                                          "k");
}

class TicketTest : public GatewayTest {
 protected:
  void SetUp() override {
    upstream.tail = [](grpc::ServerContext*, const v1::TailRequest& request, grpc::ServerWriter<v1::Event>* writer) {
      for (int64_t seq = request.after() + 1; seq <= 3; ++seq) writer->Write(LogEvent(seq, "line"));
      return grpc::Status::OK;
    };
  }
};

TEST_F(TicketTest, InTheQueryOpensItsPathAsABearerToken) {
  const std::string ticket = Ticket(kEvents);
  const RawResponse response = Ask("GET", absl::StrCat(kEvents, "?token=", ticket), "Accept: text/event-stream\r\n");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, HasSubstr("id: 3\n"));
  EXPECT_EQ(upstream.metadata().at("authorization"), "Bearer " + ticket);
}

TEST_F(TicketTest, OpensItsPathHoweverThatIsSpelledAndWhateverTheQuerySays) {
  for (const char* target : {"/v1/executions/x/events?after=2&token=", "/v1/executions/x/events/?token=",
                             "/v1/executions/%78/events?kinds=log&token="}) {
    EXPECT_EQ(Ask("GET", target + Ticket(kEvents)).status, 200) << target;
  }
  EXPECT_EQ(Ask("GET", absl::StrCat(kEvents, "?token=", Ticket("/v1/executions/%78/events/"))).status, 200);
}

TEST_F(TicketTest, OpensAWebSocket) {
  {
    RawHttpClient client(address());
    ASSERT_EQ(client.Upgrade(absl::StrCat(kSocket, "?token=", Ticket(kSocket))).status, 101);
    EXPECT_THAT(client.ReadFrame().payload, HasSubstr("line"));
  }
  RawHttpClient client(address());
  ASSERT_EQ(client.Upgrade(kSocket, absl::StrCat("Sec-WebSocket-Protocol: bearer.", Ticket(kSocket), "\r\n")).status,
            101);
}

TEST_F(TicketTest, OpensNoOtherPathWhereverItStands) {
  for (const std::string& path : {std::string("/v1/executions/y/events"), std::string("/v1/executions/x"),
                                  std::string("/v1/watch"), std::string("/"), std::string(), std::string(kSocket)}) {
    const RawResponse in_query = Ask("GET", absl::StrCat(kEvents, "?token=", Ticket(path)));
    EXPECT_EQ(in_query.status, 401) << path;
    EXPECT_THAT(in_query.body, HasSubstr("TICKET_FOR_ANOTHER_PATH")) << path;
    const RawResponse in_header = Ask("GET", kEvents, absl::StrCat("Authorization: Bearer ", Ticket(path), "\r\n"));
    EXPECT_THAT(in_header.body, HasSubstr("TICKET_FOR_ANOTHER_PATH")) << path;
  }
  RawHttpClient client(address());
  EXPECT_EQ(client.Upgrade(kSocket, absl::StrCat("Sec-WebSocket-Protocol: bearer.", Ticket(kEvents), "\r\n")).status,
            401);
  EXPECT_EQ(upstream.metadata().count("authorization"), 0);
}

TEST_F(TicketTest, IsNotForMethodsThatDoNotStream) {
  const RawResponse response = Ask("GET", absl::StrCat("/v1/executions/x?token=", Ticket("/v1/executions/x")));
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(response.body, HasSubstr("TICKET_NOT_ACCEPTED"));
  EXPECT_EQ(response.headers.count("www-authenticate"), 1);
}

TEST_F(TicketTest, ItsStreamEndsWithTheTokenThatBoughtIt) {
  upstream.tail = [this](grpc::ServerContext* context, const v1::TailRequest&, grpc::ServerWriter<v1::Event>* writer) {
    writer->Write(LogEvent(1, "first"));
    return upstream.UntilCancelled(context);
  };
  const std::string passed = R"(,"until":1)";
  RawHttpClient socket(address());
  ASSERT_EQ(socket.Upgrade(absl::StrCat(kSocket, "?token=", Ticket(kSocket, passed))).status, 101);
  RawHttpClient::Frame frame = socket.ReadFrame();
  while (frame.opcode == 1) frame = socket.ReadFrame();
  EXPECT_EQ(frame.close_code, 1008);
  socket.Close();
  EXPECT_TRUE(upstream.WaitFor("cancelled"));

  const RawResponse events =
      Ask("GET", absl::StrCat(kEvents, "?token=", Ticket(kEvents, passed)), "Accept: text/event-stream\r\n");
  EXPECT_THAT(events.body, HasSubstr("event: error\ndata: {\"code\":16"));
  EXPECT_THAT(events.body, HasSubstr("TOKEN_EXPIRED"));
  EXPECT_TRUE(upstream.WaitFor("cancelled", 2));
}

}  // namespace
}  // namespace flowmesh::gateway
