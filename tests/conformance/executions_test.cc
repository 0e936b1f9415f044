#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

STORE_SUITE(ExecutionRows);
STORE_SUITE(TaskRows);
STORE_SUITE(PayloadRows);
STORE_SUITE(FlowRows);

TEST_P(ExecutionRows, EveryColumnComesBackAsItWasInserted) {
  const ExecutionRow full = FullExecution();
  const ExecutionRow plain = NewExecution("bob");
  Writes writes;
  writes.insert_executions = {full, plain};
  ASSERT_OK(Write(writes));

  EXPECT_THAT(store().ReadExecution(full.id), IsOkAndHolds(Optional(full)));
  EXPECT_THAT(store().ReadExecution(plain.id), IsOkAndHolds(Optional(plain)));
  EXPECT_THAT(store().ReadExecution(NewId()), IsOkAndHolds(std::nullopt));
}

TEST_P(ExecutionRows, AnUpdateWritesEveryColumnThatCanChange) {
  ExecutionRow row = FullExecution();
  const ExecutionRow other = FullExecution();
  Writes insert;
  insert.insert_executions = {row, other};
  ASSERT_OK(Write(insert));

  ChangeExecution(row);
  Writes update;
  update.update_executions = {row};
  ASSERT_OK(Write(update));
  EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(Optional(row)));
  EXPECT_THAT(store().ReadExecution(other.id), IsOkAndHolds(Optional(other)));
}

TEST_P(ExecutionRows, AnUpdateCanTakeEveryColumnBackToItsDefault) {
  ExecutionRow row = NewExecution();
  const ExecutionRow plain = row;
  ChangeExecution(row);
  Writes insert;
  insert.insert_executions = {row};
  ASSERT_OK(Write(insert));
  Writes update;
  update.update_executions = {plain};
  ASSERT_OK(Write(update));
  EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(Optional(plain)));
}

TEST_P(ExecutionRows, LockingAnswersInTheOrderOfTheRequestAndTellsMissingOnes) {
  const ExecutionRow a = FullExecution();
  const ExecutionRow b = NewExecution("bob");
  Writes writes;
  writes.insert_executions = {a, b};
  ASSERT_OK(Write(writes));

  std::vector<LockedExecution> locked;
  ASSERT_OK(Batch([&](Transaction& transaction) {
    auto answer = transaction.LockExecutions({b.id, NewId(), a.id});
    if (!answer.ok()) return answer.status();
    locked = *std::move(answer);
    return absl::OkStatus();
  }));
  ASSERT_EQ(locked.size(), 3);
  EXPECT_EQ(locked[0].outcome, LockedExecution::Outcome::kLocked);
  EXPECT_EQ(locked[0].row, b);
  EXPECT_EQ(locked[1].outcome, LockedExecution::Outcome::kMissing);
  EXPECT_EQ(locked[2].outcome, LockedExecution::Outcome::kLocked);
  EXPECT_EQ(locked[2].row, a);
}

TEST_P(ExecutionRows, ManyAreReadInTheOrderOfTheRequest) {
  const ExecutionRow full = FullExecution();
  ExecutionRow apart = NewExecution("bob");
  apart.root.input = {"flowmesh.poem.v1.PoemRequest", "", /*apart=*/true};
  Writes writes;
  writes.insert_executions = {full, apart, NewExecution()};
  writes.insert_payloads = {{{apart.id, 0}, PayloadDirection::kInput, "long"}};
  ASSERT_OK(Write(writes));
  EXPECT_THAT(store().ReadExecutions({apart.id, NewId(), full.id, apart.id, NewId("bob")}),
              IsOkAndHolds(ElementsAre(Optional(apart), std::nullopt, Optional(full), Optional(apart), std::nullopt)));
  EXPECT_THAT(store().ReadExecutions({}), IsOkAndHolds(IsEmpty()));
}

TEST_P(ExecutionRows, ATransactionSeesItsOwnWrites) {
  ExecutionRow row = NewExecution();
  ASSERT_OK(Batch([&](Transaction& transaction) {
    Writes insert;
    insert.insert_executions = {row};
    if (absl::Status status = transaction.Apply(insert); !status.ok()) return status;
    auto locked = transaction.LockExecutions({row.id});
    if (!locked.ok()) return locked.status();
    EXPECT_EQ((*locked)[0].row, row);
    return absl::OkStatus();
  }));
}

TEST_P(ExecutionRows, TheSameExecutionTwiceIsRefusedAndTheFirstOneStays) {
  const ExecutionRow row = FullExecution();
  Writes writes;
  writes.insert_executions = {row};
  ASSERT_OK(Write(writes));
  EXPECT_FALSE(Write(writes).ok());
  EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(Optional(row)));
}

TEST_P(ExecutionRows, AnUpdateOfAnUnknownExecutionIsRefused) {
  Writes writes;
  writes.update_executions = {NewExecution()};
  EXPECT_FALSE(Write(writes).ok());
}

TEST_P(ExecutionRows, UnfinishedOnesAreCountedByState) {
  EXPECT_THAT(store().CountUnfinished(), IsOkAndHolds(IsEmpty()));
  ExecutionRow queued = NewExecution();
  ExecutionRow running = NewExecution();
  running.state = ExecutionState::kRunning;
  ExecutionRow ended = NewExecution();
  ended.state = ExecutionState::kCancelled;
  Writes insert;
  insert.insert_executions = {queued, NewExecution("bob"), running, ended};
  ASSERT_OK(Write(insert));
  EXPECT_THAT(store().CountUnfinished(),
              IsOkAndHolds(UnorderedElementsAre(Pair(ExecutionState::kQueued, 2), Pair(ExecutionState::kRunning, 1))));

  queued.state = ExecutionState::kRunning;
  running.state = ExecutionState::kCompleted;
  ASSERT_OK(Batch([&](Transaction& transaction) {
    Writes update;
    update.update_executions = {queued, running};
    if (auto locked = transaction.LockExecutions({queued.id}); !locked.ok()) return locked.status();
    if (absl::Status status = transaction.Apply(update); !status.ok()) return status;
    queued.state = ExecutionState::kCancelling;  // a second change in the same batch
    Writes again;
    again.update_executions = {queued};
    absl::Status status = transaction.Apply(again);
    queued.state = ExecutionState::kRunning;
    return status;
  }));
  EXPECT_THAT(store().CountUnfinished(), IsOkAndHolds(UnorderedElementsAre(Pair(ExecutionState::kQueued, 1),
                                                                           Pair(ExecutionState::kCancelling, 1))));
}

TEST_P(TaskRows, EveryColumnComesBackAsItWasInsertedAndUpdated) {
  const ExecutionRow execution = NewExecution();
  const Id stranger = NewId("bob");
  TaskRow task = FullTask(1);
  TaskRow plain;
  plain.task = 2;
  const TaskRow others = FullTask(1);
  Writes insert;
  insert.insert_executions = {execution};
  insert.insert_tasks = {{execution.id, task}, {execution.id, plain}, {stranger, others}};
  ASSERT_OK(Write(insert));
  EXPECT_THAT(store().ListTasks(execution.id, 0, 10), IsOkAndHolds(ElementsAre(task, plain)));

  ChangeTask(task);
  ChangeTask(plain);
  Writes update;
  update.update_tasks = {{execution.id, plain}, {execution.id, task}};
  ASSERT_OK(Write(update));
  EXPECT_THAT(store().ListTasks(execution.id, 0, 10), IsOkAndHolds(ElementsAre(task, plain)));
  EXPECT_THAT(store().ListTasks(stranger, 0, 10), IsOkAndHolds(ElementsAre(others)));
}

TEST_P(TaskRows, ATransactionReadsThemInTheOrderOfTheRequest) {
  const Id id = NewId();
  Writes insert;
  insert.insert_tasks = {{id, FullTask(1)}, {id, FullTask(2)}};
  ASSERT_OK(Write(insert));
  ASSERT_OK(Batch([&](Transaction& transaction) {
    auto tasks = transaction.ReadTasks({TaskKey{id, 2}, TaskKey{NewId(), 1}, TaskKey{id, 1}, TaskKey{id, 3}});
    if (!tasks.ok()) return tasks.status();
    EXPECT_THAT(*tasks, ElementsAre(Optional(FullTask(2)), std::nullopt, Optional(FullTask(1)), std::nullopt));
    return absl::OkStatus();
  }));
}

TEST_P(TaskRows, AreListedPageByPageInOrder) {
  const Id id = NewId();
  Writes insert;
  for (const int number : {7, 1, 300, 2, 9}) insert.insert_tasks.push_back({id, FullTask(number)});
  ASSERT_OK(Write(insert));
  EXPECT_THAT(store().ListTasks(id, 0, 2), IsOkAndHolds(ElementsAre(FullTask(1), FullTask(2))));
  EXPECT_THAT(store().ListTasks(id, 2, 2), IsOkAndHolds(ElementsAre(FullTask(7), FullTask(9))));
  EXPECT_THAT(store().ListTasks(id, 9, 2), IsOkAndHolds(ElementsAre(FullTask(300))));
  EXPECT_THAT(store().ListTasks(id, 300, 2), IsOkAndHolds(IsEmpty()));
}

TEST_P(TaskRows, AnUpdateOfAnUnknownTaskIsRefused) {
  Writes writes;
  writes.update_tasks = {{NewId(), FullTask(1)}};
  EXPECT_FALSE(Write(writes).ok());
}

TEST_P(PayloadRows, StandApartFromTheirTask) {
  ExecutionRow row = NewExecution();
  row.root.input = {"flowmesh.poem.v1.PoemRequest", "", true};
  row.root.output = {"flowmesh.poem.v1.Poem", "", true};
  TaskRow task = FullTask(1);
  task.input = {"flowmesh.poem.v1.VerseRequest", "", true};
  const std::string large(1 << 20, '\xfe');
  Writes writes;
  writes.insert_executions = {row};
  writes.insert_tasks = {{row.id, task}};
  writes.insert_payloads = {{{row.id, 0}, PayloadDirection::kInput, large},
                            {{row.id, 0}, PayloadDirection::kOutput, ""},
                            {{row.id, 1}, PayloadDirection::kInput, "verse"}};
  ASSERT_OK(Write(writes));

  EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(Optional(row)));
  EXPECT_THAT(store().ListTasks(row.id, 0, 1), IsOkAndHolds(ElementsAre(task)));
  EXPECT_THAT(store().ReadPayload({row.id, 0}, PayloadDirection::kInput), IsOkAndHolds(large));
  EXPECT_THAT(store().ReadPayload({row.id, 0}, PayloadDirection::kOutput), IsOkAndHolds(""));
  EXPECT_THAT(store().ReadPayload({row.id, 1}, PayloadDirection::kOutput), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Batch([&](Transaction& transaction) {
    EXPECT_THAT(transaction.ReadPayload({row.id, 1}, PayloadDirection::kInput), IsOkAndHolds("verse"));
    EXPECT_THAT(transaction.ReadPayload({row.id, 2}, PayloadDirection::kInput), StatusIs(absl::StatusCode::kNotFound));
    return transaction.Apply(Writes());
  }));
}

TEST_P(PayloadRows, BytesThatStandApartAreNotKeptInTheRowToo) {
  ExecutionRow row = NewExecution();
  row.root.input = {"flowmesh.poem.v1.PoemRequest", "loaded", true};
  Writes writes;
  writes.insert_executions = {row};
  ASSERT_OK(Write(writes));
  row.root.input.bytes.clear();
  EXPECT_THAT(store().ReadExecution(row.id), IsOkAndHolds(Optional(row)));
}

TEST_P(FlowRows, AreInsertedAndReplacedByName) {
  FlowRow poem;
  poem.name = "poem";
  poem.is_flow_kind = true;
  poem.creatable = true;
  poem.input_type = "flowmesh.poem.v1.PoemRequest";
  poem.output_type = "flowmesh.poem.v1.Poem";
  poem.code_version = 4;
  poem.max_failures = 9;
  poem.retry_initial = absl::Milliseconds(150);
  poem.retry_multiplier = 1.7;
  poem.retry_cap = absl::Hours(2);
  poem.attempt_timeout = absl::Minutes(5);
  poem.descriptors_digest = std::string("\0digest", 7);
  poem.descriptors = std::string(100'000, '\0');
  FlowRow plain;
  plain.name = "a plain one";
  Writes writes;
  writes.upsert_flows = {poem, plain};
  ASSERT_OK(Write(writes));
  EXPECT_THAT(store().ReadFlows(), IsOkAndHolds(UnorderedElementsAre(poem, plain)));

  poem.code_version = 5;
  poem.attempt_timeout = absl::InfiniteDuration();
  poem.descriptors = "new";
  Writes update;
  update.upsert_flows = {poem};
  ASSERT_OK(Write(update));
  EXPECT_THAT(store().ReadFlows(), IsOkAndHolds(UnorderedElementsAre(poem, plain)));
}

}  // namespace
}  // namespace flowmesh::store
