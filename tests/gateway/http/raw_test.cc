// Contents as raw bytes over HTTP and WebSocket.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "flowmesh/v1/artifact.grpc.pb.h"
#include "gateway/http/gateway.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/base/mutex.h"
#include "tests/support/raw_http_client.h"

namespace flowmesh::gateway {
namespace {

using flowmesh::testing::RawHttpClient;
using flowmesh::testing::RawResponse;
using ::testing::HasSubstr;

constexpr char kPath[] = "/v1/artifacts/a/content";
constexpr char kTag[] = "\"the-tag\"";

grpc::Status OutOfRange(size_t size) {
  google::rpc::Status status;
  status.set_code(grpc::StatusCode::OUT_OF_RANGE);
  google::rpc::ErrorInfo info;
  info.set_reason("RANGE_UNSATISFIABLE");
  (*info.mutable_metadata())["size"] = std::to_string(size);
  status.add_details()->PackFrom(info);
  return grpc::Status(grpc::StatusCode::OUT_OF_RANGE, "beyond the end", status.SerializeAsString());
}

// Serves one content.
class ContentUpstream : public v1::Artifacts::Service {
 public:
  ContentUpstream() {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  }
  ~ContentUpstream() override { server_->Shutdown(std::chrono::system_clock::now()); }

  std::shared_ptr<grpc::Channel> channel() const { return channel_; }

  // Set before the calls.
  std::string content = "0123456789";
  std::string type = "audio/ogg";
  size_t chunk = 4;
  bool says_size = true;
  size_t fails_after = std::string::npos;  // bytes of an answer
  size_t lies_by = 0;                      // bytes that are sent beyond what was said

  int calls() const { return calls_.load(); }
  size_t sent() const { return sent_.load(); }
  // Blocks until the last call is over.
  void AwaitEnd() {
    base::MutexLock lock(mutex_);
    while (open_ > 0) changed_.Wait(lock);
  }

 private:
  grpc::Status Read(grpc::ServerContext* context, const v1::ReadArtifactRequest* request,
                    grpc::ServerWriter<google::api::HttpBody>* writer) override {
    ++calls_;
    {
      base::MutexLock lock(mutex_);
      ++open_;
    }
    const grpc::Status status = Serve(context, *request, writer);
    base::MutexLock lock(mutex_);
    --open_;
    changed_.NotifyAll();
    return status;
  }

  grpc::Status Serve(grpc::ServerContext* context, const v1::ReadArtifactRequest& request,
                     grpc::ServerWriter<google::api::HttpBody>* writer) {
    if (request.id() != "a") return grpc::Status(grpc::StatusCode::NOT_FOUND, "there is none");
    const auto size = static_cast<int64_t>(content.size());
    const int64_t offset = request.offset() >= 0 ? request.offset() : std::max<int64_t>(size + request.offset(), 0);
    if (offset > size) return OutOfRange(content.size());
    int64_t left = size - offset;
    if (request.length() > 0) left = std::min(left, request.length());
    context->AddInitialMetadata("etag", kTag);
    if (says_size) context->AddInitialMetadata("x-content-size", std::to_string(size));
    context->AddInitialMetadata("content-disposition", "inline; filename=\"a.ogg\"");
    std::string bytes =
        content.substr(static_cast<size_t>(offset), static_cast<size_t>(left)) + std::string(lies_by, '!');
    google::api::HttpBody body;
    body.set_content_type(type);
    size_t done = 0;
    do {
      body.set_data(bytes.substr(done, chunk));
      if (done >= fails_after) return grpc::Status(grpc::StatusCode::DATA_LOSS, "the disk is gone");
      if (!writer->Write(body)) return grpc::Status::CANCELLED;
      done += body.data().size();
      sent_ += body.data().size();
      body.clear_content_type();
    } while (done < bytes.size());
    return grpc::Status::OK;
  }

  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::atomic<int> calls_ = 0;
  std::atomic<size_t> sent_ = 0;
  base::Mutex mutex_;
  base::CondVar changed_;
  int open_ ABSL_GUARDED_BY(mutex_) = 0;
};

class RawTest : public ::testing::Test {
 protected:
  std::string address() {
    if (gateway_ == nullptr) {
      options.address = "127.0.0.1:0";
      options.upstream = upstream.channel();
      auto started = Gateway::Start(options);
      EXPECT_TRUE(started.ok()) << started.status();
      gateway_ = *std::move(started);
    }
    return gateway_->address();
  }

  RawResponse Ask(const std::string& method, const std::string& lines = "", const std::string& target = kPath) {
    RawHttpClient client(address());
    client.Request(method, target, lines);
    return client.Read(method == "HEAD");
  }

  ContentUpstream upstream;
  GatewayOptions options;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(RawTest, TheBytesComeAsTheyAreAndTheConnectionServesOn) {
  RawHttpClient client(address());
  for (int i = 0; i < 2; ++i) {
    client.Request("GET", kPath);
    const RawResponse response = client.Read();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "0123456789");
    EXPECT_EQ(response.headers.at("content-type"), "audio/ogg");
    EXPECT_EQ(response.headers.at("content-length"), "10");
    EXPECT_EQ(response.headers.at("etag"), kTag);
    EXPECT_EQ(response.headers.at("accept-ranges"), "bytes");
    EXPECT_EQ(response.headers.at("content-disposition"), "inline; filename=\"a.ogg\"");
    EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff");
    EXPECT_THAT(response.headers.at("content-security-policy"), HasSubstr("sandbox"));
    EXPECT_EQ(response.headers.count("grpc-metadata-x-content-size"), 0U);
    EXPECT_EQ(response.headers.count("transfer-encoding"), 0U);
  }
}

TEST_F(RawTest, AnEmptyContentIsAnAnswer) {
  upstream.content = "";
  const RawResponse response = Ask("GET");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-length"), "0");
  EXPECT_EQ(response.headers.at("content-type"), "audio/ogg");
}

TEST_F(RawTest, AnUnknownSizeGoesInChunks) {
  upstream.says_size = false;
  const RawResponse response = Ask("GET");
  EXPECT_EQ(response.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(response.headers.count("content-length"), 0U);
  EXPECT_EQ(response.body, "0123456789");
}

TEST_F(RawTest, ASingleRangeIsAPart) {
  RawResponse response = Ask("GET", "Range: bytes=2-5\r\n");
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.headers.at("content-range"), "bytes 2-5/10");
  EXPECT_EQ(response.headers.at("content-length"), "4");
  EXPECT_EQ(response.body, "2345");
  response = Ask("GET", "Range: bytes=7-\r\n");
  EXPECT_EQ(response.headers.at("content-range"), "bytes 7-9/10");
  EXPECT_EQ(response.body, "789");
  response = Ask("GET", "Range: bytes=-3\r\n");
  EXPECT_EQ(response.headers.at("content-range"), "bytes 7-9/10");
  EXPECT_EQ(response.body, "789");
  response = Ask("GET", "Range: bytes=-300\r\n");
  EXPECT_EQ(response.headers.at("content-range"), "bytes 0-9/10");
  EXPECT_EQ(upstream.calls(), 4) << "one call each";
}

TEST_F(RawTest, SeveralRangesAndNonsenseAreTheWhole) {
  for (const char* header : {"Range: bytes=0-1,4-5\r\n", "Range: lines=1-2\r\n", "Range: bytes=x\r\n"}) {
    const RawResponse response = Ask("GET", header);
    EXPECT_EQ(response.status, 200) << header;
    EXPECT_EQ(response.body, "0123456789");
  }
}

TEST_F(RawTest, ARangeBeyondTheEndSaysTheSize) {
  for (const char* header : {"Range: bytes=10-\r\n", "Range: bytes=11-12\r\n", "Range: bytes=-0\r\n"}) {
    const RawResponse response = Ask("GET", header);
    EXPECT_EQ(response.status, 416) << header;
    EXPECT_EQ(response.headers.at("content-range"), "bytes */10") << header;
    EXPECT_THAT(response.body, HasSubstr("RANGE_NOT_SATISFIABLE"));
  }
}

TEST_F(RawTest, AQueryMayNameAPartItself) {
  const RawResponse response = Ask("GET", "", std::string(kPath) + "?offset=8");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-length"), "2");
  EXPECT_EQ(response.body, "89");
}

TEST_F(RawTest, WhoHasItIsToldSo) {
  const RawResponse response = Ask("GET", std::string("If-None-Match: \"other\", ") + kTag + "\r\n");
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.headers.at("etag"), kTag);
  EXPECT_EQ(response.headers.count("content-length"), 0U);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(Ask("GET", "If-None-Match: \"other\"\r\n").body, "0123456789");
  EXPECT_EQ(Ask("GET", std::string("Range: bytes=50-\r\nIf-None-Match: ") + kTag + "\r\n").status, 304);
}

TEST_F(RawTest, IfRangeGivesThePartOfWhatTheClientHasOrTheWhole) {
  EXPECT_EQ(Ask("GET", std::string("Range: bytes=2-3\r\nIf-Range: ") + kTag + "\r\n").body, "23");
  const RawResponse whole = Ask("GET", "Range: bytes=2-3\r\nIf-Range: \"older\"\r\n");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, "0123456789");
  EXPECT_EQ(Ask("GET", "Range: bytes=50-\r\nIf-Range: \"older\"\r\n").status, 200);
}

TEST_F(RawTest, HeadSaysWhatGetWould) {
  RawHttpClient client(address());
  client.Request("HEAD", kPath, "Range: bytes=2-3\r\n");
  const RawResponse response = client.Read(/*to_head=*/true);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-length"), "10");
  EXPECT_EQ(response.headers.at("content-type"), "audio/ogg");
  EXPECT_EQ(response.headers.at("etag"), kTag);
  client.Request("GET", kPath);
  EXPECT_EQ(client.Read().body, "0123456789") << "no body stands between the answers";
}

TEST_F(RawTest, AnEarlyErrorIsARealStatus) {
  EXPECT_EQ(Ask("GET", "", "/v1/artifacts/b/content").status, 404);
  EXPECT_EQ(Ask("HEAD", "", "/v1/artifacts/b/content").status, 404);
}

TEST_F(RawTest, AFailureInTheMiddleNeverLooksLikeTheEnd) {
  upstream.fails_after = 8;
  RawHttpClient client(address());
  client.Request("GET", kPath);
  RawResponse head = client.ReadHead();
  EXPECT_EQ(head.headers.at("content-length"), "10");
  EXPECT_TRUE(client.WaitForClose()) << "the promised bytes do not come, so the connection ends";

  upstream.says_size = false;
  RawHttpClient chunked(address());
  chunked.Request("GET", kPath);
  head = chunked.ReadHead();
  EXPECT_EQ(head.headers.at("transfer-encoding"), "chunked");
  EXPECT_TRUE(chunked.WaitForClose());
}

TEST_F(RawTest, MoreThanWasSaidIsNotSent) {
  upstream.lies_by = 5;
  RawHttpClient client(address());
  client.Request("GET", kPath);
  client.ReadHead();
  EXPECT_TRUE(client.WaitForClose());
}

TEST_F(RawTest, WebSocketCarriesBinaryFrames) {
  RawHttpClient client(address());
  EXPECT_EQ(client.Upgrade(std::string(kPath) + "?offset=2").status, 101);
  std::string bytes;
  while (true) {
    const RawHttpClient::Frame frame = client.ReadFrame();
    if (frame.opcode != 2) {
      EXPECT_EQ(frame.opcode, 8);
      EXPECT_EQ(frame.close_code, 1000);
      break;
    }
    bytes += frame.payload;
  }
  EXPECT_EQ(bytes, "23456789");
}

TEST_F(RawTest, ASlowReaderHoldsTheUpstreamBack) {
  upstream.content = std::string(size_t{64} << 20, 'x');
  upstream.chunk = size_t{64} << 10;
  RawHttpClient client(address());
  client.SetReceiveBuffer(64 * 1024);
  client.Request("GET", kPath);
  client.ReadHead();
  // Other clients are served meanwhile; each answer gives the stream time to run ahead, if it would.
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Ask("GET", "Range: bytes=0-0\r\n").status, 206);
  EXPECT_LT(upstream.sent(), size_t{32} << 20);
  client.Close();
  upstream.AwaitEnd();
}

TEST_F(RawTest, AClientThatGoesEndsTheCall) {
  upstream.content = std::string(size_t{64} << 20, 'x');
  upstream.chunk = size_t{64} << 10;
  {
    RawHttpClient client(address());
    client.SetReceiveBuffer(4096);
    client.Request("GET", kPath);
    client.ReadHead();
  }
  upstream.AwaitEnd();
  EXPECT_LT(upstream.sent(), upstream.content.size());
}

}  // namespace
}  // namespace flowmesh::gateway
