// Flows that call, step, sleep, wait and park, through the commit loop and a real store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "server/engine/limits.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::StatusIs;
using store::ExecutionState;
using store::TaskKind;
using store::TaskState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const store::Payload kVerse{.type = "poem.Verse", .bytes = "roses"};
const store::Payload kPoem{.type = "poem.Poem", .bytes = "done"};

CallMade Call(const std::string& key, const std::string& type = "verse") {
  return {.key = key, .kind = TaskKind::kCall, .type = type, .input = {.type = "poem.Theme", .bytes = "love"}};
}
CallMade Sleep(const std::string& key, absl::Duration delay) {
  return {.key = key, .kind = TaskKind::kSleep, .delay = delay};
}
CallMade Await(const std::string& key, const std::string& signal) {
  return {.key = key, .kind = TaskKind::kSignal, .type = signal};
}
CallMade External(const std::string& key, const std::string& token) {
  return {.key = key, .kind = TaskKind::kExternal, .type = "poem.Verse", .token_digest = token};
}

// The flow `poem` calls the function `verse`; one worker serves each.
class DurableCallsTest : public CommitLoopTest {
 protected:
  static WorkerSpec PoetSpec(const std::string& id = "poet") {
    return {.id = id, .types = {"poem"}, .rules = [](store::FlowRow& row) { row.is_flow_kind = true; }};
  }
  static WorkerSpec VerseSpec(const std::string& id = "verses", int slots = 1) {
    return {.id = id, .slots = slots, .types = {"verse"}, .rules = [](store::FlowRow& row) {
              row.output_type = "poem.Verse";
              row.retry_initial = absl::Seconds(1);
            }};
  }

  // An execution whose root flow runs at `poet` as attempt 1.
  store::Id Begun(const Worker& poet) {
    const store::Id id = Submitted();
    EXPECT_THAT(poet.Assignments(), ::testing::Not(IsEmpty()));
    return id;
  }

  void Tell(const Worker& worker, const AttemptKey& attempt, int64_t number, EntryBody body) {
    Say(worker, attempt, number, std::move(body));
    Run();
  }

  std::vector<store::TaskRow> Children(const store::Id& id) { return *database_->ListTasks(id, 0, 1000); }
  std::vector<TaskState> ChildStates(const store::Id& id) {
    std::vector<TaskState> states;
    for (const store::TaskRow& task : Children(id)) states.push_back(task.state);
    return states;
  }

  static std::vector<RecordMessage> Records(const Worker& worker) { return worker.channel->Said<RecordMessage>(); }

  absl::Status Signal(const store::Id& id, const std::string& name, const std::string& bytes,
                      std::optional<store::IdempotencyRow> key = std::nullopt) {
    absl::Status answer = absl::UnknownError("no reply");
    EXPECT_TRUE(lanes_->OfferClient(SignalCommand{.id = id,
                                                  .owner = "ann",
                                                  .name = name,
                                                  .payload = {.type = "poem.Word", .bytes = bytes},
                                                  .key = std::move(key),
                                                  .reply = [&](const absl::Status& status) { answer = status; }},
                                    0));
    Run();
    return answer;
  }

  absl::Status Complete(const std::string& token, Outcome outcome) {
    absl::Status answer = absl::UnknownError("no reply");
    EXPECT_TRUE(lanes_->OfferClient(CompleteTaskCommand{.token_digest = token,
                                                        .outcome = std::move(outcome),
                                                        .reply = [&](const absl::Status& status) { answer = status; }},
                                    0));
    Run();
    return answer;
  }

  AttemptKey Root(const store::Id& id, int32_t attempt = 1) { return {{id, 0}, attempt}; }
  AttemptKey Child(const store::Id& id, int32_t task, int32_t attempt = 1) { return {{id, task}, attempt}; }
};

TEST_F(DurableCallsTest, ACallHasThePriorityOfItsCallerUnlessItHasItsOwn) {
  const Worker poet = Attach(PoetSpec());
  store::ExecutionRow row = NewRow();
  row.root.priority = 2;
  Submit(row);
  Run();
  CallMade first = Call("own");
  first.priority = 7;
  CallMade last = Call("before all");
  last.priority = 0;
  Tell(poet, {{row.id, 0}, 1}, 1, first);
  Tell(poet, {{row.id, 0}, 1}, 2, Call("as the flow"));
  Tell(poet, {{row.id, 0}, 1}, 3, last);
  std::vector<int32_t> priorities;
  for (const store::TaskRow& task : Children(row.id)) priorities.push_back(task.priority);
  EXPECT_THAT(priorities, ElementsAre(7, 2, 0));

  const Worker verses = Attach(VerseSpec());
  for (const int32_t expected : {3, 2, 1}) {
    const AttemptKey attempt = verses.Assignments().back().attempt;
    EXPECT_EQ(attempt.task.task, expected);
    Tell(verses, attempt, 1, Finished{.output = kVerse});
  }
}

TEST_F(DurableCallsTest, ACallRunsElsewhereAndItsResultBecomesTheFirstRecord) {
  const Worker poet = Attach(PoetSpec());
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  ASSERT_THAT(verses.Assignments(), SizeIs(1));
  const AssignmentMessage assigned = verses.Assignments()[0];
  EXPECT_EQ(assigned.attempt, Child(id, 1));
  EXPECT_EQ(assigned.type, "verse");
  EXPECT_EQ(assigned.input.bytes, "love");
  EXPECT_NE(assigned.idempotency_key, poet.Assignments()[0].idempotency_key);

  Tell(verses, Child(id, 1), 1, Finished{.output = kVerse});
  ASSERT_THAT(Records(poet), SizeIs(1));
  const RecordMessage record = Records(poet)[0];
  EXPECT_EQ(record.attempt, Root(id));
  EXPECT_EQ(record.number, 1);
  EXPECT_EQ(record.call_key, "a");
  EXPECT_EQ(record.output, kVerse);
  EXPECT_FALSE(record.own_step);

  Tell(poet, Root(id), 2, Finished{.output = kPoem});
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_THAT(ChildStates(id), ElementsAre(TaskState::kCompleted));
}

TEST_F(DurableCallsTest, ACallThatWasMadeBeforeIsNotMadeAgain) {
  const Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  Tell(poet, Root(id), 2, Call("a"));
  EXPECT_THAT(Children(id), SizeIs(1));
  EXPECT_EQ(Read(id).state, ExecutionState::kRunning);
  Tell(poet, Root(id), 3, Call("a", "other"));
  EXPECT_EQ(Read(id).state, ExecutionState::kFailed);
  EXPECT_EQ(Read(id).root.failure.reason, "NONDETERMINISM");
}

TEST_F(DurableCallsTest, AStepIsRecordedOnceAndComesBackInTheNextAttempt) {
  const Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, StepDone{.key = "draw", .output = kVerse});
  ASSERT_THAT(Records(poet), SizeIs(1));
  EXPECT_TRUE(Records(poet)[0].own_step);
  Detach(poet);
  Run();
  RunAfter(kGrace);
  const Worker next = Attach(PoetSpec("poet 2"));
  ASSERT_THAT(next.Assignments(), SizeIs(1));
  EXPECT_EQ(next.Assignments()[0].attempt, Root(id, 2));
  EXPECT_EQ(next.Assignments()[0].records, 1);
  auto records = database_->ReadRecords(id, 0, 0, 1 << 20);
  ASSERT_OK(records);
  ASSERT_THAT(*records, SizeIs(1));
  EXPECT_EQ((*records)[0].call_key, "draw");
  EXPECT_EQ((*records)[0].output, kVerse);
}

TEST_F(DurableCallsTest, AFailedCallIsTriedAgainAndThenRecordedAsFailure) {
  const Worker poet = Attach(PoetSpec());
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  const store::Failure failure{.reason = "MUSE_ABSENT", .message = "come back later", .retryable = true};
  for (int32_t attempt = 1; attempt <= 3; ++attempt) {
    EXPECT_THAT(Records(poet), IsEmpty());
    Tell(verses, Child(id, 1, attempt), 1, Failed{.failure = failure});
    RunAfter(absl::Seconds(10));
  }
  ASSERT_THAT(Records(poet), SizeIs(1));
  EXPECT_EQ(Records(poet)[0].failure, failure);
  EXPECT_EQ(Read(id).state, ExecutionState::kRunning);
}

TEST_F(DurableCallsTest, AParkedFlowComesBackWithItsRecords) {
  const Worker poet = Attach(PoetSpec());
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  Tell(poet, Root(id), 2, Parked{.last_record = 0});
  EXPECT_EQ(Read(id).root.state, TaskState::kParked);
  EXPECT_EQ(Read(id).state, ExecutionState::kRunning);
  Tell(verses, Child(id, 1), 1, Finished{.output = kVerse});
  ASSERT_THAT(poet.Assignments(), SizeIs(2));
  EXPECT_EQ(poet.Assignments()[1].attempt, Root(id, 2));
  EXPECT_EQ(poet.Assignments()[1].records, 1);
  EXPECT_THAT(Records(poet), IsEmpty());
}

TEST_F(DurableCallsTest, AFlowThatParksBehindANewRecordStays) {
  const Worker poet = Attach(PoetSpec());
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  Tell(verses, Child(id, 1), 1, Finished{.output = kVerse});
  Tell(poet, Root(id), 2, Parked{.last_record = 0});
  EXPECT_EQ(Read(id).root.state, TaskState::kAssigned);
  EXPECT_THAT(Records(poet), SizeIs(1));
}

TEST_F(DurableCallsTest, ASleepEndsWhenItIsTimeAlsoAfterARestart) {
  Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Sleep("nap", absl::Hours(1)));
  Tell(poet, Root(id), 2, Sleep("none", absl::ZeroDuration()));
  ASSERT_THAT(Records(poet), SizeIs(1));
  EXPECT_EQ(Records(poet)[0].call_key, "none");
  Tell(poet, Root(id), 3, Parked{.last_record = 1});
  Restart();
  Run();
  poet = Attach(PoetSpec());
  EXPECT_THAT(poet.Assignments(), IsEmpty());
  RunAfter(absl::Hours(1));
  ASSERT_THAT(poet.Assignments(), SizeIs(1));
  EXPECT_EQ(poet.Assignments()[0].records, 2);
}

TEST_F(DurableCallsTest, SignalsAreTakenInOrderBeforeAndAfterTheWait) {
  const Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  EXPECT_OK(Signal(id, "word", "first"));
  EXPECT_OK(Signal(id, "word", "second"));
  EXPECT_OK(Signal(id, "other", "elsewhere"));
  Tell(poet, Root(id), 1, Await("w1", "word"));
  Tell(poet, Root(id), 2, Await("w2", "word"));
  Tell(poet, Root(id), 3, Await("w3", "word"));
  EXPECT_OK(Signal(id, "word", "third"));
  std::vector<std::string> heard;
  for (const RecordMessage& record : Records(poet)) heard.push_back(record.call_key + "=" + record.output.bytes);
  EXPECT_THAT(heard, ElementsAre("w1=first", "w2=second", "w3=third"));
}

TEST_F(DurableCallsTest, ASignalWithAKeyCountsOnce) {
  const Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  const store::IdempotencyRow key{.owner = "ann", .method = "SignalExecution", .key = "k", .digest = "d"};
  EXPECT_OK(Signal(id, "word", "once", key));
  EXPECT_OK(Signal(id, "word", "once", key));
  Tell(poet, Root(id), 1, Await("w1", "word"));
  Tell(poet, Root(id), 2, Await("w2", "word"));
  EXPECT_THAT(Records(poet), SizeIs(1));
  store::IdempotencyRow other = key;
  other.digest = "e";
  EXPECT_THAT(Signal(id, "word", "other", other), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(DurableCallsTest, ARefusedSignalLeavesItsKeyFree) {
  const Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Finished{.output = kPoem});
  const store::IdempotencyRow key{.owner = "ann", .method = "SignalExecution", .key = "k", .digest = "d"};
  EXPECT_THAT(Signal(id, "word", "late", key), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Signal(id, "word", "late", key), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(DurableCallsTest, AnExternalTaskIsCompletedOnceByItsToken) {
  const Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, External("ask", "token 1"));
  EXPECT_THAT(ChildStates(id), ElementsAre(TaskState::kExternal));
  EXPECT_THAT(Complete("token 2", {.output = kVerse}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Complete("token 1", {.output = kPoem}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(Complete("token 1", {.output = kVerse}));
  EXPECT_OK(Complete("token 1", {.output = kVerse}));
  EXPECT_THAT(Complete("token 1", {.failure = {.reason = "NO"}}), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(Records(poet), SizeIs(1));
  EXPECT_EQ(Records(poet)[0].output, kVerse);
}

TEST_F(DurableCallsTest, ATokenServesOneTask) {
  const Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, External("ask", "token 1"));
  Tell(poet, Root(id), 2, External("ask again", "token 1"));
  EXPECT_EQ(Read(id).root.failure.reason, "TOKEN_REUSED");
}

TEST_F(DurableCallsTest, AnExternalTaskThatNobodyCompletesInTimeFails) {
  const Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  CallMade ask = External("ask", "token 1");
  ask.delay = absl::Minutes(15);
  Tell(poet, Root(id), 1, ask);
  RunAfter(absl::Minutes(15));
  ASSERT_THAT(Records(poet), SizeIs(1));
  EXPECT_EQ(Records(poet)[0].failure.reason, "TIMEOUT");
  EXPECT_THAT(Complete("token 1", {.output = kVerse}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(DurableCallsTest, AFunctionMayLeaveItsResultToSomebodyOutside) {
  const Worker poet = Attach({.id = "poet", .types = {"poem"}});
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Finished{.outside = AwaitedOutside{.token_digest = "token 1"}});
  EXPECT_EQ(Read(id).root.state, TaskState::kExternal);
  EXPECT_EQ(Read(id).state, ExecutionState::kRunning);
  EXPECT_OK(Complete("token 1", {.output = kPoem}));
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_EQ(Read(id).root.output, kPoem);
  EXPECT_OK(Complete("token 1", {.output = kPoem}));
}

TEST_F(DurableCallsTest, WhatIsLeftOverEndsWithItsFlow) {
  const Worker poet = Attach(PoetSpec());
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("running"));
  Tell(poet, Root(id), 2, Call("waiting"));
  Tell(poet, Root(id), 3, Sleep("sleeping", absl::Hours(1)));
  Tell(poet, Root(id), 4, Finished{.output = kPoem});
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_THAT(ChildStates(id), ElementsAre(TaskState::kCancelled, TaskState::kCancelled, TaskState::kCancelled));
  ASSERT_THAT(verses.Fenced(), SizeIs(1));
  EXPECT_EQ(verses.Fenced()[0].attempt, Child(id, 1));
  EXPECT_EQ(WaitingIn("verse"), 0);
  const int64_t head = Read(id).event_head;
  Tell(verses, Child(id, 1), 1, Finished{.output = kVerse});
  RunAfter(absl::Hours(2));
  EXPECT_EQ(Read(id).event_head, head) << "the terminal event is the last one";
  EXPECT_THAT(verses.Fenced(), SizeIs(2));
}

TEST_F(DurableCallsTest, NothingIsToldOfAChildThatIsLostInTheCommitOfTheEnd) {
  const Worker poet = Attach(PoetSpec());
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  Detach(verses);
  Run();
  clock_.Advance(kGrace);
  Say(poet, Root(id), 2, Finished{.output = kPoem});
  Run();
  EXPECT_EQ(StatesOf(id).back(), ExecutionState::kCompleted);
  EXPECT_EQ(EventsOf(id).back().kind, EventKind::kState) << "the terminal event is the last one";
}

TEST_F(DurableCallsTest, ACancelStopsTheWholeTree) {
  const Worker poet = Attach(PoetSpec());
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("running"));
  Tell(poet, Root(id), 2, Call("waiting"));
  Cancel(id);
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelling);
  EXPECT_THAT(ChildStates(id), ElementsAre(TaskState::kAssigned, TaskState::kCancelled));
  EXPECT_THAT(verses.channel->Said<CancelMessage>(), SizeIs(1));
  EXPECT_THAT(poet.channel->Said<CancelMessage>(), SizeIs(1));
  Tell(poet, Root(id), 3, Call("too late"));
  EXPECT_THAT(Children(id), SizeIs(2));
  Tell(verses, Child(id, 1), 1, Failed{.cancelled = true});
  EXPECT_THAT(ChildStates(id), ElementsAre(TaskState::kCancelled, TaskState::kCancelled));
  Tell(poet, Root(id), 4, Failed{.cancelled = true});
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelled);
}

TEST_F(DurableCallsTest, ACancelOfAParkedFlowEndsItAtOnce) {
  const Worker poet = Attach(PoetSpec());
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  Tell(poet, Root(id), 2, Parked{});
  Cancel(id);
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelled);
  EXPECT_THAT(ChildStates(id), ElementsAre(TaskState::kCancelled));
  EXPECT_THAT(verses.Fenced(), SizeIs(1));
}

TEST_F(DurableCallsTest, ALostWorkersChildRunsAgainAndItsZombieIsRefused) {
  const Worker poet = Attach(PoetSpec());
  const Worker zombie = Attach(VerseSpec("zombie"));
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  Detach(zombie);
  Run();
  RunAfter(kGrace);
  const Worker verses = Attach(VerseSpec());
  ASSERT_THAT(verses.Assignments(), SizeIs(1));
  EXPECT_EQ(verses.Assignments()[0].attempt, Child(id, 1, 2));
  EXPECT_EQ(verses.Assignments()[0].idempotency_key, zombie.Assignments()[0].idempotency_key);
  Tell(verses, Child(id, 1, 1), 1, Finished{.output = {.type = "poem.Verse", .bytes = "stale"}});
  EXPECT_THAT(Records(poet), IsEmpty());
  Tell(verses, Child(id, 1, 2), 1, Finished{.output = kVerse});
  ASSERT_THAT(Records(poet), SizeIs(1));
  EXPECT_EQ(Records(poet)[0].output, kVerse);
}

TEST_F(DurableCallsTest, FlowsOfFlowsRecordUpwards) {
  WorkerSpec both{.id = "poet", .slots = 1, .types = {"poem", "stanza"}, .rules = [](store::FlowRow& row) {
                    row.is_flow_kind = true;
                    row.output_type = "";
                  }};
  const Worker poet = Attach(both);
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("s", "stanza"));
  Tell(poet, Child(id, 1), 1, Call("v"));
  Tell(poet, Child(id, 1), 2, Call("left over"));
  Tell(verses, Child(id, 2), 1, Finished{.output = kVerse});
  ASSERT_THAT(Records(poet), SizeIs(1));
  EXPECT_EQ(Records(poet)[0].attempt, Child(id, 1));
  Tell(poet, Child(id, 1), 3, Finished{.output = kVerse});
  ASSERT_THAT(Records(poet), SizeIs(2));
  EXPECT_EQ(Records(poet)[1].attempt, Root(id));
  EXPECT_THAT(ChildStates(id), ElementsAre(TaskState::kCompleted, TaskState::kCompleted, TaskState::kCancelled));
  EXPECT_EQ(Read(id).state, ExecutionState::kRunning);
}

TEST_F(DurableCallsTest, TheFirstCallPinsTheCodeVersion) {
  WorkerSpec two = PoetSpec();
  two.code_version = 2;
  Worker poet = Attach(two);
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Sleep("nap", absl::Minutes(1)));
  Tell(poet, Root(id), 2, Parked{});
  Detach(poet, /*gone=*/true);
  WorkerSpec three = PoetSpec("newer");
  three.code_version = 3;
  const Worker newer = Attach(three);
  RunAfter(absl::Minutes(2));
  EXPECT_THAT(newer.Assignments(), IsEmpty());
  EXPECT_EQ(WaitingIn("poem@2"), 1);
  poet = Attach(two);
  EXPECT_THAT(poet.Assignments(), SizeIs(1));
}

TEST_F(DurableCallsTest, OnlyFlowsMakeCalls) {
  const Worker poet = Attach({.id = "poet", .types = {"poem"}});
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  EXPECT_EQ(Read(id).root.failure.reason, "CONTRACT");
}

TEST_F(DurableCallsTest, AResumedFlowIsToldHowManyRecordsThereAre) {
  const Worker poet = Attach(PoetSpec());
  const Worker verses = Attach(VerseSpec());
  const store::Id id = Begun(poet);
  Tell(poet, Root(id), 1, Call("a"));
  Detach(poet);
  Tell(verses, Child(id, 1), 1, Finished{.output = kVerse});
  WorkerSpec again = PoetSpec();
  again.held = {Root(id)};
  const Worker resumed = Attach(again);
  const auto welcomes = resumed.channel->Said<WelcomeMessage>();
  ASSERT_THAT(welcomes, SizeIs(1));
  ASSERT_THAT(welcomes[0].held, SizeIs(1));
  EXPECT_FALSE(welcomes[0].held[0].fenced);
  EXPECT_EQ(welcomes[0].held[0].last_record, 0);
  EXPECT_EQ(welcomes[0].held[0].records, 1);
}

TEST_F(DurableCallsTest, FourParentsOnFourSlotsThatCallChildrenFinish) {
  WorkerSpec one{.id = "one", .slots = 4, .types = {"poem", "verse"}, .rules = [](store::FlowRow& row) {
                   row.is_flow_kind = row.name == "poem";
                   row.output_type = row.name == "poem" ? "poem.Poem" : "poem.Verse";
                 }};
  const Worker worker = Attach(one);
  std::vector<store::Id> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(Begun(worker));
  for (const store::Id& id : ids) Tell(worker, Root(id), 1, Call("a"));
  for (const store::Id& id : ids) Tell(worker, Child(id, 1), 1, Finished{.output = kVerse});
  for (const store::Id& id : ids) Tell(worker, Root(id), 2, Finished{.output = kPoem});
  for (const store::Id& id : ids) EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
}

TEST_F(DurableCallsTest, TooManyCallsFailTheFlowClearly) {
  const Worker poet = Attach(PoetSpec());
  const store::Id id = Begun(poet);
  std::vector<Entry> entries;
  for (int64_t i = 1; i <= kMaxTasks + 1; ++i) {
    entries.push_back(
        {.attempt = Root(id), .session = poet.session, .number = i, .body = StepDone{.key = "s" + std::to_string(i)}});
  }
  Say(poet, std::move(entries));
  Run();
  EXPECT_EQ(Read(id).root.failure.reason, "LIMIT");
  EXPECT_EQ(Read(id).next_task, kMaxTasks + 1);
}

}  // namespace
}  // namespace flowmesh::engine
