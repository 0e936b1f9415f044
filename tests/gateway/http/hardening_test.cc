#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "gateway/http/gzip.h"
#include "tests/gateway/http/gateway_testing.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::gateway {
namespace {

using flowmesh::testing::RawHttpClient;
using flowmesh::testing::RawResponse;
using ::testing::HasSubstr;

class HardeningTest : public GatewayTest {};

TEST_F(HardeningTest, SmugglingShapesAreRefusedAndTheConnectionClosed) {
  const std::string start = "POST /v1/executions HTTP/1.1\r\nHost: localhost\r\n";
  const std::pair<std::string, int> shapes[] = {
      {start + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n", 400},
      {start + "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {start + "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
      {start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {start + "Transfer-Encoding : chunked\r\n\r\n", 400},
      {start + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400},
      {start + "Content-Length: +2\r\n\r\n{}", 400},
      {start + "Content-Length: 0x2\r\n\r\n{}", 400},
      {start + "Content-Length: 2, 2\r\n\r\n{}", 400},
      {start + "Content-Length:\r\n\r\n", 400},
      {start + "X-Folded: a\r\n b\r\n\r\n", 400},
      {start + "X-Bare: a\nContent-Length: 2\r\n\r\n{}", 400},
      {start + "X-Null: a" + std::string(1, '\0') + "b\r\n\r\n", 400},
      {"POST /v1/executions HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"get /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /healthz\r\nHost: a\r\n\r\n", 400},
      {"GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", 505},
  };
  for (const auto& [bytes, status] : shapes) {
    RawHttpClient client(address());
    client.Send(bytes + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    const RawResponse response = client.Read();
    EXPECT_EQ(response.status, status) << bytes;
    EXPECT_EQ(response.headers.count("connection"), 1U) << bytes;
    EXPECT_EQ(client.Read().status, 0) << "a second answer to: " << bytes;
  }
}

TEST_F(HardeningTest, ChunkedBodiesAreReadAndTrailersAreNoHeaders) {
  RawHttpClient client(address());
  client.Send(
      "POST /v1/executions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "8\r\n{\"flow\":\r\n4\r\n\"p\"}\r\n0\r\nAuthorization: Bearer trailer\r\n\r\n");
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(upstream.metadata().count("authorization"), 0U);
  client.Request("GET", "/healthz");
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(HardeningTest, BrokenChunksAre400) {
  const std::string start = "POST /v1/executions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(Say(start + "zz\r\n{}\r\n0\r\n\r\n").status, 400);
  EXPECT_EQ(Say(start + "2\r\n{}x\r\n0\r\n\r\n").status, 400);
}

TEST_F(HardeningTest, TooMuchIsRefusedBeforeItIsRead) {
  options.limits.body_bytes = 1000;
  EXPECT_EQ(Say("POST /v1/executions HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n").status, 413);
  EXPECT_EQ(Say("POST /v1/executions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" +
                std::string(1024, ' ') + "\r\n400\r\n" + std::string(1024, ' ') + "\r\n0\r\n\r\n")
                .status,
            413);
  EXPECT_EQ(Ask("GET", "/v1/executions/x", "X-Long: " + std::string(9000, 'a') + "\r\n").status, 431);
  EXPECT_EQ(Ask("GET", "/" + std::string(9000, 'a')).status, 414);
  EXPECT_EQ(Say("GET /" + std::string(20000, 'a')).status, 414);
}

TEST_F(HardeningTest, SlowHeadersAndBodiesAre408) {
  options.limits.header_time = absl::Milliseconds(50);
  options.limits.body_time = absl::Milliseconds(50);
  EXPECT_EQ(Say("GET /healthz HT").status, 408);
  EXPECT_EQ(Say("POST /v1/executions HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{").status, 408);
}

TEST_F(HardeningTest, AnIdleConnectionIsClosed) {
  options.limits.idle_time = absl::Milliseconds(50);
  RawHttpClient client(address());
  client.Request("GET", "/healthz");
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.WaitForClose());
}

TEST_F(HardeningTest, PipelinedRequestsAreAnsweredInOrder) {
  RawHttpClient client(address());
  std::string bytes;
  for (int i = 0; i < 20; ++i) {
    bytes += "GET /v1/executions/id-" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  client.Send(bytes);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(client.Read().body, HasSubstr("\"id-" + std::to_string(i) + "\""));
}

TEST_F(HardeningTest, TheLastRequestOfAConnectionSaysClose) {
  options.limits.requests_per_connection = 2;
  RawHttpClient client(address());
  client.Request("GET", "/healthz");
  EXPECT_EQ(client.Read().headers.count("connection"), 0U);
  client.Request("GET", "/healthz");
  EXPECT_EQ(client.Read().headers["connection"], "close");
  EXPECT_TRUE(client.WaitForClose());
}

TEST_F(HardeningTest, ConnectionsBeyondTheLimitAreClosedAtOnce) {
  options.limits.connections = 1;
  RawHttpClient first(address());
  first.Request("GET", "/healthz");
  EXPECT_EQ(first.Read().status, 200);
  RawHttpClient second(address());
  EXPECT_TRUE(second.WaitForClose());
}

TEST_F(HardeningTest, ContinueIsSaidAfterRoutingAlone) {
  RawHttpClient client(address());
  client.Send("POST /v1/executions HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n");
  EXPECT_EQ(client.ReadHead().status, 100);
  client.Send("{\"flow\":\"p\"}");
  EXPECT_EQ(client.Read().status, 201);
  EXPECT_EQ(Say("POST /nowhere HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").status, 404);
  EXPECT_EQ(Say("GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n").status, 417);
}

TEST_F(HardeningTest, DeveloperModeAnswersLocalPagesOnly) {
  options.developer = true;
  EXPECT_EQ(Say("GET /healthz HTTP/1.1\r\nHost: localhost:1\r\n\r\n").status, 200);
  EXPECT_EQ(Say("GET /healthz HTTP/1.1\r\nHost: evil.example.org\r\n\r\n").status, 403);
  EXPECT_EQ(Say("GET /v1/flows HTTP/1.1\r\nHost: localhost:1\r\nOrigin: http://evil.example.org\r\n\r\n").status, 403);
  EXPECT_EQ(Say("GET /v1/flows HTTP/1.1\r\nHost: localhost:1\r\nOrigin: http://localhost:1\r\n\r\n").status, 200);
}

TEST_F(HardeningTest, AllowedPagesMayReadAnswers) {
  options.allowed_origins = {"https://app.example.org"};
  const RawResponse preflight = Ask("OPTIONS", "/v1/executions",
                                    "Origin: https://app.example.org\r\nAccess-Control-Request-Method: POST\r\n"
                                    "Access-Control-Request-Headers: authorization\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.headers.at("access-control-allow-origin"), "https://app.example.org");
  EXPECT_EQ(preflight.headers.at("access-control-allow-headers"), "authorization");
  EXPECT_EQ(Ask("GET", "/v1/executions/x", "Origin: https://app.example.org\r\n")
                .headers.count("access-control-allow-origin"),
            1U);
  EXPECT_EQ(Ask("GET", "/v1/executions/x", "Origin: https://evil.example.org\r\n")
                .headers.count("access-control-allow-origin"),
            0U);
}

TEST_F(HardeningTest, StaticFilesAreServedAndNothingOutsideThem) {
  const flowmesh::testing::TemporaryDirectory directory;
  const std::filesystem::path root = std::filesystem::path(std::string(directory.path())) / "site";
  std::filesystem::create_directories(root);
  std::ofstream(root / "index.html") << "<h1>console</h1>";
  std::ofstream(root.parent_path() / "secret.txt") << "secret";
  std::filesystem::create_symlink(root.parent_path() / "secret.txt", root / "link.txt");
  options.console_directory = root.string();
  const RawResponse index = Ask("GET", "/");
  EXPECT_EQ(index.status, 200);
  EXPECT_EQ(index.body, "<h1>console</h1>");
  EXPECT_THAT(index.headers.at("content-type"), HasSubstr("text/html"));
  EXPECT_EQ(Ask("GET", "/", "If-None-Match: " + index.headers.at("etag") + "\r\n").status, 304);
  for (const char* path : {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/link.txt", "/nothing.js"}) {
    EXPECT_EQ(Ask("GET", path).status, 404) << path;
  }
}

TEST_F(HardeningTest, GzipIsTakenAndGivenAboveAKibibyteAndBoundedAfterDecompression) {
  options.limits.body_bytes = 100'000;
  const std::string body = R"({"flow":"p","labels":{"a":")" + std::string(3000, 'z') + "\"}}";
  const std::string packed = Gzip(body);
  upstream.create = [&](grpc::ServerContext*, const v1::CreateExecutionRequest& request, v1::Execution* execution) {
    *execution->mutable_labels() = request.labels();
    return grpc::Status::OK;
  };
  const RawResponse response =
      Ask("POST", "/v1/executions", "Content-Encoding: gzip\r\nAccept-Encoding: gzip\r\n", packed);
  EXPECT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(response.headers.at("content-encoding"), "gzip");
  EXPECT_THAT(Gunzip(response.body, 100'000).value(), HasSubstr(std::string(3000, 'z')));
  EXPECT_EQ(Ask("POST", "/v1/executions", "Accept-Encoding: gzip;q=0\r\n", body).headers.count("content-encoding"), 0U);
  EXPECT_EQ(Ask("POST", "/v1/executions", "Content-Encoding: gzip\r\n", Gzip(std::string(200'000, ' '))).status, 413);
  EXPECT_EQ(Ask("POST", "/v1/executions", "Content-Encoding: gzip\r\n", packed.substr(0, 20)).status, 400);
  EXPECT_EQ(Ask("POST", "/v1/executions", "Content-Encoding: br\r\n", packed).status, 415);
}

TEST_F(HardeningTest, StopLetsARequestUnderWayFinish) {
  upstream.get = [this](grpc::ServerContext* context, const v1::GetExecutionRequest& request,
                        v1::Execution* execution) {
    execution->set_id(request.id());
    upstream.Tell("called");
    return upstream.UntilCancelled(context);
  };
  RawHttpClient client(address());
  client.Request("GET", "/v1/executions/x");
  ASSERT_TRUE(upstream.WaitFor("called"));
  RawHttpClient idle(address());
  std::thread stop([this] { gateway().Stop(); });
  EXPECT_TRUE(idle.WaitForClose());  // so the drain has begun
  upstream.Tell("go on");
  const RawResponse response = client.Read();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("connection"), "close");
  stop.join();
}

TEST_F(HardeningTest, StopBreaksOffWhatDoesNotFinish) {
  options.limits.drain_time = absl::Milliseconds(50);
  upstream.get = [this](grpc::ServerContext* context, const v1::GetExecutionRequest&, v1::Execution*) {
    upstream.Tell("called");
    return upstream.UntilCancelled(context);
  };
  RawHttpClient client(address());
  client.Request("GET", "/v1/executions/x");
  ASSERT_TRUE(upstream.WaitFor("called"));
  gateway().Stop();
  EXPECT_TRUE(upstream.WaitFor("cancelled"));
}

TEST_F(HardeningTest, StopIsIdempotentAndClosesIdleConnections) {
  RawHttpClient client(address());
  client.Request("GET", "/healthz");
  EXPECT_EQ(client.Read().status, 200);
  gateway().Stop();
  EXPECT_TRUE(client.WaitForClose());
  gateway().Stop();
}

TEST(GatewayStartTest, AddressesThatAreNotAllowedAreRefused) {
  flowmesh::testing::ScriptedUpstream upstream;
  GatewayOptions options;
  options.upstream = upstream.channel();
  options.address = "0.0.0.0:0";
  EXPECT_EQ(Gateway::Start(options).status().code(), absl::StatusCode::kInvalidArgument);
  options.allow_plaintext = true;
  options.developer = true;
  EXPECT_EQ(Gateway::Start(options).status().code(), absl::StatusCode::kInvalidArgument);
  options.address = "nonsense";
  EXPECT_EQ(Gateway::Start(options).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace flowmesh::gateway
