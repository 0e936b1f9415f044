#include "workers/models/provider/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/support/fake_chat_endpoint.h"
#include "tests/support/manual_cancellation.h"
#include "tests/support/status_matchers.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

using ::flowmesh::testing::FakeAnswer;
using ::flowmesh::testing::FakeChatEndpoint;
using ::flowmesh::testing::ManualCancellation;
using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

class RecordingReader : public HttpReader {
 public:
  absl::Status OnHead(const HttpHead& head) override {
    heads.push_back(head);
    return absl::OkStatus();
  }
  absl::Status OnBody(absl::string_view bytes) override {
    body.append(bytes.data(), bytes.size());
    return on_body ? on_body() : absl::OkStatus();
  }
  bool Complete() const override { return complete; }

  std::vector<HttpHead> heads;
  std::string body;
  std::function<absl::Status()> on_body;
  bool complete = false;
};

class HttpClientTest : public ::testing::Test {
 protected:
  static std::unique_ptr<HttpClient> Client(HttpOptions options = {}) {
    options.who = "fake/one";
    return *HttpClient::Open(std::move(options));
  }
  absl::Status Post(HttpClient& client) {
    return client.Post({.url = endpoint_.base_url() + "/x", .headers = {{"X-Name", "value"}}, .body = "{}"}, reader_,
                       never_);
  }
  static ModelFailure FailureOf(const absl::Status& status) {
    const std::optional<ModelFailure> failure = ModelFailureOf(status);
    EXPECT_TRUE(failure.has_value()) << status;
    return failure.value_or(ModelFailure::kRequestRefused);
  }

  FakeChatEndpoint endpoint_;
  ManualCancellation never_;
  RecordingReader reader_;
};

TEST_F(HttpClientTest, TheAnswerArrivesWhole) {
  endpoint_.Answer(FakeAnswer::Whole(201, "text/plain", "hello", {{"X-Twice", "a"}, {"Retry-After", " 7 "}}));
  const auto client = Client();
  ASSERT_OK(Post(*client));
  ASSERT_EQ(reader_.heads.size(), 1u);
  EXPECT_EQ(reader_.heads[0].status, 201);
  EXPECT_EQ(reader_.heads[0].headers.at("retry-after"), "7");
  EXPECT_EQ(reader_.body, "hello");
  const testing::SeenRequest seen = endpoint_.WaitForRequest();
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/v1/x");
  EXPECT_EQ(seen.headers.at("x-name"), "value");
  EXPECT_EQ(seen.headers.count("expect"), 0u);
  EXPECT_EQ(seen.body, "{}");
}

TEST_F(HttpClientTest, CallsAfterOneAnotherUseOneConnection) {
  const auto client = Client();
  for (int i = 0; i < 3; ++i) {
    endpoint_.Answer(FakeAnswer::Whole(200, "text/plain", "ok"));
    ASSERT_OK(Post(*client));
  }
  EXPECT_EQ(endpoint_.WaitForRequest(3).connection, 1);
}

TEST_F(HttpClientTest, CallsAtTheSameTimeHaveConnectionsOfTheirOwnAndOnlySomeAreKept) {
  const auto client = Client({.max_idle_connections = 1});
  for (int i = 0; i < 3; ++i) {
    endpoint_.Answer(FakeAnswer().Gate().Raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  }
  std::vector<std::future<absl::Status>> calls;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(std::async(std::launch::async, [&] {
      RecordingReader reader;
      return client->Post({.url = endpoint_.base_url(), .body = "{}"}, reader, never_);
    }));
  }
  EXPECT_GT(endpoint_.WaitForRequest(3).connection, 0);
  for (int i = 0; i < 3; ++i) endpoint_.Open();
  for (auto& call : calls) EXPECT_OK(call.get());
  for (int i = 0; i < 2; ++i) {
    endpoint_.Answer(FakeAnswer::Whole(200, "text/plain", "ok"));
    ASSERT_OK(Post(*client));
  }
  EXPECT_LE(endpoint_.WaitForRequest(4).connection, 3);
  EXPECT_EQ(endpoint_.WaitForRequest(5).connection, endpoint_.WaitForRequest(4).connection);
}

TEST_F(HttpClientTest, AConnectionThatThePeerClosedMeanwhileIsReplaced) {
  const auto client = Client();
  endpoint_.Answer(FakeAnswer::Whole(200, "text/plain", "ok").HangUp());
  ASSERT_OK(Post(*client));
  endpoint_.Answer(FakeAnswer::Whole(200, "text/plain", "ok"));
  ASSERT_OK(Post(*client));
  EXPECT_EQ(endpoint_.WaitForRequest(2).connection, 2);
}

TEST_F(HttpClientTest, InformationalHeadsAreSkipped) {
  endpoint_.Answer(FakeAnswer()
                       .Raw("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
                       .Raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const auto client = Client();
  ASSERT_OK(Post(*client));
  ASSERT_EQ(reader_.heads.size(), 1u);
  EXPECT_EQ(reader_.heads[0].status, 200);
  EXPECT_EQ(reader_.heads[0].headers.count("link"), 0u);
}

TEST_F(HttpClientTest, RedirectsAreNotFollowed) {
  endpoint_.Answer(FakeAnswer::Whole(307, "text/plain", "", {{"Location", endpoint_.base_url() + "/elsewhere"}}));
  const auto client = Client();
  ASSERT_OK(Post(*client));
  EXPECT_EQ(reader_.heads.at(0).status, 307);
  EXPECT_EQ(endpoint_.requests(), 1u);
}

TEST_F(HttpClientTest, AReaderEndsTheCallWithItsStatus) {
  endpoint_.Answer(FakeAnswer::Stream().Bytes("one").UntilHangUp());
  reader_.on_body = [] { return absl::DataLossError("enough"); };
  const auto client = Client();
  EXPECT_THAT(Post(*client), StatusIs(absl::StatusCode::kDataLoss, "enough"));
  endpoint_.WaitForHangUp();
}

TEST_F(HttpClientTest, ACompleteAnswerNeedsNoEndOfTheConnection) {
  endpoint_.Answer(FakeAnswer::Stream().Bytes("one").UntilHangUp());
  reader_.on_body = [this] {
    reader_.complete = true;
    return absl::OkStatus();
  };
  const auto client = Client();
  EXPECT_OK(Post(*client));
  endpoint_.WaitForHangUp();
}

TEST_F(HttpClientTest, APeerThatNeverAnswersIsGivenUp) {
  endpoint_.Answer(FakeAnswer::Silence());
  const auto client = Client({.first_byte_timeout = absl::Milliseconds(80)});
  const absl::Status status = Post(*client);
  EXPECT_EQ(FailureOf(status), ModelFailure::kProviderTimeout);
  EXPECT_THAT(std::string(status.message()), HasSubstr("did not begin to answer within 80ms"));
  endpoint_.WaitForHangUp();
}

TEST_F(HttpClientTest, APeerThatGoesSilentIsGivenUp) {
  endpoint_.Answer(FakeAnswer::Stream().Bytes("one").UntilHangUp());
  const auto client = Client({.idle_timeout = absl::Milliseconds(80)});
  const absl::Status status = Post(*client);
  EXPECT_EQ(FailureOf(status), ModelFailure::kProviderTimeout);
  EXPECT_THAT(std::string(status.message()), HasSubstr("went silent for 80ms"));
  endpoint_.WaitForHangUp();
}

TEST_F(HttpClientTest, AnAnswerWithoutEndIsGivenUp) {
  endpoint_.Answer(FakeAnswer::Stream().Bytes("one").UntilHangUp());
  const auto client = Client({.total_timeout = absl::Milliseconds(80)});
  const absl::Status status = Post(*client);
  EXPECT_EQ(FailureOf(status), ModelFailure::kProviderTimeout);
  EXPECT_THAT(std::string(status.message()), HasSubstr("did not end its answer within 80ms"));
}

TEST_F(HttpClientTest, ACancelEndsASilentCall) {
  endpoint_.Answer(FakeAnswer::Silence());
  std::thread canceller([this] {
    endpoint_.WaitForRequest();
    never_.Cancel();
  });
  const auto client = Client();
  EXPECT_THAT(Post(*client), StatusIs(absl::StatusCode::kCancelled, HasSubstr("fake/one")));
  canceller.join();
  endpoint_.WaitForHangUp();
}

TEST_F(HttpClientTest, ACancelledCallIsNotMade) {
  never_.Cancel();
  const auto client = Client();
  EXPECT_THAT(Post(*client), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(endpoint_.requests(), 0u);
}

TEST_F(HttpClientTest, AHangUpBeforeTheHeadMeansUnavailableAndAfterItACutStream) {
  const auto client = Client();
  endpoint_.Answer(FakeAnswer().HangUp());
  EXPECT_EQ(FailureOf(Post(*client)), ModelFailure::kProviderUnavailable);
  endpoint_.Answer(FakeAnswer::Stream().Bytes("one").HangUp());
  EXPECT_EQ(FailureOf(Post(*client)), ModelFailure::kCutStream);
  EXPECT_EQ(reader_.body, "one");
}

TEST_F(HttpClientTest, NobodyListening) {
  std::string gone;
  {
    FakeChatEndpoint closed;
    gone = closed.base_url();
  }
  const auto client = Client();
  EXPECT_EQ(FailureOf(client->Post({.url = gone}, reader_, never_)), ModelFailure::kProviderUnavailable);
}

TEST_F(HttpClientTest, APeerThatDoesNotSpeakHttpIsNoProvider) {
  endpoint_.Answer(FakeAnswer().Raw("SSH-2.0-OpenSSH_9.2\r\n").HangUp());
  const auto client = Client();
  EXPECT_EQ(FailureOf(Post(*client)), ModelFailure::kProviderMisconfigured);
}

TEST_F(HttpClientTest, OnlyHttpIsSpoken) {
  const auto client = Client();
  EXPECT_EQ(FailureOf(client->Post({.url = "file:///etc/hostname"}, reader_, never_)),
            ModelFailure::kProviderMisconfigured);
  EXPECT_TRUE(reader_.body.empty());
}

TEST_F(HttpClientTest, AnswersHaveALimit) {
  const auto client = Client({.max_head_bytes = 2000, .max_answer_bytes = 1000});
  endpoint_.Answer(FakeAnswer::Whole(200, "text/plain", std::string(1001, 'x')));
  EXPECT_EQ(FailureOf(Post(*client)), ModelFailure::kAnswerTooLarge);
  endpoint_.Answer(FakeAnswer::Whole(200, "text/plain", "", {{"X-Long", std::string(2000, 'x')}}));
  EXPECT_EQ(FailureOf(Post(*client)), ModelFailure::kAnswerTooLarge);
  endpoint_.Answer(FakeAnswer::Whole(200, "text/plain", std::string(1000, 'x')));
  EXPECT_OK(Post(*client));
}

TEST_F(HttpClientTest, RequestsHaveALimitAndCleanHeaders) {
  const auto client = Client({.max_request_bytes = 10});
  const std::string url = endpoint_.base_url();
  EXPECT_EQ(FailureOf(client->Post({.url = url, .body = "12345678901"}, reader_, never_)),
            ModelFailure::kContextTooLong);
  const absl::Status status =
      client->Post({.url = url, .headers = {{"X-Key", "a\r\nX-Other: secret"}}, .body = "{}"}, reader_, never_);
  EXPECT_EQ(FailureOf(status), ModelFailure::kRequestRefused);
  EXPECT_THAT(std::string(status.message()), ::testing::Not(HasSubstr("secret")));
  EXPECT_EQ(endpoint_.requests(), 0u);
}

}  // namespace
}  // namespace flowmesh::models
