#include "workers/sdk/flow_run.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/served_functions.h"

namespace flowmesh::sdk {
namespace {

Flow<std::string> WriteLine(FlowContext& flow, std::string word) {
  if (word == "orange") throw FlowFailure("NO_RHYME", "nothing rhymes with orange");
  flow.Output(word + "\n");
  co_return word;
}

Flow<Poem> WriteTwice(FlowContext& flow, WritePoem request) {
  flow.Info("begun");
  Flow<std::string> writing = WriteLine(flow, request.title());
  const std::string first = co_await std::move(writing);
  Flow<std::string> more = WriteLine(flow, request.description());
  const std::string second = co_await std::move(more);
  flow.Progress(100, "done");
  co_return PoemNamed(first + " " + second);
}

class FlowRunTest : public ::testing::Test {
 protected:
  FlowRunTest() : worker_(OptionsFor(server_)) {}

  std::shared_ptr<FakeAttach> Attach() {
    EXPECT_OK(worker_.Start());
    return server_.AcceptWorker(&hello_);
  }

  FakeOrchestrator server_;
  Worker worker_;
  v1::Hello hello_;
};

TEST_F(FlowRunTest, FlowsComposeAndTellInOrder) {
  worker_.ServeFlow("twice", WriteTwice);
  const auto stream = Attach();
  EXPECT_EQ(hello_.types(0).kind(), v1::TaskType::FLOW);
  WritePoem request = About("rain");
  request.set_description("again");
  stream->Assign(AttemptOf(1), "twice", request);
  std::string output;
  v1::WorkerEntry entry = stream->Next();
  for (; entry.has_events(); entry = stream->Next()) {
    for (const v1::Event& event : entry.events().events()) output += event.output().text();
  }
  EXPECT_EQ(output, "rain\nagain\n");
  EXPECT_EQ(TitleOf(entry), "rain again");
}

TEST_F(FlowRunTest, AFailureThrownDeepInsideEndsTheFlow) {
  worker_.ServeFlow("twice", WriteTwice);
  const auto stream = Attach();
  WritePoem request = About("lemon");
  request.set_description("orange");
  stream->Assign(AttemptOf(1), "twice", request);
  const v1::WorkerEntry entry = stream->Next(v1::WorkerEntry::kFailed);
  EXPECT_EQ(entry.failed().failure().reason(), "NO_RHYME");
  EXPECT_FALSE(entry.failed().failure().retryable());
}

TEST_F(FlowRunTest, AForeignExceptionAndABrokenInputAreFailures) {
  worker_.ServeFlow("throw", [](FlowContext&, WritePoem) -> Flow<Poem> {
    throw std::out_of_range("beyond the page");
    co_return Poem();
  });
  const auto stream = Attach();
  stream->Assign(AttemptOf(1), "throw", About("rain"));
  const v1::Failure thrown = stream->Next().failed().failure();
  EXPECT_EQ(thrown.reason(), "EXCEPTION");
  EXPECT_EQ(thrown.message(), "beyond the page");
  stream->Assign(AttemptOf(2), "throw", PoemNamed("no request"));
  EXPECT_EQ(stream->Next().failed().failure().reason(), "CONTRACT");
}

Flow<Poem> WaitForCancel(FlowContext& flow, WritePoem request, std::shared_ptr<int> alive) {
  flow.Info("waits");
  co_await flow.Cancelled();
  if (alive.use_count() == 0) co_return Poem();
  throw FlowFailure("CANCELLED", request.title());
}

TEST_F(FlowRunTest, WaitingFlowsHoldNoThreadAndAreCancelledOneByOne) {
  const auto alive = std::make_shared<int>();
  worker_.ServeFlow(
      "wait", [alive](FlowContext& flow, WritePoem request) { return WaitForCancel(flow, std::move(request), alive); });
  const auto stream = Attach();
  for (int execution = 1; execution <= 5; ++execution) {
    stream->Assign(AttemptOf(execution), "wait", About("rain"));
    EXPECT_TRUE(stream->Next().has_events());
  }
  for (int execution = 5; execution >= 1; --execution) {
    stream->Cancel(AttemptOf(execution));
    const v1::WorkerEntry entry = stream->Next();
    EXPECT_EQ(entry.attempt().execution_id(), AttemptOf(execution).execution_id());
    EXPECT_TRUE(entry.failed().cancelled());
  }
}

// Opens a gate when it is destroyed.
struct Farewell {
  explicit Farewell(Gate* opened) : gate(opened) {}
  Farewell(Farewell&& other) noexcept : gate(std::exchange(other.gate, nullptr)) {}
  ~Farewell() {
    if (gate != nullptr) gate->Open();
  }
  Gate* gate;
};

Flow<Poem> HoldFarewell(FlowContext& flow, Farewell farewell) {
  flow.Info("waits");
  co_await flow.Cancelled();
  co_return PoemNamed(farewell.gate == nullptr ? "" : "never");
}

TEST_F(FlowRunTest, AFencedFlowIsDestroyedWhereItWaits) {
  Gate gone;
  worker_.ServeFlow("hold", [&gone](FlowContext& flow, WritePoem) { return HoldFarewell(flow, Farewell(&gone)); });
  const auto stream = Attach();
  stream->Assign(AttemptOf(1), "hold", About("rain"));
  EXPECT_TRUE(stream->Next().has_events());
  stream->Fence(AttemptOf(1));
  gone.Pass();
  EXPECT_EQ(stream->unread(), 0);
}

TEST_F(FlowRunTest, AWaitingFlowIsGivenBackAndDestroyedByStop) {
  Gate gone;
  WorkerOptions options = OptionsFor(server_);
  options.drain_timeout = absl::ZeroDuration();
  Worker worker(options);
  worker.ServeFlow("hold", [&gone](FlowContext& flow, WritePoem) { return HoldFarewell(flow, Farewell(&gone)); });
  ASSERT_OK(worker.Start());
  const auto stream = server_.AcceptWorker();
  stream->Assign(AttemptOf(1), "hold", About("rain"));
  EXPECT_TRUE(stream->Next().has_events());
  std::thread stopper([&] { worker.Stop(); });
  const v1::WorkerEntry entry = stream->Next(v1::WorkerEntry::kFailed);
  EXPECT_TRUE(entry.failed().returned());
  stopper.join();
  gone.Pass();
}

}  // namespace
}  // namespace flowmesh::sdk
