// Workers that come, go and come back, and servers that do.
#include <algorithm>
#include <string>
#include <vector>

#include "server/engine/limits.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Events;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::LogLine;
using store::ExecutionState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SessionsTest : public CommitLoopTest {
 protected:
  static WelcomeMessage WelcomeOf(const Worker& worker) {
    const auto said = worker.channel->Said<WelcomeMessage>();
    EXPECT_THAT(said, SizeIs(1));
    return said.empty() ? WelcomeMessage() : said[0];
  }

  // Nothing of the execution changes while `act` happens.
  template <typename Act>
  void ExpectUnchanged(const store::Id& id, Act act) {
    const store::ExecutionRow before = Read(id);
    const size_t events = EventsOf(id).size();
    act();
    Run();
    EXPECT_EQ(Read(id), before);
    EXPECT_EQ(EventsOf(id).size(), events);
  }
};

TEST_F(SessionsTest, AHelloIsWelcomedBeforeAnythingElse) {
  Submitted();
  const Worker worker = Attach();
  const auto messages = worker.channel->Take();
  ASSERT_THAT(messages, SizeIs(2));
  const auto* welcome = std::get_if<WelcomeMessage>(&messages[0]);
  ASSERT_NE(welcome, nullptr);
  EXPECT_EQ(welcome->session, worker.session);
  EXPECT_EQ(welcome->grace, kGrace);
  EXPECT_THAT(welcome->held, IsEmpty());
  EXPECT_TRUE(std::holds_alternative<AssignmentMessage>(messages[1]));
}

TEST_F(SessionsTest, TheTypesOfAHelloAreWrittenAndKnownAfterARestart) {
  Attach({.rules = [](store::FlowRow& row) { row.max_failures = 1; }});
  ASSERT_THAT(*database_->ReadFlows(), SizeIs(1));
  Restart();
  const Worker worker = Attach({.rules = [](store::FlowRow& row) { row.max_failures = 1; }});
  const store::Id id = Submitted();
  Say(worker, {{id, 0}, 1}, 1, flowmesh::testing::FailedWith("BROKEN"));
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kFailed);
}

TEST_F(SessionsTest, TwoWorkersThatBringTheSameTypesMayComeInOneBatch) {
  const Worker first = Hello({.id = "w1"});
  const Worker second = Hello({.id = "w2"});
  Run();
  EXPECT_EQ(first.channel->Said<WelcomeMessage>().size(), 1U);
  EXPECT_EQ(second.channel->Said<WelcomeMessage>().size(), 1U);
  EXPECT_TRUE(fatal_.empty());
}

TEST_F(SessionsTest, AGapInTheEntriesTakesTheTaskAway) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  const auto committed = Say(worker, {{id, 0}, 1}, 2, FinishedWith("poem"));
  Run();
  EXPECT_EQ(*committed, 1);
  ASSERT_THAT(worker.Fenced(), SizeIs(1));
  EXPECT_EQ(worker.Fenced()[0].reason, "ENTRY_GAP");
  EXPECT_THAT(worker.Acks(), IsEmpty());
  EXPECT_EQ(Read(id).root.attempt, 2);
  EXPECT_EQ(Read(id).state, ExecutionState::kRunning);
}

TEST_F(SessionsTest, ARepeatedFrameIsAcknowledgedAgainAndAppliedOnce) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  const AttemptKey attempt{{id, 0}, 1};
  Say(worker, attempt, 1, Events({LogLine("once")}));
  Run();
  ExpectUnchanged(id, [&] { Say(worker, attempt, 1, Events({LogLine("once")})); });
  ASSERT_THAT(worker.Acks(), SizeIs(2));
  EXPECT_EQ(worker.Acks()[1].number, 1);
}

TEST_F(SessionsTest, EntriesOfOneFrameAreAppliedInOrderAndAcknowledgedTogether) {
  const Worker worker = Attach({.slots = 2});
  const store::Id one = Submitted();
  const store::Id other = Submitted();
  std::vector<Entry> entries;
  for (const store::Id& id : {one, other}) {
    entries.push_back({{{id, 0}, 1}, worker.session, 1, Events({LogLine("a"), LogLine("b")})});
    entries.push_back({{{id, 0}, 1}, worker.session, 2, FinishedWith("poem")});
  }
  const auto committed = Say(worker, entries);
  Run();
  EXPECT_EQ(*committed, 1);
  ASSERT_THAT(worker.Acks(), SizeIs(2));
  for (const AckMessage& ack : worker.Acks()) EXPECT_EQ(ack.number, 2);
  for (const store::Id& id : {one, other}) {
    EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
    EXPECT_THAT(EventsOf(id), SizeIs(6));
  }
}

TEST_F(SessionsTest, AnAttemptThatNeverReachedItsWorkerIsHandedOutAgain) {
  Worker worker = Attach({.id = "w1"});
  const store::Id id = Submitted();
  Say(worker, {{id, 0}, 1}, 1, flowmesh::testing::FailedWith("FICKLE"));
  Run();
  RunAfter(absl::Minutes(1));
  ASSERT_THAT(worker.Assignments(), SizeIs(2));
  // The second assignment was lost with the stream: the worker comes back with the first attempt only.
  worker = Attach({.id = "w1", .held = {{{id, 0}, 1}}});
  ASSERT_THAT(worker.Assignments(), SizeIs(1));
  EXPECT_EQ(worker.Assignments()[0].attempt.attempt, 3);
}

TEST_F(SessionsTest, ALostWorkersTaskRunsElsewhereAfterTheGrace) {
  const Worker lost = Attach({.id = "w1"});
  const store::Id id = Submitted();
  Detach(lost);
  const Worker other = Attach({.id = "w2"});
  RunAfter(kGrace - absl::Seconds(1));
  EXPECT_THAT(other.Assignments(), IsEmpty());
  RunAfter(absl::Seconds(1));
  ASSERT_THAT(other.Assignments(), SizeIs(1));
  EXPECT_EQ(other.Assignments()[0].attempt, (AttemptKey{{id, 0}, 2}));
  EXPECT_EQ(Read(id).root.losses, 1);

  ExpectUnchanged(id, [&] {
    Say(lost, {{id, 0}, 1}, 1, FinishedWith("zombie"));
    Say(lost, {{id, 0}, 1}, 1, Events({LogLine("zombie")}));
    Say(lost, {{id, 0}, 2}, 1, FinishedWith("zombie with a stolen number"));
  });
  Say(other, {{id, 0}, 2}, 1, FinishedWith("poem"));
  Run();
  EXPECT_EQ(Read(id).root.output.bytes, "poem");
}

TEST_F(SessionsTest, AWorkerThatSaysGoodbyeLosesItsTasksAtOnceAndNoLossIsCounted) {
  const Worker leaving = Attach({.id = "w1"});
  const store::Id id = Submitted();
  const Worker other = Attach({.id = "w2"});
  Detach(leaving, /*gone=*/true);
  Run();
  EXPECT_THAT(other.Assignments(), SizeIs(1));
  EXPECT_EQ(Read(id).root.losses, 0);
}

TEST_F(SessionsTest, ADetachedSessionGetsNothingNew) {
  const Worker worker = Attach({.slots = 5});
  Detach(worker);
  Submitted();
  EXPECT_THAT(worker.Assignments(), IsEmpty());
}

TEST_F(SessionsTest, AWorkerThatComesBackInTimeGoesOn) {
  const Worker before = Attach();
  const store::Id id = Submitted();
  const AttemptKey attempt{{id, 0}, 1};
  Say(before, attempt, 1, Events({LogLine("one")}));
  Run();
  Detach(before);
  Run();
  RunAfter(kGrace / 2);
  const Worker after = Attach({.held = {attempt}});
  const WelcomeMessage welcome = WelcomeOf(after);
  ASSERT_THAT(welcome.held, SizeIs(1));
  EXPECT_EQ(welcome.held[0].attempt, attempt);
  EXPECT_EQ(welcome.held[0].acked, 1);
  EXPECT_FALSE(welcome.held[0].fenced);
  EXPECT_FALSE(before.channel->closed().empty());

  RunAfter(kGrace);
  EXPECT_EQ(Read(id).root.attempt, 1);
  ExpectUnchanged(id, [&] { Say(before, attempt, 2, FinishedWith("by the old stream")); });
  Say(after, attempt, 2, FinishedWith("poem"));
  Run();
  EXPECT_EQ(Read(id).root.output.bytes, "poem");
  EXPECT_EQ(loop_->sessions().attempts(), 0u);
}

TEST_F(SessionsTest, AWorkerThatComesBackTooLateIsFencedAndKeepsNothing) {
  const Worker before = Attach();
  const store::Id id = Submitted();
  Detach(before);
  Run();
  RunAfter(kGrace);
  const Worker after = Attach({.held = {{{id, 0}, 1}}});
  const WelcomeMessage welcome = WelcomeOf(after);
  ASSERT_THAT(welcome.held, SizeIs(1));
  EXPECT_TRUE(welcome.held[0].fenced);
  ASSERT_THAT(after.Assignments(), SizeIs(1));
  EXPECT_EQ(after.Assignments()[0].attempt.attempt, 2);
}

TEST_F(SessionsTest, AnAttemptThatNeverWasIsFenced) {
  const Worker worker = Attach({.held = {{{flowmesh::testing::IdNumber(99), 0}, 1}}});
  ASSERT_THAT(WelcomeOf(worker).held, SizeIs(1));
  EXPECT_TRUE(WelcomeOf(worker).held[0].fenced);
}

TEST_F(SessionsTest, TasksThatTheHelloDoesNotNameAreRequeuedAtOnce) {
  const Worker before = Attach({.slots = 2});
  const store::Id held = Submitted();
  const store::Id never_arrived = Submitted();
  const Worker after = Attach({.slots = 2, .held = {{{held, 0}, 1}}});
  ASSERT_THAT(after.Assignments(), SizeIs(1));
  EXPECT_EQ(after.Assignments()[0].attempt, (AttemptKey{{never_arrived, 0}, 2}));
  EXPECT_EQ(Read(never_arrived).root.losses, 0);
  EXPECT_EQ(Read(held).root.attempt, 1);
  EXPECT_EQ(Read(held).root.session, after.session);
  EXPECT_EQ(loop_->sessions().attempts(), 2u);
}

TEST_F(SessionsTest, ResumedAttemptsHoldTheirSlots) {
  const Worker before = Attach();
  const store::Id id = Submitted();
  const Worker after = Attach({.held = {{{id, 0}, 1}}});
  Submitted();
  EXPECT_THAT(after.Assignments(), IsEmpty());
  EXPECT_EQ(WaitingIn("poem"), 1);
}

TEST_F(SessionsTest, ACancelThatTheWorkerMissedIsSaidAgain) {
  const Worker before = Attach();
  const store::Id id = Submitted();
  Detach(before);
  Cancel(id);
  Run();
  const Worker after = Attach({.held = {{{id, 0}, 1}}});
  ASSERT_THAT(WelcomeOf(after).held, SizeIs(1));
  EXPECT_TRUE(WelcomeOf(after).held[0].cancel);
  RunAfter(kCancelGrace);
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelled);
}

TEST_F(SessionsTest, AWorkerThatLeavesBeforeItsResumeIsCommittedLosesTheAttempt) {
  const Worker before = Attach({.id = "w1"});
  const store::Id id = Submitted();
  const Worker after = Hello({.id = "w1", .held = {{{id, 0}, 1}}});
  Detach(after, /*gone=*/true);
  Run();
  const Worker other = Attach({.id = "w2"});
  ASSERT_THAT(other.Assignments(), SizeIs(1));
  EXPECT_EQ(other.Assignments()[0].attempt.attempt, 2);
}

TEST_F(SessionsTest, ASecondHelloBeforeTheFirstIsCommittedDecides) {
  const Worker before = Attach({.slots = 2});
  const store::Id kept = Submitted();
  const store::Id dropped = Submitted();
  Hello({.slots = 2, .held = {{{kept, 0}, 1}, {{dropped, 0}, 1}}});
  const Worker last = Hello({.slots = 2, .held = {{{kept, 0}, 1}}});
  Run();
  EXPECT_EQ(Read(kept).root.attempt, 1);
  EXPECT_EQ(Read(kept).root.session, last.session);
  ASSERT_THAT(last.Assignments(), SizeIs(1));
  EXPECT_EQ(last.Assignments()[0].attempt, (AttemptKey{{dropped, 0}, 2}));
}

TEST_F(SessionsTest, ARepeatByTheOldStreamDoesNotTakeTheNewOnesAck) {
  const Worker before = Attach();
  const store::Id id = Submitted();
  const AttemptKey attempt{{id, 0}, 1};
  Say(before, attempt, 1, Events({LogLine("one")}));
  Run();
  const Worker after = Attach({.held = {attempt}});
  Say(after, attempt, 2, Events({LogLine("two")}));
  Say(before, attempt, 1, Events({LogLine("one")}));
  Run();
  ASSERT_THAT(after.Acks(), SizeIs(1));
  EXPECT_EQ(after.Acks()[0].number, 2);
}

using RestartTest = SessionsTest;

TEST_F(RestartTest, WorkOfWorkersInsideTheDeadProcessIsRequeuedAtOnce) {
  Attach({.in_process = true});
  const store::Id id = Submitted();
  Restart();
  const Worker worker = Attach({.id = "w2", .in_process = true});
  ASSERT_THAT(worker.Assignments(), SizeIs(1));
  EXPECT_EQ(worker.Assignments()[0].attempt, (AttemptKey{{id, 0}, 2}));
  EXPECT_EQ(Read(id).root.losses, 0);
}

TEST_F(RestartTest, AWorkerOutsideResumesWithinTheGrace) {
  const Worker before = Attach();
  const store::Id id = Submitted();
  const AttemptKey attempt{{id, 0}, 1};
  Say(before, attempt, 1, Events({LogLine("one")}));
  Run();
  Restart();
  RunAfter(kGrace / 2);
  const Worker after = Attach({.held = {attempt}});
  ASSERT_THAT(WelcomeOf(after).held, SizeIs(1));
  EXPECT_FALSE(WelcomeOf(after).held[0].fenced);
  EXPECT_EQ(WelcomeOf(after).held[0].acked, 1);
  RunAfter(kGrace);
  EXPECT_EQ(Read(id).root.attempt, 1);
  Say(after, attempt, 1, Events({LogLine("one")}));
  Say(after, attempt, 2, FinishedWith("poem"));
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_THAT(EventsOf(id), SizeIs(5));
}

TEST_F(RestartTest, AWorkerOutsideThatDoesNotComeBackLosesItsTasksAfterTheGrace) {
  Attach({.id = "w1"});
  const store::Id id = Submitted();
  Restart();
  const Worker other = Attach({.id = "w2"});
  EXPECT_THAT(other.Assignments(), IsEmpty());
  RunAfter(kGrace);
  ASSERT_THAT(other.Assignments(), SizeIs(1));
  EXPECT_EQ(other.Assignments()[0].attempt, (AttemptKey{{id, 0}, 2}));
  EXPECT_EQ(Read(id).root.losses, 0);
}

TEST_F(RestartTest, WhatWaitedIsHandedOutBeforeWhatIsNew) {
  const store::Id waiting = Submitted();
  Restart();
  const store::Id fresh = Submitted();
  const Worker worker = Attach();
  ASSERT_THAT(worker.Assignments(), SizeIs(1));
  EXPECT_EQ(worker.Assignments()[0].attempt.task.execution_id, waiting);
  EXPECT_EQ(Read(fresh).state, ExecutionState::kQueued);
}

TEST_F(RestartTest, ACancelledTaskOfALostWorkerEndsAfterTheGrace) {
  Attach();
  const store::Id id = Submitted();
  Cancel(id);
  Run();
  Restart();
  RunAfter(kGrace);
  EXPECT_EQ(Read(id).state, ExecutionState::kCancelled);
}

TEST_F(RestartTest, TheStreamOfEventsGoesOnWithoutAGap) {
  const Worker before = Attach();
  const store::Id id = Submitted();
  const AttemptKey attempt{{id, 0}, 1};
  Say(before, attempt, 1, Events({LogLine("a"), LogLine("b")}));
  Run();
  Restart();
  const Worker after = Attach({.held = {attempt}});
  Say(after, attempt, 2, Events({LogLine("c")}));
  Say(after, attempt, 3, FinishedWith("poem"));
  Run();
  const auto events = EventsOf(id);
  ASSERT_THAT(events, SizeIs(7));
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].seq, static_cast<int64_t>(i) + 1);
  EXPECT_THAT(StatesOf(id), ElementsAre(ExecutionState::kCreated, ExecutionState::kQueued, ExecutionState::kRunning,
                                        ExecutionState::kCompleted));
}

using RejoinTest = SessionsTest;

TEST_F(RejoinTest, AReplicaThatWasDeclaredDeadDropsItsSessionsAndGoesOn) {
  const Worker worker = Attach();
  const store::Id id = Submitted();
  const AttemptKey attempt{{id, 0}, 1};
  ASSERT_OK(database_->Join(12345));  // another one takes its place
  const auto lost = Say(worker, attempt, 1, FinishedWith("by the dropped session"));
  const auto heard = Submit(NewRow());
  Run();
  EXPECT_FALSE(worker.channel->closed().empty());
  EXPECT_EQ(*lost, 0);
  EXPECT_THAT(worker.Acks(), IsEmpty());
  EXPECT_EQ(heard->times, 1);
  EXPECT_TRUE(heard->ok());
  EXPECT_EQ(loop_->sessions().attempts(), 0u);

  const Worker after = Attach({.held = {attempt}});
  ASSERT_THAT(WelcomeOf(after).held, SizeIs(1));
  EXPECT_FALSE(WelcomeOf(after).held[0].fenced);
  Say(after, attempt, 1, FinishedWith("poem"));
  Run();
  EXPECT_EQ(Read(id).root.output.bytes, "poem");
}

}  // namespace
}  // namespace flowmesh::engine
