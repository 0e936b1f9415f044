#include "workers/models/openai/chat_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_chat_endpoint.h"
#include "tests/support/status_matchers.h"
#include "tests/workers/models/openai/recording_sink.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

using ::flowmesh::testing::ChatChunk;
using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ChatStreamTest : public ::testing::Test {
 protected:
  absl::Status Take(const std::string& data) { return stream_.OnEvent({.data = data}); }
  ModelFailure Outcome() {
    const absl::StatusOr<TextResult> result = stream_.Finish();
    EXPECT_FALSE(result.ok());
    return *ModelFailureOf(result.status());
  }

  RecordingSink sink_;
  ChatStream stream_{{.who = "openai/gpt", .secret = ""}, 20, &sink_};
};

TEST_F(ChatStreamTest, ChunksBecomeText) {
  ASSERT_OK(Take(ChatChunk(R"({"role":"assistant","content":"","refusal":null})")));
  ASSERT_OK(Take(ChatChunk(R"({"content":"The "})")));
  ASSERT_OK(Take(ChatChunk(R"({"content":null})")));
  ASSERT_OK(Take(ChatChunk(R"({"content":"sea"})")));
  ASSERT_OK(Take(ChatChunk("{}", R"("stop")")));
  EXPECT_FALSE(stream_.done());
  ASSERT_OK(Take(R"({"model":"fake-2","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}})"));
  ASSERT_OK(Take("[DONE]"));
  EXPECT_TRUE(stream_.done());
  ASSERT_OK(Take("nothing after the end counts"));
  ASSERT_OK_AND_ASSIGN(const TextResult result, stream_.Finish());
  EXPECT_EQ(result.text, "The sea");
  EXPECT_EQ(result.finish_reason, FinishReason::kStop);
  EXPECT_EQ(result.usage.model, "fake-2");
  EXPECT_EQ(result.usage.input_tokens, 9);
  EXPECT_EQ(result.usage.output_tokens, 2);
  EXPECT_THAT(sink_.texts, ElementsAre("The ", "sea"));
}

TEST_F(ChatStreamTest, ServersOmitAndAddMembers) {
  ASSERT_OK(Take(R"({})"));
  ASSERT_OK(Take(R"({"choices":null,"usage":{"prompt_tokens":5,"completion_tokens":"many"}})"));
  ASSERT_OK(Take(R"({"choices":[{"index":1,"delta":{"content":"another choice"}}]})"));
  ASSERT_OK(Take(R"({"choices":[{"delta":{"content":"a","reasoning_content":"hm"},"content_filter_results":{}}]})"));
  ASSERT_OK(
      Take(R"({"choices":[{"index":0,"finish_reason":"stop"}],"usage":{"prompt_tokens":5.0,"completion_tokens":-1}})"));
  ASSERT_OK_AND_ASSIGN(const TextResult result, stream_.Finish());
  EXPECT_EQ(result.text, "a");
  EXPECT_EQ(result.usage.input_tokens, 5);
  EXPECT_EQ(result.usage.output_tokens, 0);
}

TEST_F(ChatStreamTest, WithoutAFinishReasonTheStreamWasCut) {
  ASSERT_OK(Take(ChatChunk(R"({"content":"The "})")));
  EXPECT_EQ(Outcome(), ModelFailure::kCutStream);
}

TEST_F(ChatStreamTest, LengthIsAnAnswer) {
  ASSERT_OK(Take(ChatChunk(R"({"content":"The"})", R"("length")")));
  ASSERT_OK_AND_ASSIGN(const TextResult result, stream_.Finish());
  EXPECT_EQ(result.finish_reason, FinishReason::kLength);
}

TEST_F(ChatStreamTest, RefusalsInWords) {
  ASSERT_OK(Take(ChatChunk(R"({"refusal":"I cannot "})")));
  ASSERT_OK(Take(ChatChunk(R"({"refusal":"do that."})", R"("stop")")));
  EXPECT_THAT(stream_.Finish(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("I cannot do that.")));
}

TEST_F(ChatStreamTest, RefusalsByFilterToolsAndSilence) {
  ASSERT_OK(Take(ChatChunk(R"({"content":"a"})", R"("content_filter")")));
  EXPECT_EQ(Outcome(), ModelFailure::kContentRefused);
  ASSERT_OK(Take(ChatChunk("{}", R"("tool_calls")")));
  EXPECT_EQ(Outcome(), ModelFailure::kBadAnswer);
}

TEST_F(ChatStreamTest, AnEmptyTextIsABadAnswer) {
  ASSERT_OK(Take(ChatChunk("{}", R"("stop")")));
  EXPECT_EQ(Outcome(), ModelFailure::kBadAnswer);
}

TEST_F(ChatStreamTest, WhatIsNoJsonIsABadAnswer) {
  const std::vector<std::string> wrong = {"{\"choices\":", "[]", "\"text\"",
                                          "{\"choices\":[{\"delta\":{\"content\":\"\xC5\"}}]}", std::string(1000, '[')};
  for (const std::string& data : wrong) EXPECT_EQ(ModelFailureOf(Take(data)), ModelFailure::kBadAnswer) << data;
}

TEST_F(ChatStreamTest, ErrorsInTheStream) {
  ASSERT_OK(Take(R"({"error":null,"choices":[]})"));
  EXPECT_EQ(ModelFailureOf(Take(R"({"error":{"message":"overloaded","type":"server_error"}})")),
            ModelFailure::kProviderUnavailable);
}

TEST_F(ChatStreamTest, TextsHaveALimit) {
  ASSERT_OK(Take(ChatChunk(R"({"content":"12345678901234567890"})")));
  EXPECT_EQ(ModelFailureOf(Take(ChatChunk(R"({"content":"1"})"))), ModelFailure::kAnswerTooLarge);
  EXPECT_THAT(sink_.texts, ElementsAre("12345678901234567890"));
}

}  // namespace
}  // namespace flowmesh::models
