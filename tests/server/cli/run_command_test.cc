#include "server/cli/run_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "flowmesh/poem/v1/poem.pb.h"
#include "gateway/transcode/json_reader.h"
#include "server/base/error.h"
#include "tests/server/cli/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const grpc::Status kCut(grpc::StatusCode::UNAVAILABLE, "the server stops");

class RunCommandTest : public ::testing::Test {
 protected:
  RunCommandTest() {
    options_.flow = "poem";
    options_.input = R"({"title": "Autumn"})";
    connection_.server = server_.address();
    connection_.retry = {.initial = absl::Milliseconds(1), .multiplier = 2, .cap = absl::Milliseconds(10)};
    terminal_.in = &in_;
    terminal_.out = &out_;
    terminal_.err = &err_;
  }

  int Run() { return static_cast<int>(RunFlow(options_, connection_, terminal_)); }

  // The execution runs to this state in one undisturbed stream.
  void EndsIn(v1::Execution::State state) {
    server_.SetExecution(PoemExecution(state));
    server_.ScriptTails({{.events = {StateEvent(1, v1::Execution::RUNNING), StateEvent(2, state)}}});
  }

  ScriptedServer server_;
  RunOptions options_;
  ConnectionOptions connection_;
  Terminal terminal_;
  std::istringstream in_;
  std::ostringstream out_, err_;
};

TEST_F(RunCommandTest, TheOutputIsTheOnlyThingOnStandardOutput) {
  server_.ScriptTails({{.events = {LogEvent(1, "thinking"), OutputEvent(2, 0, "Leaves fall\n"),
                                   StateEvent(3, v1::Execution::COMPLETED)}}});
  EXPECT_EQ(Run(), 0);
  EXPECT_TRUE(transcode::ParseJson(out_.str()).ok()) << out_.str();
  EXPECT_THAT(out_.str(), HasSubstr("\"title\": \"Autumn\""));
  EXPECT_THAT(out_.str(), Not(HasSubstr("@type")));
  EXPECT_THAT(err_.str(), HasSubstr("thinking"));
  EXPECT_THAT(err_.str(), HasSubstr("Leaves fall\n"));
  EXPECT_THAT(err_.str(), HasSubstr("COMPLETED"));
}

TEST_F(RunCommandTest, TheRequestCarriesEverythingThatWasAskedFor) {
  EndsIn(v1::Execution::COMPLETED);
  options_.labels = {{"colour", "red"}};
  options_.timeout = absl::Milliseconds(1500);
  options_.idempotency_key = "k1";
  options_.priority = 0;
  connection_.token = "abc.def";
  EXPECT_EQ(Run(), 0);
  ASSERT_EQ(server_.creates().size(), 1u);
  const v1::CreateExecutionRequest request = server_.creates()[0];
  EXPECT_TRUE(request.start());
  EXPECT_EQ(request.idempotency_key(), "k1");
  EXPECT_EQ(request.labels().at("colour"), "red");
  EXPECT_EQ(request.timeout().seconds(), 1);
  EXPECT_EQ(request.timeout().nanos(), 500'000'000);
  EXPECT_TRUE(request.has_priority());
  EXPECT_EQ(request.priority(), 0);
  poem::v1::WritePoem input;
  ASSERT_TRUE(request.input().UnpackTo(&input));
  EXPECT_EQ(input.title(), "Autumn");
  EXPECT_EQ(server_.authorization(), "Bearer abc.def");
}

TEST_F(RunCommandTest, EveryOutcomeHasItsExitCode) {
  const std::vector<std::pair<v1::Execution::State, int>> outcomes = {{v1::Execution::COMPLETED, 0},
                                                                      {v1::Execution::FAILED, 1},
                                                                      {v1::Execution::COMPLETED_WITH_ERRORS, 3},
                                                                      {v1::Execution::TIMED_OUT, 4},
                                                                      {v1::Execution::CANCELLED, 5}};
  for (const auto& [state, code] : outcomes) {
    EndsIn(state);
    EXPECT_EQ(Run(), code) << v1::Execution::State_Name(state);
  }
}

TEST_F(RunCommandTest, AFailureIsToldAndNothingIsOnStandardOutput) {
  v1::Execution execution = PoemExecution(v1::Execution::FAILED);
  execution.mutable_failure()->set_reason("LIMIT");
  execution.mutable_failure()->set_message("the output is too large");
  server_.SetExecution(execution);
  server_.ScriptTails({{.events = {StateEvent(1, v1::Execution::FAILED)}}});
  EXPECT_EQ(Run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("FAILED: LIMIT: the output is too large\n"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(RunCommandTest, ACutStreamIsResumedAfterTheLastEventAndNothingIsShownTwice) {
  server_.ScriptTails(
      {{.events = {LogEvent(1, "first"), OutputEvent(2, 0, "one\n")}, .end = kCut},
       {.events = {}, .end = kCut},
       {.events = {OutputEvent(2, 0, "one\n"), OutputEvent(3, 4, "two\n"), StateEvent(4, v1::Execution::COMPLETED)}}});
  EXPECT_EQ(Run(), 0);
  ASSERT_EQ(server_.tails().size(), 3u);
  EXPECT_EQ(server_.tails()[0].after(), 0);
  EXPECT_EQ(server_.tails()[1].after(), 2);
  EXPECT_EQ(server_.tails()[2].after(), 2);
  const std::string shown = err_.str();
  EXPECT_EQ(shown.find("one\n"), shown.rfind("one\n"));
  EXPECT_THAT(shown, HasSubstr("two\n"));
  EXPECT_THAT(shown, HasSubstr("connected again"));
}

TEST_F(RunCommandTest, AnUnavailableCreateIsRepeatedWithTheSameKey) {
  EndsIn(v1::Execution::COMPLETED);
  server_.RefuseCreates({absl::UnavailableError("starting"), absl::UnavailableError("starting")});
  EXPECT_EQ(Run(), 0);
  const std::vector<v1::CreateExecutionRequest> creates = server_.creates();
  ASSERT_EQ(creates.size(), 3u);
  EXPECT_FALSE(creates[0].idempotency_key().empty());
  EXPECT_EQ(creates[0].idempotency_key(), creates[1].idempotency_key());
  EXPECT_EQ(creates[0].idempotency_key(), creates[2].idempotency_key());
}

TEST_F(RunCommandTest, TwoRunsHaveDifferentKeys) {
  EndsIn(v1::Execution::COMPLETED);
  Run();
  EndsIn(v1::Execution::COMPLETED);
  Run();
  const std::vector<v1::CreateExecutionRequest> creates = server_.creates();
  ASSERT_EQ(creates.size(), 2u);
  EXPECT_NE(creates[0].idempotency_key(), creates[1].idempotency_key());
}

TEST_F(RunCommandTest, ARefusalShowsEachViolationAndEndsWithTwo) {
  server_.RefuseCreates({base::Error(absl::StatusCode::kInvalidArgument, "FIELDS_INVALID", "the input does not fit")
                             .Violation("input.title", "must not be empty")});
  EXPECT_EQ(Run(), 2);
  EXPECT_THAT(err_.str(), HasSubstr("  input.title: must not be empty\n"));
  EXPECT_EQ(server_.tails().size(), 0u);
}

TEST_F(RunCommandTest, InputThatDoesNotFitIsRefusedByNameBeforeAnythingIsCreated) {
  options_.input = R"({"titel": "Autumn", "seed": "many"})";
  EXPECT_EQ(Run(), 2);
  EXPECT_THAT(err_.str(), HasSubstr("input.titel"));
  EXPECT_THAT(err_.str(), HasSubstr("input.seed"));
  EXPECT_EQ(server_.creates().size(), 0u);
}

TEST_F(RunCommandTest, InputThatIsNotJsonIsRefused) {
  options_.input = "{title: Autumn}";
  EXPECT_EQ(Run(), 2);
  EXPECT_THAT(err_.str(), HasSubstr("the input is not JSON"));
}

TEST_F(RunCommandTest, AnUnknownFlowIsRefusedAndTheKnownOnesAreNamed) {
  options_.flow = "peom";
  EXPECT_EQ(Run(), 2);
  EXPECT_THAT(err_.str(), HasSubstr("there is no flow \"peom\"; flows here: poem"));
}

TEST_F(RunCommandTest, InputComesFromAFileOrFromStandardInput) {
  testing::TemporaryDirectory directory;
  std::ofstream(directory.file("input.json")) << R"({"title": "From a file"})";
  EndsIn(v1::Execution::COMPLETED);
  options_.input.clear();
  options_.input_file = directory.file("input.json");
  EXPECT_EQ(Run(), 0);
  EndsIn(v1::Execution::COMPLETED);
  options_.input_file = "-";
  in_.str(R"({"title": "From a pipe"})");
  EXPECT_EQ(Run(), 0);
  poem::v1::WritePoem input;
  ASSERT_TRUE(server_.creates().at(0).input().UnpackTo(&input));
  EXPECT_EQ(input.title(), "From a file");
  ASSERT_TRUE(server_.creates().at(1).input().UnpackTo(&input));
  EXPECT_EQ(input.title(), "From a pipe");
  options_.input_file = directory.file("none.json");
  EXPECT_EQ(Run(), 2);
}

TEST_F(RunCommandTest, WithoutFollowTheIdIsPrinted) {
  options_.follow = false;
  EXPECT_EQ(Run(), 0);
  EXPECT_EQ(out_.str(), std::string(ScriptedServer::kId) + "\n");
  EXPECT_EQ(server_.tails().size(), 0u);
}

TEST_F(RunCommandTest, CtrlCCancelsTheExecutionAndWaitsForItsEnd) {
  // The listener is in place once the first event is shown; raise() then reaches it.
  class RaisesOnFirstLog : public std::stringbuf {
   protected:
    int sync() override {
      if (!raised_ && str().find("working") != std::string::npos) {
        raised_ = true;
        std::raise(SIGINT);
      }
      return 0;
    }
    bool raised_ = false;
  };
  RaisesOnFirstLog buffer;
  std::ostream err(&buffer);
  terminal_.err = &err;
  server_.SetExecution(PoemExecution(v1::Execution::CANCELLED));
  server_.ScriptTails({{.events = {LogEvent(1, "working")},
                        .until_cancelled = true,
                        .after_cancel = {StateEvent(2, v1::Execution::CANCELLED)}}});
  EXPECT_EQ(Run(), 5);
  ASSERT_EQ(server_.cancels().size(), 1u);
  EXPECT_EQ(server_.cancels()[0].id(), ScriptedServer::kId);
}

TEST_F(RunCommandTest, AnUnreachableServerEndsWithSixAfterTheDeadline) {
  connection_.server = "127.0.0.1:1";
  connection_.deadline = absl::Milliseconds(50);
  EXPECT_EQ(Run(), 6);
  EXPECT_THAT(err_.str(), HasSubstr("127.0.0.1:1 does not answer"));
}

TEST_F(RunCommandTest, AServerThatStaysAwayEndsWithSixAndSaysHowToGoOn) {
  connection_.reconnect_for = absl::Milliseconds(20);
  std::vector<TailScript> cuts(1, {.events = {LogEvent(1, "first")}, .end = kCut});
  cuts.resize(1000, {.events = {}, .end = kCut});
  server_.ScriptTails(cuts);
  EXPECT_EQ(Run(), 6);
  EXPECT_THAT(err_.str(), HasSubstr("flowmesh logs 0192f0c4-8d1e-7001-9abc-0123456789ab -f --after 1"));
}

}  // namespace
}  // namespace flowmesh::cli
