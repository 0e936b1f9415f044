// The engine with its threads, end to end.
#include "server/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/faulty_store.h"
#include "tests/support/row_builders.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Events;
using flowmesh::testing::Fault;
using flowmesh::testing::FaultyStore;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::LogLine;
using flowmesh::testing::NewExecutionRow;
using flowmesh::testing::OwnedEvent;
using flowmesh::testing::StatusIs;
using flowmesh::testing::TemporaryDirectory;
using flowmesh::testing::Unpacked;
using store::ExecutionState;
using ::testing::ElementsAre;

constexpr absl::Duration kPatience = absl::Minutes(2);  // only a broken engine makes a test wait so long

// Counts up from any thread; Await returns once the count is there.
class Counter {
 public:
  void Add() {
    base::MutexLock lock(mutex_);
    ++count_;
    changed_.NotifyAll();
  }
  bool Await(int count) {
    base::MutexLock lock(mutex_);
    const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(kPatience);
    while (count_ < count) {
      if (!changed_.WaitUntil(lock, deadline)) return false;
    }
    return true;
  }
  int count() {
    base::MutexLock lock(mutex_);
    return count_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// A worker that answers every assignment at once with a log line and a result, in one frame.
class EchoWorker : public SessionChannel {
 public:
  EchoWorker(Engine* engine, uint64_t session) : engine_(engine), session_(session) {}

  void Send(std::vector<SessionMessage> messages) override {
    FrameCommand frame{.session = session_};
    for (const SessionMessage& message : messages) {
      if (std::holds_alternative<WelcomeMessage>(message)) welcomed_.Add();
      if (std::holds_alternative<AckMessage>(message)) acks_.Add();
      const auto* assignment = std::get_if<AssignmentMessage>(&message);
      if (assignment == nullptr) continue;
      frame.entries.push_back(
          {assignment->attempt, session_, 1, Events({LogLine("working"), LogLine("still working")})});
      frame.entries.push_back({assignment->attempt, session_, 2, FinishedWith(assignment->input.bytes)});
    }
    if (!frame.entries.empty()) engine_->Deliver(std::move(frame));
  }
  void Close(const std::string&) override {}

  Counter& welcomed() { return welcomed_; }
  Counter& acks() { return acks_; }

 private:
  Engine* const engine_;
  const uint64_t session_;
  Counter welcomed_;
  Counter acks_;
};

class EngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::SqliteStore::Open({.directory = directory_.path(), .clock = &clock_});
    ASSERT_OK(opened);
    store_ = std::make_unique<FaultyStore>(std::shared_ptr<store::Store>(*std::move(opened)));
    engine_ = std::make_unique<Engine>(EngineOptions{.on_fatal = [this](const absl::Status&) { fatal_.Add(); }},
                                       store_.get(), &clock_, &random_);
    ASSERT_OK(engine_->Start());
  }
  void TearDown() override { engine_.reset(); }

  std::shared_ptr<EchoWorker> Attach(int slots) {
    const uint64_t session = engine_->NewSessionId(/*in_process=*/false);
    auto worker = std::make_shared<EchoWorker>(engine_.get(), session);
    HelloCommand hello{.session = session, .worker = "echo", .worker_id = std::to_string(session), .slots = slots};
    hello.types.push_back({.row = {.name = "poem", .output_type = "poem.Poem"}, .store_row = true});
    hello.channel = worker;
    engine_->Tell(std::move(hello));
    return worker;
  }

  void Submit(uint64_t n, std::function<void(absl::StatusOr<SubmitResult>)> reply) {
    SubmitCommand command{.row = NewExecutionRow(n), .start = true};
    command.row.root.input.bytes = "input of " + std::to_string(n);
    command.reply = std::move(reply);
    engine_->Submit(std::move(command));
  }

  TemporaryDirectory directory_{TemporaryDirectory::On::kMemory};
  base::SystemClock clock_;
  flowmesh::testing::SeededRandom random_;
  std::unique_ptr<FaultyStore> store_;
  Counter fatal_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineTest, AThousandExecutionsFromManyThreadsCompleteAndEachReplyComesOnce) {
  constexpr int kThreads = 4;
  constexpr int kEach = 250;
  constexpr int kAll = kThreads * kEach;
  const auto one = Attach(64);
  const auto other = Attach(64);
  std::vector<std::atomic<int>> replies(kAll + 1);
  std::vector<std::atomic<int>> finals(kAll + 1);
  Counter done;
  std::vector<std::thread> clients;
  for (int thread = 0; thread < kThreads; ++thread) {
    clients.emplace_back([&, thread] {
      for (int i = 1; i <= kEach; ++i) {
        const int n = thread * kEach + i;
        Submit(static_cast<uint64_t>(n), [&, n](absl::StatusOr<SubmitResult> result) {
          EXPECT_OK(result);
          ++replies[n];
          engine_->waiters().Await(NewExecutionRow(static_cast<uint64_t>(n)).id,
                                   [&, n](const store::ExecutionRow& row) {
                                     EXPECT_EQ(row.state, ExecutionState::kCompleted);
                                     EXPECT_EQ(row.root.output.bytes, "input of " + std::to_string(n));
                                     ++finals[n];
                                     done.Add();
                                   });
        });
      }
    });
  }
  for (std::thread& client : clients) client.join();
  ASSERT_TRUE(done.Await(kAll));
  engine_->Stop();

  for (int n = 1; n <= kAll; ++n) {
    EXPECT_EQ(replies[n], 1) << n;
    EXPECT_EQ(finals[n], 1) << n;
    const auto chunks = store_->ReadEvents(NewExecutionRow(static_cast<uint64_t>(n)).id, 0, 1 << 20);
    ASSERT_OK(chunks);
    const std::vector<OwnedEvent> events = Unpacked(*chunks);
    ASSERT_EQ(events.size(), 6u) << n;
    for (size_t i = 0; i < events.size(); ++i) ASSERT_EQ(events[i].seq, static_cast<int64_t>(i) + 1) << n;
    EXPECT_THAT(flowmesh::testing::StatesIn(events), ElementsAre(ExecutionState::kCreated, ExecutionState::kQueued,
                                                                 ExecutionState::kRunning, ExecutionState::kCompleted));
    EXPECT_EQ(events.back().kind, EventKind::kState);
  }
}

TEST_F(EngineTest, AWatcherIsWokenUpToTheTerminalEvent) {
  const store::Id id = NewExecutionRow(1).id;
  std::promise<void> ended;
  const auto subscription = engine_->hub().Subscribe(id, [&](int64_t head) {
    if (head == 6) ended.set_value();
  });
  const auto worker = Attach(1);
  Submit(1, [](const absl::StatusOr<SubmitResult>& result) { EXPECT_OK(result); });
  EXPECT_EQ(ended.get_future().wait_for(absl::ToChronoNanoseconds(kPatience)), std::future_status::ready);
}

TEST_F(EngineTest, StopCommitsWhatWasAcceptedAndAnswersItAll) {
  constexpr int kCount = 500;
  std::atomic<int> accepted = 0;
  std::atomic<int> refused = 0;
  for (int n = 1; n <= kCount; ++n) {
    Submit(static_cast<uint64_t>(n),
           [&](const absl::StatusOr<SubmitResult>& result) { ++(result.ok() ? accepted : refused); });
  }
  engine_->Stop();
  EXPECT_EQ(accepted, kCount);
  EXPECT_EQ(refused, 0);
  const auto row = store_->ReadExecution(NewExecutionRow(kCount).id);
  ASSERT_OK(row);
  EXPECT_TRUE(row->has_value());
}

TEST_F(EngineTest, AfterStopEveryCallIsRefusedAndAsksToBeRepeatedElsewhere) {
  engine_->Stop();
  engine_->Stop();
  std::vector<absl::Status> refused;
  Submit(1, [&](const absl::StatusOr<SubmitResult>& result) { refused.push_back(result.status()); });
  std::vector<SubmitCommand> commands;
  for (uint64_t n = 2; n <= 3; ++n) {
    commands.push_back({.row = NewExecutionRow(n)});
    commands.back().reply = [&](const absl::StatusOr<SubmitResult>& result) { refused.push_back(result.status()); };
  }
  engine_->SubmitAll(std::move(commands));
  engine_->Start({.id = NewExecutionRow(1).id,
                  .reply = [&](const absl::StatusOr<store::ExecutionRow>& row) { refused.push_back(row.status()); }});
  engine_->Cancel({.id = NewExecutionRow(1).id,
                   .reply = [&](const absl::StatusOr<store::ExecutionRow>& row) { refused.push_back(row.status()); }});
  ASSERT_EQ(refused.size(), 5u);
  for (const absl::Status& status : refused) EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(engine_->Inspect([](const CommitLoop&) { FAIL() << "a stopped engine ran it"; }));
}

TEST_F(EngineTest, AnInspectionSeesTheSessions) {
  const auto worker = Attach(3);
  ASSERT_TRUE(worker->welcomed().Await(1));
  std::promise<int> slots;
  ASSERT_TRUE(engine_->Inspect([&](const CommitLoop& loop) {
    slots.set_value(loop.sessions().all().empty() ? -1 : loop.sessions().all().begin()->second->slots);
  }));
  EXPECT_EQ(slots.get_future().get(), 3);
}

TEST_F(EngineTest, AGroupOfSubmitsIsAnsweredOneByOne) {
  std::vector<SubmitCommand> commands;
  Counter replies;
  for (uint64_t n = 1; n <= 100; ++n) {
    commands.push_back({.row = NewExecutionRow(n)});
    commands.back().reply = [&, id = NewExecutionRow(n).id](absl::StatusOr<SubmitResult> result) {
      EXPECT_OK(result);
      EXPECT_EQ(result->row.id, id);
      replies.Add();
    };
  }
  engine_->SubmitAll(std::move(commands));
  EXPECT_TRUE(replies.Await(100));
  engine_->Stop();
  EXPECT_EQ(replies.count(), 100);
}

TEST_F(EngineTest, AfterAFatalErrorEveryCallerIsRefusedAndTheProcessIsToldOnce) {
  constexpr int kCount = 200;
  Counter replies;
  std::atomic<int> accepted = 0;
  store_->Next({Fault::kNone, Fault::kLostBeforeCommit});
  for (uint64_t n = 1; n <= kCount; ++n) {
    Submit(n, [&](const absl::StatusOr<SubmitResult>& result) {
      if (result.ok()) ++accepted;
      replies.Add();
    });
  }
  Submit(kCount + 1, [&](const absl::StatusOr<SubmitResult>&) { replies.Add(); });
  engine_->Stop();
  EXPECT_EQ(replies.count(), kCount + 1);
  EXPECT_LE(fatal_.count(), 1);
  EXPECT_EQ(fatal_.count() == 1, store_->lost());
}

TEST_F(EngineTest, SessionIdsSayWhetherTheWorkerLivesInThisProcess) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(IsInProcess(engine_->NewSessionId(true)));
    EXPECT_FALSE(IsInProcess(engine_->NewSessionId(false)));
  }
}

}  // namespace
}  // namespace flowmesh::engine
