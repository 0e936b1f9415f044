#include "workers/flows/quiz/quiz_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/support/fake_chat_endpoint.h"
#include "tests/support/manual_cancellation.h"
#include "tests/support/status_matchers.h"
#include "workers/sdk/failure.h"

namespace flowmesh::flows {
namespace {

using ::flowmesh::testing::FakeAnswer;
using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

class QuizWorkerTest : public ::testing::Test {
 protected:
  QuizWorkerTest() {
    order_.set_task_id("task-1-17");
    order_.set_user_id(1);
    order_.set_quiz_size(11);
  }

  absl::StatusOr<QuizWorkerAnswer> Ask(const std::string& url) {
    return AskQuizWorker(url, order_, "key-1", cancellation_, limits_);
  }
  absl::StatusOr<QuizWorkerAnswer> Ask() { return Ask(endpoint_.base_url()); }
  // What an accepting answer with this body gives.
  QuizWorkerAnswer Accepted(const std::string& body, int status = 202) {
    endpoint_.Answer(FakeAnswer::Whole(status, "application/json", body));
    const absl::StatusOr<QuizWorkerAnswer> answer = Ask();
    EXPECT_OK(answer);
    return answer.value_or(QuizWorkerAnswer{"failed", "failed"});
  }
  // How asking fails, for people.
  static std::string Failure(const std::string& reason, const absl::StatusOr<QuizWorkerAnswer>& answer) {
    EXPECT_FALSE(answer.ok());
    if (answer.ok()) return "";
    const v1::Failure failure = sdk::FailureFrom(answer.status());
    EXPECT_EQ(failure.reason(), reason);
    EXPECT_FALSE(failure.retryable());
    return failure.message();
  }

  testing::FakeChatEndpoint endpoint_;
  testing::ManualCancellation cancellation_;
  quiz::v1::QuizOrder order_;
  QuizWorkerLimits limits_ = {.patience = absl::Seconds(30)};  // tests of silence have less
};

TEST_F(QuizWorkerTest, TheOrderGoesOutAsJson) {
  order_.set_declared_level("Advanced");
  order_.set_goals("job");
  order_.set_profession("software \"engineer\"");
  order_.set_referred_frequency("daily");
  order_.set_motivation_level(9);
  order_.add_preferred_topics("cloud computing");
  order_.add_preferred_topics("API design");
  order_.add_weak_skills("gerunds vs infinitives");
  order_.set_extra_instructions("Zażółć.");
  order_.set_seed(5);
  EXPECT_EQ(Accepted("{}").worker_task_id, "");
  const testing::SeenRequest seen = endpoint_.WaitForRequest();
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/v1/generate");
  EXPECT_EQ(seen.headers.at("content-type"), "application/json");
  EXPECT_EQ(seen.headers.at("idempotency-key"), "key-1");
  EXPECT_EQ(boost::json::parse(seen.body), boost::json::parse(R"({
      "task_id": "task-1-17", "user_id": 1, "quiz_size": 11, "declared_level": "Advanced", "goals": "job",
      "profession": "software \"engineer\"", "referred_frequency": "daily", "motivation_level": 9,
      "preferred_topics": ["cloud computing", "API design"], "weak_skills": ["gerunds vs infinitives"],
      "extra_instructions": "Zażółć."})"));
}

TEST_F(QuizWorkerTest, WhatIsNotKnownHasItsDefault) {
  order_.set_quiz_size(0);
  Accepted("");
  const boost::json::value body = boost::json::parse(endpoint_.WaitForRequest().body);
  EXPECT_EQ(body.at("quiz_size"), 10);
  EXPECT_EQ(body.as_object().count("motivation_level"), 0u);
  EXPECT_EQ(body.at("weak_skills"), boost::json::array());
}

TEST_F(QuizWorkerTest, TheAddressMayEndInASlashAndHaveAQuery) {
  for (const auto& [end, path] : {std::pair("/", "/v1/generate"), std::pair("//", "/v1/generate"),
                                  std::pair("/?key=a/b", "/v1/generate?key=a/b")}) {
    endpoint_.Answer(FakeAnswer::Whole(202, "application/json", "{}"));
    ASSERT_OK(Ask(endpoint_.base_url() + end));
    EXPECT_EQ(endpoint_.WaitForRequest(endpoint_.requests()).path, path);
  }
}

TEST_F(QuizWorkerTest, ItsOwnNameForTheTaskIsKept) {
  for (const int status : {200, 201, 202, 299}) {
    EXPECT_EQ(Accepted(R"({"status": "queued", "task_id": "worker-99"})", status).worker_task_id, "worker-99");
  }
  const std::string longest(128, 'x');
  EXPECT_EQ(Accepted(absl::StrCat(R"({"task_id": ")", longest, R"("})")).worker_task_id, longest);
}

TEST_F(QuizWorkerTest, AnAnswerWithoutANameOfItsOwnAcceptsAllTheSame) {
  for (const char* body : {"", "queued", "{", "[]", "null", "{}", R"({"task_id": 7})", R"({"task_id": null})",
                           R"({"task_id": ""})", R"({"task_id": "task-1-17"})", R"({"data": {"task_id": "x"}})"}) {
    const QuizWorkerAnswer answer = Accepted(body);
    EXPECT_EQ(answer.worker_task_id, "") << body;
    EXPECT_EQ(answer.warning, "") << body;
  }
  endpoint_.Answer(FakeAnswer().Raw("HTTP/1.1 204 No Content\r\n\r\n"));
  EXPECT_OK(Ask());
}

TEST_F(QuizWorkerTest, ANameThatCannotBeKeptIsIgnoredWithAWarning) {
  for (const std::string& name : {std::string(129, 'x'), std::string("a\\u0007b"), std::string("a\\nb"),
                                  std::string("job 7"), std::string("żółw")}) {
    const QuizWorkerAnswer answer = Accepted(absl::StrCat(R"({"task_id": ")", name, R"("})"));
    EXPECT_EQ(answer.worker_task_id, "") << name;
    EXPECT_THAT(answer.warning, HasSubstr("at most 128 visible ASCII characters")) << name;
  }
}

TEST_F(QuizWorkerTest, AnEndlessAnswerIsNotRead) {
  limits_.max_answer_bytes = 1000;
  endpoint_.Answer(FakeAnswer::Stream().Bytes(R"({"task_id": "x", "rest": ")" + std::string(2000, 'x')).UntilHangUp());
  ASSERT_OK_AND_ASSIGN(const QuizWorkerAnswer answer, Ask());
  EXPECT_EQ(answer.worker_task_id, "");
  EXPECT_THAT(answer.warning, HasSubstr("more than 1000 bytes"));
  endpoint_.WaitForHangUp();
}

TEST_F(QuizWorkerTest, AnyOtherStatusRefuses) {
  endpoint_.Answer(FakeAnswer::Whole(400, "text/plain", "no\nsuch level"));
  EXPECT_EQ(Failure("QUIZ_WORKER_REFUSED", Ask()),
            "the quiz worker did not accept the task: it answered 400: no such level");
  endpoint_.Answer(FakeAnswer::Whole(503, "text/plain", ""));
  EXPECT_EQ(Failure("QUIZ_WORKER_REFUSED", Ask()), "the quiz worker did not accept the task: it answered 503");
  std::string lengthy;
  for (int i = 0; i < 500; ++i) lengthy += "ż";
  endpoint_.Answer(FakeAnswer::Whole(500, "text/plain", lengthy));
  EXPECT_EQ(Failure("QUIZ_WORKER_REFUSED", Ask()),
            "the quiz worker did not accept the task: it answered 500: " + lengthy.substr(0, 400));
}

TEST_F(QuizWorkerTest, ARefusalWithoutAnEndIsOneAllTheSame) {
  limits_.patience = absl::Milliseconds(300);
  endpoint_.Answer(FakeAnswer().Raw("HTTP/1.1 500 Error\r\nContent-Length: 9\r\n\r\nwait").UntilHangUp());
  EXPECT_THAT(Failure("QUIZ_WORKER_REFUSED", Ask()), HasSubstr("it answered 500: wait"));
}

TEST_F(QuizWorkerTest, RedirectsAreNotFollowed) {
  endpoint_.Answer(FakeAnswer::Whole(302, "text/plain", "moved", {{"Location", endpoint_.base_url() + "/elsewhere"}}));
  EXPECT_THAT(Failure("QUIZ_WORKER_REFUSED", Ask()), HasSubstr("it answered 302, and redirects are not followed"));
  EXPECT_EQ(endpoint_.requests(), 1u);
}

TEST_F(QuizWorkerTest, WhoCannotBeReachedHasRefused) {
  endpoint_.Answer(FakeAnswer().HangUp());
  Failure("QUIZ_WORKER_REFUSED", Ask());
  endpoint_.Answer(FakeAnswer::Stream().Bytes("{").HangUp());
  Failure("QUIZ_WORKER_REFUSED", Ask());
  endpoint_.Answer(FakeAnswer().Raw("SSH-2.0-OpenSSH_9.2\r\n").HangUp());
  Failure("QUIZ_WORKER_REFUSED", Ask());
  std::string gone;
  {
    const testing::FakeChatEndpoint closed;
    gone = closed.base_url();
  }
  EXPECT_THAT(Failure("QUIZ_WORKER_REFUSED", Ask(gone)), HasSubstr("the quiz worker cannot be reached"));
}

TEST_F(QuizWorkerTest, AnAddressThatIsNoneIsRefusedWithoutAsking) {
  for (const char* url : {"", "localhost:8000", "ftp://localhost", "file:///etc/passwd", "http", "gopher://x"}) {
    EXPECT_THAT(Failure("QUIZ_WORKER_REFUSED", Ask(url)), HasSubstr("http:// or https://")) << url;
  }
  for (const char* url : {"http://", "http://[::1", "http://a b/", "http://127.0.0.1:99999"}) {
    Failure("QUIZ_WORKER_REFUSED", Ask(url));
  }
}

TEST_F(QuizWorkerTest, WhoDoesNotAnswerInTimeIsSilent) {
  limits_.patience = absl::Milliseconds(200);
  endpoint_.Answer(FakeAnswer::Silence());
  EXPECT_THAT(Failure("QUIZ_WORKER_SILENT", Ask()), HasSubstr("has not answered within 200ms"));
  endpoint_.Answer(FakeAnswer::Stream().Bytes("{").UntilHangUp());
  Failure("QUIZ_WORKER_SILENT", Ask());
  EXPECT_EQ(QuizWorkerLimits().patience, absl::Milliseconds(600));
}

TEST_F(QuizWorkerTest, ACancelEndsTheCall) {
  limits_.patience = absl::Hours(1);
  endpoint_.Answer(FakeAnswer::Silence());
  std::thread canceller([this] {
    endpoint_.WaitForRequest();
    cancellation_.Cancel();
  });
  EXPECT_THAT(Ask(), StatusIs(absl::StatusCode::kCancelled));
  canceller.join();
  endpoint_.WaitForHangUp();
}

}  // namespace
}  // namespace flowmesh::flows
