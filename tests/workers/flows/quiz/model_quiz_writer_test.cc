#include "workers/flows/quiz/model_quiz_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_chat_endpoint.h"
#include "tests/support/scripted_text_model.h"
#include "tests/support/status_matchers.h"
#include "workers/flows/quiz/quiz_flow.h"
#include "workers/flows/quiz/quiz_prompt.h"
#include "workers/models/openai/openai_text_model.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/test_context.h"

namespace flowmesh::flows {
namespace {

using ::flowmesh::testing::FakeAnswer;
using ::flowmesh::testing::ScriptedTextModel;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

namespace json = boost::json;

json::object Question(const std::string& sentence) {
  return {{"sentence", sentence},
          {"options", {{"A", "go"}, {"B", "goes"}, {"C", "went"}, {"D", "gone"}}},
          {"correct_answer", "B"},
          {"explanation", "third person"},
          {"type", "sentence_completion"},
          {"difficulty", "beginner"},
          {"context", "work"}};
}

std::string Questions(const std::vector<std::string>& sentences) {
  json::array list;
  for (const std::string& sentence : sentences) list.push_back(Question(sentence));
  return json::serialize(json::object{{"questions", std::move(list)}});
}

class ModelQuizWriterTest : public ::testing::Test {
 protected:
  ModelQuizWriterTest() {
    request_.set_count(2);
    request_.mutable_order()->set_seed(7);
  }
  absl::StatusOr<quiz::v1::WrittenQuestions> Write() { return WriteQuizPiece(context_, request_, {.model = model_}); }

  const std::shared_ptr<ScriptedTextModel> model_ = std::make_shared<ScriptedTextModel>();
  sdk::TestTaskContext context_;
  quiz::v1::WriteQuestions request_;
};

TEST_F(ModelQuizWriterTest, QuestionsComeFromTheModel) {
  model_->Answer(Questions({"She ____ home.", "He ____ out."}));
  ASSERT_OK_AND_ASSIGN(const quiz::v1::WrittenQuestions written, Write());
  ASSERT_EQ(written.questions_size(), 2);
  EXPECT_EQ(written.questions(0).sentence(), "She ____ home.");
  EXPECT_EQ(written.questions(0).options().at("B"), "goes");
  EXPECT_EQ(written.questions(0).correct_answer(), "B");
  EXPECT_EQ(written.questions(0).difficulty(), "beginner");
  EXPECT_FALSE(written.questions(0).has_score());
  EXPECT_EQ(written.model(), "scripted/one-b");
  EXPECT_THAT(context_.told().usages(), SizeIs(1));
  EXPECT_EQ(model_->requests()[0].seed, 7);
}

TEST_F(ModelQuizWriterTest, WhatWasAskedBeforeIsRepaired) {
  request_.add_asked("SHE ____ home.");
  model_->Answer(Questions({"She ____ home.", "He ____ out."}));
  model_->Answer(Questions({"They ____ home.", "He ____ out."}));
  ASSERT_OK_AND_ASSIGN(const quiz::v1::WrittenQuestions written, Write());
  EXPECT_EQ(written.questions(0).sentence(), "They ____ home.");
  ASSERT_THAT(model_->requests(), SizeIs(2));
  EXPECT_THAT(model_->requests()[1].messages.back().text, HasSubstr("question 1: it was asked before"));
  EXPECT_THAT(context_.told().logs()[0].message(), HasSubstr("question 1: it was asked before"));
}

TEST_F(ModelQuizWriterTest, TooFewTwiceIsABadAnswerTooManyAreLeftOut) {
  model_->Answer(Questions({"She ____ home."}));
  model_->Answer(Questions({}));
  const v1::Failure failure = sdk::FailureFrom(Write().status());
  EXPECT_EQ(failure.reason(), "BAD_ANSWER");
  EXPECT_THAT(failure.message(), HasSubstr("it has 0 questions instead of 2"));
  model_->Answer(Questions({"a ____", "b ____", "c ____"}));
  ASSERT_OK_AND_ASSIGN(const quiz::v1::WrittenQuestions written, Write());
  EXPECT_EQ(written.questions_size(), 2);
}

TEST_F(ModelQuizWriterTest, WhatTheModelSaysBeyondTheSchemaDoesNotCount) {
  json::object extra = Question("She ____ home.");
  extra["score"] = 5;
  const json::object answer = {{"questions", json::array{extra, Question("b ____")}},
                               {"model", "me"},
                               {"skills_not_covered", json::array{"all"}}};
  model_->Answer(json::serialize(answer));
  ASSERT_OK_AND_ASSIGN(const quiz::v1::WrittenQuestions written, Write());
  EXPECT_EQ(written.model(), "scripted/one-b");
  EXPECT_EQ(written.skills_not_covered_size(), 0);
  EXPECT_FALSE(written.questions(0).has_score());
}

TEST_F(ModelQuizWriterTest, ThePromptHoldsTheWholeOrder) {
  quiz::v1::QuizOrder& order = *request_.mutable_order();
  order.set_declared_level("B2");
  order.set_goals("a new job");
  order.set_profession("nurse");
  order.set_referred_frequency("daily");
  order.set_motivation_level(9);
  order.add_preferred_topics("hospital");
  order.add_preferred_topics("night shifts");
  order.add_weak_skills("past perfect");
  order.set_extra_instructions("be kind");
  request_.add_asked("She ____ home.");
  const std::string prompt = QuizPrompt(request_)[1].text;
  for (const char* part :
       {"<level>\nB2\n</level>", "<goals>\na new job\n", "<profession>\nnurse\n", "<practises>\ndaily\n",
        "<motivation>\n9 of 10\n", "<topics>\nhospital\nnight shifts\n", "<skills_to_practise>\npast perfect\n",
        "<other_wishes>\nbe kind\n", "<asked_already>\nShe ____ home.\n", "Write exactly 2 questions, none of which"}) {
    EXPECT_THAT(prompt, HasSubstr(part));
  }
  const std::string bare = QuizPrompt(quiz::v1::WriteQuestions())[1].text;
  EXPECT_THAT(bare, HasSubstr("<level>\nintermediate\n"));
  for (const char* tag : {"goals", "motivation", "topics", "asked_already"}) EXPECT_THAT(bare, Not(HasSubstr(tag)));
}

TEST_F(ModelQuizWriterTest, AnEndpointIsAskedForTheSchema) {
  testing::FakeChatEndpoint endpoint;
  endpoint.Answer(FakeAnswer::Text({Questions({"She ____ home.", "He ____ out."})}));
  const QuizOptions options{.model = *models::OpenAiTextModel::Open(
                                {.base_url = endpoint.base_url(), .model = "fake-1", .provider = "fake"})};
  ASSERT_OK_AND_ASSIGN(const quiz::v1::WrittenQuestions written, WriteQuizPiece(context_, request_, options));
  EXPECT_EQ(written.model(), "fake/fake-1-2024");
  EXPECT_EQ(written.questions_size(), 2);
  const json::value body = json::parse(endpoint.WaitForRequest().body);
  const json::value& format = body.at("response_format");
  EXPECT_EQ(format.at("json_schema").at("name"), "quiz");
  EXPECT_EQ(format.at("json_schema").at("schema"), json::parse(QuizSchema().schema));
}

}  // namespace
}  // namespace flowmesh::flows
