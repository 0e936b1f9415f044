// What durable calls look up: children by name, unfinished ones, records, tokens, signals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

class CallsTest : public StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    Writes writes;
    writes.insert_executions = {execution_ = NewExecution(), other_ = NewExecution()};
    ASSERT_OK(Write(writes));
  }

  TaskRow NewTask(int32_t number, int32_t parent, const std::string& call_key, TaskState state, int32_t record = 0) {
    TaskRow task = FullTask(number);
    task.parent = parent;
    task.call_key = call_key;
    task.state = state;
    task.record = record;
    return task;
  }

  void Insert(const std::vector<TaskRow>& tasks) {
    Writes writes;
    for (const TaskRow& task : tasks) writes.insert_tasks.emplace_back(execution_.id, task);
    ASSERT_OK(Write(writes));
  }

  static std::vector<int32_t> NumbersOf(const std::vector<TaskRow>& tasks) {
    std::vector<int32_t> numbers;
    for (const TaskRow& task : tasks) numbers.push_back(task.task);
    return numbers;
  }

  ExecutionRow execution_;
  ExecutionRow other_;
};

RUN_ON_EVERY_STORE(CallsTest);

TEST_P(CallsTest, ACallIsFoundByExecutionParentAndKey) {
  Insert({NewTask(1, 0, "verse#0", TaskState::kReady), NewTask(2, 1, "verse#0", TaskState::kAssigned),
          NewTask(3, 0, "verse#1", TaskState::kCompleted)});
  std::vector<std::optional<TaskRow>> found;
  ASSERT_OK(Batch([&](Transaction& transaction) {
    auto calls = transaction.FindCalls(std::vector<CallName>{{execution_.id, 1, "verse#0"},
                                                             {execution_.id, 0, "verse#0"},
                                                             {execution_.id, 0, "verse#2"},
                                                             {other_.id, 0, "verse#0"}});
    if (!calls.ok()) return calls.status();
    found = *std::move(calls);
    return absl::OkStatus();
  }));
  ASSERT_THAT(found, SizeIs(4));
  EXPECT_THAT(found[0], Optional(NewTask(2, 1, "verse#0", TaskState::kAssigned)));
  EXPECT_THAT(found[1], Optional(NewTask(1, 0, "verse#0", TaskState::kReady)));
  EXPECT_EQ(found[2], std::nullopt);
  EXPECT_EQ(found[3], std::nullopt);
}

TEST_P(CallsTest, UnfinishedTasksAreThoseOfTheExecutionThatAreNotFinal) {
  std::vector<TaskRow> tasks;
  for (int32_t state = 1; state <= static_cast<int32_t>(TaskState::kTimedOut); ++state) {
    tasks.push_back(NewTask(state, 0, "call " + std::to_string(state), static_cast<TaskState>(state)));
  }
  Insert(tasks);
  std::vector<TaskRow> unfinished;
  std::vector<TaskRow> of_other;
  ASSERT_OK(Batch([&](Transaction& transaction) {
    auto read = transaction.ReadUnfinishedTasks(execution_.id);
    auto none = transaction.ReadUnfinishedTasks(other_.id);
    if (!read.ok() || !none.ok()) return read.ok() ? none.status() : read.status();
    unfinished = *std::move(read);
    of_other = *std::move(none);
    return absl::OkStatus();
  }));
  EXPECT_THAT(NumbersOf(unfinished), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(of_other, IsEmpty());
  auto listed = store().ListUnfinishedTasks(execution_.id, 100);
  ASSERT_OK(listed);
  EXPECT_EQ(*listed, unfinished);
  listed = store().ListUnfinishedTasks(execution_.id, 2);
  ASSERT_OK(listed);
  EXPECT_THAT(NumbersOf(*listed), ElementsAre(1, 2));
  listed = store().ListUnfinishedTasks(other_.id, 100);
  ASSERT_OK(listed);
  EXPECT_THAT(*listed, IsEmpty());
}

TEST_P(CallsTest, RecordsComeInTheirOrderWithOutputsThatStandApart) {
  TaskRow large = NewTask(1, 0, "large", TaskState::kCompleted, /*record=*/2);
  large.output = {.type = "flowmesh.poem.v1.Poem", .apart = true};
  const std::string bytes(5000, 'p');
  Writes writes;
  writes.insert_tasks = {{execution_.id, large},
                         {execution_.id, NewTask(2, 0, "first", TaskState::kFailed, 1)},
                         {execution_.id, NewTask(3, 0, "open", TaskState::kReady, 0)},
                         {execution_.id, NewTask(4, 1, "of another flow", TaskState::kCompleted, 1)},
                         {execution_.id, NewTask(5, 0, "last", TaskState::kCompleted, 3)}};
  writes.insert_payloads = {{.key = {execution_.id, 1}, .direction = PayloadDirection::kOutput, .bytes = bytes}};
  ASSERT_OK(Write(writes));
  auto records = store().ReadRecords(execution_.id, 0, 0, 1 << 20);
  ASSERT_OK(records);
  EXPECT_THAT(NumbersOf(*records), ElementsAre(2, 1, 5));
  EXPECT_EQ((*records)[1].output.bytes, bytes);
  records = store().ReadRecords(execution_.id, 0, 1, 4000);
  ASSERT_OK(records);
  EXPECT_THAT(NumbersOf(*records), ElementsAre(1)) << "one at least, then no more than the bytes";
  records = store().ReadRecords(execution_.id, 0, 3, 1 << 20);
  ASSERT_OK(records);
  EXPECT_THAT(*records, IsEmpty());
}

TEST_P(CallsTest, ATokenLeadsToItsTask) {
  Writes writes;
  writes.insert_task_tokens = {{.digest = std::string("\0one", 4), .key = {execution_.id, 4}},
                               {.digest = "two", .key = {other_.id, 0}}};
  ASSERT_OK(Write(writes));
  std::vector<std::optional<TaskKey>> found;
  ASSERT_OK(Batch([&](Transaction& transaction) {
    auto tokens = transaction.FindTaskTokens(std::vector<std::string>{"two", "three", std::string("\0one", 4)});
    if (!tokens.ok()) return tokens.status();
    found = *std::move(tokens);
    return absl::OkStatus();
  }));
  EXPECT_THAT(found, ElementsAre(Optional(TaskKey{other_.id, 0}), std::nullopt, Optional(TaskKey{execution_.id, 4})));
}

TEST_P(CallsTest, SignalsWaitInOrderUntilTheyAreTaken) {
  auto signal = [&](int64_t number, const std::string& name) {
    return SignalRow{.execution_id = execution_.id,
                     .number = number,
                     .name = name,
                     .payload = {.type = "poem.Word", .bytes = std::string(3000, 'w')},
                     .create_time = clock().Now()};
  };
  SignalRow bare = signal(3, "word");
  bare.payload = {};
  Writes writes;
  writes.insert_signals = {bare, signal(1, "word"), signal(2, "other")};
  ASSERT_OK(Write(writes));
  auto read = [&] {
    std::vector<SignalRow> signals;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      auto found = transaction.ReadSignals(execution_.id);
      if (!found.ok()) return found.status();
      signals = *std::move(found);
      return absl::OkStatus();
    }));
    return signals;
  };
  EXPECT_THAT(read(), ElementsAre(signal(1, "word"), signal(2, "other"), bare));
  Writes taken;
  taken.delete_signals = {signal(1, "word")};
  ASSERT_OK(Write(taken));
  EXPECT_THAT(read(), ElementsAre(signal(2, "other"), bare));
}

}  // namespace
}  // namespace flowmesh::store
