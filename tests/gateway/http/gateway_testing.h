#ifndef FLOWMESH_TESTS_GATEWAY_HTTP_GATEWAY_TESTING_H_
#define FLOWMESH_TESTS_GATEWAY_HTTP_GATEWAY_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "gateway/http/gateway.h"
#include "tests/support/raw_http_client.h"
#include "tests/support/scripted_upstream.h"

namespace flowmesh::gateway {

inline constexpr char kId[] = "00000000-0000-7000-8000-000000000001";

// A gateway on a port of its own in front of a scripted server.
class GatewayTest : public ::testing::Test {
 protected:
  // Before the first Connect.
  GatewayOptions options;
  flowmesh::testing::ScriptedUpstream upstream;

  void Start() {
    if (gateway_ != nullptr) return;
    options.address = "127.0.0.1:0";
    options.upstream = upstream.channel();
    auto started = Gateway::Start(options);
    ASSERT_TRUE(started.ok()) << started.status();
    gateway_ = *std::move(started);
  }
  std::string address() {
    Start();
    return gateway_->address();
  }
  Gateway& gateway() { return *gateway_; }
  void TearDown() override {
    upstream.Tell("go on");
    gateway_.reset();
  }

  // One request on a connection of its own.
  flowmesh::testing::RawResponse Ask(const std::string& method, const std::string& target,
                                     const std::string& lines = "", const std::string& body = "") {
    flowmesh::testing::RawHttpClient client(address());
    client.Request(method, target, lines, body);
    return client.Read(method == "HEAD");
  }
  // The answer to bytes that are sent as they are.
  flowmesh::testing::RawResponse Say(const std::string& bytes) {
    flowmesh::testing::RawHttpClient client(address());
    client.Send(bytes);
    return client.Read();
  }

 private:
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_TESTS_GATEWAY_HTTP_GATEWAY_TESTING_H_
