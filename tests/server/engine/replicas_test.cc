// Two replicas on one database: what one commits, the other's workers, tails and callers must hear; and one that stands
// still is replaced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/engine/limits.h"
#include "server/engine/replica_watch.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::IsOkAndHolds;
using store::ExecutionState;
using store::TaskKind;
using store::TaskState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kHeartbeat = absl::Seconds(2);
constexpr int kLooks = 8;

// The fixture's members are those of the replica that On() names.
class ReplicasTest : public CommitLoopTest {
 protected:
  ReplicasTest() {
    shared_ = true;
    heartbeat_ = kHeartbeat;
  }

  void SetUp() override {
    CommitLoopTest::SetUp();
    Watch();
    Swap();
    OpenLoop();
    Watch();
    Turn();
  }
  void TearDown() override {
    watch_.reset();
    Swap();
    watch_.reset();
    loop_.reset();
    lanes_.reset();
    store_.reset();
    Swap();
    Close();
  }

  enum Which { kA, kB };
  void On(Which which) {
    if (which != here_) Swap();
  }

  // Everything that is to be done now at both, including what one finds of the other's.
  void Turn() {
    for (int i = 0; i < 4; ++i) {
      Both([this] {
        Run();
        watch_->Step(clock_.Now());
        Run();
      });
    }
  }
  // Time passes at both in steps of a heartbeat.
  void Pass(absl::Duration time) {
    for (const absl::Time end = clock_.Now() + time; clock_.Now() < end;) {
      clock_.Advance(std::min(kHeartbeat, end - clock_.Now()));
      Turn();
    }
  }
  // Time passes at A alone: B stands still.
  void PassWithoutB(absl::Duration time) {
    On(kA);
    for (const absl::Time end = clock_.Now() + time; clock_.Now() < end;) {
      clock_.Advance(kHeartbeat);
      Run();
      watch_->Step(clock_.Now());
      Run();
    }
  }

  Worker Poet(const std::string& id = "poet") {
    return Attach({.id = id, .types = {"poem"}, .rules = [](store::FlowRow& row) { row.is_flow_kind = true; }});
  }
  Worker Verses(const std::string& id = "verses") {
    return Attach({.id = id, .types = {"verse"}, .rules = [](store::FlowRow& row) { row.output_type = "poem.Verse"; }});
  }
  static CallMade Call(const std::string& key) {
    return {.key = key, .kind = TaskKind::kCall, .type = "verse", .input = {.type = "poem.Theme", .bytes = "love"}};
  }
  // A flow at A has called what runs at B; A is in use.
  struct Across {
    Worker poet;    // at A
    Worker verses;  // at B
    store::Id id;
  };
  Across CalledAcross() {
    Across across;
    On(kB);
    across.verses = Verses();
    On(kA);
    across.poet = Poet();
    across.id = Submitted();
    Say(across.poet, Root(across.id), 1, Call("a"));
    Turn();
    return across;
  }
  static std::vector<RecordsMessage> News(const Worker& worker) { return worker.channel->Said<RecordsMessage>(); }
  static AttemptKey Root(const store::Id& id, int32_t attempt = 1) { return {{id, 0}, attempt}; }

  std::unique_ptr<ReplicaWatch> watch_;
  std::vector<store::FlowRow> flows_heard_;

 private:
  struct Elsewhere {
    std::unique_ptr<flowmesh::testing::FaultyStore> store;
    std::unique_ptr<Lanes> lanes;
    std::unique_ptr<CommitLoop> loop;
    std::unique_ptr<ReplicaWatch> watch;
  };

  void Watch() {
    watch_ = std::make_unique<ReplicaWatch>(
        ReplicaWatchOptions{.heartbeat = kHeartbeat,
                            .looks = kLooks,
                            .grace = kGrace,
                            .poll = absl::ZeroDuration(),
                            .on_flows = [this](const std::vector<store::FlowRow>& rows) { flows_heard_ = rows; }},
        ReplicaWatchTools{.store = store_.get(),
                          .clock = &clock_,
                          .random = &random_,
                          .lanes = lanes_.get(),
                          .hub = &hub_,
                          .waiters = &waiters_,
                          .loop = loop_.get()});
  }
  void Swap() {
    std::swap(store_, elsewhere_.store);
    std::swap(lanes_, elsewhere_.lanes);
    std::swap(loop_, elsewhere_.loop);
    std::swap(watch_, elsewhere_.watch);
    here_ = here_ == kA ? kB : kA;
  }
  template <typename Do>
  void Both(Do act) {
    act();
    Swap();
    act();
    Swap();
  }

  Elsewhere elsewhere_;
  Which here_ = kA;
};

TEST_F(ReplicasTest, AFlowHereHearsOfACallThatRanThere) {
  const auto [poet, verses, id] = CalledAcross();
  ASSERT_THAT(verses.Assignments(), SizeIs(1)) << "it waited in a queue that nobody serves at A";
  On(kB);
  Say(verses, {{id, 1}, 1}, 1, FinishedWith("roses", "poem.Verse"));
  Turn();
  ASSERT_THAT(News(poet), SizeIs(1));
  EXPECT_EQ(News(poet)[0].after, 0);
  EXPECT_EQ(News(poet)[0].records, 1);
  EXPECT_THAT(database_->HasMail(loop_->replica_id()), IsOkAndHolds(false));
}

TEST_F(ReplicasTest, RecordsOfBothReplicasReachTheFlowInOrder) {
  const auto [poet, verses, id] = CalledAcross();
  On(kB);
  Say(verses, {{id, 1}, 1}, 1, FinishedWith("roses", "poem.Verse"));
  Run();
  // Before A reads its mail it records a step of its own, which is the second record.
  On(kA);
  Say(poet, Root(id), 2, StepDone{.key = "s", .output = {.type = "poem.Word", .bytes = "w"}});
  Run();
  EXPECT_THAT(poet.channel->Said<RecordMessage>(), IsEmpty());
  ASSERT_THAT(News(poet), SizeIs(1));
  EXPECT_EQ(News(poet)[0].after, 0);
  EXPECT_EQ(News(poet)[0].records, 2);
  Turn();
  EXPECT_THAT(News(poet), SizeIs(1)) << "the mail says nothing new";
  Say(poet, Root(id), 3, StepDone{.key = "t", .output = {.type = "poem.Word", .bytes = "w"}});
  Run();
  ASSERT_THAT(poet.channel->Said<RecordMessage>(), SizeIs(1));
  EXPECT_EQ(poet.channel->Said<RecordMessage>()[0].number, 3);
}

TEST_F(ReplicasTest, AFlowThatParksBehindARecordFromThereIsSentItBeforeTheAck) {
  const auto [poet, verses, id] = CalledAcross();
  On(kB);
  Say(verses, {{id, 1}, 1}, 1, FinishedWith("roses", "poem.Verse"));
  Run();
  On(kA);
  poet.channel->Take();
  Say(poet, Root(id), 2, Parked{.last_record = 0});
  Run();
  const std::vector<SessionMessage> said = poet.channel->Take();
  ASSERT_THAT(said, SizeIs(2));
  EXPECT_TRUE(std::holds_alternative<RecordsMessage>(said[0]));
  EXPECT_TRUE(std::holds_alternative<AckMessage>(said[1]));
  EXPECT_EQ(Read(id).root.state, TaskState::kAssigned);
}

TEST_F(ReplicasTest, ACancelThereReachesTheWorkerHereAndItsGraceEndsIt) {
  On(kA);
  const Worker poet = Poet();
  const store::Id id = Submitted();
  On(kB);
  const auto cancelled = Cancel(id);
  Turn();
  EXPECT_TRUE(cancelled->ok());
  EXPECT_THAT(poet.channel->Said<CancelMessage>(), SizeIs(1));
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelling);
  Pass(kCancelGrace + kHeartbeat);
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelled);
  EXPECT_THAT(poet.Fenced(), SizeIs(1));
}

TEST_F(ReplicasTest, ADeadlineThatPassesThereFreesTheWorkerHere) {
  On(kA);
  const Worker poet = Attach({.id = "poet", .slots = 1});
  store::ExecutionRow row = NewRow();
  row.timeout = absl::Seconds(5);
  const store::Id first = row.id;
  Submit(std::move(row));
  Run();
  const store::Id second = Submitted();
  ASSERT_THAT(poet.Assignments(), SizeIs(1));
  clock_.Advance(absl::Seconds(6));
  On(kB);
  Run();
  ASSERT_EQ(Read(first).state, ExecutionState::kTimedOut) << "B looked first";
  Turn();
  ASSERT_THAT(poet.Fenced(), SizeIs(1));
  EXPECT_EQ(poet.Fenced()[0].attempt, Root(first));
  ASSERT_THAT(poet.Assignments(), SizeIs(2));
  EXPECT_EQ(poet.Assignments()[1].attempt, Root(second));
}

TEST_F(ReplicasTest, AWorkerMovesThereWithWhatItHas) {
  On(kA);
  const Worker before = Poet();
  const store::Id id = Submitted();
  Say(before, Root(id), 1, flowmesh::testing::Events({flowmesh::testing::LogLine("one")}));
  Run();
  Detach(before);
  Run();
  On(kB);
  const Worker after = Attach({.id = "poet", .held = {Root(id)}});
  const auto welcome = after.channel->Said<WelcomeMessage>();
  ASSERT_THAT(welcome, SizeIs(1));
  EXPECT_FALSE(welcome[0].held[0].fenced);
  EXPECT_EQ(welcome[0].held[0].acked, 1);
  Pass(kGrace + kHeartbeat);  // A gives the session up and finds nothing of it
  EXPECT_EQ(Read(id).root.attempt, 1);
  On(kB);
  Say(after, Root(id), 2, FinishedWith("poem"));
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
}

TEST_F(ReplicasTest, WhoStandsStillIsDeclaredDeadAndItsWorkGoesOn) {
  On(kB);
  const Worker lost = Attach({.id = "lost"});
  const store::Id id = Submitted();
  ASSERT_THAT(lost.Assignments(), SizeIs(1));
  On(kA);
  const Worker other = Attach({.id = "other"});
  Turn();
  PassWithoutB(kHeartbeat * (kLooks - 1));
  EXPECT_THAT(other.Assignments(), IsEmpty()) << "too early";
  PassWithoutB(kHeartbeat * 4);
  ASSERT_THAT(other.Assignments(), SizeIs(1));
  EXPECT_EQ(other.Assignments()[0].attempt, Root(id, 2));

  // It wakes up, with a result in its hands.
  On(kB);
  const auto committed = Say(lost, Root(id), 1, FinishedWith("zombie"));
  Run();
  EXPECT_EQ(*committed, 0);
  EXPECT_NE(lost.channel->closed(), "");
  EXPECT_EQ(Read(id).root.attempt, 2);
  EXPECT_FALSE(store::IsFinal(Read(id).state));
  // It is a replica again, under another id.
  const Worker again = Attach({.id = "lost", .held = {Root(id)}});
  ASSERT_THAT(again.channel->Said<WelcomeMessage>(), SizeIs(1));
  EXPECT_TRUE(again.channel->Said<WelcomeMessage>()[0].held[0].fenced);
  On(kA);
  Say(other, Root(id, 2), 1, FinishedWith("poem"));
  Turn();
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
}

TEST_F(ReplicasTest, WhileTheDatabaseIsAwayNobodyIsDead) {
  On(kB);
  const uint64_t b = loop_->replica_id();
  On(kA);
  for (int i = 0; i < 3 * kLooks; ++i) {
    clock_.Advance(kHeartbeat);
    store_->Next({Fault::kConflictAtBegin});
    loop_->Step(absl::ZeroDuration());
    watch_->Step(clock_.Now());
  }
  const auto replicas = database_->ReadReplicas();
  ASSERT_OK(replicas);
  int alive = 0;
  for (const store::ReplicaRow& replica : *replicas) alive += replica.alive && replica.replica_id == b ? 1 : 0;
  EXPECT_EQ(alive, 1) << "A could not have committed anything itself";
}

TEST_F(ReplicasTest, TailsAndCallersHereHearOfWhatHappensThere) {
  On(kA);
  const Worker poet = Poet();
  const store::Id id = Submitted();
  EventHub there;
  FinalWaiters callers;
  On(kB);
  ReplicaWatch watch({.heartbeat = kHeartbeat, .poll = absl::ZeroDuration()}, {.store = store_.get(),
                                                                               .clock = &clock_,
                                                                               .random = &random_,
                                                                               .lanes = lanes_.get(),
                                                                               .hub = &there,
                                                                               .waiters = &callers,
                                                                               .loop = loop_.get()});
  std::vector<int64_t> woken;
  const auto tail = there.Subscribe(id, [&](int64_t head) { woken.push_back(head); });
  std::vector<ExecutionState> ended;
  callers.Await(id, [&](const store::ExecutionRow& row) { ended.push_back(row.state); });
  watch.Step(clock_.Now());
  ASSERT_THAT(woken, ElementsAre(Read(id).event_head));
  watch.Step(clock_.Now());
  EXPECT_THAT(woken, SizeIs(1)) << "once for every head";
  EXPECT_THAT(ended, IsEmpty());
  On(kA);
  Say(poet, Root(id), 1, FinishedWith("poem"));
  Run();
  watch.Step(clock_.Now());
  EXPECT_THAT(woken, ElementsAre(::testing::_, Read(id).event_head));
  EXPECT_THAT(ended, ElementsAre(ExecutionState::kCompleted));
}

TEST_F(ReplicasTest, EachKnowsTheSessionsAndTheTaskTypesOfAll) {
  On(kA);
  const Worker poet = Poet();
  Pass(kHeartbeat);
  On(kB);
  const std::vector<SessionSummary> others = watch_->others();
  ASSERT_THAT(others, SizeIs(1));
  EXPECT_EQ(others[0].worker, "poet");
  EXPECT_TRUE(others[0].types.contains("poem"));
  ASSERT_THAT(flows_heard_, SizeIs(1));
  EXPECT_EQ(flows_heard_[0].name, "poem");
  On(kA);
  Detach(poet, /*gone=*/true);
  Pass(kHeartbeat);
  On(kB);
  EXPECT_THAT(watch_->others(), IsEmpty());
}

TEST_F(ReplicasTest, WhatADeadReplicaWasToldNobodyReads) {
  On(kB);
  const Worker lost = Attach({.id = "lost"});
  const store::Id id = Submitted();
  const uint64_t b = loop_->replica_id();
  PassWithoutB(kHeartbeat * (kLooks + 3));
  On(kA);
  Cancel(id);
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelled);
  EXPECT_THAT(database_->HasMail(b), IsOkAndHolds(false));
}

}  // namespace
}  // namespace flowmesh::engine
