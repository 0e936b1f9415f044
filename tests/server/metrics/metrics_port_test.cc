#include "server/metrics/metrics_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "tests/support/metrics_text.h"
#include "tests/support/raw_http_client.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::metrics {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(MetricsPortTest, ServesTheRegistryOnAPortOfItsOwn) {
  const Registry registry("1.2.3");
  for (const char* address : {"0", "localhost:0", "127.0.0.1:0"}) {
    auto port = MetricsPort::Open(address, /*allow_plaintext=*/false, &registry);
    ASSERT_OK(port);
    EXPECT_THAT((*port)->address(), StartsWith("127.0.0.1:"));
    testing::RawHttpClient client((*port)->address());
    client.Request("GET", "/metrics");
    const testing::RawResponse answer = client.Read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.headers.at("content-type"), StartsWith("text/plain; version=0.0.4"));
    EXPECT_THAT(answer.body, HasSubstr("\nflowmesh_build_info{version=\"1.2.3\"} 1\n"));
    testing::RawHttpClient other((*port)->address());
    other.Request("GET", "/etc/passwd");
    EXPECT_EQ(other.Read().status, 404);
    testing::RawHttpClient poster((*port)->address());
    poster.Request("POST", "/metrics");
    EXPECT_EQ(poster.Read().status, 405);
    testing::RawHttpClient nonsense((*port)->address());
    nonsense.Send("hello\r\n\r\n");
    EXPECT_EQ(nonsense.Read().status, 400);
  }
}

TEST(MetricsPortTest, ClosesAtOnceWhateverItsScrapersDo) {
  const Registry registry("1");
  auto port = MetricsPort::Open("0", false, &registry);
  ASSERT_OK(port);
  testing::RawHttpClient silent((*port)->address());
  silent.Send("GET /metrics HTTP/1.1\r\n");
  const absl::Time begin = absl::Now();
  port->reset();
  EXPECT_LT(absl::Now() - begin, MetricsPort::kPatience);
  EXPECT_TRUE(silent.WaitForClose());
}

TEST(MetricsPortTest, DropsARequestThatIsTooLong) {
  const Registry registry("1");
  auto port = MetricsPort::Open("0", false, &registry);
  ASSERT_OK(port);
  testing::RawHttpClient client((*port)->address());
  client.Send("GET /metrics HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
  EXPECT_TRUE(client.WaitForClose());
}

TEST(MetricsPortTest, OtherAddressesThanLoopbackNeedAWord) {
  const Registry registry("1");
  EXPECT_THAT(MetricsPort::Open("0.0.0.0:0", false, &registry),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--allow-plaintext")));
  EXPECT_THAT(MetricsPort::Open("[::]:0", false, &registry), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(MetricsPort::Open("0.0.0.0:0", true, &registry));
}

TEST(MetricsPortTest, SaysWhatIsWrongWithAnAddress) {
  const Registry registry("1");
  for (const char* bad : {"", "x", "70000", "-1", "host.example.org:9464", "127.0.0.1", "127.0.0.1:x", "::1:9464"}) {
    EXPECT_THAT(MetricsPort::Open(bad, true, &registry),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("127.0.0.1:9464")))
        << bad;
  }
  auto first = MetricsPort::Open("0", false, &registry);
  ASSERT_OK(first);
  EXPECT_THAT(MetricsPort::Open((*first)->address(), false, &registry),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr((*first)->address())));
}

}  // namespace
}  // namespace flowmesh::metrics
