#include "workers/flows/quiz/quiz_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_orchestrator.h"
#include "tests/support/status_matchers.h"
#include "workers/flows/quiz/quiz_check.h"
#include "workers/sdk/test_context.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::flows {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

quiz::v1::QuizOrder Order(int size, int seed = 7) {
  quiz::v1::QuizOrder order;
  order.set_task_id("task-1");
  order.set_quiz_size(size);
  order.set_seed(seed);
  order.set_declared_level("Advanced");
  order.add_preferred_topics("cloud computing");
  return order;
}

absl::StatusOr<quiz::v1::WrittenQuestions> WriteOffline(const quiz::v1::WriteQuestions& request) {
  sdk::TestTaskContext context;
  return WriteQuizPiece(context, request, {});
}

std::vector<std::string> Warnings(sdk::TestFlowContext& context) {
  std::vector<std::string> warnings;
  for (const v1::LogLine& line : context.told().logs()) {
    if (line.level() == v1::LogLine::WARNING) warnings.push_back(line.message());
  }
  return warnings;
}

class QuizFlowTest : public ::testing::Test {
 protected:
  QuizFlowTest() { context_.OnCall(kWriteQuestions, WriteOffline); }

  sdk::TestFlowContext context_;
};

TEST_F(QuizFlowTest, AQuizIsWrittenInPiecesThatKnowWhatWasAsked) {
  ASSERT_OK_AND_ASSIGN(const quiz::v1::Quiz quiz, context_.Run(WriteQuiz, Order(23)));
  ASSERT_EQ(quiz.questions_size(), 23);
  EXPECT_EQ(quiz.meta().total_processed(), 23);
  EXPECT_EQ(quiz.model(), "builtin/grammarian-1");
  EXPECT_THAT(quiz.skills_not_covered(), IsEmpty());
  const std::vector<quiz::v1::WriteQuestions> pieces = context_.InputsOf(kWriteQuestions);
  std::vector<std::pair<int, int>> places;
  for (const quiz::v1::WriteQuestions& piece : pieces) places.emplace_back(piece.first(), piece.count());
  ASSERT_THAT(places, ElementsAre(std::pair(0, 10), std::pair(10, 10), std::pair(20, 3)));
  ASSERT_EQ(pieces[2].asked_size(), 20);
  std::set<std::string> sentences;
  for (int i = 0; i < 23; ++i) {
    const quiz::v1::WrittenQuestion& question = quiz.questions(i);
    EXPECT_EQ(WrongWith(question), "");
    EXPECT_TRUE(sentences.insert(question.sentence()).second) << question.sentence();
    if (i < 20) {
      EXPECT_EQ(pieces[2].asked(i), question.sentence());
    }
  }
  EXPECT_OK(context_.Replay());
}

TEST_F(QuizFlowTest, ProgressCountsTheQuestions) {
  ASSERT_OK(context_.Run(WriteQuiz, Order(25)));
  const std::vector<v1::Progress> progress = context_.told().progress();
  ASSERT_THAT(progress, SizeIs(3));
  EXPECT_EQ(progress[0].percent(), 40);
  EXPECT_EQ(progress[0].counters().at("questions"), 10);
  EXPECT_EQ(progress[0].message(), "question 10 of 25");
  EXPECT_EQ(progress[2].percent(), 100);
  EXPECT_EQ(progress[2].counters().at("questions"), 25);
}

TEST_F(QuizFlowTest, SizeZeroIsTen) {
  ASSERT_OK_AND_ASSIGN(const quiz::v1::Quiz quiz, context_.Run(WriteQuiz, Order(0)));
  EXPECT_EQ(quiz.questions_size(), 10);
  EXPECT_EQ(context_.InputsOf(kWriteQuestions)[0].order().quiz_size(), 10);
}

TEST_F(QuizFlowTest, ASizeOutOfRangeIsRefused) {
  for (const int size : {-1, 51}) {
    sdk::TestFlowContext context;
    const v1::Failure failure = sdk::FailureFrom(context.Run(WriteQuiz, Order(size)).status());
    EXPECT_EQ(failure.reason(), "INVALID_ARGUMENT");
    EXPECT_FALSE(failure.retryable());
    EXPECT_THAT(failure.message(), HasSubstr("ask for 1 to 50 questions"));
  }
}

TEST_F(QuizFlowTest, ASeedOfTheExecutionIsTheSameForAllPiecesAndAttempts) {
  std::set<int> seeds;
  for (const char* key : {"one", "one", "two"}) {
    sdk::AttemptInfo info;
    info.idempotency_key = key;
    sdk::TestFlowContext context(info);
    context.OnCall(kWriteQuestions, WriteOffline);
    ASSERT_OK(context.Run(WriteQuiz, Order(20, 0)));
    const std::vector<quiz::v1::WriteQuestions> pieces = context.InputsOf(kWriteQuestions);
    ASSERT_THAT(pieces, SizeIs(2));
    EXPECT_GT(pieces[0].order().seed(), 0);
    EXPECT_EQ(pieces[0].order().seed(), pieces[1].order().seed());
    seeds.insert(pieces[0].order().seed());
    EXPECT_OK(context.Replay());
  }
  EXPECT_THAT(seeds, SizeIs(2));
}

TEST_F(QuizFlowTest, SkillsWithoutQuestionsAreToldOnceEach) {
  context_.OnCall(kWriteQuestions,
                  [](const quiz::v1::WriteQuestions& request) -> absl::StatusOr<quiz::v1::WrittenQuestions> {
                    absl::StatusOr<quiz::v1::WrittenQuestions> written = WriteOffline(request);
                    if (!written.ok()) return written;
                    written->add_skills_not_covered("juggling");
                    if (request.first() > 0) written->add_skills_not_covered("singing");
                    return written;
                  });
  ASSERT_OK_AND_ASSIGN(const quiz::v1::Quiz quiz, context_.Run(WriteQuiz, Order(30)));
  EXPECT_THAT(quiz.skills_not_covered(), ElementsAre("juggling", "singing"));
  EXPECT_THAT(Warnings(context_),
              ElementsAre("No questions for these skills: juggling", "No questions for these skills: singing"));
}

TEST_F(QuizFlowTest, APieceOfAnotherSizeIsAFailure) {
  context_.OnCall(kWriteQuestions, [](const quiz::v1::WriteQuestions&) -> absl::StatusOr<quiz::v1::WrittenQuestions> {
    return quiz::v1::WrittenQuestions();
  });
  EXPECT_EQ(sdk::FailureFrom(context_.Run(WriteQuiz, Order(3)).status()).reason(), "BAD_ANSWER");
}

TEST_F(QuizFlowTest, OnlySkillsThatAreNotCoveredFailTheQuizWithoutRetry) {
  quiz::v1::QuizOrder order = Order(5);
  order.add_weak_skills("juggling with five balls");
  const v1::Failure failure = sdk::FailureFrom(context_.Run(WriteQuiz, order).status());
  EXPECT_EQ(failure.reason(), "SKILLS_NOT_COVERED");
  EXPECT_FALSE(failure.retryable());
  EXPECT_THAT(failure.message(), HasSubstr("juggling with five balls"));
  EXPECT_OK(context_.Replay());
}

TEST_F(QuizFlowTest, SkillsThatTheWriterDoesNotKnowAreNamedBesideThoseItPractises) {
  quiz::v1::QuizOrder order = Order(4);
  order.add_weak_skills("gerunds vs infinitives");
  order.add_weak_skills("juggling with five balls");
  ASSERT_OK_AND_ASSIGN(const quiz::v1::Quiz quiz, context_.Run(WriteQuiz, order));
  EXPECT_EQ(quiz.questions_size(), 4);
  EXPECT_THAT(quiz.skills_not_covered(), ElementsAre("juggling with five balls"));
  EXPECT_THAT(Warnings(context_), SizeIs(1));
}

TEST(QuizPieceTest, TheBuiltinWriterReportsItsUsage) {
  sdk::TestTaskContext context;
  quiz::v1::WriteQuestions request;
  *request.mutable_order() = Order(3);
  request.set_count(3);
  ASSERT_OK_AND_ASSIGN(const quiz::v1::WrittenQuestions written, WriteQuizPiece(context, request, {}));
  EXPECT_EQ(written.questions_size(), 3);
  ASSERT_THAT(context.told().usages(), SizeIs(1));
  EXPECT_EQ(context.told().usages()[0].provider(), "builtin");
  EXPECT_EQ(context.told().usages()[0].model(), "grammarian-1");
  EXPECT_GT(context.told().usages()[0].output_tokens(), 20);
}

TEST(QuizPieceTest, PlacesOutsideOfAQuizAreRefused) {
  sdk::TestTaskContext context;
  for (const auto& [first, count] : {std::pair(0, 0), std::pair(-1, 5), std::pair(45, 6), std::pair(0, 51)}) {
    quiz::v1::WriteQuestions request;
    request.set_first(first);
    request.set_count(count);
    EXPECT_THAT(WriteQuizPiece(context, request, {}),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a quiz has 1 to 50")));
  }
}

TEST(QuizPieceTest, AWorkerServesTheFlowsAndTheTask) {
  testing::FakeOrchestrator server;
  sdk::Worker worker({.server = server.address(), .slots = 1});
  RegisterQuiz(worker);
  ASSERT_OK(worker.Start());
  v1::Hello hello;
  const auto stream = server.AcceptWorker(&hello);
  std::vector<std::string> creatable;
  std::vector<std::string> others;
  for (const v1::TaskType& type : hello.types()) {
    (type.flow() ? creatable : others).push_back(type.name());
    if (type.name() != "quiz_forward") continue;
    EXPECT_EQ(type.kind(), v1::TaskType::FLOW);
    EXPECT_EQ(type.retry().max_failures(), 1);
  }
  EXPECT_THAT(creatable, ElementsAre("quiz"));
  EXPECT_THAT(others, UnorderedElementsAre("quiz.write", "quiz_forward"));
  quiz::v1::WriteQuestions request;
  *request.mutable_order() = Order(2);
  request.set_count(2);
  stream->Assign(testing::AttemptOf(1), "quiz.write", request);
  const v1::WorkerEntry entry = stream->Next(v1::WorkerEntry::kFinished);
  quiz::v1::WrittenQuestions written;
  ASSERT_TRUE(entry.finished().output().UnpackTo(&written));
  EXPECT_EQ(written.questions_size(), 2);
}

}  // namespace
}  // namespace flowmesh::flows
