#include "workers/sdk/server_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "workers/sdk/server_channel.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ServerAddressTest, OneServerIsDialledAsItIsWritten) {
  for (const char* text : {"127.0.0.1:7350", "flowmesh.internal:7350", "[::1]:7350"}) {
    ASSERT_OK_AND_ASSIGN(const ServerAddress address, ParseServerAddress(text));
    EXPECT_EQ(address.target, text);
    EXPECT_THAT(address.endpoints, IsEmpty());
    EXPECT_FALSE(address.several);
  }
  EXPECT_THAT(ParseServerAddress("[::1]:7350")->hosts, ElementsAre("::1"));
  EXPECT_THAT(ParseServerAddress("flowmesh.internal:7350")->hosts, ElementsAre("flowmesh.internal"));
}

TEST(ServerAddressTest, NamesAndSocketsAreLeftToTheResolver) {
  ASSERT_OK_AND_ASSIGN(const ServerAddress name, ParseServerAddress("dns:///flowmesh.internal:7350"));
  EXPECT_EQ(name.target, "dns:///flowmesh.internal:7350");
  EXPECT_THAT(name.hosts, ElementsAre("flowmesh.internal"));
  EXPECT_TRUE(name.several);
  EXPECT_THAT(ParseServerAddress("dns://10.0.0.53/flowmesh:7350")->hosts, ElementsAre("flowmesh"));
  EXPECT_THAT(ParseServerAddress("dns:flowmesh:7350")->hosts, ElementsAre("flowmesh"));
  ASSERT_OK_AND_ASSIGN(const ServerAddress socket, ParseServerAddress("unix:/run/flowmesh"));
  EXPECT_EQ(socket.target, "unix:/run/flowmesh");
  EXPECT_THAT(socket.hosts, IsEmpty());
}

TEST(ServerAddressTest, SeveralAddressesAreOneTarget) {
  ASSERT_OK_AND_ASSIGN(const ServerAddress four, ParseServerAddress("10.0.0.1:7350,10.0.0.2:7351"));
  EXPECT_TRUE(four.several);
  EXPECT_EQ(four.target, "ipv4:10.0.0.1:7350,10.0.0.2:7351");
  EXPECT_THAT(four.hosts, ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_THAT(four.endpoints, ElementsAre("10.0.0.1:7350", "10.0.0.2:7351"));
  EXPECT_EQ(ParseServerAddress("localhost:1,127.0.0.1:2")->target, "ipv4:127.0.0.1:1,127.0.0.1:2");
  ASSERT_OK_AND_ASSIGN(const ServerAddress mixed, ParseServerAddress("[fd00::1]:7350,10.0.0.2:7350"));
  EXPECT_EQ(mixed.target, "ipv6:%5Bfd00::1%5D:7350,%5B::ffff:10.0.0.2%5D:7350");
  EXPECT_THAT(mixed.hosts, ElementsAre("fd00::1", "10.0.0.2"));
}

TEST(ServerAddressTest, WhatIsNoAddressIsSaid) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "write HOST:PORT"},
      {"flowmesh", "write HOST:PORT"},
      {":7350", "write HOST:PORT"},
      {"flowmesh:", "a port from 1 to 65535"},
      {"flowmesh:http", "a port from 1 to 65535"},
      {"flowmesh:0", "a port from 1 to 65535"},
      {"flowmesh:65536", "a port from 1 to 65535"},
      {"flowmesh:+80", "a port from 1 to 65535"},
      {"two words:7350", "write HOST:PORT"},
      {"::1:7350", "needs brackets"},
      {"[flowmesh]:7350", "no IPv6 address in its brackets"},
      {"[::1:7350", "write HOST:PORT"},
      {"10.0.0.1:7350,", "write HOST:PORT"},
      {"10.0.0.1:7350, 10.0.0.2:7350", "10.0.0.2:7350"},
      {"10.0.0.1:7350,10.0.0.2", "\"10.0.0.2\""},
      {"a.internal:7350,b.internal:7350", "dns:///NAME:PORT"},
      {"10.0.0.1:7350,10.0.0.1:7350", "twice"},
      {"http://127.0.0.1:7350", "write HOST:PORT"},
      {"dns:///flowmesh", "dns:///NAME:PORT"},
      {"dns:///:7350", "dns:///NAME:PORT"},
  };
  for (const auto& [text, says] : wrong) {
    EXPECT_THAT(ParseServerAddress(text), StatusIs(kInvalid, HasSubstr(says))) << text;
  }
}

TEST(ServerChannelTest, SeveralServersShareTheNameInTheirCertificates) {
  const TlsMaterial tls{.on = true};
  EXPECT_THAT(ChannelTo("10.0.0.1:7350,10.0.0.2:7350", tls, {}), StatusIs(kInvalid, HasSubstr("--tls-name")));
  EXPECT_OK(ChannelTo("10.0.0.1:7350,10.0.0.1:7351", tls, {}));
  EXPECT_OK(ChannelTo("10.0.0.1:7350,10.0.0.2:7350", {.on = true, .server_name = "flowmesh"}, {}));
  EXPECT_OK(ChannelTo("10.0.0.1:7350,10.0.0.2:7350", {}, {}));
  EXPECT_THAT(ChannelTo("flowmesh", {}, {}), StatusIs(kInvalid));
}

}  // namespace
}  // namespace flowmesh::sdk
