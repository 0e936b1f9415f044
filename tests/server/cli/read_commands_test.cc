#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "gateway/transcode/json_reader.h"
#include "server/cli/cancel_command.h"
#include "server/cli/inspect_command.h"
#include "server/cli/list_command.h"
#include "server/cli/logs_command.h"
#include "tests/server/cli/scripted_server.h"

namespace flowmesh::cli {
namespace {

using ::testing::HasSubstr;

class ReadCommandsTest : public ::testing::Test {
 protected:
  ReadCommandsTest() {
    connection_.server = server_.address();
    connection_.retry = {.initial = absl::Milliseconds(1), .multiplier = 2, .cap = absl::Milliseconds(10)};
    terminal_.out = &out_;
    terminal_.err = &err_;
  }

  // Lines of standard output.
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    std::istringstream text(out_.str());
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }

  ScriptedServer server_;
  ConnectionOptions connection_;
  Terminal terminal_;
  std::ostringstream out_, err_;
};

TEST_F(ReadCommandsTest, LogsAsJsonAreOneEventPerLine) {
  server_.ScriptTails({{.events = {LogEvent(1, "a\nb"), OutputEvent(2, 0, "text")}}});
  const LogsOptions options = {.execution_id = ScriptedServer::kId, .json = true};
  EXPECT_EQ(ShowLogs(options, connection_, terminal_), ExitCode::kOk);
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 2u);
  for (const std::string& line : lines) EXPECT_TRUE(transcode::ParseJson(line).ok()) << line;
  EXPECT_THAT(lines[0], HasSubstr("\"seq\":\"1\""));
}

TEST_F(ReadCommandsTest, LogsAskForWhatWasAskedFor) {
  server_.ScriptTails({{}});
  const LogsOptions options = {
      .execution_id = ScriptedServer::kId, .follow = false, .after = 7, .kinds = {"log", "progress"}};
  EXPECT_EQ(ShowLogs(options, connection_, terminal_), ExitCode::kOk);
  ASSERT_EQ(server_.tails().size(), 1u);
  const v1::TailRequest request = server_.tails()[0];
  EXPECT_EQ(request.execution_id(), ScriptedServer::kId);
  EXPECT_TRUE(request.has_follow());
  EXPECT_FALSE(request.follow());
  EXPECT_EQ(request.after(), 7);
  EXPECT_THAT(request.kinds(), ::testing::ElementsAre("log", "progress"));
}

TEST_F(ReadCommandsTest, LogsThatAreCutGoOnWhereTheyWere) {
  const grpc::Status cut(grpc::StatusCode::UNAVAILABLE, "the server stops");
  server_.ScriptTails({{.events = {LogEvent(1, "first")}, .end = cut}, {.events = {LogEvent(2, "second")}}});
  const LogsOptions options = {.execution_id = ScriptedServer::kId, .follow = true};
  EXPECT_EQ(ShowLogs(options, connection_, terminal_), ExitCode::kOk);
  ASSERT_EQ(server_.tails().size(), 2u);
  EXPECT_EQ(server_.tails()[1].after(), 1);
  EXPECT_EQ(Lines().size(), 2u);
}

TEST_F(ReadCommandsTest, LogsOfAnUnknownExecutionEndWithTwo) {
  server_.ScriptTails({{.end = grpc::Status(grpc::StatusCode::NOT_FOUND, "there is no such execution")}});
  EXPECT_EQ(ShowLogs({.execution_id = "x"}, connection_, terminal_), ExitCode::kUsage);
  EXPECT_THAT(err_.str(), HasSubstr("there is no such execution"));
}

TEST_F(ReadCommandsTest, ListReadsPagesUpToItsLimit) {
  EXPECT_EQ(ListExecutions({.flow = "poem", .labels = {{"a", "b"}}, .limit = 3}, connection_, terminal_),
            ExitCode::kOk);
  EXPECT_EQ(Lines().size(), 4u);  // with the header
  ASSERT_EQ(server_.lists().size(), 2u);
  EXPECT_EQ(server_.lists()[0].page_size(), 3);
  EXPECT_EQ(server_.lists()[0].flow(), "poem");
  EXPECT_EQ(server_.lists()[0].labels().at("a"), "b");
  EXPECT_EQ(server_.lists()[1].page_size(), 1);
  EXPECT_EQ(server_.lists()[1].page_token(), "second");
}

TEST_F(ReadCommandsTest, ListSaysThatThereAreMore) {
  EXPECT_EQ(ListExecutions({.limit = 2}, connection_, terminal_), ExitCode::kOk);
  EXPECT_EQ(server_.lists().size(), 1u);
  EXPECT_THAT(err_.str(), HasSubstr("there are more"));
}

TEST_F(ReadCommandsTest, ListAsJsonIsOneExecutionPerLine) {
  EXPECT_EQ(ListExecutions({.limit = 3, .json = true}, connection_, terminal_), ExitCode::kOk);
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(transcode::ParseJson(lines[0]).ok());
}

TEST_F(ReadCommandsTest, InspectShowsWhyAnExecutionDoesNotMoveItsTasksAndItsNewestEvents) {
  v1::Execution execution = PoemExecution(v1::Execution::QUEUED);
  execution.mutable_blocked_on()->set_reason("NO_WORKER");
  execution.mutable_blocked_on()->set_message("no worker serves the flow poem");
  server_.SetExecution(execution);
  v1::Task task;
  task.set_kind(v1::Task::ROOT);
  task.set_type("poem");
  task.set_state(v1::Task::READY);
  server_.SetTasks({task});
  EXPECT_EQ(Inspect({.execution_id = ScriptedServer::kId}, connection_, terminal_), ExitCode::kOk);
  EXPECT_THAT(out_.str(), HasSubstr("blocked on  NO_WORKER: no worker serves the flow poem\n"));
  EXPECT_THAT(out_.str(), HasSubstr("ROOT"));
  EXPECT_THAT(out_.str(), HasSubstr("READY"));
  EXPECT_THAT(out_.str(), HasSubstr("11  00:00:00.000 INFO     the newest line\n"));
  EXPECT_EQ(server_.event_lists()[0].after(), 10);
}

TEST_F(ReadCommandsTest, InspectAsJsonIsOneObject) {
  EXPECT_EQ(Inspect({.execution_id = ScriptedServer::kId, .json = true}, connection_, terminal_), ExitCode::kOk);
  const auto document = transcode::ParseJson(out_.str());
  ASSERT_TRUE(document.ok()) << out_.str();
  EXPECT_EQ(document->root().Find("execution")->Find("output")->Find("title")->text(), "Autumn");
  EXPECT_EQ(document->root().Find("events")->size(), 1u);
}

TEST_F(ReadCommandsTest, InspectAsJsonHasThePayloadsOfAllTasksAlsoOfTypesThatAreNotCompiledIn) {
  std::vector<v1::Task> tasks(5);
  for (int i = 0; i < 5; ++i) tasks[i].set_task(i);
  tasks[3].mutable_input()->set_type_url("type.googleapis.com/later.Verse");
  tasks[3].mutable_input()->set_value("\x0a\x04iamb");
  tasks[4].mutable_output()->set_type_url("type.googleapis.com/nobody.Knows");
  tasks[4].mutable_output()->set_value("\x0a");
  server_.SetTasks(tasks);
  EXPECT_EQ(Inspect({.execution_id = ScriptedServer::kId, .json = true}, connection_, terminal_), ExitCode::kOk);
  const auto document = transcode::ParseJson(out_.str());
  ASSERT_TRUE(document.ok()) << out_.str();
  ASSERT_EQ(document->root().Find("tasks")->size(), 5u);
  EXPECT_THAT(out_.str(), HasSubstr(R"("input":{"@type":"type.googleapis.com/later.Verse","metre":"iamb"})"));
  EXPECT_THAT(out_.str(), HasSubstr(R"("output":{"@type":"type.googleapis.com/nobody.Knows","@bytes":"Cg=="})"));
}

TEST_F(ReadCommandsTest, InspectShowsAllEventsWhenAskedTo) {
  EXPECT_EQ(Inspect({.execution_id = ScriptedServer::kId, .json = true, .events = true}, connection_, terminal_),
            ExitCode::kOk);
  const auto document = transcode::ParseJson(out_.str());
  ASSERT_TRUE(document.ok()) << out_.str();
  EXPECT_EQ(document->root().Find("events")->size(), 2u);
  ASSERT_EQ(server_.event_lists().size(), 2u);
  EXPECT_EQ(server_.event_lists()[0].after(), 0);
  EXPECT_EQ(server_.event_lists()[1].page_token(), "newest");
  out_.str("");
  EXPECT_EQ(Inspect({.execution_id = ScriptedServer::kId, .events = true}, connection_, terminal_), ExitCode::kOk);
  EXPECT_THAT(out_.str(), HasSubstr("the oldest line"));
  EXPECT_THAT(out_.str(), HasSubstr("the newest line"));
}

TEST_F(ReadCommandsTest, InspectOfAnUnknownExecutionEndsWithTwo) {
  EXPECT_EQ(Inspect({.execution_id = "x"}, connection_, terminal_), ExitCode::kUsage);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ReadCommandsTest, CancelPrintsTheStateThatFollows) {
  server_.SetExecution(PoemExecution(v1::Execution::RUNNING));
  EXPECT_EQ(Cancel({.execution_id = ScriptedServer::kId, .reason = "not needed"}, connection_, terminal_),
            ExitCode::kOk);
  EXPECT_EQ(out_.str(), "CANCELLING\n");
  EXPECT_EQ(server_.cancels()[0].reason(), "not needed");
}

}  // namespace
}  // namespace flowmesh::cli
