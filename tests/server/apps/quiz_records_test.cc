// What a quiz becomes in the store, and what is seen of it.
#include "server/apps/quizzes/quiz_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/apps/quizzes/question_check.h"
#include "server/apps/quizzes/quiz_order.h"
#include "server/apps/quizzes/task_name.h"
#include "server/base/error.h"
#include "tests/support/row_builders.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::apps {
namespace {

using ::flowmesh::testing::IdNumber;
using ::flowmesh::testing::StatusIs;
using quiz::v1::Quiz;
using quiz::v1::WrittenQuestion;
using store::ExecutionState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WrittenQuestion Good(const std::string& sentence = "She ____ here since May.") {
  WrittenQuestion question;
  question.set_sentence(sentence);
  auto& options = *question.mutable_options();
  options["A"] = "works";
  options["B"] = "has worked";
  options["C"] = "is working";
  options["D"] = "worked";
  question.set_correct_answer("B");
  return question;
}

Quiz QuizOf(std::initializer_list<WrittenQuestion> questions) {
  Quiz quiz;
  for (const WrittenQuestion& question : questions) *quiz.add_questions() = question;
  return quiz;
}

absl::StatusOr<engine::Projection> Project(const Quiz& quiz) {
  uint64_t ids = 0;
  return ProjectQuiz(quiz.SerializeAsString(), [&ids] { return IdNumber(++ids); });
}

std::string FieldRefused(const WrittenQuestion& question) {
  const auto projection = Project(QuizOf({Good(), question}));
  if (projection.ok()) return "";
  EXPECT_EQ(base::GetReason(projection.status()), "QUESTIONS_INVALID");
  const auto violations = base::GetViolations(projection.status());
  return violations.empty() ? "none" : violations.front().field;
}

TEST(QuizProjectionTest, QuestionsGetTheirPlacesAndAreCounted) {
  const auto projection = Project(QuizOf({Good("One ____ two."), Good("Two ____ three.")}));
  ASSERT_OK(projection.status());
  ASSERT_THAT(projection->resources, SizeIs(2));
  EXPECT_LT(projection->resources[0].id, projection->resources[1].id);
  quiz::v1::Question second;
  ASSERT_TRUE(second.ParseFromString(projection->resources[1].payload));
  EXPECT_EQ(second.id(), 2);
  EXPECT_EQ(second.text(), "Two ____ three.");
  EXPECT_EQ(second.b(), "has worked");
  EXPECT_EQ(second.correct(), "B");
  EXPECT_EQ(second.score(), 1) << "unless the writer says otherwise";
  EXPECT_EQ(projection->progress->counters.at("questions"), 2);
  EXPECT_THAT(projection->flows, ElementsAre("quiz", "quiz_forward"));
}

TEST(QuizProjectionTest, ScoresAreKeptAlsoZero) {
  WrittenQuestion question = Good();
  question.set_score(0);
  const auto projection = Project(QuizOf({question}));
  ASSERT_OK(projection.status());
  quiz::v1::Question kept;
  ASSERT_TRUE(kept.ParseFromString(projection->resources[0].payload));
  EXPECT_EQ(kept.score(), 0);
}

TEST(QuizProjectionTest, OneBadQuestionRefusesAll) {
  WrittenQuestion question = Good();
  EXPECT_EQ(FieldRefused(question), "");
  question.set_sentence(" \t");
  EXPECT_EQ(FieldRefused(question), "questions[1].sentence");
  question = Good();
  question.set_correct_answer("E");
  EXPECT_EQ(FieldRefused(question), "questions[1].correct_answer");
  question = Good();
  question.clear_correct_answer();
  EXPECT_EQ(FieldRefused(question), "questions[1].correct_answer");
  question = Good();
  question.mutable_options()->erase("C");
  EXPECT_THAT(FieldRefused(question), HasSubstr("questions[1].options"));
  question = Good();
  (*question.mutable_options())["E"] = "works";
  EXPECT_THAT(FieldRefused(question), HasSubstr("questions[1].options"));
  question = Good();
  (*question.mutable_options())["D"] = " works ";
  EXPECT_EQ(FieldRefused(question), "questions[1].options[\"D\"]");
  question = Good();
  (*question.mutable_options())["A"] = "";
  EXPECT_EQ(FieldRefused(question), "questions[1].options[\"A\"]");
}

TEST(QuizProjectionTest, AQuizHasOneToFiftyQuestions) {
  EXPECT_THAT(Project(Quiz()), StatusIs(absl::StatusCode::kInvalidArgument));
  Quiz quiz;
  for (int i = 0; i < 50; ++i) *quiz.add_questions() = Good();
  EXPECT_OK(Project(quiz).status());
  *quiz.add_questions() = Good();
  EXPECT_THAT(Project(quiz), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ForwardedProjectionTest, TheWorkersOwnNameLeadsToTheTask) {
  quiz::v1::ForwardedQuiz forwarded;
  EXPECT_THAT(ProjectForwarded(forwarded.SerializeAsString())->names, IsEmpty());
  forwarded.set_worker_task_id("job-17");
  EXPECT_THAT(ProjectForwarded(forwarded.SerializeAsString())->names, ElementsAre(TaskName("job-17")));
  for (const std::string& bad : {std::string("two words"), std::string("\x01"), std::string(129, 'x')}) {
    forwarded.set_worker_task_id(bad);
    EXPECT_EQ(base::GetReason(ProjectForwarded(forwarded.SerializeAsString()).status()), "TASK_ID_INVALID") << bad;
  }
}

TEST(QuizTaskNameTest, HoldsUserTimeShardAndChance) {
  EXPECT_EQ(QuizTaskName(12, absl::FromUnixMillis(1674470400000), 7, 5'000'042),
            "task-12-1674470400000"
            "0007"
            "000042");
}

TEST(QuizOrderTest, WhatIsLeftOutIsTheUsers) {
  accounts::v1::User user;
  user.set_id(3);
  user.set_declared_level("B1");
  user.set_goals("exam");
  user.set_profession("nurse");
  quiz::v1::GenerateQuizRequest request;
  request.set_user_id(3);
  request.set_goals("job");
  request.add_weak_skills("articles");
  const quiz::v1::QuizOrder order = OrderOf(request, user);
  EXPECT_EQ(order.user_id(), 3);
  EXPECT_EQ(order.quiz_size(), 10);
  EXPECT_EQ(order.declared_level(), "B1");
  EXPECT_EQ(order.goals(), "job");
  EXPECT_EQ(order.profession(), "nurse");
  EXPECT_THAT(order.weak_skills(), ElementsAre("articles"));
}

class QuizTaskTest : public ::testing::Test {
 protected:
  quiz::v1::QuizTask Task(ExecutionState state) {
    row_.state = state;
    return TaskOf(record_, row_);
  }

  QuizTaskTest() {
    record_.mutable_request()->set_task_id("task-1-1");
    record_.mutable_request()->set_user_id(1);
    record_.mutable_request()->set_quiz_size(11);
    row_.create_time = absl::FromUnixSeconds(1000);
  }

  quiz::v1::QuizTaskDetails record_;
  store::ExecutionRow row_;
};

TEST_F(QuizTaskTest, StatesHaveFourNames) {
  EXPECT_EQ(Task(ExecutionState::kQueued).status(), "queued");
  EXPECT_TRUE(Task(ExecutionState::kQueued).is_pending());
  EXPECT_EQ(Task(ExecutionState::kRunning).status(), "processing");
  EXPECT_TRUE(Task(ExecutionState::kRunning).is_pending());
  EXPECT_EQ(Task(ExecutionState::kCancelling).status(), "processing");
  EXPECT_EQ(Task(ExecutionState::kCompleted).status(), "completed");
  EXPECT_TRUE(Task(ExecutionState::kCompleted).is_completed());
  for (const auto state : {ExecutionState::kFailed, ExecutionState::kTimedOut, ExecutionState::kCancelled}) {
    EXPECT_EQ(Task(state).status(), "failed");
    EXPECT_TRUE(Task(state).is_failed());
    EXPECT_FALSE(Task(state).is_pending());
  }
}

TEST_F(QuizTaskTest, TimesAreUnsetUntilTheyAreThere) {
  const quiz::v1::QuizTask queued = Task(ExecutionState::kQueued);
  EXPECT_EQ(queued.created_at().seconds(), 1000);
  EXPECT_FALSE(queued.has_started_at());
  EXPECT_FALSE(queued.has_completed_at());
  EXPECT_FALSE(queued.has_duration_seconds());
  row_.root.start_time = absl::FromUnixSeconds(1005);
  row_.end_time = absl::FromUnixSeconds(1315);
  row_.progress.counters["questions"] = 11;
  const quiz::v1::QuizTask done = Task(ExecutionState::kCompleted);
  EXPECT_EQ(done.started_at().seconds(), 1005);
  EXPECT_EQ(done.completed_at().seconds(), 1315);
  EXPECT_EQ(done.duration_seconds(), 315) << "from the order on";
  EXPECT_EQ(done.questions_created(), 11);
  EXPECT_EQ(done.quiz_size_requested(), 11);
}

TEST_F(QuizTaskTest, FailuresSayWhy) {
  row_.root.failure = {.reason = "QUIZ_WORKER_REFUSED", .message = "the worker answered 500"};
  EXPECT_EQ(Task(ExecutionState::kFailed).error_message(), "the worker answered 500");
  EXPECT_EQ(Task(ExecutionState::kCompleted).error_message(), "");
  EXPECT_EQ(Task(ExecutionState::kTimedOut).error_message(), "no questions came in time");
}

}  // namespace
}  // namespace flowmesh::apps
