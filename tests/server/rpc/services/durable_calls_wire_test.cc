// Durable calls on the wire: what a worker in any language sends and gets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/rpc/record_feeds.h"
#include "tests/server/rpc/services/replica_fixture.h"

namespace flowmesh::rpc {
namespace {

using testing::FinishedEntry;
using testing::HelloEntry;
using testing::RawWorker;

constexpr char kToken[] = "0123456789-abcdefghij_";
constexpr char kChild[] = "line";

class DurableCallsTest : public ReplicaTest {
 protected:
  void SetUp() override { StartDeveloper(); }

  // Serves kFlow as a flow and kChild as a function.
  static v1::Hello HelloOfBoth(const std::string& worker_id) {
    v1::Hello hello = HelloOf(worker_id, 4);
    v1::TaskType child = hello.types(0);
    hello.mutable_types(0)->set_kind(v1::TaskType::FLOW);
    child.set_name(kChild);
    child.set_flow(false);
    *hello.add_types() = child;
    hello.mutable_capacity()->set_flows(8);
    return hello;
  }

  v1::Assignment NextOf(RawWorker& worker, const std::string& type) {
    v1::Assignment assignment = worker.NextAssignment();
    EXPECT_EQ(assignment.type(), type);
    return assignment;
  }

  static v1::WorkerEntry EntryOf(const v1::AttemptId& attempt, int64_t number) {
    v1::WorkerEntry entry;
    *entry.mutable_attempt() = attempt;
    entry.set_number(number);
    return entry;
  }
  static v1::WorkerEntry CallEntry(const v1::AttemptId& attempt, int64_t number, const std::string& key) {
    v1::WorkerEntry entry = EntryOf(attempt, number);
    entry.mutable_call()->set_key(key);
    entry.mutable_call()->mutable_task()->set_type(kChild);
    entry.mutable_call()->mutable_task()->mutable_input()->PackFrom(v1::Progress());
    return entry;
  }
  static v1::WorkerEntry StepEntry(const v1::AttemptId& attempt, int64_t number, const std::string& key,
                                   const std::string& text) {
    v1::WorkerEntry entry = EntryOf(attempt, number);
    entry.mutable_step()->set_key(key);
    entry.mutable_step()->mutable_output()->PackFrom(Line(text));
    return entry;
  }
  static v1::Records NextRecords(RawWorker& worker) { return worker.Next(v1::OrchestratorEntry::kRecords).records(); }
  static std::string TextOf(const google::protobuf::Any& any) {
    v1::LogLine line;
    EXPECT_TRUE(any.UnpackTo(&line));
    return line.message();
  }

  grpc::Status Signal(const std::string& id, const std::string& name, const std::string& text) {
    Call call;
    v1::SignalExecutionRequest request;
    request.set_id(id);
    request.set_name(name);
    request.mutable_payload()->PackFrom(Line(text));
    v1::SignalExecutionResponse response;
    return orchestrator_->SignalExecution(&call, request, &response);
  }
  grpc::Status Complete(const std::string& token, const std::string& text) {
    Call call;
    v1::CompleteTaskRequest request;
    request.set_token(token);
    request.mutable_output()->PackFrom(Line(text));
    v1::CompleteTaskResponse response;
    return orchestrator_->CompleteTask(&call, request, &response);
  }
};

TEST_F(DurableCallsTest, AFlowCallsAndGetsTheRecord) {
  const auto worker = Attach(HelloOfBoth("worker-one"));
  const v1::Execution execution = CreateEcho();
  const v1::AttemptId flow = NextOf(*worker, kFlow).attempt();
  worker->Send(CallEntry(flow, 1, "line#0"));
  const v1::Assignment child = NextOf(*worker, kChild);
  EXPECT_EQ(child.attempt().task(), 1);
  EXPECT_EQ(child.records(), 0);
  worker->Send(FinishedEntry(child.attempt(), 1, Line("roses")));
  const v1::Records records = NextRecords(*worker);
  EXPECT_EQ(records.attempt().task(), 0);
  ASSERT_EQ(records.records_size(), 1);
  EXPECT_EQ(records.records(0).number(), 1);
  EXPECT_EQ(records.records(0).call_key(), "line#0");
  EXPECT_EQ(records.records(0).kind(), v1::Task::CALL);
  EXPECT_EQ(records.records(0).type(), kChild);
  EXPECT_EQ(TextOf(records.records(0).output()), "roses");
  worker->Send(FinishedEntry(flow, 2, Line("done")));
  EXPECT_EQ(WaitForEnd(execution.id()).state(), v1::Execution::COMPLETED);
}

TEST_F(DurableCallsTest, ANewAttemptGetsAllRecordsInPagesAndThenGo) {
  auto worker = Attach(HelloOfBoth("worker-one"));
  CreateEcho();
  v1::AttemptId flow = NextOf(*worker, kFlow).attempt();
  constexpr int kSteps = 9;
  const std::string large(700'000, 'x');  // three to a page
  for (int i = 1; i <= kSteps; ++i) {
    worker->Send(StepEntry(flow, i, "step " + std::to_string(i), large));
    const v1::Records own = NextRecords(*worker);
    EXPECT_EQ(own.records(0).number(), i);
    EXPECT_EQ(own.records(0).outcome_case(), v1::Records::Record::OUTCOME_NOT_SET) << "the worker has it";
  }
  worker->Send(testing::DrainEntry());
  worker->Close();
  EXPECT_THAT(worker->Finish(), Succeeds());

  worker = Attach(HelloOfBoth("worker-two"));
  const v1::Assignment again = NextOf(*worker, kFlow);
  flow = again.attempt();
  EXPECT_EQ(flow.attempt(), 2);
  EXPECT_EQ(again.records(), kSteps);
  int seen = 0;
  for (v1::OrchestratorEntry entry = worker->Next(); !entry.has_go(); entry = worker->Next()) {
    ASSERT_TRUE(entry.has_records()) << entry.ShortDebugString();
    EXPECT_LE(entry.ByteSizeLong(), RecordFeeds::kPageBytes + 1024);
    for (const auto& record : entry.records().records()) {
      EXPECT_EQ(record.number(), ++seen);
      EXPECT_EQ(TextOf(record.output()), large);
    }
  }
  EXPECT_EQ(seen, kSteps);
}

TEST_F(DurableCallsTest, AWorkerThatComesBackGetsWhatItMissed) {
  auto worker = Attach(HelloOfBoth("worker-one"));
  const v1::Execution execution = CreateEcho();
  const v1::AttemptId flow = NextOf(*worker, kFlow).attempt();
  v1::WorkerEntry wait = EntryOf(flow, 1);
  wait.mutable_call()->set_key("first");
  wait.mutable_call()->set_signal("word");
  worker->Send(wait);
  wait.set_number(2);
  wait.mutable_call()->set_key("second");
  worker->Send(wait);
  while (!HasFailure() && worker->NextAck().number() < 2) {
  }
  EXPECT_THAT(Signal(execution.id(), "word", "one"), Succeeds());
  EXPECT_EQ(NextRecords(*worker).records(0).number(), 1);
  worker->Cut();
  worker->Finish();
  EXPECT_THAT(Signal(execution.id(), "word", "two"), Succeeds());

  v1::Hello back = HelloOfBoth("worker-one");
  v1::Hello::Held& held = *back.add_held();
  *held.mutable_attempt() = flow;
  held.set_last_record(1);
  worker = std::make_unique<RawWorker>(Connect());
  worker->Send(HelloEntry(back));
  const v1::Welcome welcome = worker->NextWelcome();
  ASSERT_EQ(welcome.held_size(), 1);
  EXPECT_FALSE(welcome.held(0).fenced());
  EXPECT_EQ(welcome.held(0).acked(), 2);
  const v1::Records missed = NextRecords(*worker);
  ASSERT_EQ(missed.records_size(), 1);
  EXPECT_EQ(missed.records(0).number(), 2);
  EXPECT_EQ(missed.records(0).call_key(), "second");
  EXPECT_EQ(TextOf(missed.records(0).output()), "two");
}

TEST_F(DurableCallsTest, AnOutcomeFromOutsideNeedsItsTokenOnly) {
  const auto worker = Attach(HelloOfBoth("worker-one"));
  CreateEcho();
  const v1::AttemptId flow = NextOf(*worker, kFlow).attempt();
  v1::WorkerEntry ask = EntryOf(flow, 1);
  ask.mutable_call()->set_key("ask");
  ask.mutable_call()->mutable_external()->set_token(kToken);
  worker->Send(ask);
  EXPECT_EQ(worker->NextAck().number(), 1);
  EXPECT_THAT(Complete("another-token-of-that-length", "?"), Refuses(grpc::StatusCode::NOT_FOUND, "TOKEN_UNKNOWN"));
  EXPECT_THAT(Complete(kToken, "from outside"), Succeeds());
  EXPECT_THAT(Complete(kToken, "from outside"), Succeeds());
  EXPECT_THAT(Complete(kToken, "something else"), Refuses(grpc::StatusCode::FAILED_PRECONDITION, "TASK_FINISHED"));
  EXPECT_EQ(TextOf(NextRecords(*worker).records(0).output()), "from outside");
}

TEST_F(DurableCallsTest, AParkedFlowSaysWhatItWaitsFor) {
  const auto worker = Attach(HelloOfBoth("worker-one"));
  auto reason_of = [&](const auto& set_what) {
    const v1::Execution execution = CreateEcho();
    const v1::AttemptId flow = NextOf(*worker, kFlow).attempt();
    v1::WorkerEntry call = EntryOf(flow, 1);
    call.mutable_call()->set_key("rest");
    set_what(*call.mutable_call());
    worker->Send(call);
    EXPECT_EQ(worker->NextAck().number(), 1);
    v1::WorkerEntry parked = EntryOf(flow, 2);
    parked.mutable_parked();
    worker->Send(parked);
    EXPECT_EQ(worker->NextAck().number(), 2);
    const v1::BlockedOn blocked = Get(execution.id()).blocked_on();
    EXPECT_THAT(blocked.message(), ::testing::HasSubstr("'rest'"));
    return blocked.reason();
  };
  EXPECT_EQ(reason_of([](v1::Call& call) { call.set_signal("word"); }), "SIGNAL");
  EXPECT_EQ(reason_of([](v1::Call& call) { call.mutable_sleep()->set_seconds(600); }), "TIMER");
  EXPECT_EQ(reason_of([](v1::Call& call) { call.mutable_external()->set_token(kToken); }), "EXTERNAL");
  auto call_child = [](v1::Call& call) {
    call.mutable_task()->set_type(kChild);
    call.mutable_task()->mutable_input()->PackFrom(v1::Progress());
  };
  EXPECT_EQ(reason_of(call_child), "CHILD");
}

TEST_F(DurableCallsTest, AFlowMayParkBehindACallThatIsNotAcknowledgedYet) {
  const auto worker = Attach(HelloOfBoth("worker-one"));
  const auto expect_both_acks = [&](const auto& set_what) {
    CreateEcho();
    const v1::AttemptId flow = NextOf(*worker, kFlow).attempt();
    v1::WorkerEntry call = EntryOf(flow, 1);
    call.mutable_call()->set_key("rest");
    set_what(*call.mutable_call());
    v1::WorkerEntry parked = EntryOf(flow, 2);
    parked.mutable_parked();
    worker->Send(testing::FrameOf({call, parked}));
    while (!HasFailure() && worker->NextAck().number() < 2) {
    }
  };
  expect_both_acks([](v1::Call& call) { call.set_signal("word"); });
  expect_both_acks([](v1::Call& call) { call.mutable_sleep()->set_seconds(600); });
  expect_both_acks([](v1::Call& call) {
    call.mutable_task()->set_type("nobody serves this");
    call.mutable_task()->mutable_input()->PackFrom(v1::Progress());
  });
  expect_both_acks([](v1::Call& call) {
    call.mutable_task()->set_type(kChild);
    call.mutable_task()->mutable_input()->PackFrom(v1::Progress());
  });
}

TEST_F(DurableCallsTest, SignalsOfStrangersAndToNobodyAreRefused) {
  EXPECT_THAT(Signal("0192f0c4-8d1e-7001-9abc-0123456789ab", "word", "?"),
              Refuses(grpc::StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN"));
  EXPECT_EQ(Signal("0192f0c4-8d1e-7001-9abc-0123456789ab", "", "?").error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Signal("nobody", "word", "?").error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(DurableCallsTest, ChildrenAreListedAndToldAsEvents) {
  const auto worker = Attach(HelloOfBoth("worker-one"));
  const v1::Execution execution = CreateEcho();
  const v1::AttemptId flow = NextOf(*worker, kFlow).attempt();
  worker->Send(CallEntry(flow, 1, "line#0"));
  const v1::AttemptId child = NextOf(*worker, kChild).attempt();
  worker->Send(FinishedEntry(child, 1, Line("roses")));
  NextRecords(*worker);
  Call call;
  v1::ListTasksRequest request;
  request.set_execution_id(execution.id());
  v1::ListTasksResponse response;
  EXPECT_THAT(orchestrator_->ListTasks(&call, request, &response), Succeeds());
  ASSERT_EQ(response.tasks_size(), 2);
  EXPECT_EQ(response.tasks(1).call_key(), "line#0");
  EXPECT_EQ(response.tasks(1).state(), v1::Task::COMPLETED);
  EXPECT_EQ(response.tasks(1).parent(), 0);

  Call listing;
  v1::ListEventsRequest events;
  events.set_execution_id(execution.id());
  events.add_kinds("child");
  v1::ListEventsResponse told;
  EXPECT_THAT(log_stream_->ListEvents(&listing, events, &told), Succeeds());
  std::vector<v1::Task::State> states;
  for (const v1::Event& event : told.events()) states.push_back(event.child().state());
  EXPECT_EQ(states, (std::vector<v1::Task::State>{v1::Task::READY, v1::Task::ASSIGNED, v1::Task::COMPLETED}));
}

TEST_F(DurableCallsTest, ListedTasksHaveTheirPayloadsWhenAskedForAPageAtATime) {
  constexpr int kChildren = 7;  // the last one is beyond 4 MiB
  const auto worker = Attach(HelloOfBoth("worker-one"));
  const v1::Execution execution = CreateEcho();
  const v1::AttemptId flow = NextOf(*worker, kFlow).attempt();
  const v1::LogLine long_line = Line(std::string(1'000'000, 'x'));
  for (int i = 0; i < kChildren; ++i) {
    worker->Send(CallEntry(flow, i + 1, absl::StrCat("line#", i)));
    worker->Send(FinishedEntry(NextOf(*worker, kChild).attempt(), 1, i == 0 ? Line("roses") : long_line));
    NextRecords(*worker);
  }
  v1::ListTasksRequest request;
  request.set_execution_id(execution.id());
  v1::ListTasksResponse page;
  ASSERT_THAT(orchestrator_->ListTasks(std::make_unique<Call>().get(), request, &page), Succeeds());
  EXPECT_EQ(page.tasks_size(), 1 + kChildren);
  for (const v1::Task& task : page.tasks()) EXPECT_FALSE(task.has_input() || task.has_output());

  request.set_payloads(true);
  std::vector<v1::Task> tasks;
  std::vector<int> sizes;
  do {
    ASSERT_THAT(orchestrator_->ListTasks(std::make_unique<Call>().get(), request, &page), Succeeds());
    sizes.push_back(page.tasks_size());
    tasks.insert(tasks.end(), page.tasks().begin(), page.tasks().end());
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_THAT(sizes, ::testing::ElementsAre(kChildren, 1));
  ASSERT_EQ(tasks.size(), 1 + kChildren);
  EXPECT_TRUE(tasks[0].has_input());
  EXPECT_FALSE(tasks[0].has_output());
  EXPECT_TRUE(tasks[1].input().Is<v1::Progress>());
  for (int i = 0; i < kChildren; ++i) {
    v1::LogLine output;
    ASSERT_TRUE(tasks[1 + i].output().UnpackTo(&output)) << i;
    EXPECT_EQ(output.message(), i == 0 ? "roses" : long_line.message());
  }
}

}  // namespace
}  // namespace flowmesh::rpc
