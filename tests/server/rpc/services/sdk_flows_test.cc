// Flows written with the SDK, on a real server over real connections, with servers and workers that come and go.
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/mutex.h"
#include "tests/server/rpc/services/replica_fixture.h"
#include "tests/support/status_matchers.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::rpc {
namespace {

using Text = google::protobuf::StringValue;
using sdk::Flow;
using sdk::FlowContext;
using sdk::TaskContext;

constexpr sdk::TaskType<Text, Text> kBranch{"branch"};
constexpr sdk::TaskType<Text, Text> kLeaf{"leaf"};
constexpr int kBranches = 24;
constexpr int kLeaves = 4;

Text TextOf(std::string value) {
  Text text;
  text.set_value(std::move(value));
  return text;
}

// How often each piece of work was done.
class Tally {
 public:
  void Add(const std::string& what) {
    base::MutexLock lock(mutex_);
    ++counts_[what];
  }
  std::map<std::string, int> counts() const {
    base::MutexLock lock(mutex_);
    return counts_;
  }

 private:
  mutable base::Mutex mutex_;
  std::map<std::string, int> counts_ ABSL_GUARDED_BY(mutex_);
};

Tally& Done() {
  static Tally& tally = *new Tally();
  return tally;
}

Flow<Text> GrowTree(FlowContext& flow, Text name) {
  auto draw = [] {
    static std::atomic<int> drawn = 0;
    return absl::StatusOr<Text>(TextOf(absl::StrCat("#", ++drawn)));
  };
  const Text first = co_await flow.Run("draw", draw);
  std::vector<int> numbers;
  for (int i = 0; i < kBranches; ++i) numbers.push_back(i);
  auto grow = [&](int number) { return flow.Call(kBranch, TextOf(absl::StrCat(name.value(), ".", number))); };
  auto growing = flow.ForEach(numbers, grow).Limit(6);
  const std::vector<Text> branches = co_await std::move(growing);
  co_await flow.Sleep(absl::Milliseconds(5));
  const Text second = co_await flow.Run("draw again", draw);
  std::string all;
  for (const Text& branch : branches) absl::StrAppend(&all, branch.value(), ";");
  const bool kept = first.value() < second.value() || first.value().size() < second.value().size();
  co_return TextOf(absl::StrCat(kept ? "" : "drawn in the wrong order: ", all));
}

Flow<Text> GrowBranch(FlowContext& flow, Text name) {
  std::vector<sdk::DurableCall<Text>> calls;
  for (int i = 0; i < kLeaves; ++i) calls.push_back(flow.Call(kLeaf, TextOf(absl::StrCat(name.value(), ".", i))));
  auto growing = flow.All(std::move(calls));
  const std::vector<Text> leaves = co_await std::move(growing);
  std::string all;
  for (const Text& leaf : leaves) absl::StrAppend(&all, leaf.value());
  co_return TextOf(absl::StrCat(name.value(), "=", all));
}

absl::StatusOr<Text> GrowLeaf(TaskContext& context, const Text& name) {
  if (name.value() == "oak.3.1" && context.failures() == 0) return sdk::Fail("WITHERED", "once", /*retryable=*/true);
  Done().Add(name.value());
  return TextOf(name.value().substr(name.value().rfind('.') + 1));
}

Flow<Text> AskAround(FlowContext& flow, Text question) {
  sdk::ExternalWait<Text> outside = co_await flow.External<Text>();
  flow.Info(outside.token());
  auto both = flow.All(flow.WaitSignal<Text>("word"), std::move(outside));
  const auto [word, answer] = co_await std::move(both);
  co_return TextOf(absl::StrCat(question.value(), " ", word.value(), " ", answer.value()));
}

class SdkFlowsTest : public ReplicaTest {
 protected:
  static constexpr absl::Duration kGrace = absl::Milliseconds(500);

  void SetUp() override { StartDeveloper(kGrace); }

  std::unique_ptr<sdk::Worker> StartWorker(const std::string& name) {
    auto worker = std::make_unique<sdk::Worker>(sdk::WorkerOptions{
        .server = replica_->address(), .name = name, .slots = 4, .park_after = absl::Milliseconds(1)});
    sdk::TaskOptions inner{.flow = false};
    inner.retry.initial = absl::Milliseconds(1);
    worker->ServeFlow("tree", GrowTree);
    worker->ServeFlow("ask", AskAround);
    worker->ServeFlow("branch", GrowBranch, inner);
    worker->Serve("leaf", GrowLeaf, inner);
    EXPECT_OK(worker->Start());
    return worker;
  }

  // The server process is replaced by another one on the same data and address.
  void RestartServer() {
    const std::string address = replica_->address();
    replica_.reset();
    auto started = cli::Replica::Start(
        {.grpc_address = address, .store = {.data_directory = directory_.path()}, .developer = true, .grace = kGrace});
    ASSERT_OK(started);
    replica_ = *std::move(started);
    orchestrator_ = v1::Orchestrator::NewStub(Connect());
    log_stream_ = v1::LogStream::NewStub(Connect());
  }

  v1::Execution Begin(const std::string& flow, const std::string& input) {
    v1::CreateExecutionRequest request;
    request.set_flow(flow);
    request.mutable_input()->PackFrom(TextOf(input));
    request.set_start(true);
    // The flow is known once its worker has attached.
    while (true) {
      Call call;
      v1::Execution execution;
      const grpc::Status status = orchestrator_->CreateExecution(&call, request, &execution);
      if (status.ok()) return execution;
      if (ReasonOf(status) != "FLOW_UNKNOWN") {
        ADD_FAILURE() << status.error_message();
        return execution;
      }
    }
  }

  // Reads the stream until `wanted` events of the kind have satisfied the predicate.
  template <typename Predicate>
  v1::Event AwaitEvents(const std::string& id, const std::string& kind, int wanted, Predicate predicate) {
    Call call("", std::chrono::seconds(60));
    v1::TailRequest request;
    request.set_execution_id(id);
    request.add_kinds(kind);
    const auto tail = log_stream_->Tail(&call, request);
    v1::Event event;
    while (tail->Read(&event)) {
      if (predicate(event) && --wanted <= 0) break;
    }
    EXPECT_LE(wanted, 0) << "the stream ended before";
    call.TryCancel();
    return event;
  }

  static std::string OutputOf(const v1::Execution& execution) {
    Text text;
    EXPECT_TRUE(execution.output().UnpackTo(&text));
    return text.value();
  }
};

TEST_F(SdkFlowsTest, ATreeOfThreeLevelsSurvivesServersAndWorkers) {
  std::vector<std::unique_ptr<sdk::Worker>> workers;
  workers.push_back(StartWorker("one"));
  workers.push_back(StartWorker("two"));
  const v1::Execution tree = Begin("tree", "oak");
  const auto completed = [](const v1::Event& event) { return event.child().state() == v1::Task::COMPLETED; };
  for (int round = 1; round <= 4; ++round) {
    AwaitEvents(tree.id(), "child", round * 20, completed);
    if (round % 2 == 1) {
      RestartServer();
    } else {
      workers[static_cast<size_t>(round / 2) - 1] = StartWorker(absl::StrCat("instead ", round));
    }
  }
  const v1::Execution ended = WaitForEnd(tree.id());
  ASSERT_EQ(ended.state(), v1::Execution::COMPLETED) << ended.failure().ShortDebugString();
  std::string expected;
  for (int branch = 0; branch < kBranches; ++branch) absl::StrAppend(&expected, "oak.", branch, "=0123;");
  EXPECT_EQ(OutputOf(ended), expected);
  EXPECT_EQ(Done().counts().size(), static_cast<size_t>(kBranches * kLeaves));
}

TEST_F(SdkFlowsTest, AParkedFlowIsWokenBySignalAndOutcomeFromOutside) {
  const auto worker = StartWorker("one");
  const v1::Execution asked = Begin("ask", "who?");
  const v1::Event told = AwaitEvents(asked.id(), "log", 1, [](const v1::Event& event) { return event.has_log(); });
  AwaitEvents(asked.id(), "child", 1,
              [](const v1::Event& event) { return event.child().state() == v1::Task::EXTERNAL; });
  RestartServer();
  Call signal_call;
  v1::SignalExecutionRequest signal;
  signal.set_id(asked.id());
  signal.set_name("word");
  signal.mutable_payload()->PackFrom(TextOf("the"));
  v1::SignalExecutionResponse signalled;
  ASSERT_THAT(orchestrator_->SignalExecution(&signal_call, signal, &signalled), Succeeds());
  Call complete_call;
  v1::CompleteTaskRequest complete;
  complete.set_token(told.log().message());
  complete.mutable_output()->PackFrom(TextOf("owl"));
  v1::CompleteTaskResponse completed;
  ASSERT_THAT(orchestrator_->CompleteTask(&complete_call, complete, &completed), Succeeds());
  EXPECT_EQ(OutputOf(WaitForEnd(asked.id())), "who? the owl");
}

}  // namespace
}  // namespace flowmesh::rpc
