#include "workers/models/structured/structured_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "flowmesh/quiz/v1/quiz.pb.h"
#include "tests/support/fake_chat_endpoint.h"
#include "tests/support/manual_cancellation.h"
#include "tests/support/scripted_text_model.h"
#include "tests/support/status_matchers.h"
#include "workers/models/openai/openai_text_model.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::models {
namespace {

using ::flowmesh::testing::FakeAnswer;
using ::flowmesh::testing::ScriptedTextModel;
using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kGood[] = R"({"sentence": "Say ____.", "options": {"A": "a"}, "score": 2})";

quiz::v1::WrittenQuestion Read(const std::string& text) {
  quiz::v1::WrittenQuestion question;
  EXPECT_OK(ReadJsonAnswer(text, &question)) << text;
  return question;
}

std::string WrongIn(const std::string& text) {
  quiz::v1::WrittenQuestion question;
  question.set_sentence("left over");
  const absl::Status status = ReadJsonAnswer(text, &question);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
  EXPECT_EQ(question.ByteSizeLong(), 0u) << text;
  return std::string(status.message());
}

TEST(ReadJsonAnswerTest, AnObjectBecomesAMessageByTheNamesOfItsFields) {
  const quiz::v1::WrittenQuestion question = Read(kGood);
  EXPECT_EQ(question.sentence(), "Say ____.");
  EXPECT_EQ(question.options().at("A"), "a");
  EXPECT_EQ(question.score(), 2);
  EXPECT_EQ(Read(R"({"correct_answer": "B"})").correct_answer(), "B");
}

TEST(ReadJsonAnswerTest, FencesAroundItAndUnknownFieldsAreTolerated) {
  for (const char* fence : {"```json\n", "```\n", "  \n```JSON\r\n"}) {
    EXPECT_EQ(Read(absl::StrCat(fence, kGood, "\n```\n ")).score(), 2);
  }
  EXPECT_EQ(Read(R"({"sentence": "x", "mood": {"deep": [1, null]}})").sentence(), "x");
}

TEST(ReadJsonAnswerTest, WhatIsNoJsonObjectIsSaid) {
  EXPECT_EQ(WrongIn(" \n"), "it is empty");
  EXPECT_EQ(WrongIn("``````"), "it is not valid JSON: syntax error");
  for (const char* text : {"Sure! Here it is: {}", "{} {}", "{\"sentence\": \"x\",}", "{'sentence': 'x'}", "{\"a\"",
                           "{\"sentence\": \"x\" // no\n}", "NaN"}) {
    EXPECT_THAT(WrongIn(text), HasSubstr("it is not valid JSON"));
  }
  for (const char* text : {"[]", "\"x\"", "null", "7"}) EXPECT_EQ(WrongIn(text), "it is not a JSON object");
}

TEST(ReadJsonAnswerTest, WhatHasAnotherShapeIsSaid) {
  for (const char* text : {R"({"sentence": ["x"]})", R"({"options": "x"})", R"({"score": "many"})", R"({"score": 1.5})",
                           R"({"sentence": {}})", R"({"options": {"A": 5}})"}) {
    EXPECT_THAT(WrongIn(text), HasSubstr("it is not of the shape of the schema"));
  }
}

class GenerateMessageTest : public ::testing::Test {
 protected:
  absl::StatusOr<ModelUsage> Generate(TextModel& model) {
    const TextRequest request{.messages = {{ChatRole::kUser, "Ask me."}},
                              .max_tokens = 99,
                              .json_schema = JsonSchema{.name = "question", .schema = R"({"type": "object"})"},
                              .idempotency_key = "key-1"};
    const StructuredListener listener{.on_usage = [this](const ModelUsage& usage) { usages_.push_back(usage.model); },
                                      .on_repair = [this](const std::string& wrong) { repairs_.push_back(wrong); }};
    return GenerateMessage(
        model, request, cancellation_, listener,
        [this] { return answer_.sentence().empty() ? std::string("sentence is empty") : std::string(); }, &answer_);
  }

  ScriptedTextModel model_;
  testing::ManualCancellation cancellation_;
  quiz::v1::WrittenQuestion answer_;
  std::vector<std::string> usages_;
  std::vector<std::string> repairs_;
};

TEST_F(GenerateMessageTest, AGoodAnswerIsTaken) {
  model_.Answer(kGood);
  ASSERT_OK_AND_ASSIGN(const ModelUsage usage, Generate(model_));
  EXPECT_EQ(usage.provider, "scripted");
  EXPECT_EQ(answer_.score(), 2);
  EXPECT_THAT(usages_, ElementsAre("one-b"));
  EXPECT_THAT(repairs_, IsEmpty());
  ASSERT_THAT(model_.requests(), SizeIs(1));
  EXPECT_EQ(model_.requests()[0].idempotency_key, "key-1");
}

TEST_F(GenerateMessageTest, AWrongAnswerIsShownToTheModelOnceWithWhatIsWrong) {
  model_.Answer(R"({"sentence": "", "score": 7})");
  model_.Answer(kGood);
  ASSERT_OK(Generate(model_));
  EXPECT_EQ(answer_.score(), 2);
  EXPECT_THAT(repairs_, ElementsAre("sentence is empty"));
  EXPECT_THAT(usages_, SizeIs(2));
  ASSERT_THAT(model_.requests(), SizeIs(2));
  const TextRequest& repair = model_.requests()[1];
  EXPECT_EQ(repair.idempotency_key, "key-1/repair");
  EXPECT_TRUE(repair.json_schema.has_value());
  EXPECT_EQ(repair.max_tokens, 99);
  ASSERT_THAT(repair.messages, SizeIs(3));
  EXPECT_EQ(repair.messages[0].text, "Ask me.");
  EXPECT_EQ(repair.messages[1].role, ChatRole::kAssistant);
  EXPECT_EQ(repair.messages[1].text, R"({"sentence": "", "score": 7})");
  EXPECT_EQ(repair.messages[2].role, ChatRole::kUser);
  EXPECT_THAT(repair.messages[2].text, HasSubstr("cannot be used: sentence is empty"));
}

TEST_F(GenerateMessageTest, NothingOfAWrongAnswerIsLeftInTheNext) {
  model_.Answer(R"({"explanation": "old"})");
  model_.Answer(R"({"sentence": "new"})");
  ASSERT_OK(Generate(model_));
  EXPECT_EQ(answer_.explanation(), "");
}

TEST_F(GenerateMessageTest, ASecondWrongAnswerFailsWithWhatIsWrong) {
  model_.Answer("I would rather not.");
  model_.Answer(R"({"score": 1})");
  const absl::Status status = Generate(model_).status();
  EXPECT_EQ(ModelFailureOf(status), ModelFailure::kBadAnswer);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal,
                               "scripted/one gave an answer that cannot be used, also when it was asked again: "
                               "sentence is empty"));
  EXPECT_EQ(answer_.ByteSizeLong(), 0u);
  EXPECT_THAT(repairs_, ElementsAre(HasSubstr("not valid JSON")));
  EXPECT_THAT(model_.requests(), SizeIs(2));
}

TEST_F(GenerateMessageTest, ACutAnswerIsWrongEvenIfItCanBeRead) {
  model_.Answer(kGood, FinishReason::kLength);
  model_.Answer(kGood);
  ASSERT_OK(Generate(model_));
  EXPECT_THAT(repairs_, ElementsAre("it was cut when 99 tokens were used up, so write less"));
}

TEST_F(GenerateMessageTest, AnEmptyAnswerIsNotSentBackAndALongOneIsCutBetweenCharacters) {
  model_.Answer(" ");
  model_.Answer(kGood);
  ASSERT_OK(Generate(model_));
  ASSERT_THAT(model_.requests()[1].messages, SizeIs(2));
  std::string lengthy = "x";
  while (lengthy.size() < 100'000) lengthy += "ż";
  model_.Answer(lengthy);
  model_.Answer(kGood);
  ASSERT_OK(Generate(model_));
  ASSERT_THAT(model_.requests()[3].messages, SizeIs(3));
  const std::string& shown = model_.requests()[3].messages[1].text;
  EXPECT_LE(shown.size(), 32u << 10);
  EXPECT_EQ(shown, lengthy.substr(0, shown.size()));
  EXPECT_EQ(shown.size() % 2, 1u);
}

TEST_F(GenerateMessageTest, FailuresOfTheModelAreItsOwnAndNotRepaired) {
  model_.Fail(ModelError(ModelFailure::kRateLimited, "scripted/one", "is busy"));
  EXPECT_EQ(ModelFailureOf(Generate(model_).status()), ModelFailure::kRateLimited);
  EXPECT_THAT(model_.requests(), SizeIs(1));
  model_.Answer("no");
  model_.Fail(absl::CancelledError("stopped"));
  EXPECT_THAT(Generate(model_), StatusIs(absl::StatusCode::kCancelled, "stopped"));
}

// The request as the provider's reference has it: OpenAI API reference, "Create chat completion", response_format, and
// the guide "Structured Outputs", platform.openai.com/docs.
TEST_F(GenerateMessageTest, AnEndpointIsAskedForTheSchemaAlsoInTheRepair) {
  testing::FakeChatEndpoint endpoint;
  endpoint.Answer(FakeAnswer::Text({"```json\n{\"sent", "ence\": \"\"}\n```"}));
  endpoint.Answer(FakeAnswer::Text({R"({"sentence": "Say ____."})"}));
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<OpenAiTextModel> model,
                       OpenAiTextModel::Open({.base_url = endpoint.base_url(), .model = "fake-1", .provider = "fake"}));
  ASSERT_OK_AND_ASSIGN(const ModelUsage usage, Generate(*model));
  EXPECT_EQ(usage.model, "fake-1-2024");
  EXPECT_EQ(answer_.sentence(), "Say ____.");
  const boost::json::value format = boost::json::parse(
      R"({"type": "json_schema", "json_schema": {"name": "question", "strict": true, "schema": {"type": "object"}}})");
  EXPECT_EQ(boost::json::parse(endpoint.WaitForRequest(1).body).at("response_format"), format);
  const testing::SeenRequest repair = endpoint.WaitForRequest(2);
  EXPECT_EQ(repair.headers.at("idempotency-key"), "key-1/repair");
  const boost::json::value body = boost::json::parse(repair.body);
  EXPECT_EQ(body.at("response_format"), format);
  ASSERT_EQ(body.at("messages").as_array().size(), 3u);
  EXPECT_EQ(body.at("messages").at(1).at("role"), "assistant");
}

}  // namespace
}  // namespace flowmesh::models
