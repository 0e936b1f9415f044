// Retries take over what the retried execution has done, through the commit loop and a real store.
#include "server/engine/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::StatusIs;
using store::ExecutionState;
using store::TaskKind;
using store::TaskState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

store::Payload Verse(const std::string& bytes) { return {.type = "poem.Verse", .bytes = bytes}; }
const store::Payload kPoem{.type = "poem.Poem", .bytes = "done"};
const std::string kLong(5000, 'x');

CallMade Call(const std::string& key, const std::string& theme = "love", const std::string& type = "verse") {
  return {.key = key, .kind = TaskKind::kCall, .type = type, .input = {.type = "poem.Theme", .bytes = theme}};
}
Failed Broken() { return {.failure = {.reason = "BROKEN", .message = "it broke", .retryable = false}}; }

// The flow `poem` calls the function `verse` and the flow `song`; one worker serves all.
class RetryTest : public CommitLoopTest {
 protected:
  void SetUp() override {
    CommitLoopTest::SetUp();
    worker_ =
        Attach({.id = "worker", .slots = 10, .types = {"poem", "song", "verse"}, .rules = [](store::FlowRow& row) {
                  row.is_flow_kind = row.name != "verse";
                  if (row.name != "poem") row.output_type = "poem.Verse";
                }});
  }

  void Tell(const AttemptKey& attempt, int64_t number, EntryBody body) {
    Say(worker_, attempt, number, std::move(body));
    Run();
  }
  void Tell(const store::Id& id, int64_t number, EntryBody body) { Tell(AttemptKey{{id, 0}, 1}, number, body); }
  static AttemptKey Child(const store::Id& id, int32_t task) { return {{id, task}, 1}; }

  std::shared_ptr<Heard<SubmitResult>> Retry(const store::Id& id, bool start = true, RetryWish wish = {},
                                             std::optional<store::IdempotencyRow> key = std::nullopt,
                                             const std::string& owner = "ann") {
    auto heard = std::make_shared<Heard<SubmitResult>>();
    wish.id = flowmesh::testing::IdNumber(++executions_);
    RetryCommand command{.id = id, .owner = owner, .wish = std::move(wish), .start = start, .key = std::move(key)};
    command.reply = [heard](absl::StatusOr<SubmitResult> result) {
      ++heard->times;
      heard->answer = std::move(result);
    };
    EXPECT_TRUE(lanes_->OfferClient(std::move(command), 0));
    Run();
    return heard;
  }
  store::Id Retried(const store::Id& id) {
    const auto heard = Retry(id);
    EXPECT_OK(heard->status());
    return heard->value().row.id;
  }

  std::vector<store::TaskRow> Children(const store::Id& id) { return *database_->ListTasks(id, 0, 1000); }
  // What was handed out of this execution, by call key and type.
  std::vector<std::string> HandedOut(const store::Id& id) {
    std::vector<std::string> types;
    for (const AssignmentMessage& one : worker_.Assignments()) {
      if (one.attempt.task.execution_id == id) types.push_back(one.type);
    }
    return types;
  }
  std::vector<RecordMessage> Records(const store::Id& id) {
    std::vector<RecordMessage> records;
    for (const RecordMessage& record : worker_.channel->Said<RecordMessage>()) {
      if (record.attempt.task.execution_id == id) records.push_back(record);
    }
    return records;
  }
  AssignmentMessage AssignmentOf(const AttemptKey& attempt) {
    for (const AssignmentMessage& one : worker_.Assignments()) {
      if (one.attempt == attempt) return one;
    }
    ADD_FAILURE() << "it was not handed out";
    return {};
  }

  // Calls a (a long result) and b, does the step s, and fails over c.
  store::Id FailedOverC() {
    const store::Id id = Submitted();
    Tell(id, 1, Call("a", kLong));
    Tell(Child(id, 1), 1, Finished{.output = Verse(kLong)});
    Tell(id, 2, Call("b"));
    Tell(Child(id, 2), 1, Finished{.output = Verse("violets")});
    Tell(id, 3, StepDone{.key = "s", .output = Verse("step")});
    Tell(id, 4, Call("c"));
    Tell(Child(id, 4), 1, Broken());
    Tell(id, 5, Broken());
    EXPECT_EQ(Read(id).state, ExecutionState::kFailed);
    return id;
  }

  Worker worker_;
};

TEST_F(RetryTest, WhatWasDoneIsTakenOverAndTheRestIsDone) {
  const store::Id old = FailedOverC();
  const store::ExecutionRow before = Read(old);
  const store::Id id = Retried(old);
  const AssignmentMessage assigned = AssignmentOf({{id, 0}, 1});
  EXPECT_EQ(assigned.remembers, (store::TaskKey{old, 0}));
  EXPECT_EQ(assigned.first_of_chain, old);
  Tell(id, 1, Call("a", kLong));
  Tell(id, 2, Call("b"));
  Tell(id, 3, StepDone{.key = "s", .output = Verse("step"), .reused = true});
  Tell(id, 4, Call("c"));
  EXPECT_THAT(HandedOut(id), ElementsAre("poem", "verse"));
  std::vector<RecordMessage> records = Records(id);
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].output, Verse(kLong));
  EXPECT_TRUE(records[0].reused);
  EXPECT_EQ(records[1].output, Verse("violets"));
  EXPECT_TRUE(records[2].own_step);
  EXPECT_TRUE(records[2].reused);

  Tell(Child(id, 4), 1, Finished{.output = Verse("better")});
  Tell(id, 5, Finished{.output = kPoem});
  const store::ExecutionRow row = Read(id);
  EXPECT_EQ(row.state, ExecutionState::kCompleted);
  EXPECT_EQ(row.retry_of, old);
  EXPECT_EQ(row.first_of_chain, old);
  EXPECT_EQ(Read(old), before);
  const std::vector<store::TaskRow> children = Children(id);
  ASSERT_THAT(children, SizeIs(4));
  EXPECT_TRUE(children[0].reused);
  EXPECT_TRUE(children[0].output.apart);
  EXPECT_EQ(*database_->ReadPayload({id, 1}, store::PayloadDirection::kOutput), kLong);
  EXPECT_EQ(children[0].attempt, 0);
  EXPECT_FALSE(children[3].reused);
  EXPECT_EQ(row.result_bytes, static_cast<int64_t>(kLong.size() + 7 + 4 + 6 + 4));

  std::vector<std::string> reused;
  for (const auto& event : EventsOf(id)) {
    if (event.kind != EventKind::kChild) continue;
    const auto change = UnpackChildChange(event.payload);
    ASSERT_TRUE(change.has_value());
    if (change->reused) reused.push_back(change->call_key);
  }
  EXPECT_THAT(reused, ElementsAre("a", "b", "s"));
}

TEST_F(RetryTest, OtherInputTypeOrKindIsDoneAnew) {
  const store::Id old = FailedOverC();
  const store::Id id = Retried(old);
  Tell(id, 1, Call("a", std::string(5000, 'y')));
  Tell(id, 2, Call("b", "hate"));
  Tell(id, 3, Call("s"));
  Tell(id, 4, Call("c"));
  EXPECT_THAT(HandedOut(id), ElementsAre("poem", "verse", "verse", "verse", "verse"));
  const store::Id other = Retried(old);
  Tell(other, 1, Call("a", kLong, "song"));
  EXPECT_THAT(HandedOut(other), ElementsAre("poem", "song"));
  EXPECT_EQ(AssignmentOf(Child(other, 1)).remembers, std::nullopt);
}

TEST_F(RetryTest, TheIdempotencyKeysOfTheChainAreTheSame) {
  const store::Id old = FailedOverC();
  const store::Id id = Retried(old);
  Tell(id, 1, Call("c"));
  EXPECT_EQ(AssignmentOf(Child(id, 1)).idempotency_key, AssignmentOf(Child(old, 4)).idempotency_key);
  EXPECT_EQ(AssignmentOf({{id, 0}, 1}).idempotency_key, AssignmentOf({{old, 0}, 1}).idempotency_key);
}

TEST_F(RetryTest, ARetryOfARetryHasEverythingThatEitherDid) {
  const store::Id first = FailedOverC();
  const store::Id second = Retried(first);
  Tell(second, 1, Call("a", kLong));
  Tell(second, 2, Call("c"));
  Tell(Child(second, 2), 1, Finished{.output = Verse("better")});
  Tell(second, 3, Broken());
  const store::Id third = Retried(second);
  Tell(third, 1, Call("a", kLong));
  Tell(third, 2, Call("c"));
  EXPECT_THAT(HandedOut(third), ElementsAre("poem"));
  ASSERT_THAT(Records(third), SizeIs(2));
  EXPECT_EQ(Records(third)[1].output, Verse("better"));
  EXPECT_EQ(Read(third).first_of_chain, first);
}

TEST_F(RetryTest, TwoRetriesOfOneExecutionAreTwo) {
  const store::Id old = FailedOverC();
  EXPECT_NE(Retried(old), Retried(old));
}

TEST_F(RetryTest, AFailedFlowRunsAgainAndItsCallsAreTakenOver) {
  const store::Id old = Submitted();
  Tell(old, 1, Call("song", "sea", "song"));
  Tell(Child(old, 1), 1, Call("v"));
  Tell(Child(old, 2), 1, Finished{.output = Verse("waves")});
  Tell(Child(old, 1), 2, StepDone{.key = "s", .output = Verse("salt")});
  Tell(Child(old, 1), 3, Broken());
  Tell(old, 2, Broken());
  ASSERT_EQ(Read(old).state, ExecutionState::kFailed);

  const store::Id id = Retried(old);
  Tell(id, 1, Call("other"));
  Tell(id, 2, Call("song", "sea", "song"));
  ASSERT_THAT(HandedOut(id), ElementsAre("poem", "verse", "song"));
  EXPECT_EQ(AssignmentOf(Child(id, 2)).remembers, (store::TaskKey{old, 1}));
  Tell(Child(id, 2), 1, Call("v"));
  EXPECT_THAT(HandedOut(id), ElementsAre("poem", "verse", "song"));
  ASSERT_THAT(Records(id), SizeIs(1));
  EXPECT_EQ(Records(id)[0].attempt, Child(id, 2));
  EXPECT_EQ(Records(id)[0].output, Verse("waves"));

  // With another input its steps may be others; its calls name their inputs themselves.
  const store::Id other = Retried(old);
  Tell(other, 1, Call("song", "lake", "song"));
  EXPECT_EQ(AssignmentOf(Child(other, 1)).remembers, std::nullopt);
  Tell(Child(other, 1), 1, Call("v"));
  EXPECT_THAT(HandedOut(other), ElementsAre("poem", "song"));
}

TEST_F(RetryTest, AFlowWhoseOptionalPartsFailedRunsAgainWithWhatItDid) {
  const store::Id old = Submitted();
  Tell(old, 1, Call("song", "sea", "song"));
  Tell(Child(old, 1), 1, Call("v"));
  Tell(Child(old, 2), 1, Finished{.output = Verse("waves")});
  Tell(Child(old, 1), 2, Call("optional"));
  Tell(Child(old, 3), 1, Broken());
  Tell(Child(old, 1), 3, Finished{.output = Verse("half"), .with_errors = true});
  Tell(old, 2, Finished{.output = kPoem});
  ASSERT_EQ(Read(old).state, ExecutionState::kCompletedWithErrors);

  const store::Id id = Retried(old);
  Tell(id, 1, Call("song", "sea", "song"));
  ASSERT_THAT(HandedOut(id), ElementsAre("poem", "song"));
  Tell(Child(id, 1), 1, Call("v"));
  Tell(Child(id, 1), 2, Call("optional"));
  EXPECT_THAT(HandedOut(id), ElementsAre("poem", "song", "verse"));
  Tell(Child(id, 3), 1, Finished{.output = Verse("whole")});
  Tell(Child(id, 1), 3, Finished{.output = Verse("song")});
  Tell(id, 2, Finished{.output = kPoem});
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
}

TEST_F(RetryTest, SleepsSignalsAndOutcomesFromOutsideAreOver) {
  const store::Id old = Submitted();
  Tell(old, 1, CallMade{.key = "nap", .kind = TaskKind::kSleep, .delay = absl::Hours(1)});
  Tell(old, 2, CallMade{.key = "word", .kind = TaskKind::kSignal, .type = "word"});
  Tell(old, 3,
       CallMade{.key = "ask", .kind = TaskKind::kExternal, .type = "poem.Verse", .token_digest = "token of the old"});
  EXPECT_TRUE(lanes_->OfferClient(
      SignalCommand{
          .id = old, .owner = "ann", .name = "word", .payload = Verse("said"), .reply = [](const absl::Status&) {}},
      0));
  CompleteTaskCommand complete{.token_digest = "token of the old", .reply = [](const absl::Status&) {}};
  complete.outcome.output = Verse("answered");
  EXPECT_TRUE(lanes_->OfferClient(std::move(complete), 0));
  RunAfter(absl::Hours(1));
  Tell(old, 4, Broken());
  ASSERT_EQ(Read(old).state, ExecutionState::kFailed);

  const store::Id id = Retried(old);
  Tell(id, 1, CallMade{.key = "nap", .kind = TaskKind::kSleep, .delay = absl::Hours(1)});
  Tell(id, 2, CallMade{.key = "word", .kind = TaskKind::kSignal, .type = "word"});
  Tell(id, 3,
       CallMade{.key = "ask", .kind = TaskKind::kExternal, .type = "poem.Verse", .token_digest = "token of the new"});
  ASSERT_THAT(Records(id), SizeIs(3));
  EXPECT_EQ(Records(id)[1].output, Verse("said"));
  EXPECT_EQ(Records(id)[2].output, Verse("answered"));
  Tell(id, 4, Finished{.output = kPoem});
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
}

TEST_F(RetryTest, TakingOverCountsTowardsTheLimitOfResults) {
  const store::Id old = FailedOverC();
  const auto heard = Retry(old);
  const store::Id id = heard->value().row.id;
  for (int i = 1; i <= 2; ++i) Tell(id, i, Call(i == 1 ? "a" : "b", i == 1 ? kLong : "love"));
  EXPECT_EQ(Read(id).result_bytes, static_cast<int64_t>(kLong.size() + 7));
}

TEST_F(RetryTest, ACallThatIsRepeatedAfterACrashIsNotMadeTwice) {
  const store::Id old = FailedOverC();
  const store::Id id = Retried(old);
  Tell(id, 1, Call("a", kLong));
  Tell(id, 2, Call("a", kLong));
  EXPECT_THAT(Children(id), SizeIs(1));
  EXPECT_THAT(Records(id), SizeIs(1));
}

TEST_F(RetryTest, OnlyWhatEndedWithoutFullSuccessIsRetried) {
  const store::Id running = Submitted();
  EXPECT_THAT(Retry(running)->status(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is RUNNING")));
  Tell(running, 1, Finished{.output = kPoem});
  EXPECT_THAT(Retry(running)->status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("create a new execution")));
  const store::Id old = FailedOverC();
  EXPECT_THAT(Retry(old, true, {}, std::nullopt, "bob")->status(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Retry(flowmesh::testing::IdNumber(999))->status(), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RetryTest, ItIsACopyWithTheTraceOfItsOwnCall) {
  store::ExecutionRow made = NewRow();
  made.labels = {{"kept", "1"}, {"trace", "old"}, {"stale", "2"}};
  made.timeout = absl::Minutes(5);
  made.root.priority = 2;
  made.root.input.bytes = kLong;
  made.traceparent = "old trace";
  const store::Id old = made.id;
  Submit(std::move(made), /*start=*/false);
  Run();
  Cancel(old);
  Run();
  const auto heard =
      Retry(old, /*start=*/false, {.traceparent = "new trace", .labels = {{"trace", "new"}, {"stale", ""}}});
  ASSERT_OK(heard->status());
  const store::ExecutionRow row = Read(heard->value().row.id);
  EXPECT_EQ(row.state, ExecutionState::kCreated);
  EXPECT_EQ(row.labels, (std::map<std::string, std::string>{{"kept", "1"}, {"trace", "new"}}));
  EXPECT_EQ(row.timeout, absl::Minutes(5));
  EXPECT_EQ(row.root.priority, 2);
  EXPECT_EQ(row.traceparent, "new trace");
  EXPECT_EQ(row.root.input.type, Read(old).root.input.type);
  EXPECT_EQ(*database_->ReadPayload({row.id, 0}, store::PayloadDirection::kInput), kLong);
}

TEST_F(RetryTest, OneKeyMakesOneRetry) {
  const store::Id old = FailedOverC();
  const store::IdempotencyRow key{.owner = "ann", .method = "RetryExecution", .key = "k", .digest = "of old"};
  const auto first = Retry(old, true, {}, key);
  const auto again = Retry(old, true, {}, key);
  ASSERT_OK(again->status());
  EXPECT_FALSE(first->value().replayed);
  EXPECT_TRUE(again->value().replayed);
  EXPECT_EQ(again->value().row.id, first->value().row.id);
  store::IdempotencyRow other = key;
  other.digest = "of another";
  EXPECT_THAT(Retry(old, true, {}, other)->status(), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(RetryTest, ARefusedRetryLeavesItsKeyFree) {
  const store::Id id = Submitted();
  const store::IdempotencyRow key{.owner = "ann", .method = "RetryExecution", .key = "k", .digest = "d"};
  EXPECT_THAT(Retry(id, true, {}, key)->status(), StatusIs(absl::StatusCode::kFailedPrecondition));
  Tell(id, 1, Broken());
  EXPECT_OK(Retry(id, true, {}, key)->status());
}

}  // namespace
}  // namespace flowmesh::engine
