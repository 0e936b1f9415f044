// Why an execution does not move, as GetExecution tells it.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/server/rpc/services/replica_fixture.h"

namespace flowmesh::rpc {
namespace {

using testing::FailedEntry;
using testing::FinishedEntry;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawWorker;

constexpr char kChild[] = "line";

class BlockedOnTest : public ReplicaTest {
 protected:
  void SetUp() override { StartDeveloper(); }

  // Serves kFlow as a flow; kChild as a function only with `child`.
  static v1::Hello HelloOfFlow(const std::string& worker_id, bool child) {
    v1::Hello hello = HelloOf(worker_id, 4);
    v1::TaskType function = hello.types(0);
    hello.mutable_types(0)->set_kind(v1::TaskType::FLOW);
    hello.mutable_capacity()->set_flows(8);
    function.set_name(kChild);
    function.set_flow(false);
    function.mutable_retry()->mutable_initial()->set_seconds(3600);
    function.mutable_retry()->mutable_cap()->set_seconds(3600);
    if (child) *hello.add_types() = function;
    return hello;
  }

  v1::WorkerEntry Next(const v1::AttemptId& attempt) {
    v1::WorkerEntry entry;
    *entry.mutable_attempt() = attempt;
    entry.set_number(++entries_);
    return entry;
  }
  v1::WorkerEntry CallOf(const v1::AttemptId& attempt, const std::string& key, const std::string& type) {
    v1::WorkerEntry entry = Next(attempt);
    entry.mutable_call()->set_key(key);
    entry.mutable_call()->mutable_task()->set_type(type);
    entry.mutable_call()->mutable_task()->mutable_input()->PackFrom(v1::Progress());
    return entry;
  }
  v1::WorkerEntry SleepOf(const v1::AttemptId& attempt, const std::string& key) {
    v1::WorkerEntry entry = Next(attempt);
    entry.mutable_call()->set_key(key);
    entry.mutable_call()->mutable_sleep()->set_seconds(3600);
    return entry;
  }
  v1::WorkerEntry SignalWaitOf(const v1::AttemptId& attempt, const std::string& key, const std::string& name) {
    v1::WorkerEntry entry = Next(attempt);
    entry.mutable_call()->set_key(key);
    entry.mutable_call()->set_signal(name);
    return entry;
  }
  v1::WorkerEntry ExternalOf(const v1::AttemptId& attempt, const std::string& key) {
    v1::WorkerEntry entry = Next(attempt);
    entry.mutable_call()->set_key(key);
    entry.mutable_call()->mutable_external()->set_token("0123456789-abcdefghij_" + key);
    entry.mutable_call()->mutable_external()->mutable_timeout()->set_seconds(3600);
    return entry;
  }
  v1::WorkerEntry ParkedOf(const v1::AttemptId& attempt) {
    v1::WorkerEntry entry = Next(attempt);
    entry.mutable_parked();
    return entry;
  }

  // Sends it and waits until it is committed.
  void Commit(RawWorker& worker, const v1::WorkerEntry& entry) {
    worker.Send(entry);
    while (!HasFailure() && worker.NextAck().number() < entry.number()) {
    }
  }

  // A flow that has begun.
  v1::AttemptId Begin(RawWorker& worker) {
    entries_ = 0;
    CreateEcho();
    return worker.NextAssignment().attempt();
  }

  v1::BlockedOn Blocked(const v1::AttemptId& attempt) { return Get(attempt.execution_id()).blocked_on(); }

  int64_t entries_ = 0;
};

TEST_F(BlockedOnTest, AFlowThatRunsAndWaitsForNothingIsNotBlocked) {
  const auto worker = Attach(HelloOfFlow("worker-one", true));
  const v1::AttemptId flow = Begin(*worker);
  EXPECT_FALSE(Get(flow.execution_id()).has_blocked_on());
}

TEST_F(BlockedOnTest, ASignalASleepAndAnOutcomeFromOutsideAreNamed) {
  const auto worker = Attach(HelloOfFlow("worker-one", true));
  const v1::AttemptId flow = Begin(*worker);
  Commit(*worker, SleepOf(flow, "pause"));
  v1::BlockedOn blocked = Blocked(flow);
  EXPECT_EQ(blocked.reason(), "TIMER");
  EXPECT_THAT(blocked.message(), HasSubstr("task 1 'pause', a sleep until 20"));

  Commit(*worker, SignalWaitOf(flow, "answer", "approval"));
  blocked = Blocked(flow);
  EXPECT_EQ(blocked.reason(), "SIGNAL");
  EXPECT_THAT(blocked.message(), HasSubstr("task 2 'answer', a signal 'approval'"));
  EXPECT_THAT(blocked.message(), HasSubstr("'pause'"));

  Commit(*worker, ExternalOf(flow, "render"));
  blocked = Blocked(flow);
  EXPECT_EQ(blocked.reason(), "EXTERNAL");
  EXPECT_THAT(blocked.message(), HasSubstr("task 3 'render', an outcome from outside"));
  EXPECT_THAT(blocked.message(), HasSubstr("fails at 20"));

  Commit(*worker, ParkedOf(flow));
  Call call;
  v1::ListTasksRequest request;
  request.set_execution_id(flow.execution_id());
  v1::ListTasksResponse tasks;
  ASSERT_THAT(orchestrator_->ListTasks(&call, request, &tasks), Succeeds());
  EXPECT_EQ(tasks.tasks(0).state(), v1::Task::PARKED);
  EXPECT_EQ(Blocked(flow).message(), blocked.message());
}

TEST_F(BlockedOnTest, AChildThatAWorkerHasOrThatBacksOffSaysSo) {
  const auto worker = Attach(HelloOfFlow("worker-one", true));
  const v1::AttemptId flow = Begin(*worker);
  worker->Send(CallOf(flow, "first line", kChild));
  const v1::AttemptId child = worker->NextAssignment().attempt();
  v1::BlockedOn blocked = Blocked(flow);
  EXPECT_EQ(blocked.reason(), "CHILD");
  EXPECT_THAT(blocked.message(), HasSubstr("task 1 'first line' of type 'line', which a worker has"));
  worker->Send(FailedEntry(child, 1, "INKLESS", /*retryable=*/true));
  EXPECT_EQ(worker->NextAck().attempt().task(), 1);
  blocked = Blocked(flow);
  EXPECT_EQ(blocked.reason(), "CHILD");
  EXPECT_THAT(blocked.message(), HasSubstr("INKLESS"));
  EXPECT_THAT(blocked.message(), HasSubstr("tried again at 20"));
}

TEST_F(BlockedOnTest, AChildWithoutAWorkerSaysSoAlsoThroughFlowsBetween) {
  const auto worker = Attach(HelloOfFlow("worker-one", false));
  const v1::AttemptId flow = Begin(*worker);
  worker->Send(CallOf(flow, "verse", kFlow));
  const v1::AttemptId verse = worker->NextAssignment().attempt();
  entries_ = 0;
  worker->Send(CallOf(verse, "first line", kChild));
  while (!HasFailure() && worker->NextAck().attempt().task() != 1) {
  }
  const v1::BlockedOn blocked = Blocked(flow);
  EXPECT_EQ(blocked.reason(), "CHILD");
  EXPECT_THAT(blocked.message(),
              HasSubstr("task 1 'verse' of type 'echo', which waits for task 2 'first line' of type 'line', "));
  EXPECT_THAT(blocked.message(), HasSubstr("no worker that serves 'line' is attached"));
}

TEST_F(BlockedOnTest, OfManyTheFirstAreNamedAndTheRestCounted) {
  const auto worker = Attach(HelloOfFlow("worker-one", true));
  const v1::AttemptId flow = Begin(*worker);
  for (int i = 0; i < 4; ++i) worker->Send(SleepOf(flow, "pause " + std::to_string(i)));
  Commit(*worker, SleepOf(flow, "pause 4"));
  EXPECT_THAT(Blocked(flow).message(), HasSubstr("'pause 2'"));
  EXPECT_THAT(Blocked(flow).message(), Not(HasSubstr("'pause 3'")));
  EXPECT_THAT(Blocked(flow).message(), HasSubstr("; and 2 more"));
}

TEST_F(BlockedOnTest, AVersionOfTheCodeThatNobodyServesIsNamed) {
  auto worker = Attach(HelloOfFlow("worker-one", true));
  const v1::AttemptId flow = Begin(*worker);
  v1::WorkerEntry step = Next(flow);
  step.mutable_step()->set_key("draw");
  step.mutable_step()->mutable_output()->PackFrom(Line("a record pins the version"));
  Commit(*worker, step);
  // Its worker comes back with newer code and does not hold the attempt any more.
  v1::Hello newer = HelloOfFlow("worker-one", true);
  for (v1::TaskType& type : *newer.mutable_types()) type.set_code_version(2);
  worker->Cut();
  worker = Attach(newer);
  const v1::BlockedOn blocked = Blocked(flow);
  EXPECT_EQ(blocked.reason(), "CODE_VERSION");
  EXPECT_THAT(blocked.message(), HasSubstr("code_version 1 of 'echo'"));
  EXPECT_THAT(blocked.message(), HasSubstr("they serve 2"));
}

TEST_F(BlockedOnTest, AnswersToStepsOfTheCallerTellWhatTheRowTells) {
  const v1::Hello hello = HelloOf("worker-one");
  const auto worker = Attach(hello);
  const v1::Execution created = Create(EchoRequest(/*start=*/false));
  EXPECT_EQ(created.blocked_on().reason(), "NOT_STARTED");
  v1::StartExecutionRequest request;
  request.set_id(created.id());
  v1::Execution started;
  Call call;
  ASSERT_THAT(orchestrator_->StartExecution(&call, request, &started), Succeeds());
  EXPECT_FALSE(started.has_blocked_on());
}

}  // namespace
}  // namespace flowmesh::rpc
