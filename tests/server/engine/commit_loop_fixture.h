// A commit loop that the test turns by hand, over the real SQLite store on a memory file system.
#ifndef FLOWMESH_TESTS_SERVER_ENGINE_COMMIT_LOOP_FIXTURE_H_
#define FLOWMESH_TESTS_SERVER_ENGINE_COMMIT_LOOP_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/commit_loop.h"
#include "server/engine/event_hub.h"
#include "server/engine/final_waiters.h"
#include "tests/support/fake_session_channel.h"
#include "tests/support/faulty_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/row_builders.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::engine {

// What a reply said, and how often.
template <typename T>
struct Heard {
  int times = 0;
  std::optional<absl::StatusOr<T>> answer;

  bool ok() const { return answer.has_value() && answer->ok(); }
  absl::Status status() const { return answer.has_value() ? answer->status() : absl::UnknownError("no reply yet"); }
  const T& value() const { return **answer; }
};

class CommitLoopTest : public ::testing::Test {
 protected:
  static constexpr absl::Duration kGrace = absl::Seconds(10);

  struct WorkerSpec {
    std::string id = "w1";
    int slots = 1;
    int flows = 10;
    std::vector<AttemptKey> held;
    bool in_process = false;
    std::vector<std::string> types = {"poem"};
    std::function<void(store::FlowRow&)> rules;
    int32_t code_version = 1;
    std::vector<int32_t> last_records;  // per attempt held
  };

  struct Worker {
    uint64_t session = 0;
    std::shared_ptr<flowmesh::testing::FakeSessionChannel> channel;

    std::vector<AssignmentMessage> Assignments() const { return channel->Said<AssignmentMessage>(); }
    std::vector<AckMessage> Acks() const { return channel->Said<AckMessage>(); }
    std::vector<FencedMessage> Fenced() const { return channel->Said<FencedMessage>(); }
  };

  // Used by every Open.
  absl::Duration retention_ = absl::InfiniteDuration();
  bool shared_ = false;  // with others on the database
  absl::Duration heartbeat_ = absl::InfiniteDuration();

  void SetUp() override { Open(); }
  void TearDown() override { Close(); }

  // A new process on the same database.
  void Open();
  void Close();
  // The database that is open gets a new process beside the ones that it has.
  void OpenLoop();
  void Restart() {
    Close();
    Open();
  }

  // Turns the loop until there is nothing left to do now.
  void Run();
  void RunAfter(absl::Duration pause) {
    clock_.Advance(pause);
    Run();
  }

  // ---- clients; nothing happens before Run
  store::ExecutionRow NewRow(const std::string& owner = "ann") {
    return flowmesh::testing::NewExecutionRow(++executions_, owner);
  }
  std::shared_ptr<Heard<SubmitResult>> Submit(store::ExecutionRow row, bool start = true,
                                              std::optional<store::IdempotencyRow> key = std::nullopt);
  std::shared_ptr<Heard<store::ExecutionRow>> Start(const store::Id& id, const std::string& owner = "ann");
  std::shared_ptr<Heard<store::ExecutionRow>> Cancel(const store::Id& id, const std::string& owner = "ann");
  // The id of an execution that was submitted and committed.
  store::Id Submitted(const std::string& owner = "ann");

  // ---- workers; nothing happens before Run
  Worker Hello(const WorkerSpec& spec);
  // Hello and Run.
  Worker Attach(const WorkerSpec& spec);
  Worker Attach() { return Attach(WorkerSpec()); }
  void Detach(const Worker& worker, bool gone = false);
  // One frame with one entry; answers how often it was reported committed.
  std::shared_ptr<int> Say(const Worker& worker, const AttemptKey& attempt, int64_t number, EntryBody body);
  std::shared_ptr<int> Say(const Worker& worker, std::vector<Entry> entries);

  // ---- the database
  store::ExecutionRow Read(const store::Id& id);
  std::vector<flowmesh::testing::OwnedEvent> EventsOf(const store::Id& id);
  std::vector<store::ExecutionState> StatesOf(const store::Id& id) { return flowmesh::testing::StatesIn(EventsOf(id)); }
  // Rows that wait in the queue.
  int WaitingIn(const std::string& queue);

  flowmesh::testing::TemporaryDirectory directory_{flowmesh::testing::TemporaryDirectory::On::kMemory};
  flowmesh::testing::ManualClock clock_;
  base::Clock* database_clock_ = &clock_;  // another machine's, where a test wants it so
  flowmesh::testing::SeededRandom random_;
  std::shared_ptr<store::Store> database_;
  std::unique_ptr<flowmesh::testing::FaultyStore> store_;
  EventHub hub_;
  FinalWaiters waiters_;
  std::unique_ptr<Lanes> lanes_;
  std::unique_ptr<CommitLoop> loop_;
  std::vector<absl::Status> fatal_;
  uint64_t executions_ = 0;
  uint64_t sessions_ = 100;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_TESTS_SERVER_ENGINE_COMMIT_LOOP_FIXTURE_H_
