// RetryExecution and DeleteExecution: over the wire, and with SDK flows that must not do twice what they did.
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/mutex.h"
#include "server/rpc/record_feeds.h"
#include "tests/server/rpc/services/replica_fixture.h"
#include "tests/support/status_matchers.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::rpc {
namespace {

using Text = google::protobuf::StringValue;
using sdk::Flow;
using sdk::FlowContext;
using sdk::TaskContext;
using ::testing::ElementsAre;
using testing::FailedEntry;
using testing::HelloEntry;
using ::testing::Pair;
using testing::RawWorker;
using ::testing::UnorderedElementsAre;

constexpr sdk::TaskType<Text, Text> kWork{"work"};
constexpr sdk::TaskType<Text, Text> kChapter{"chapter"};

Text TextOf(std::string value) {
  Text text;
  text.set_value(std::move(value));
  return text;
}

// What was done how often, and whether the work "fragile" fails. One test at a time.
struct Workshop {
  base::Mutex mutex;
  std::map<std::string, int> done ABSL_GUARDED_BY(mutex);
  std::atomic<bool> broken = true;

  int Add(const std::string& what) {
    base::MutexLock lock(mutex);
    return ++done[what];
  }
  std::map<std::string, int> Done() {
    base::MutexLock lock(mutex);
    return done;
  }
};
Workshop& TheWorkshop() {
  static Workshop& workshop = *new Workshop();
  return workshop;
}

absl::StatusOr<Text> Work(TaskContext&, const Text& what) {
  TheWorkshop().Add(what.value());
  if (what.value() == "fragile" && TheWorkshop().broken) return sdk::Fail("BROKEN", "on request", /*retryable=*/false);
  return TextOf(absl::StrCat("<", what.value(), ">"));
}

absl::StatusOr<Text> Draw(const std::string& name) { return TextOf(absl::StrCat(name, TheWorkshop().Add(name))); }

Flow<Text> WriteChapter(FlowContext& flow, Text name) {
  auto draw = [] { return Draw("chapter step "); };
  const Text drawn = co_await flow.Run("draw", draw);
  const Text work = name.value() == "weak" ? TextOf("fragile") : name;
  const Text page = co_await flow.Call(kWork, work);
  co_return TextOf(absl::StrCat(drawn.value(), page.value()));
}

// Three calls, a step and a flow in between; its input names the chapter.
Flow<Text> WriteBook(FlowContext& flow, Text chapter_name) {
  auto draw = [] { return Draw("book step "); };
  const Text first = co_await flow.Call(kWork, TextOf("first"));
  const Text drawn = co_await flow.Run("draw", draw);
  const Text chapter = co_await flow.Call(kChapter, chapter_name);
  const Text next = TextOf(absl::StrCat("second after ", drawn.value()));
  const Text second = co_await flow.Call(kWork, next);
  const Text last = co_await flow.Call(kWork, TextOf("fragile"));
  co_return TextOf(absl::StrCat(first.value(), drawn.value(), chapter.value(), second.value(), last.value()));
}

// The step comes after the optional part and depends on it.
Flow<Text> Paint(FlowContext& flow, Text) {
  const Text ground = co_await flow.Call(kWork, TextOf("ground"));
  const absl::StatusOr<Text> gold = co_await flow.Try(flow.Call(kWork, TextOf("fragile")));
  const std::string how = gold.ok() ? "gilded " : "plain ";
  auto varnish = [&] { return Draw(how); };
  const Text varnished = co_await flow.Run("varnish", varnish);
  co_return TextOf(absl::StrCat(ground.value(), varnished.value()));
}

// Named by time and chance.
Flow<Text> Stamp(FlowContext& flow, Text) {
  const std::string what = absl::StrCat(absl::FormatTime(flow.Now()), flow.NewId(), flow.random().Next());
  const Text stamped = co_await flow.Call(kWork, TextOf(what));
  const Text last = co_await flow.Call(kWork, TextOf("fragile"));
  co_return TextOf(absl::StrCat(stamped.value(), last.value()));
}

class RetriesTest : public ReplicaTest {
 protected:
  void SetUp() override { StartDeveloper(absl::Milliseconds(500)); }

  v1::Execution Retry(const std::string& id, bool start = true, const std::string& key = "") {
    Call call;
    v1::RetryExecutionRequest request;
    request.set_id(id);
    request.set_start(start);
    request.set_idempotency_key(key);
    v1::Execution execution;
    EXPECT_THAT(orchestrator_->RetryExecution(&call, request, &execution), Succeeds());
    replayed_ = HeaderOf(call, "idempotency-replayed") + HeaderOf(call, "x-http-status");
    return execution;
  }
  grpc::Status TryRetry(const std::string& id, const std::string& key = "") {
    Call call;
    v1::RetryExecutionRequest request;
    request.set_id(id);
    request.set_idempotency_key(key);
    v1::Execution execution;
    return orchestrator_->RetryExecution(&call, request, &execution);
  }
  grpc::Status Delete(const std::string& id) {
    Call call;
    v1::DeleteExecutionRequest request;
    request.set_id(id);
    v1::DeleteExecutionResponse response;
    return orchestrator_->DeleteExecution(&call, request, &response);
  }
  std::vector<v1::Task> Tasks(const std::string& id) {
    Call call;
    v1::ListTasksRequest request;
    request.set_execution_id(id);
    v1::ListTasksResponse response;
    EXPECT_THAT(orchestrator_->ListTasks(&call, request, &response), Succeeds());
    return {response.tasks().begin(), response.tasks().end()};
  }
  std::vector<std::string> Reused(const std::string& id) {
    std::vector<std::string> keys;
    for (const v1::Task& task : Tasks(id)) {
      if (task.reused()) keys.push_back(task.call_key());
    }
    return keys;
  }

  std::string replayed_;
};

class SdkRetriesTest : public RetriesTest {
 protected:
  void SetUp() override {
    RetriesTest::SetUp();
    {
      base::MutexLock lock(TheWorkshop().mutex);
      TheWorkshop().done.clear();
    }
    TheWorkshop().broken = true;
    worker_ = std::make_unique<sdk::Worker>(sdk::WorkerOptions{.server = replica_->address(), .name = "one"});
    sdk::TaskOptions inner{.flow = false};
    worker_->ServeFlow("book", WriteBook);
    worker_->ServeFlow("paint", Paint);
    worker_->ServeFlow("stamp", Stamp);
    worker_->ServeFlow("chapter", WriteChapter, inner);
    worker_->Serve("work", Work, inner);
    ASSERT_OK(worker_->Start());
  }

  v1::Execution Ended(const std::string& flow, const std::string& input, v1::Execution::State state) {
    v1::CreateExecutionRequest request;
    request.set_flow(flow);
    request.mutable_input()->PackFrom(TextOf(input));
    request.set_start(true);
    v1::Execution execution;
    grpc::Status status;
    do {  // the flow is known once its worker has attached
      Call call;
      status = orchestrator_->CreateExecution(&call, request, &execution);
    } while (ReasonOf(status) == "FLOW_UNKNOWN");
    EXPECT_THAT(status, Succeeds());
    const v1::Execution ended = WaitForEnd(execution.id());
    EXPECT_EQ(ended.state(), state) << ended.failure().ShortDebugString();
    return ended;
  }
  static std::string OutputOf(const v1::Execution& execution) {
    Text text;
    EXPECT_TRUE(execution.output().UnpackTo(&text)) << execution.ShortDebugString();
    return text.value();
  }

  std::unique_ptr<sdk::Worker> worker_;
};

TEST_F(SdkRetriesTest, OnlyWhatFailedIsDoneAgain) {
  const v1::Execution old = Ended("book", "strong", v1::Execution::FAILED);
  TheWorkshop().broken = false;
  const v1::Execution ended = WaitForEnd(Retry(old.id()).id());
  EXPECT_EQ(ended.retry_of(), old.id());
  EXPECT_EQ(OutputOf(ended), "<first>book step 1chapter step 1<strong><second after book step 1><fragile>");
  EXPECT_THAT(TheWorkshop().Done(),
              UnorderedElementsAre(Pair("first", 1), Pair("book step ", 1), Pair("chapter step ", 1), Pair("strong", 1),
                                   Pair("second after book step 1", 1), Pair("fragile", 2)));
  EXPECT_THAT(Reused(ended.id()), ElementsAre("work#1", "draw", "chapter#1", "work#2"));
  EXPECT_THAT(Reused(old.id()), ElementsAre());
  EXPECT_EQ(Get(old.id()).state(), v1::Execution::FAILED);
}

TEST_F(SdkRetriesTest, AFlowThatFailedRunsAgainWithTheStepsThatItDid) {
  const v1::Execution old = Ended("book", "weak", v1::Execution::FAILED);
  TheWorkshop().broken = false;
  const v1::Execution ended = WaitForEnd(Retry(old.id()).id());
  EXPECT_EQ(OutputOf(ended), "<first>book step 1chapter step 1<fragile><second after book step 1><fragile>");
  EXPECT_THAT(TheWorkshop().Done(),
              UnorderedElementsAre(Pair("first", 1), Pair("book step ", 1), Pair("chapter step ", 1),
                                   Pair("second after book step 1", 1), Pair("fragile", 3)));
}

TEST_F(SdkRetriesTest, ARetryOfARetryKeepsWhatBothDid) {
  const v1::Execution first = Ended("book", "strong", v1::Execution::FAILED);
  const v1::Execution second = WaitForEnd(Retry(first.id()).id());
  EXPECT_EQ(second.state(), v1::Execution::FAILED);
  TheWorkshop().broken = false;
  const v1::Execution third = WaitForEnd(Retry(second.id()).id());
  EXPECT_EQ(third.state(), v1::Execution::COMPLETED);
  EXPECT_EQ(third.retry_of(), second.id());
  const auto done = TheWorkshop().Done();
  EXPECT_EQ(done.at("fragile"), 3);
  EXPECT_EQ(done.at("book step "), 1);
  EXPECT_EQ(done.at("first"), 1);
}

TEST_F(SdkRetriesTest, AfterErrorsWhatDependsOnThemIsDoneAgainToo) {
  const v1::Execution old = Ended("paint", "", v1::Execution::COMPLETED_WITH_ERRORS);
  EXPECT_EQ(OutputOf(old), "<ground>plain 1");
  TheWorkshop().broken = false;
  const v1::Execution ended = WaitForEnd(Retry(old.id()).id());
  EXPECT_EQ(ended.state(), v1::Execution::COMPLETED);
  EXPECT_EQ(OutputOf(ended), "<ground>gilded 1");
  EXPECT_THAT(TheWorkshop().Done(),
              UnorderedElementsAre(Pair("ground", 1), Pair("fragile", 2), Pair("plain ", 1), Pair("gilded ", 1)));
}

TEST_F(SdkRetriesTest, TimeAndChanceAreThoseOfTheFirstOfTheChain) {
  const v1::Execution old = Ended("stamp", "", v1::Execution::FAILED);
  TheWorkshop().broken = false;
  const v1::Execution ended = WaitForEnd(Retry(old.id()).id());
  EXPECT_EQ(ended.state(), v1::Execution::COMPLETED);
  EXPECT_THAT(Reused(ended.id()), ElementsAre("work#1"));
}

v1::WorkerEntry StepEntry(const v1::AttemptId& attempt, int64_t number, const std::string& key,
                          const std::string& text) {
  v1::WorkerEntry entry;
  *entry.mutable_attempt() = attempt;
  entry.set_number(number);
  entry.mutable_step()->set_key(key);
  entry.mutable_step()->mutable_output()->PackFrom(Line(text));
  return entry;
}

TEST_F(RetriesTest, RememberedStepsComeInPagesAndAgainOverANewStream) {
  v1::Hello hello = HelloOf("worker-one", 4);
  hello.mutable_types(0)->set_kind(v1::TaskType::FLOW);
  hello.mutable_capacity()->set_flows(8);
  auto worker = Attach(hello);
  const v1::Execution old = CreateEcho();
  const v1::AttemptId flow = worker->NextAssignment().attempt();
  constexpr int kSteps = 5;
  const std::string large(700'000, 'x');
  for (int i = 1; i <= kSteps; ++i) {
    v1::WorkerEntry step = StepEntry(flow, i, absl::StrCat("step ", i), large);
    if (i == 3) {
      step.mutable_step()->clear_output();
      step.mutable_step()->mutable_failure()->set_reason("BROKEN");
    }
    worker->Send(step);
    worker->Next(v1::OrchestratorEntry::kRecords);
  }
  worker->Send(FailedEntry(flow, kSteps + 1, "BROKEN", /*retryable=*/false));
  ASSERT_EQ(WaitForEnd(old.id()).state(), v1::Execution::FAILED);

  const v1::Execution retry = Retry(old.id());
  v1::Assignment assignment = worker->NextAssignment();
  EXPECT_EQ(assignment.attempt().execution_id(), retry.id());
  EXPECT_TRUE(assignment.remembers());
  EXPECT_EQ(assignment.records(), 0);
  EXPECT_EQ(assignment.first_of_chain(), old.id());
  const auto read_all = [](RawWorker& from) {
    std::vector<std::string> keys;
    while (true) {
      const v1::Remembered part = from.Next(v1::OrchestratorEntry::kRemembered).remembered();
      EXPECT_LE(part.ByteSizeLong(), RecordFeeds::kPageBytes + 1000);
      for (const v1::Remembered::Step& step : part.steps()) keys.push_back(step.key());
      if (part.last() || part.attempt().execution_id().empty()) return keys;
    }
  };
  EXPECT_THAT(read_all(*worker), ElementsAre("step 1", "step 2", "step 4", "step 5"));

  v1::Hello::Held& held = *hello.add_held();
  *held.mutable_attempt() = assignment.attempt();
  held.set_wants_remembered(true);
  RawWorker again(Connect());
  again.Send(HelloEntry(hello));
  EXPECT_FALSE(again.NextWelcome().held(0).fenced());
  EXPECT_THAT(read_all(again), ElementsAre("step 1", "step 2", "step 4", "step 5"));

  v1::WorkerEntry reused = StepEntry(assignment.attempt(), 1, "step 1", large);
  reused.mutable_step()->set_reused(true);
  again.Send(reused);
  const v1::Records records = again.Next(v1::OrchestratorEntry::kRecords).records();
  EXPECT_TRUE(records.records(0).reused());
  EXPECT_THAT(Reused(retry.id()), ElementsAre("step 1"));
}

TEST_F(RetriesTest, WrongStatesUnknownIdsAndKeys) {
  auto worker = Attach(HelloOf("worker-one"));
  const v1::Execution execution = CreateEcho();
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  EXPECT_THAT(TryRetry(execution.id()), Refuses(grpc::StatusCode::FAILED_PRECONDITION, "WRONG_STATE"));
  EXPECT_THAT(Delete(execution.id()), Refuses(grpc::StatusCode::FAILED_PRECONDITION, "WRONG_STATE"));
  EXPECT_THAT(TryRetry("nonsense"), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "FIELDS_INVALID"));
  EXPECT_THAT(Delete(""), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "FIELDS_INVALID"));
  const std::string nobodys = "0192f0c4-8d1e-7001-9abc-0123456789ab";
  EXPECT_THAT(TryRetry(nobodys), Refuses(grpc::StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN"));
  EXPECT_THAT(Delete(nobodys), Refuses(grpc::StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN"));
  worker->Send(FailedEntry(attempt, 1, "BROKEN", /*retryable=*/false));
  ASSERT_EQ(WaitForEnd(execution.id()).state(), v1::Execution::FAILED);

  const v1::Execution retry = Retry(execution.id(), /*start=*/false, "k");
  EXPECT_EQ(retry.state(), v1::Execution::CREATED);
  EXPECT_EQ(replayed_, "");
  EXPECT_EQ(Retry(execution.id(), /*start=*/false, "k").id(), retry.id());
  EXPECT_EQ(replayed_, "true200");
  EXPECT_THAT(TryRetry(nobodys, "k"), Refuses(grpc::StatusCode::ALREADY_EXISTS, "IDEMPOTENCY_KEY_REUSED"));

  const grpc::Status kept = Delete(execution.id());
  EXPECT_THAT(kept, Refuses(grpc::StatusCode::FAILED_PRECONDITION, "RETRY_LIVE"));
  EXPECT_THAT(kept.error_message(), ::testing::HasSubstr(retry.id()));
  Cancel(retry.id());
  EXPECT_THAT(Delete(execution.id()), Succeeds());
  EXPECT_THAT(Delete(execution.id()), Refuses(grpc::StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN"));
  EXPECT_THAT(TryRetry(execution.id()), Refuses(grpc::StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN"));
  EXPECT_THAT(Delete(retry.id()), Succeeds());
  EXPECT_THAT(TryRetry(execution.id(), "k"), Refuses(grpc::StatusCode::NOT_FOUND, "EXECUTION_DELETED"));

  v1::TailRequest tail;
  tail.set_execution_id(execution.id());
  Call call;
  v1::Event event;
  const auto reader = log_stream_->Tail(&call, tail);
  EXPECT_FALSE(reader->Read(&event));
  EXPECT_THAT(reader->Finish(), Refuses(grpc::StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN"));
}

}  // namespace
}  // namespace flowmesh::rpc
