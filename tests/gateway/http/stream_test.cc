#include <gmock/gmock.h>

#include <atomic>

#include "tests/gateway/http/gateway_testing.h"

namespace flowmesh::gateway {
namespace {

using flowmesh::testing::ErrorWithReason;
using flowmesh::testing::LogEvent;
using flowmesh::testing::RawHttpClient;
using flowmesh::testing::RawResponse;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kEvents[] = "/v1/executions/x/events";
constexpr char kSocket[] = "/api/flows/executions/x/logs/ws";

class StreamTest : public GatewayTest {
 protected:
  // Three events, from `after` on; then the end.
  void ServeThree() {
    upstream.tail = [](grpc::ServerContext*, const v1::TailRequest& request, grpc::ServerWriter<v1::Event>* writer) {
      for (int64_t seq = request.after() + 1; seq <= 3; ++seq)
        writer->Write(LogEvent(seq, "line " + std::to_string(seq)));
      return grpc::Status::OK;
    };
  }
  // One event, then silence.
  void ServeOneAndStay() {
    upstream.tail = [this](grpc::ServerContext* context, const v1::TailRequest&,
                           grpc::ServerWriter<v1::Event>* writer) {
      writer->Write(LogEvent(1, "first"));
      return upstream.UntilCancelled(context);
    };
  }
};

TEST_F(StreamTest, NdjsonIsALineForEachMessageAndTheConnectionServesOn) {
  ServeThree();
  RawHttpClient client(address());
  client.Request("GET", std::string(kEvents) + "?after=1");
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.headers.at("content-type"), HasSubstr("application/x-ndjson"));
  EXPECT_EQ(response.headers.at("cache-control"), "no-store, no-transform");
  EXPECT_EQ(response.headers.at("x-accel-buffering"), "no");
  EXPECT_THAT(response.body, StartsWith(R"({"result":{"execution_id":)"));
  EXPECT_THAT(response.body, HasSubstr("line 2"));
  EXPECT_THAT(response.body, HasSubstr("line 3"));
  EXPECT_THAT(response.body, Not(HasSubstr("line 1")));
  client.Request("GET", "/v1/executions/x");
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(StreamTest, EventStreamHasRetryIdEventAndEnd) {
  ServeThree();
  const RawResponse response = Ask("GET", kEvents, "Accept: text/event-stream\r\n");
  EXPECT_THAT(response.headers.at("content-type"), HasSubstr("text/event-stream"));
  EXPECT_THAT(response.body, StartsWith("retry: 1000\n\nid: 1\nevent: log\ndata: {"));
  EXPECT_THAT(response.body, HasSubstr("id: 3\n"));
  EXPECT_THAT(response.body, HasSubstr("event: end\n"));
}

TEST_F(StreamTest, LastEventIdResumesAndWinsOverTheQuery) {
  ServeThree();
  const RawResponse response =
      Ask("GET", std::string(kEvents) + "?after=0", "Accept: text/event-stream\r\nLast-Event-ID: 2\r\n");
  EXPECT_THAT(response.body, HasSubstr("id: 3\n"));
  EXPECT_THAT(response.body, Not(HasSubstr("id: 2\n")));
  EXPECT_EQ(Ask("GET", kEvents, "Accept: text/event-stream\r\nLast-Event-ID: 3\r\n").status, 204);
  EXPECT_EQ(Ask("GET", kEvents, "Accept: text/event-stream\r\nLast-Event-ID: x\r\n").status, 400);
}

TEST_F(StreamTest, JsonIsOneArray) {
  ServeThree();
  const RawResponse response = Ask("GET", kEvents, "Accept: application/json\r\n");
  EXPECT_THAT(response.body, StartsWith("[{\"execution_id\""));
  EXPECT_EQ(response.body.back(), ']');
}

TEST_F(StreamTest, AnEarlyErrorIsARealStatus) {
  upstream.tail = [](grpc::ServerContext* context, const v1::TailRequest& request, grpc::ServerWriter<v1::Event>*) {
    if (request.after() > 0) context->AddInitialMetadata("mood", "bad");
    return ErrorWithReason(grpc::StatusCode::NOT_FOUND, "NOT_FOUND", "no such execution");
  };
  EXPECT_EQ(Ask("GET", kEvents).status, 404);
  EXPECT_EQ(Ask("GET", std::string(kEvents) + "?after=5").status, 404);
  RawHttpClient client(address());
  EXPECT_EQ(client.Upgrade(kSocket).status, 404);
}

TEST_F(StreamTest, AQuietStreamOpensAndBeats) {
  options.limits.heartbeat = absl::Milliseconds(20);
  upstream.tail = [this](grpc::ServerContext* context, const v1::TailRequest&, grpc::ServerWriter<v1::Event>* writer) {
    writer->SendInitialMetadata();
    return upstream.UntilCancelled(context);
  };
  RawHttpClient client(address());
  client.Request("GET", kEvents, "Accept: text/event-stream\r\n");
  EXPECT_EQ(client.ReadHead().status, 200);
  client.ReadBodyUntil(":\n\n:\n\n");
}

TEST_F(StreamTest, AStreamThatIsCutGoesOnBehindWhatWasSeen) {
  std::atomic<int> calls = 0;
  upstream.tail = [&calls](grpc::ServerContext*, const v1::TailRequest& request,
                           grpc::ServerWriter<v1::Event>* writer) {
    const bool cut = ++calls < 3;
    for (int64_t seq = request.after() + 1; seq <= (cut ? request.after() + 2 : 6); ++seq) {
      writer->Write(LogEvent(seq, "line " + std::to_string(seq)));
    }
    return cut ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "Socket closed") : grpc::Status::OK;
  };
  const RawResponse response = Ask("GET", kEvents, "Accept: text/event-stream\r\n");
  EXPECT_EQ(calls, 3);
  size_t at = 0;
  for (int seq = 1; seq <= 6; ++seq) {
    const size_t found = response.body.find("id: " + std::to_string(seq) + "\n");
    ASSERT_NE(found, std::string::npos) << response.body;
    EXPECT_GE(found, at) << response.body;
    at = found;
  }
  EXPECT_THAT(response.body, Not(HasSubstr("event: error")));
  EXPECT_THAT(response.body, HasSubstr("event: end\n"));
}

TEST_F(StreamTest, WhoIsRefusedWhenItIsResumedComesBackByItself) {
  upstream.tail = [](grpc::ServerContext*, const v1::TailRequest& request, grpc::ServerWriter<v1::Event>* writer) {
    if (request.after() > 0) return ErrorWithReason(grpc::StatusCode::UNAUTHENTICATED, "TICKET_EXPIRED", "too late");
    writer->Write(LogEvent(1, "first"));
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "Socket closed");
  };
  RawHttpClient client(address());
  ASSERT_EQ(client.Upgrade(kSocket).status, 101);
  EXPECT_THAT(client.ReadFrame().payload, HasSubstr("first"));
  EXPECT_THAT(client.ReadFrame().payload, StartsWith(R"({"error":{"code":14)"));
  EXPECT_EQ(client.ReadFrame().close_code, 1011);
}

TEST_F(StreamTest, AFailureOnTheWayIsTheLastLine) {
  upstream.tail = [](grpc::ServerContext*, const v1::TailRequest& request, grpc::ServerWriter<v1::Event>* writer) {
    if (request.after() == 0) writer->Write(LogEvent(1, "first"));
    return ErrorWithReason(grpc::StatusCode::UNAVAILABLE, "SHUTTING_DOWN", "come back");
  };
  const RawResponse lines = Ask("GET", kEvents);
  EXPECT_THAT(lines.body, HasSubstr(R"({"error":{"code":14)"));
  RawHttpClient client(address());
  ASSERT_EQ(client.Upgrade(kSocket).status, 101);
  EXPECT_THAT(client.ReadFrame().payload, HasSubstr("first"));
  EXPECT_THAT(client.ReadFrame().payload, StartsWith(R"({"error":{"code":14)"));
  EXPECT_EQ(client.ReadFrame().close_code, 1011);
}

TEST_F(StreamTest, WebSocketSendsBareMessagesAndClosesWith1000) {
  ServeThree();
  RawHttpClient client(address());
  const RawResponse response =
      client.Upgrade(std::string(kSocket) + "?after=1", "Sec-WebSocket-Protocol: bearer.abc\r\n");
  ASSERT_EQ(response.status, 101);
  EXPECT_EQ(response.headers.at("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(response.headers.at("sec-websocket-protocol"), "bearer.abc");
  EXPECT_EQ(upstream.metadata().at("authorization"), "Bearer abc");
  const RawHttpClient::Frame first = client.ReadFrame();
  EXPECT_EQ(first.opcode, 1);
  EXPECT_THAT(first.payload, StartsWith(R"({"execution_id":)"));
  EXPECT_THAT(client.ReadFrame().payload, HasSubstr("line 3"));
  const RawHttpClient::Frame close = client.ReadFrame();
  EXPECT_EQ(close.opcode, 8);
  EXPECT_EQ(close.close_code, 1000);
}

TEST_F(StreamTest, WebSocketIsPingedAndAnswersPings) {
  options.limits.ping = absl::Milliseconds(50);
  ServeOneAndStay();
  RawHttpClient client(address());
  ASSERT_EQ(client.Upgrade(kSocket).status, 101);
  EXPECT_EQ(client.ReadFrame().opcode, 1);
  EXPECT_EQ(client.ReadFrame().opcode, 9);
  client.SendFrame(9, "hello");
  RawHttpClient::Frame frame = client.ReadFrame();
  while (frame.opcode == 9) frame = client.ReadFrame();
  EXPECT_EQ(frame.opcode, 10);
  EXPECT_EQ(frame.payload, "hello");
}

TEST_F(StreamTest, AStreamEndsWithTheTokenThatOpenedIt) {
  ServeOneAndStay();
  // {"alg":"none"} . {"exp":1} . no signature: the upstream's word counts, and it has accepted the token.
  RawHttpClient client(address());
  ASSERT_EQ(client.Upgrade(kSocket, "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjF9.AA\r\n").status, 101);
  RawHttpClient::Frame frame = client.ReadFrame();
  while (frame.opcode == 1) frame = client.ReadFrame();
  EXPECT_EQ(frame.close_code, 1008);
  client.Close();
  EXPECT_TRUE(upstream.WaitFor("cancelled"));
}

TEST_F(StreamTest, AForeignPageGetsNoWebSocket) {
  options.allowed_origins = {"https://app.example.org"};
  ServeThree();
  {
    RawHttpClient client(address());
    EXPECT_EQ(client.Upgrade(kSocket, "Origin: https://evil.example.org\r\n").status, 403);
  }
  RawHttpClient client(address());
  EXPECT_EQ(client.Upgrade(kSocket, "Origin: https://app.example.org\r\n").status, 101);
}

TEST_F(StreamTest, ATokenInTheQueryIsRefusedWhereTheMethodDoesNotSaySo) {
  ServeThree();
  EXPECT_EQ(Ask("GET", std::string(kEvents) + "?token=abc").status, 401);
}

TEST_F(StreamTest, AViewerThatGoesFreesTheUpstream) {
  ServeOneAndStay();
  for (const char* accept : {"application/x-ndjson", "text/event-stream"}) {
    RawHttpClient client(address());
    client.Request("GET", kEvents, std::string("Accept: ") + accept + "\r\n");
    client.ReadHead();
    client.ReadBodyUntil("first");
  }
  EXPECT_TRUE(upstream.WaitFor("cancelled", 2));
  {
    RawHttpClient client(address());
    ASSERT_EQ(client.Upgrade(kSocket).status, 101);
    EXPECT_EQ(client.ReadFrame().opcode, 1);
  }
  EXPECT_TRUE(upstream.WaitFor("cancelled", 3));
}

TEST_F(StreamTest, ASlowViewerHoldsTheUpstreamBackAndLosesNothing) {
  constexpr int kEvents1MiB = 64;
  std::atomic<int> written = 0;
  upstream.tail = [&](grpc::ServerContext*, const v1::TailRequest&, grpc::ServerWriter<v1::Event>* writer) {
    const std::string line(1 << 20, 'x');
    for (int i = 1; i <= kEvents1MiB; ++i) {
      if (i == 32) upstream.Tell("half");
      if (!writer->Write(LogEvent(i, line))) break;
      written = i;
    }
    upstream.Tell("written");
    return grpc::Status::OK;
  };
  RawHttpClient client(address());
  client.SetReceiveBuffer(64 * 1024);
  client.Request("GET", kEvents);
  client.ReadHead();
  client.ReadBodyUntil("\"seq\":\"1\"");
  // Other clients are served meanwhile; each answer gives the stream time to run ahead, if it would.
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Ask("GET", "/v1/executions/x").status, 200);
  EXPECT_EQ(upstream.told("half"), 0) << written;
  const std::string body = client.ReadBody();
  EXPECT_THAT(body.substr(body.size() - 400 - (1 << 20)), HasSubstr("\"seq\":\"64\""));
  EXPECT_EQ(std::count(body.begin(), body.end(), '\n'), kEvents1MiB);
}

TEST_F(StreamTest, DrainTellsViewersToComeBack) {
  ServeOneAndStay();
  RawHttpClient events(address());
  events.Request("GET", kEvents, "Accept: text/event-stream\r\n");
  events.ReadHead();
  events.ReadBodyUntil("first");
  RawHttpClient socket(address());
  ASSERT_EQ(socket.Upgrade(kSocket).status, 101);
  EXPECT_EQ(socket.ReadFrame().opcode, 1);
  std::thread stop([this] { gateway().Stop(); });
  EXPECT_THAT(events.ReadBody(), HasSubstr("event: closing\n"));
  const RawHttpClient::Frame close = socket.ReadFrame();
  EXPECT_EQ(close.close_code, 1001);
  socket.Close();
  EXPECT_TRUE(events.WaitForClose());
  stop.join();
  EXPECT_TRUE(upstream.WaitFor("cancelled", 2));
}

}  // namespace
}  // namespace flowmesh::gateway
