#include "workers/sdk/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "google/protobuf/descriptor.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/served_functions.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

absl::StatusOr<Poem> Echo(TaskContext& /*context*/, const WritePoem& request) { return PoemNamed(request.title()); }

TEST(WorkerTest, HelloSaysWhatItServes) {
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", Echo,
               {.retry = {.max_failures = 5, .initial = absl::Milliseconds(1500)},
                .attempt_timeout = absl::Seconds(90),
                .code_version = 4});
  worker.Serve("rhyme", Echo, {.flow = false});
  ASSERT_OK(worker.Start());
  v1::Hello hello;
  const auto stream = server.AcceptWorker(&hello);
  EXPECT_EQ(stream->authorization(), "Bearer secret");
  EXPECT_EQ(hello.worker(), "poet");
  EXPECT_EQ(hello.worker_id().size(), 32u);
  EXPECT_EQ(hello.version(), "7");
  EXPECT_EQ(hello.capacity().slots(), 2);
  EXPECT_EQ(hello.capacity().flows(), 5);
  EXPECT_EQ(hello.held_size(), 0);
  ASSERT_EQ(hello.types_size(), 2);
  const v1::TaskType& poem = hello.types(0);
  EXPECT_EQ(poem.name(), "poem");
  EXPECT_EQ(poem.kind(), v1::TaskType::FUNCTION);
  EXPECT_EQ(poem.input_type(), "flowmesh.poem.v1.WritePoem");
  EXPECT_EQ(poem.output_type(), "flowmesh.poem.v1.Poem");
  EXPECT_EQ(poem.retry().max_failures(), 5);
  EXPECT_EQ(poem.retry().initial().seconds(), 1);
  EXPECT_EQ(poem.retry().initial().nanos(), 500'000'000);
  EXPECT_EQ(poem.attempt_timeout().seconds(), 90);
  EXPECT_EQ(poem.code_version(), 4);
  EXPECT_TRUE(poem.flow());
  EXPECT_FALSE(hello.types(1).flow());
  EXPECT_FALSE(hello.types(1).has_attempt_timeout());
}

TEST(WorkerTest, ATaskIsRunAndItsResultSent) {
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", Echo);
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  const v1::WorkerEntry entry = stream->Next();
  EXPECT_EQ(entry.number(), 1);
  EXPECT_EQ(entry.attempt().execution_id(), AttemptOf(1).execution_id());
  EXPECT_EQ(TitleOf(entry), "rain");
}

TEST(WorkerTest, EventsAreNumberedAndGatherWhileAFrameIsUnderWay) {
  constexpr int kLines = 5000;
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", [](TaskContext& context, const WritePoem& request) -> absl::StatusOr<Poem> {
    for (int i = 0; i < kLines; ++i) context.Info(std::to_string(i));
    return PoemNamed(request.title());
  });
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  int lines = 0;
  int64_t number = 0;
  while (true) {
    const v1::WorkerEntry entry = stream->Next();
    ASSERT_EQ(entry.number(), ++number);
    stream->Ack(AttemptOf(1), number);
    if (entry.has_finished()) break;
    ASSERT_LE(entry.events().events_size(), 1000);
    for (const v1::Event& event : entry.events().events()) EXPECT_EQ(event.log().message(), std::to_string(lines++));
  }
  EXPECT_EQ(lines, kLines);
  EXPECT_LT(number, kLines / 4);
}

TEST(WorkerTest, AFailureKeepsItsReason) {
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", [](TaskContext&, const WritePoem& request) -> absl::StatusOr<Poem> {
    if (request.title() == "own") return Fail("NO_RHYME", "nothing rhymes with orange", true);
    if (request.title() == "throw") throw std::runtime_error("out of ink");
    if (request.title() == "large") return PoemNamed(std::string(2 << 20, 'x'));
    return absl::NotFoundError("no muse");
  });
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  const auto failure_of = [&](int execution, const google::protobuf::Message& input) {
    stream->Assign(AttemptOf(execution), "poem", input);
    const v1::WorkerEntry entry = stream->Next();
    EXPECT_TRUE(entry.has_failed());
    return entry.failed().failure();
  };
  const v1::Failure own = failure_of(1, About("own"));
  EXPECT_EQ(own.reason(), "NO_RHYME");
  EXPECT_EQ(own.message(), "nothing rhymes with orange");
  EXPECT_TRUE(own.retryable());
  const v1::Failure thrown = failure_of(2, About("throw"));
  EXPECT_EQ(thrown.reason(), "EXCEPTION");
  EXPECT_EQ(thrown.message(), "out of ink");
  EXPECT_TRUE(thrown.retryable());
  const v1::Failure large = failure_of(3, About("large"));
  EXPECT_EQ(large.reason(), "LIMIT");
  EXPECT_FALSE(large.retryable());
  const v1::Failure missing = failure_of(4, About("missing"));
  EXPECT_EQ(missing.reason(), "NOT_FOUND");
  EXPECT_FALSE(missing.retryable());
  const v1::Failure contract = failure_of(5, PoemNamed("another message"));
  EXPECT_EQ(contract.reason(), "CONTRACT");
  EXPECT_FALSE(contract.retryable());
}

TEST(WorkerTest, AFunctionMayLeaveItsResultToSomebodyOutside) {
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  std::string token;
  worker.Serve("poem", [&](TaskContext& context, const WritePoem&) -> absl::StatusOr<Poem> {
    token = NewExternalToken();
    context.Output("asked");
    return ExternalOutcome(token, absl::Minutes(15));
  });
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  EXPECT_TRUE(stream->Next().has_events());
  const v1::ExternalCall external = stream->Next().finished().external();
  EXPECT_EQ(external.token(), token);
  EXPECT_EQ(token.size(), 43u);
  EXPECT_EQ(external.timeout().seconds(), 900);
  EXPECT_EQ(external.output_type(), "flowmesh.poem.v1.Poem");
}

constexpr TaskType<WritePoem, Poem> kPoem{"poem"};
constexpr TaskType<WritePoem, Poem> kLong{"long-poem"};

TEST(WorkerTest, HandlesNameWhatIsServed) {
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve(kPoem, Echo);
  worker.ServeFlow(
      kLong, [](FlowContext& flow, WritePoem request) -> Flow<Poem> { co_return co_await flow.Call(kPoem, request); });
  ASSERT_OK(worker.Start());
  v1::Hello hello;
  const auto stream = server.AcceptWorker(&hello);
  ASSERT_EQ(hello.types_size(), 2);
  EXPECT_EQ(hello.types(0).name(), "long-poem");
  EXPECT_EQ(hello.types(0).kind(), v1::TaskType::FLOW);
  EXPECT_EQ(hello.types(1).name(), "poem");
}

TEST(WorkerTest, ATypeThatIsNotServedFails) {
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", Echo);
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "novel", About("rain"));
  EXPECT_EQ(stream->Next().failed().failure().reason(), "TYPE_UNKNOWN");
}

TEST(WorkerTest, ACancelledFunctionSaysThatItStopped) {
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", [](TaskContext& context, const WritePoem&) -> absl::StatusOr<Poem> {
    context.Info("begun");
    context.WaitCancelled(absl::InfiniteDuration());
    return absl::CancelledError("stopped");
  });
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  stream->Next(v1::WorkerEntry::kEvents);
  stream->Cancel(AttemptOf(1));
  const v1::WorkerEntry cancelled = stream->Next();
  EXPECT_TRUE(cancelled.failed().cancelled());
  EXPECT_EQ(cancelled.failed().failure().reason(), "CANCELLED");

  stream->Assign(AttemptOf(2), "poem", About("rain"));
  stream->Next(v1::WorkerEntry::kEvents);
  stream->Cancel(AttemptOf(2), "TIMEOUT");
  const v1::WorkerEntry late = stream->Next();
  EXPECT_FALSE(late.failed().cancelled());
  EXPECT_EQ(late.failed().failure().reason(), "TIMEOUT");
  EXPECT_TRUE(late.failed().failure().retryable());
}

TEST(WorkerTest, WorkThatIsCancelledBeforeItBeganNeverBegins) {
  Gate first_may_end;
  FakeOrchestrator server;
  WorkerOptions options = OptionsFor(server);
  options.slots = 1;
  Worker worker(options);
  worker.Serve("poem", [&](TaskContext& context, const WritePoem& request) -> absl::StatusOr<Poem> {
    context.Info(request.title());
    first_may_end.Pass();
    return PoemNamed(request.title());
  });
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("first"));
  stream->Next(v1::WorkerEntry::kEvents);
  stream->Assign(AttemptOf(2), "poem", About("second"));
  stream->Cancel(AttemptOf(2));
  // Entries are handled in order: a refused type answers after the cancel was heard.
  stream->Assign(AttemptOf(3), "novel", About("third"));
  EXPECT_EQ(stream->Next().failed().failure().reason(), "TYPE_UNKNOWN");
  first_may_end.Open();
  EXPECT_EQ(TitleOf(stream->Next()), "first");
  EXPECT_TRUE(stream->Next().failed().cancelled());
}

TEST(WorkerTest, AFencedFunctionGoesSilent) {
  Gate fenced;
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", [&](TaskContext& context, const WritePoem& request) -> absl::StatusOr<Poem> {
    if (request.title() != "zombie") return PoemNamed(request.title());
    context.Info("begun");
    context.WaitCancelled(absl::InfiniteDuration());
    for (int i = 0; i < 100'000; ++i) context.Info("I am still here");
    fenced.Open();
    return PoemNamed("too late");
  });
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("zombie"));
  stream->Next(v1::WorkerEntry::kEvents);
  stream->Fence(AttemptOf(1));
  fenced.Pass();
  stream->Assign(AttemptOf(2), "poem", About("rain"));
  EXPECT_EQ(TitleOf(stream->Next()), "rain");  // and nothing of the fenced attempt before it
}

TEST(WorkerTest, AFunctionWaitsWhileTooMuchIsNotCommitted) {
  Gate blocked;
  WorkerOptions options{.name = "poet", .slots = 1};
  FakeOrchestrator server;
  options.server = server.address();
  options.outbox.max_entries = 2;
  options.outbox.max_batch_events = 1;
  options.drain_timeout = absl::ZeroDuration();
  Worker worker(options);
  worker.Serve("poem", [&](TaskContext& context, const WritePoem&) -> absl::StatusOr<Poem> {
    for (int i = 0; i < 10; ++i) {
      if (i == 2) blocked.Open();
      context.Output("x");
    }
    return PoemNamed("done");
  });
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  blocked.Pass();
  for (int number = 1; number <= 10; ++number) {
    EXPECT_EQ(stream->Next().number(), number);
    // One more may be under way between the look for room and the append.
    EXPECT_LE(stream->unread(), 2);
    stream->Ack(AttemptOf(1), number);
  }
  EXPECT_EQ(TitleOf(stream->Next()), "done");
}

TEST(WorkerTest, StopLetsRunningWorkEndAndSendsItsResult) {
  Gate begun;
  Gate drained;
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", [&](TaskContext&, const WritePoem& request) -> absl::StatusOr<Poem> {
    begun.Open();
    drained.Pass();
    return PoemNamed(request.title());
  });
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  begun.Pass();
  std::thread stopper([&] { worker.Stop(); });
  EXPECT_TRUE(stream->Next().has_drain());
  stream->Assign(AttemptOf(2), "poem", About("crossed the drain"));
  const v1::WorkerEntry returned = stream->Next();
  EXPECT_TRUE(returned.failed().returned());
  drained.Open();
  const v1::WorkerEntry finished = stream->Next();
  EXPECT_EQ(TitleOf(finished), "rain");
  stream->WaitForClose();
  stopper.join();
  worker.Stop();
}

TEST(WorkerTest, StopGivesBackWhatDoesNotEndInTime) {
  FakeOrchestrator server;
  WorkerOptions options = OptionsFor(server);
  options.drain_timeout = absl::ZeroDuration();
  Worker worker(options);
  worker.Serve("poem", [](TaskContext& context, const WritePoem&) -> absl::StatusOr<Poem> {
    context.Info("begun");
    context.WaitCancelled(absl::InfiniteDuration());
    return PoemNamed("too late");
  });
  ASSERT_OK(worker.Start());
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  stream->Next(v1::WorkerEntry::kEvents);
  std::thread stopper([&] { worker.Stop(); });
  const v1::WorkerEntry entry = stream->Next(v1::WorkerEntry::kFailed);
  EXPECT_TRUE(entry.failed().returned());
  EXPECT_EQ(entry.number(), 2);
  stream->WaitForClose();
  EXPECT_EQ(stream->unread(), 0);
  stopper.join();
}

TEST(WorkerTest, StartAndStopMayBeRepeated) {
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", Echo);
  worker.Stop();
  for (int round = 0; round < 2; ++round) {
    ASSERT_OK(worker.Start());
    ASSERT_OK(worker.Start());
    const auto stream = server.AcceptWorker();
    worker.Stop();
    worker.Stop();
    stream->WaitForClose();
  }
  EXPECT_OK(worker.Wait());
}

TEST(WorkerTest, ARefusalEndsTheWorker) {
  FakeOrchestrator server;
  server.Refuse(grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "the role worker is missing"));
  Worker worker(OptionsFor(server));
  worker.Serve("poem", Echo);
  ASSERT_OK(worker.Start());
  EXPECT_THAT(worker.Wait(), StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("role worker")));
  worker.Stop();
  EXPECT_EQ(worker.Run(), 1);
}

TEST(WorkerTest, RunEndsOrderlyOnSigterm) {
  FakeOrchestrator server;
  Worker worker(OptionsFor(server));
  worker.Serve("poem", Echo);
  int code = -1;
  std::thread program([&] { code = worker.Run(); });
  const auto stream = server.AcceptWorker();
  stream->Assign(AttemptOf(1), "poem", About("rain"));
  EXPECT_TRUE(stream->Next().has_finished());
  kill(getpid(), SIGTERM);
  EXPECT_TRUE(stream->Next().has_drain());
  stream->WaitForClose();
  program.join();
  EXPECT_EQ(code, 0);
}

TEST(WorkerTest, UnacceptableTypesAreNamedByStart) {
  Worker nameless({.slots = 1});
  nameless.Serve("Poem of the day", Echo);
  EXPECT_THAT(nameless.Start(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Poem of the day")));
  Worker twice({.slots = 1});
  twice.Serve("poem", Echo);
  twice.Serve("poem", Echo);
  EXPECT_THAT(twice.Start(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("served twice")));
  Worker idle({.slots = 1});
  EXPECT_THAT(idle.Start(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("serves nothing")));
}

}  // namespace
}  // namespace flowmesh::sdk
