#include "workers/models/openai/openai_text_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/base/trace_context.h"
#include "tests/support/fake_chat_endpoint.h"
#include "tests/support/manual_cancellation.h"
#include "tests/support/status_matchers.h"
#include "tests/workers/models/openai/recording_sink.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

using ::flowmesh::testing::ChatChunk;
using ::flowmesh::testing::FakeAnswer;
using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kKey[] = "sk-do-not-tell";

class OpenAiTextModelTest : public ::testing::Test {
 protected:
  OpenAiOptions Options() const {
    return {.base_url = endpoint_.base_url(), .model = "fake-1", .api_key = kKey, .provider = "fake"};
  }
  absl::StatusOr<TextResult> Generate(OpenAiOptions options, const TextRequest& request) {
    absl::StatusOr<std::unique_ptr<OpenAiTextModel>> model = OpenAiTextModel::Open(std::move(options));
    if (!model.ok()) return model.status();
    absl::StatusOr<TextResult> result = (*model)->Generate(request, sink_, cancellation_);
    EXPECT_THAT(result.status().ToString(), Not(HasSubstr(kKey)));
    return result;
  }
  absl::StatusOr<TextResult> Generate() { return Generate(Options(), {.messages = {{ChatRole::kUser, "Sing."}}}); }
  // How the next call fails.
  ModelFailure Failure() {
    const absl::StatusOr<TextResult> result = Generate();
    EXPECT_FALSE(result.ok());
    const std::optional<ModelFailure> failure = ModelFailureOf(result.status());
    EXPECT_TRUE(failure.has_value()) << result.status();
    return failure.value_or(ModelFailure::kRequestRefused);
  }

  testing::FakeChatEndpoint endpoint_;
  testing::ManualCancellation cancellation_;
  RecordingSink sink_;
};

TEST_F(OpenAiTextModelTest, AStreamBecomesTextAndUsage) {
  endpoint_.Answer(FakeAnswer::Text({"The ", "sea\n", "is \"wide\" 🌊"}));
  OpenAiOptions options = Options();
  options.prices = {.input = 1.5, .output = 10};
  ASSERT_OK_AND_ASSIGN(const TextResult result, Generate(options, {.messages = {{ChatRole::kUser, "Sing."}}}));
  EXPECT_EQ(result.text, "The sea\nis \"wide\" 🌊");
  EXPECT_THAT(sink_.texts, ElementsAre("The ", "sea\n", "is \"wide\" 🌊"));
  ASSERT_EQ(sink_.usages.size(), 1u);
  const ModelUsage& usage = sink_.usages[0];
  EXPECT_EQ(usage.provider, "fake");
  EXPECT_EQ(usage.model, "fake-1-2024");
  EXPECT_EQ(usage.input_tokens, 12);
  EXPECT_EQ(usage.output_tokens, 34);
  EXPECT_DOUBLE_EQ(usage.cost, (12 * 1.5 + 34 * 10) / 1e6);
  EXPECT_GT(usage.latency, absl::ZeroDuration());
  EXPECT_FALSE(usage.fallback);
  EXPECT_EQ(result.usage.model, usage.model);
  EXPECT_EQ(result.usage.cost, usage.cost);
}

TEST_F(OpenAiTextModelTest, TheRequestIsWhatTheReferenceAsksFor) {
  endpoint_.Answer(FakeAnswer::Text({"{}"}));
  TextRequest request{.messages = {{ChatRole::kSystem, "You are\na \"poet\"."},
                                   {ChatRole::kUser, "Zażółć."},
                                   {ChatRole::kAssistant, "Tak."}},
                      .max_tokens = 77,
                      .temperature = 0.5,
                      .seed = 42,
                      .json_schema = JsonSchema{.name = "poem", .schema = R"({"type":"object"})"},
                      .idempotency_key = "key-1",
                      .traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"};
  OpenAiOptions options = Options();
  options.base_url += "/?api-version=1";
  ASSERT_OK(Generate(options, request));
  const testing::SeenRequest seen = endpoint_.WaitForRequest();
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/v1/chat/completions?api-version=1");
  EXPECT_EQ(seen.headers.at("authorization"), absl::StrCat("Bearer ", kKey));
  EXPECT_EQ(seen.headers.at("content-type"), "application/json");
  EXPECT_EQ(seen.headers.at("accept"), "text/event-stream");
  EXPECT_EQ(seen.headers.at("idempotency-key"), "key-1");
  // The caller's trace, and a span of the call's own.
  const auto sent = base::TraceContext::Parse(seen.headers.at("traceparent"));
  const auto parent = base::TraceContext::Parse(request.traceparent);
  ASSERT_TRUE(sent.has_value());
  EXPECT_EQ(sent->trace_id(), parent->trace_id());
  EXPECT_NE(sent->span_id(), parent->span_id());
  EXPECT_TRUE(sent->sampled());
  EXPECT_EQ(boost::json::parse(seen.body), boost::json::parse(R"({
      "model": "fake-1", "stream": true, "stream_options": {"include_usage": true},
      "messages": [{"role": "system", "content": "You are\na \"poet\"."}, {"role": "user", "content": "Zażółć."},
                   {"role": "assistant", "content": "Tak."}],
      "max_tokens": 77, "temperature": 0.5, "seed": 42,
      "response_format": {"type": "json_schema",
                          "json_schema": {"name": "poem", "strict": true, "schema": {"type": "object"}}}})"));
}

TEST_F(OpenAiTextModelTest, WhatIsNotAskedForIsNotSent) {
  endpoint_.Answer(FakeAnswer::Text({"a"}));
  OpenAiOptions options = Options();
  options.api_key.clear();
  options.token_limit_field = TokenLimitField::kMaxCompletionTokens;
  ASSERT_OK(Generate(options, {.messages = {{ChatRole::kUser, "Sing."}}, .traceparent = "00-malformed"}));
  const testing::SeenRequest seen = endpoint_.WaitForRequest();
  for (const char* name : {"authorization", "idempotency-key", "traceparent", "accept-encoding"}) {
    EXPECT_EQ(seen.headers.count(name), 0u) << name;
  }
  EXPECT_EQ(boost::json::parse(seen.body), boost::json::parse(R"({
      "model": "fake-1", "stream": true, "stream_options": {"include_usage": true},
      "messages": [{"role": "user", "content": "Sing."}], "max_completion_tokens": 2048})"));
}

TEST_F(OpenAiTextModelTest, TextIsToldBeforeTheAnswerIsComplete) {
  endpoint_.Answer(FakeAnswer::Stream().Role().Delta("one").Gate().Delta("two").Finish("stop").Done());
  sink_.on_text = [this] {
    if (sink_.texts.size() == 1) endpoint_.Open();
    return absl::OkStatus();
  };
  ASSERT_OK_AND_ASSIGN(const TextResult result, Generate());
  EXPECT_EQ(result.text, "onetwo");
  EXPECT_EQ(result.usage.output_tokens, 0);
}

TEST_F(OpenAiTextModelTest, ACodePointMayArriveInTwoReads) {
  const std::string event = absl::StrCat("data: ", ChatChunk("{\"content\":\"fale 🌊\"}"), "\r\n\r\n");
  const size_t middle = event.find("🌊") + 2;
  endpoint_.Answer(FakeAnswer::Stream()
                       .Delta("one ")
                       .Bytes(event.substr(0, middle))
                       .Gate()
                       .Bytes(event.substr(middle))
                       .Finish("stop")
                       .Done());
  sink_.on_text = [this] {
    endpoint_.Open();
    return absl::OkStatus();
  };
  ASSERT_OK_AND_ASSIGN(const TextResult result, Generate());
  EXPECT_EQ(result.text, "one fale 🌊");
}

TEST_F(OpenAiTextModelTest, CommentsKeepASlowStreamAlive) {
  endpoint_.Answer(
      FakeAnswer::Stream().Bytes(": OPENROUTER PROCESSING\n\n").Delta("one").Bytes(":\n").Finish("stop").Done());
  ASSERT_OK_AND_ASSIGN(const TextResult result, Generate());
  EXPECT_EQ(result.text, "one");
}

TEST_F(OpenAiTextModelTest, ErrorsOfTheProvider) {
  endpoint_.Answer(FakeAnswer::Error(400, "invalid_request_error", "context_length_exceeded", "too many tokens"));
  EXPECT_EQ(Failure(), ModelFailure::kContextTooLong);
  endpoint_.Answer(FakeAnswer::Error(401, "invalid_request_error", "invalid_api_key",
                                     absl::StrCat("Incorrect API key provided: ", kKey)));
  EXPECT_EQ(Failure(), ModelFailure::kAuth);
  endpoint_.Answer(FakeAnswer::Error(404, "invalid_request_error", "model_not_found", "The model does not exist"));
  EXPECT_EQ(Failure(), ModelFailure::kModelUnknown);
  endpoint_.Answer(FakeAnswer::Error(500, "server_error", "", absl::StrCat("failed for ", kKey)));
  EXPECT_EQ(Failure(), ModelFailure::kProviderUnavailable);
  endpoint_.Answer(FakeAnswer::Whole(503, "text/html", "<html>busy</html>"));
  EXPECT_EQ(Failure(), ModelFailure::kProviderUnavailable);
  endpoint_.Answer(FakeAnswer::Whole(302, "text/html", "", {{"Location", endpoint_.base_url() + "/login"}}));
  EXPECT_EQ(Failure(), ModelFailure::kProviderMisconfigured);
  EXPECT_EQ(endpoint_.requests(), 6u);
  EXPECT_THAT(sink_.usages, IsEmpty());
}

TEST_F(OpenAiTextModelTest, ARateLimitSaysWhenToComeBack) {
  endpoint_.Answer(FakeAnswer::Error(429, "requests", "rate_limit_exceeded", "slow down", {{"Retry-After", "20"}}));
  const absl::Status status = Generate().status();
  EXPECT_EQ(ModelFailureOf(status), ModelFailure::kRateLimited);
  EXPECT_EQ(base::GetRetryDelay(status), absl::Seconds(20));
  EXPECT_TRUE(IsRetryable(status));
}

TEST_F(OpenAiTextModelTest, AnErrorThatIsCutIsStillThatError) {
  endpoint_.Answer(
      FakeAnswer().Raw("HTTP/1.1 429 Slow\r\nContent-Length: 100\r\nRetry-After: 2\r\n\r\n{\"err").HangUp());
  const absl::Status status = Generate().status();
  EXPECT_EQ(ModelFailureOf(status), ModelFailure::kRateLimited);
  EXPECT_EQ(base::GetRetryDelay(status), absl::Seconds(2));
}

TEST_F(OpenAiTextModelTest, AHugeErrorIsReadInPart) {
  endpoint_.Answer(FakeAnswer::Whole(500, "text/html", std::string(1 << 20, 'x')));
  EXPECT_EQ(Failure(), ModelFailure::kProviderUnavailable);
}

TEST_F(OpenAiTextModelTest, AStreamThatIsCutInTheMiddleOfAnEventIsNoAnswer) {
  endpoint_.Answer(FakeAnswer::Stream().Delta("one").Bytes("data: {\"choices\":[{\"del").HangUp());
  EXPECT_EQ(Failure(), ModelFailure::kCutStream);
  EXPECT_THAT(sink_.texts, ElementsAre("one"));
  EXPECT_EQ(sink_.usages.size(), 1u);
}

TEST_F(OpenAiTextModelTest, AStreamThatEndsWellBeforeTheModelWasDoneIsCutToo) {
  endpoint_.Answer(FakeAnswer::Stream().Delta("one").Raw("0\r\n\r\n"));
  EXPECT_EQ(Failure(), ModelFailure::kCutStream);
}

TEST_F(OpenAiTextModelTest, SomeServersForgetToSayDone) {
  endpoint_.Answer(FakeAnswer::Stream().Delta("one").Finish("stop").Raw("0\r\n\r\n"));
  EXPECT_OK(Generate());
}

TEST_F(OpenAiTextModelTest, AfterDoneTheConnectionDoesNotMatter) {
  endpoint_.Answer(FakeAnswer::Stream().Delta("one").Finish("stop").Event("[DONE]").HangUp());
  EXPECT_OK(Generate());
  endpoint_.Answer(FakeAnswer::Stream().Delta("one").Finish("stop").Event("[DONE]").UntilHangUp());
  EXPECT_OK(Generate());
}

TEST_F(OpenAiTextModelTest, AnErrorInTheMiddleOfAStream) {
  endpoint_.Answer(FakeAnswer::Stream()
                       .Delta("one")
                       .Event(R"({"error":{"message":"overloaded","type":"server_error","code":null}})")
                       .UntilHangUp());
  EXPECT_EQ(Failure(), ModelFailure::kProviderUnavailable);
  endpoint_.WaitForHangUp();
}

TEST_F(OpenAiTextModelTest, AStalledStreamIsGivenUp) {
  endpoint_.Answer(FakeAnswer::Stream().Delta("one").UntilHangUp());
  OpenAiOptions options = Options();
  options.http.idle_timeout = absl::Milliseconds(80);
  const absl::Status status = Generate(options, {.messages = {{ChatRole::kUser, "Sing."}}}).status();
  EXPECT_EQ(ModelFailureOf(status), ModelFailure::kProviderTimeout);
  EXPECT_THAT(std::string(status.message()), HasSubstr("fake/fake-1"));
}

TEST_F(OpenAiTextModelTest, HugeLinesAreRefused) {
  endpoint_.Answer(FakeAnswer::Stream().Bytes("data: " + std::string(5000, 'x')).UntilHangUp());
  OpenAiOptions options = Options();
  options.max_event_bytes = 4000;
  const absl::Status status = Generate(options, {.messages = {{ChatRole::kUser, "Sing."}}}).status();
  EXPECT_EQ(ModelFailureOf(status), ModelFailure::kAnswerTooLarge);
  endpoint_.WaitForHangUp();
}

TEST_F(OpenAiTextModelTest, AnAnswerThatIsNoStreamIsRefused) {
  endpoint_.Answer(FakeAnswer::Whole(200, "application/json", R"({"object":"chat.completion","choices":[]})"));
  EXPECT_EQ(Failure(), ModelFailure::kBadAnswer);
}

TEST_F(OpenAiTextModelTest, ACancelHangsUp) {
  endpoint_.Answer(FakeAnswer::Stream().Delta("one").UntilHangUp());
  sink_.on_text = [this] {
    cancellation_.Cancel();
    return absl::OkStatus();
  };
  EXPECT_THAT(Generate(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(sink_.usages.size(), 1u);
  endpoint_.WaitForHangUp();
}

TEST_F(OpenAiTextModelTest, AListenerWhoHasEnoughHangsUp) {
  endpoint_.Answer(FakeAnswer::Stream().Delta("one").Delta("two").UntilHangUp());
  sink_.on_text = [] { return absl::DataLossError("enough"); };
  EXPECT_THAT(Generate(), StatusIs(absl::StatusCode::kDataLoss, "enough"));
  EXPECT_THAT(sink_.texts, ElementsAre("one"));
  endpoint_.WaitForHangUp();
}

TEST_F(OpenAiTextModelTest, WrongRequestsAreNotSent) {
  EXPECT_THAT(Generate(Options(), {}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("message")));
  EXPECT_THAT(Generate(Options(), {.messages = {{}}, .json_schema = JsonSchema{"x", "not json"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("schema")));
  EXPECT_EQ(endpoint_.requests(), 0u);
}

TEST(OpenAiOptionsTest, AreChecked) {
  const auto open = [](const std::string& url, const std::string& model, const std::string& key,
                       bool key_without_tls = false) {
    return OpenAiTextModel::Open({.base_url = url, .model = model, .api_key = key, .key_without_tls = key_without_tls})
        .status();
  };
  EXPECT_OK(open("https://api.openai.com/v1", "gpt", "sk-1"));
  EXPECT_OK(open("http://127.0.0.1:11434/v1/", "llama3.2", "sk-1"));
  EXPECT_OK(open("http://[::1]:8080/v1", "llama3.2", "sk-1"));
  EXPECT_OK(open("http://models.internal:8000/v1", "m", ""));
  EXPECT_OK(open("http://models.internal:8000/v1", "m", "sk-1", true));
  for (const absl::Status& refused :
       {open("http://models.internal:8000/v1", "m", "sk-1"), open("ftp://x/v1", "m", ""), open("", "m", ""),
        open("https:///v1", "m", ""), open("https://user:sk-1@x/v1", "m", ""), open("https://x/v1#a", "m", ""),
        open("https://x /v1", "m", ""), open("https://x/v1", "", "sk-1"), open("https://x/v1", "m\n", ""),
        open("https://x/v1", "m", "sk-1\n")}) {
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("sk-1")));
  }
}

}  // namespace
}  // namespace flowmesh::models
