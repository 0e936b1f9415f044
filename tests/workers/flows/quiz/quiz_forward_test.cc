#include "workers/flows/quiz/quiz_forward.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/support/fake_chat_endpoint.h"
#include "tests/support/status_matchers.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::flows {
namespace {

using ::flowmesh::testing::FakeAnswer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string& Execution() {
  static const auto* const kId = new std::string("018bcfe5-6800-7001-8000-000000000001");
  return *kId;
}

sdk::AttemptInfo InfoOf(const std::string& execution) {
  sdk::AttemptInfo info;
  info.execution_id = execution;
  return info;
}

class QuizForwardTest : public ::testing::Test {
 protected:
  QuizForwardTest() : context_(InfoOf(Execution())) {
    request_.set_worker_url(endpoint_.base_url());
    request_.mutable_order()->set_task_id("task-1");
    context_.OnExternal<quiz::v1::Quiz>([](const std::string&) {
      quiz::v1::Quiz quiz;
      quiz.add_questions()->set_sentence("from outside");
      return quiz;
    });
  }

  // What the step recorded.
  quiz::v1::ForwardedQuiz Forwarded() const {
    quiz::v1::ForwardedQuiz forwarded;
    EXPECT_FALSE(context_.records().empty());
    if (context_.records().empty()) return forwarded;
    EXPECT_TRUE(context_.records()[0].output().UnpackTo(&forwarded));
    return forwarded;
  }

  testing::FakeChatEndpoint endpoint_;
  sdk::TestFlowContext context_;
  quiz::v1::ForwardQuiz request_;
  QuizWorkerLimits limits_ = {.patience = absl::Seconds(30)};
};

TEST_F(QuizForwardTest, AfterTheWorkerAcceptedTheQuizComesFromOutside) {
  endpoint_.Answer(FakeAnswer::Whole(202, "application/json", R"({"task_id": "task-1"})"));
  ASSERT_OK_AND_ASSIGN(const quiz::v1::Quiz quiz, context_.Run(ForwardToWorker, request_, limits_));
  EXPECT_EQ(quiz.questions(0).sentence(), "from outside");
  EXPECT_EQ(quiz.worker_task_id(), "");
  EXPECT_EQ(Forwarded().worker_task_id(), "");
  EXPECT_EQ(endpoint_.WaitForRequest().headers.at("idempotency-key"), Execution());
  EXPECT_THAT(context_.keys(),
              ElementsAre("forward/" + Execution(), "answer/" + Execution() + "/token", "answer/" + Execution()));
  EXPECT_OK(context_.Replay());
  EXPECT_EQ(endpoint_.requests(), 1u);  // replays asked nobody
}

TEST_F(QuizForwardTest, TheWorkersOwnNameIsRecorded) {
  endpoint_.Answer(FakeAnswer::Whole(200, "application/json", R"({"task_id": "worker-99"})"));
  ASSERT_OK_AND_ASSIGN(const quiz::v1::Quiz quiz, context_.Run(ForwardToWorker, request_, limits_));
  EXPECT_EQ(Forwarded().worker_task_id(), "worker-99");
  EXPECT_EQ(quiz.worker_task_id(), "worker-99");
  EXPECT_OK(context_.Replay());
}

TEST_F(QuizForwardTest, ANameThatCannotBeKeptIsAWarningInTheLog) {
  endpoint_.Answer(FakeAnswer::Whole(200, "application/json", R"({"task_id": "a\tb"})"));
  ASSERT_OK(context_.Run(ForwardToWorker, request_, limits_));
  EXPECT_EQ(Forwarded().worker_task_id(), "");
  std::vector<std::string> warnings;
  for (const v1::LogLine& line : context_.told().logs()) {
    if (line.level() == v1::LogLine::WARNING) warnings.push_back(line.message());
  }
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("own task_id is ignored")));
}

TEST_F(QuizForwardTest, ARefusalIsRecordedAndFailsTheFlowForGood) {
  endpoint_.Answer(FakeAnswer::Whole(500, "text/plain", "out of order"));
  const v1::Failure failure = sdk::FailureFrom(context_.Run(ForwardToWorker, request_, limits_).status());
  EXPECT_EQ(failure.reason(), "QUIZ_WORKER_REFUSED");
  EXPECT_FALSE(failure.retryable());
  EXPECT_THAT(failure.message(), HasSubstr("500: out of order"));
  ASSERT_EQ(context_.records().size(), 1u);
  EXPECT_EQ(context_.records()[0].failure().reason(), "QUIZ_WORKER_REFUSED");
  EXPECT_OK(context_.Replay());
}

TEST_F(QuizForwardTest, SilenceIsRecordedAndFailsTheFlowForGood) {
  limits_.patience = absl::Milliseconds(200);
  endpoint_.Answer(FakeAnswer::Silence());
  const v1::Failure failure = sdk::FailureFrom(context_.Run(ForwardToWorker, request_, limits_).status());
  EXPECT_EQ(failure.reason(), "QUIZ_WORKER_SILENT");
  EXPECT_FALSE(failure.retryable());
  EXPECT_THAT(failure.message(), HasSubstr("within 200ms"));
  EXPECT_OK(context_.Replay());
}

TEST_F(QuizForwardTest, ARetryAsksAgain) {
  endpoint_.Answer(FakeAnswer::Whole(202, "application/json", "{}"));
  endpoint_.Answer(FakeAnswer::Whole(202, "application/json", "{}"));
  ASSERT_OK(context_.Run(ForwardToWorker, request_, limits_));
  sdk::AttemptInfo info = InfoOf("018bcfe5-6800-7001-8000-000000000002");
  info.first_of_chain = Execution();
  sdk::TestFlowContext retry(info);
  retry.OnExternal<quiz::v1::Quiz>([](const std::string&) { return quiz::v1::Quiz(); });
  ASSERT_OK(retry.Run(ForwardToWorker, request_, limits_));
  EXPECT_EQ(endpoint_.WaitForRequest(2).headers.at("idempotency-key"), info.execution_id);
  EXPECT_NE(retry.keys()[0], context_.keys()[0]);
}

TEST_F(QuizForwardTest, ACancelEndsTheCall) {
  endpoint_.Answer(FakeAnswer::Silence());
  std::thread canceller([this] {
    endpoint_.WaitForRequest();
    context_.Cancel();
  });
  const v1::Failure failure = sdk::FailureFrom(context_.Run(ForwardToWorker, request_, limits_).status());
  canceller.join();
  EXPECT_EQ(failure.reason(), "CANCELLED");
  endpoint_.WaitForHangUp();
}

}  // namespace
}  // namespace flowmesh::flows
