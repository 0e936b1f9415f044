#include <gmock/gmock.h>
#include <sys/socket.h>

#include "server/base/clock.h"
#include "server/tls/live_identity.h"
#include "tests/gateway/http/gateway_testing.h"
#include "tests/support/made_certificates.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::gateway {
namespace {

using flowmesh::testing::LogEvent;
using flowmesh::testing::MadeAuthority;
using flowmesh::testing::MadePair;
using flowmesh::testing::RawHttpClient;
using flowmesh::testing::RawResponse;
using flowmesh::testing::RawTlsOptions;
using flowmesh::testing::ReplaceFile;
using ::testing::HasSubstr;

constexpr char kEvents[] = "/v1/executions/x/events";
constexpr char kSocket[] = "/api/flows/executions/x/logs/ws";

class TlsTest : public GatewayTest {
 protected:
  TlsTest() {
    Install(authority_.Issue({.name = "first"}));
    auto opened = tls::LiveIdentity::Open({.key_pair = {Certificate(), Key()}}, &clock_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    identity_ = *opened;
    options.identity = identity_;
  }
  std::string Certificate() const { return directory_.file("certificate.pem"); }
  std::string Key() const { return directory_.file("key.pem"); }
  void Install(const MadePair& pair) {
    ReplaceFile(Certificate(), pair.certificate);
    ReplaceFile(Key(), pair.private_key);
  }
  RawTlsOptions Trusting() const { return {.authorities = authority_.Pem()}; }
  RawHttpClient Client() { return RawHttpClient(address(), Trusting()); }
  // Events of 16 KiB until the viewer is gone.
  void ServeForEver() {
    upstream.tail = [](grpc::ServerContext* context, const v1::TailRequest&, grpc::ServerWriter<v1::Event>* writer) {
      const std::string line(16 * 1024, 'x');
      for (int64_t seq = 1; !context->IsCancelled() && writer->Write(LogEvent(seq, line)); ++seq) {
      }
      return grpc::Status::OK;
    };
  }
  void ServeOneAndStay() {
    upstream.tail = [this](grpc::ServerContext* context, const v1::TailRequest&,
                           grpc::ServerWriter<v1::Event>* writer) {
      writer->Write(LogEvent(1, "first"));
      return upstream.UntilCancelled(context);
    };
  }

  const MadeAuthority authority_;
  testing::TemporaryDirectory directory_;
  base::SystemClock clock_;
  std::shared_ptr<tls::LiveIdentity> identity_;
};

TEST_F(TlsTest, RequestsAreServedOneAfterAnotherAndPipelined) {
  RawHttpClient client(address(), Trusting());
  client.Request("GET", "/healthz");
  EXPECT_EQ(client.Read().status, 200);
  client.Request("POST", "/v1/executions", "", R"({"flow":"p"})");
  client.Request("GET", "/healthz");
  EXPECT_EQ(client.Read().status, 201);
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.tls()->protocol(), "http/1.1");
}

TEST_F(TlsTest, LargeBodiesComeAndGo) {
  upstream.get = [](grpc::ServerContext*, const v1::GetExecutionRequest&, v1::Execution* execution) {
    (*execution->mutable_labels())["large"] = std::string(2 << 20, 'l');
    return grpc::Status::OK;
  };
  RawHttpClient client(address(), Trusting());
  client.Request("POST", "/v1/executions", "", R"({"flow":")" + std::string(2 << 20, 'f') + "\"}");
  EXPECT_EQ(client.Read().status, 201);
  client.Request("GET", "/v1/executions/x");
  EXPECT_GT(client.Read().body.size(), size_t{2} << 20);
}

TEST_F(TlsTest, TheLastAnswerIsFollowedByAGoodbyeAlsoWhenMoreWasSent) {
  RawHttpClient client(address(), Trusting());
  client.Request("GET", "/healthz", "Connection: close\r\n");
  client.Send(std::string(100 * 1024, 'x'));
  EXPECT_EQ(client.Read().status, 200);
  char byte = 0;
  EXPECT_EQ(client.tls()->Receive(&byte, 1), 0);
}

TEST_F(TlsTest, PlainHttpOnTheTlsPortIsClosedWithoutAnAnswer) {
  RawHttpClient client(address());
  client.Request("GET", "/healthz");
  EXPECT_TRUE(client.WaitForClose());
  RawHttpClient after(address(), Trusting());
  after.Request("GET", "/healthz");
  EXPECT_EQ(after.Read().status, 200);
}

TEST_F(TlsTest, AHandshakeThatIsNotFinishedInTimeIsClosed) {
  options.limits.header_time = absl::Milliseconds(100);
  RawHttpClient silent(address());
  EXPECT_TRUE(silent.WaitForClose());
  RawHttpClient half(address());
  half.Send(std::string("\x16\x03\x01\x02\x00\x01\x00", 7));  // begins a ClientHello of 512 bytes
  EXPECT_TRUE(half.WaitForClose());
}

TEST_F(TlsTest, AHandshakeUnderWayDoesNotHoldUpTheStop) {
  options.limits.drain_time = absl::Hours(1);
  options.limits.header_time = absl::Hours(1);
  RawHttpClient after(address(), Trusting());
  RawHttpClient silent(address());
  after.Request("GET", "/healthz", "Connection: close\r\n");
  EXPECT_EQ(after.Read().status, 200);
  after.Close();
  gateway().Stop();
  EXPECT_TRUE(silent.WaitForClose());
}

TEST_F(TlsTest, AfterTheHandshakeTheHeaderHasItsOwnTime) {
  options.limits.header_time = absl::Milliseconds(300);
  RawHttpClient client(address(), Trusting());
  client.Send("GET /healthz HTTP/1.1\r\n");
  EXPECT_EQ(client.Read().status, 408);
}

TEST_F(TlsTest, OldVersionsAndOtherProtocolsAreRefused) {
  const auto shakes = [this](const RawTlsOptions& how) {
    RawHttpClient plain(address());
    return testing::RawTls(plain.socket(), how).Handshake();
  };
  RawTlsOptions tls_1_1 = Trusting();
  tls_1_1.max_version = TLS1_1_VERSION;
  EXPECT_FALSE(shakes(tls_1_1));
  RawTlsOptions h2 = Trusting();
  h2.protocol = "h2";
  EXPECT_FALSE(shakes(h2));
  RawTlsOptions no_alpn = Trusting();
  no_alpn.protocol.clear();
  EXPECT_TRUE(shakes(no_alpn));
  RawTlsOptions tls_1_2 = Trusting();
  tls_1_2.max_version = TLS1_2_VERSION;
  EXPECT_TRUE(shakes(tls_1_2));
}

TEST_F(TlsTest, AStreamIsReadToItsEnd) {
  upstream.tail = [](grpc::ServerContext*, const v1::TailRequest&, grpc::ServerWriter<v1::Event>* writer) {
    for (int64_t seq = 1; seq <= 100; ++seq) writer->Write(LogEvent(seq, "line " + std::to_string(seq)));
    return grpc::Status::OK;
  };
  RawHttpClient client(address(), Trusting());
  client.Request("GET", kEvents);
  EXPECT_THAT(client.Read().body, HasSubstr("line 100"));
}

TEST_F(TlsTest, AWebSocketCarriesEventsAndClosesWith1000) {
  upstream.tail = [](grpc::ServerContext*, const v1::TailRequest&, grpc::ServerWriter<v1::Event>* writer) {
    for (int64_t seq = 1; seq <= 3; ++seq) writer->Write(LogEvent(seq, std::string(40'000, 'w')));
    return grpc::Status::OK;
  };
  RawHttpClient client(address(), Trusting());
  EXPECT_EQ(client.Upgrade(kSocket).status, 101);
  for (int i = 0; i < 3; ++i) {
    const RawHttpClient::Frame frame = client.ReadFrame();
    EXPECT_EQ(frame.opcode, 1);
    EXPECT_GT(frame.payload.size(), 40'000U);
  }
  EXPECT_EQ(client.ReadFrame().close_code, 1000);
  client.SendFrame(8, std::string("\x03\xe8", 2));
  EXPECT_TRUE(client.WaitForClose());
}

TEST_F(TlsTest, AWebSocketEndsWith1001WhenTheGatewayStops) {
  ServeOneAndStay();
  RawHttpClient client(address(), Trusting());
  EXPECT_EQ(client.Upgrade(kSocket).status, 101);
  EXPECT_EQ(client.ReadFrame().opcode, 1);
  std::thread stopper([this] { gateway().Stop(); });
  RawHttpClient::Frame frame = client.ReadFrame();
  while (frame.opcode == 1 || frame.opcode == 9) frame = client.ReadFrame();
  EXPECT_EQ(frame.close_code, 1001);
  client.Close();
  stopper.join();
}

TEST_F(TlsTest, AViewerThatVanishesEndsTheCallAndKillsNothing) {
  ServeForEver();
  for (const bool web_socket : {false, true}) {
    RawHttpClient client(address(), Trusting());
    if (web_socket) {
      EXPECT_EQ(client.Upgrade(kSocket).status, 101);
      client.ReadFrame();
    } else {
      client.Request("GET", kEvents);
      EXPECT_EQ(client.ReadHead().status, 200);
    }
    // With a reset: what the gateway writes next meets a connection that is gone.
    const linger reset{1, 0};
    setsockopt(client.socket(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    client.Close();
    RawHttpClient after(address(), Trusting());
    after.Request("GET", "/healthz");
    EXPECT_EQ(after.Read().status, 200);
  }
}

TEST_F(TlsTest, ANewCertificateIsForNewConnectionsAndOpenStreamsGoOn) {
  upstream.tail = [this](grpc::ServerContext*, const v1::TailRequest&, grpc::ServerWriter<v1::Event>* writer) {
    writer->Write(LogEvent(1, "before"));
    upstream.WaitFor("replaced");
    writer->Write(LogEvent(2, "after"));
    return grpc::Status::OK;
  };
  RawHttpClient viewer(address(), Trusting());
  viewer.Request("GET", kEvents);
  EXPECT_EQ(viewer.ReadHead().status, 200);
  viewer.ReadBodyUntil("before");
  Install(authority_.Issue({.name = "second"}));
  ASSERT_TRUE(identity_->Reread().value());
  EXPECT_EQ(Client().tls()->server_name(), "second");
  upstream.Tell("replaced");
  EXPECT_THAT(viewer.ReadBody(), HasSubstr("after"));
  EXPECT_EQ(viewer.tls()->server_name(), "first");
}

TEST_F(TlsTest, ABrokenCertificateLeavesTheOldOneInUse) {
  EXPECT_EQ(Client().tls()->server_name(), "first");
  ReplaceFile(Key(), authority_.Issue().private_key);
  EXPECT_FALSE(identity_->Reread().ok());
  EXPECT_EQ(Client().tls()->server_name(), "first");
}

TEST_F(TlsTest, AnAddressForOthersNeedsTlsOrLeave) {
  GatewayOptions open{.address = "0.0.0.0:0", .upstream = upstream.channel()};
  const auto plain = Gateway::Start(open);
  EXPECT_EQ(plain.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(plain.status().message()), HasSubstr("--tls-cert"));
  open.identity = identity_;
  EXPECT_TRUE(Gateway::Start(open).ok());
}

}  // namespace
}  // namespace flowmesh::gateway
