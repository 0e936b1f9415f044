#include "workers/flows/quiz/quiz_forward.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/fake_chat_endpoint.h"
#include "tests/support/fake_orchestrator.h"
#include "tests/support/status_matchers.h"
#include "workers/flows/quiz/quiz_flow.h"
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

// The same through a worker, up to its rest while the quiz is written elsewhere.
class ServedQuizForwardTest : public ::testing::Test {
 protected:
  ServedQuizForwardTest() {
    sdk::WorkerOptions options{.server = server_.address()};
    options.park_after = absl::ZeroDuration();
    worker_ = std::make_unique<sdk::Worker>(options);
    RegisterQuiz(*worker_, {.worker = {.patience = absl::Hours(1)}});
    EXPECT_OK(worker_->Start());
    stream_ = server_.AcceptWorker();
  }

  // Hands the flow out to the worker; `answer` is what the endpoint does when it is asked.
  void Assign(FakeAnswer answer) {
    endpoint_.Answer(std::move(answer));
    quiz::v1::ForwardQuiz request;
    request.set_worker_url(endpoint_.base_url());
    stream_->Assign(id_, "quiz_forward", request);
  }

  // The next entry of this kind; all up to it are acknowledged.
  v1::WorkerEntry Next(v1::WorkerEntry::EntryCase kind) {
    while (true) {
      v1::WorkerEntry entry = stream_->Next();
      stream_->Ack(id_, entry.number());
      if (entry.entry_case() == kind || entry.entry_case() == v1::WorkerEntry::ENTRY_NOT_SET) return entry;
    }
  }

  const v1::AttemptId id_ = testing::AttemptOf(1);
  testing::FakeChatEndpoint endpoint_;
  testing::FakeOrchestrator server_;
  std::unique_ptr<sdk::Worker> worker_;
  std::shared_ptr<testing::FakeAttach> stream_;
};

TEST_F(ServedQuizForwardTest, ItAsksOpensTheAnswerAndIsReleasedFromMemory) {
  Assign(FakeAnswer::Whole(202, "application/json", R"({"task_id": "worker-99"})"));
  const v1::WorkerEntry step = Next(v1::WorkerEntry::kStep);
  EXPECT_EQ(step.step().key(), "forward/" + id_.execution_id());
  quiz::v1::ForwardedQuiz forwarded;
  ASSERT_TRUE(step.step().output().UnpackTo(&forwarded));
  EXPECT_EQ(forwarded.worker_task_id(), "worker-99");
  EXPECT_EQ(endpoint_.WaitForRequest().headers.at("idempotency-key"), id_.execution_id());
  stream_->Send(id_, {testing::StepRecord(1, step.step().key())});
  const std::string answer = "answer/" + id_.execution_id();
  EXPECT_EQ(Next(v1::WorkerEntry::kStep).step().key(), answer + "/token");
  stream_->Send(id_, {testing::StepRecord(2, answer + "/token")});
  const v1::WorkerEntry call = Next(v1::WorkerEntry::kCall);
  EXPECT_EQ(call.call().key(), answer);
  EXPECT_EQ(call.call().external().output_type(), "flowmesh.quiz.v1.Quiz");
  EXPECT_EQ(Next(v1::WorkerEntry::kParked).parked().last_record(), 2);
}

TEST_F(ServedQuizForwardTest, ACancelHangsUp) {
  Assign(FakeAnswer::Silence());
  endpoint_.WaitForRequest();
  stream_->Cancel(id_);
  endpoint_.WaitForHangUp();
  EXPECT_EQ(Next(v1::WorkerEntry::kFailed).failed().failure().reason(), "CANCELLED");
}

}  // namespace
}  // namespace flowmesh::flows
