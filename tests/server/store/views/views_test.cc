// What operators see of rows that a store wrote: the same in both stores.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "flowmesh/v1/execution.pb.h"
#include "server/base/ids.h"
#include "server/store/ready_order.h"
#include "tests/server/store/views/viewed_database.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::SeededRandom;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::UnorderedElementsAreArray;

constexpr uint64_t kReplica = 0xf00000000000000a;
constexpr uint64_t kSession = 0xb;

class ViewsTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  void SetUp() override {
    database_ = GetParam().make(&clock_);
    ASSERT_OK(database_->store().Join(kReplica));
  }

  std::vector<std::string> Rows(const std::string& from, const std::vector<Column>& columns) {
    return database_->Rows(from, columns);
  }

  void Write(const Writes& writes) {
    ASSERT_OK_AND_ASSIGN(const auto transaction, database_->store().Begin(kReplica, ++batch_));
    std::vector<ConcurrencyName> names;
    for (const ConcurrencyRow& row : writes.put_concurrency_keys) names.push_back(row.name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (!names.empty()) {
      ASSERT_OK(transaction->LockConcurrencyKeys(names));
    }
    ASSERT_OK(transaction->Apply(writes));
    ASSERT_OK(transaction->Commit());
  }

  Id NewId(const std::string& owner = "ann") { return ids_.Make(owner); }

  ExecutionRow NewExecution(const std::string& owner = "ann") {
    ExecutionRow row;
    row.id = NewId(owner);
    row.owner = owner;
    row.flow = "poem";
    row.state = ExecutionState::kQueued;
    row.create_time = kThen;
    row.first_of_chain = row.id;
    row.root.type = row.flow;
    row.root.create_time = kThen;
    return row;
  }

  // 2023-11-14T22:13:20.000123Z
  const absl::Time kThen = absl::FromUnixMicros(1'700'000'000'000'123);

  base::SystemClock clock_;
  SeededRandom random_;
  base::IdMaker ids_{&clock_, [this] { return random_.Next(); }};
  std::unique_ptr<ViewedDatabase> database_;
  uint64_t batch_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, ViewsTest, ::testing::ValuesIn(DatabaseKinds()),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(ViewsTest, BothStoresHaveTheSameColumns) {
  const auto columns = [&](const std::string& view) { return absl::StrJoin(database_->Columns(view), " "); };
  EXPECT_EQ(columns("executions_view"),
            "id owner flow state task_state priority create_time start_time end_time deadline age_seconds run_seconds "
            "event_head event_bytes result_bytes calls attempt failures failure_reason replica session");
  EXPECT_EQ(columns("tasks_view"),
            "execution_id task parent call_key kind type state priority create_time ready_time start_time end_time "
            "age_seconds run_seconds attempt failures failure_reason replica session");
  EXPECT_EQ(columns("totals_view"), "state executions");
  EXPECT_EQ(columns("queues_view"), "queue waiting owners oldest oldest_seconds");
  EXPECT_EQ(columns("timers_view"), "execution_id task kind due overdue_seconds");
  EXPECT_EQ(columns("replicas_view"), "replica state batch last_batch last_batch_seconds assigned");
  EXPECT_EQ(columns("assigned_view"), "replica session execution_id task owner flow execution_state");
  EXPECT_EQ(columns("keys_view"), "owner key holder holder_state waiting next");
}

TEST_P(ViewsTest, AnExecutionReadsAsPeopleReadIt) {
  ExecutionRow ended = NewExecution();
  ended.state = ExecutionState::kFailed;
  ended.start_time = kThen + absl::Milliseconds(500);
  ended.end_time = kThen + absl::Milliseconds(13'000);
  ended.deadline = kThen + absl::Hours(1);
  ended.event_head = 17;
  ended.event_bytes = int64_t{5} << 32;
  ended.result_bytes = 12;
  ended.next_task = 4;
  ended.root.state = TaskState::kFailed;
  ended.root.priority = 2;
  ended.root.attempt = 3;
  ended.root.failures = 2;
  ended.root.failure = {"RATE_LIMITED", "slow down", true};
  ended.root.replica_id = kReplica;
  ended.root.session = kSession;
  const ExecutionRow fresh = NewExecution("Größe");
  Writes writes;
  writes.insert_executions = {ended, fresh};
  Write(writes);

  EXPECT_THAT(
      Rows("executions_view", {{"owner"},
                               {"id"},
                               {"flow"},
                               {"state"},
                               {"task_state"},
                               {"priority"},
                               {"create_time", Holds::kTime},
                               {"start_time", Holds::kTime},
                               {"end_time", Holds::kTime},
                               {"deadline", Holds::kTime},
                               {"run_seconds", Holds::kSeconds},
                               {"event_head"},
                               {"event_bytes"},
                               {"result_bytes"},
                               {"calls"},
                               {"attempt"},
                               {"failures"},
                               {"failure_reason"},
                               {"replica"},
                               {"session"}}),
      ElementsAre(absl::StrCat("Größe|", fresh.id.ToString(),
                               "|poem|QUEUED|WAITING|5|2023-11-14T22:13:20.000123Z|-|-|-|-|0|0|0|0|0|0|-|-|-"),
                  absl::StrCat("ann|", ended.id.ToString(),
                               "|poem|FAILED|FAILED|2|2023-11-14T22:13:20.000123Z|2023-11-14T22:13:20.500123Z|"
                               "2023-11-14T22:13:33.000123Z|2023-11-14T23:13:20.000123Z|12500|17|21474836480|12|3|3|2|"
                               "RATE_LIMITED|f00000000000000a|000000000000000b")));
}

TEST_P(ViewsTest, AnIdFromElsewhereFindsItsExecution) {
  const ExecutionRow row = NewExecution();
  Writes writes;
  writes.insert_executions = {row, NewExecution()};
  Write(writes);
  EXPECT_THAT(Rows(absl::StrCat("executions_view WHERE id = '", row.id.ToString(), "'"), {{"id"}}),
              ElementsAre(row.id.ToString()));
}

TEST_P(ViewsTest, TasksOfAllKindsStandBesideTheRoot) {
  ExecutionRow execution = NewExecution();
  execution.root.state = TaskState::kParked;
  TaskRow call{.task = 1, .parent = 0, .call_key = "verse#1", .kind = TaskKind::kCall, .type = "write_verse"};
  call.state = TaskState::kAssigned;
  call.attempt = 1;
  call.create_time = kThen;
  call.ready_time = kThen + absl::Seconds(1);
  call.start_time = kThen + absl::Seconds(2);
  call.replica_id = kReplica;
  call.session = kSession;
  TaskRow done{.task = 2, .parent = 1, .call_key = "image", .kind = TaskKind::kCall, .type = "draw"};
  done.state = TaskState::kFailed;
  done.create_time = kThen;
  done.start_time = kThen + absl::Seconds(2);
  done.end_time = kThen + absl::Seconds(4);
  done.failures = 100;                          // a number of two bytes
  done.failure.reason = std::string(130, 'R');  // and its length too
  done.failure.message = "it did not work";
  Writes writes;
  writes.insert_executions = {execution};
  writes.insert_tasks = {{execution.id, call}, {execution.id, done}};
  Write(writes);
  EXPECT_THAT(Rows(absl::StrCat("tasks_view WHERE execution_id = '", execution.id.ToString(), "'"),
                   {{"task"},
                    {"parent"},
                    {"call_key"},
                    {"kind"},
                    {"type"},
                    {"state"},
                    {"priority"},
                    {"create_time", Holds::kTime},
                    {"ready_time", Holds::kTime},
                    {"start_time", Holds::kTime},
                    {"end_time", Holds::kTime},
                    {"attempt"},
                    {"failures"},
                    {"failure_reason"},
                    {"replica"},
                    {"session"}}),
              ElementsAre("0|-||ROOT|poem|PARKED|5|2023-11-14T22:13:20.000123Z|-|-|-|0|0|-|-|-",
                          "1|0|verse#1|CALL|write_verse|ASSIGNED|5|2023-11-14T22:13:20.000123Z|"
                          "2023-11-14T22:13:21.000123Z|2023-11-14T22:13:22.000123Z|-|1|0|-|f00000000000000a|"
                          "000000000000000b",
                          absl::StrCat("2|1|image|CALL|draw|FAILED|5|2023-11-14T22:13:20.000123Z|-|"
                                       "2023-11-14T22:13:22.000123Z|2023-11-14T22:13:24.000123Z|0|100|",
                                       std::string(130, 'R'), "|-|-")));
  EXPECT_THAT(Rows("tasks_view WHERE task = 2", {{"run_seconds", Holds::kSeconds}}), ElementsAre("2000"));
}

TEST_P(ViewsTest, StatesAndKindsAreTheWordsOfTheProtos) {
  Writes writes;
  std::vector<std::string> states;
  for (int state = 1; v1::Execution::State_IsValid(state); ++state) {
    ExecutionRow row = NewExecution();
    row.state = static_cast<ExecutionState>(state);
    row.flow = row.root.type = v1::Execution::State_Name(static_cast<v1::Execution::State>(state));
    states.push_back(absl::StrCat(row.flow, "|", row.flow));
    writes.insert_executions.push_back(std::move(row));
  }
  const Id id = writes.insert_executions[0].id;
  std::vector<std::string> tasks;
  int32_t number = 0;
  for (int state = 1; v1::Task::State_IsValid(state); ++state) {
    TaskRow task{.task = ++number, .parent = 0, .kind = TaskKind::kCall, .state = static_cast<TaskState>(state)};
    task.type = absl::StrCat("CALL ", v1::Task::State_Name(static_cast<v1::Task::State>(state)));
    task.call_key = absl::StrCat(number);
    tasks.push_back(absl::StrCat(task.type, "|", task.type));
    writes.insert_tasks.emplace_back(id, std::move(task));
  }
  for (int kind = 2; v1::Task::Kind_IsValid(kind); ++kind) {
    TaskRow task{.task = ++number, .parent = 0, .kind = static_cast<TaskKind>(kind), .state = TaskState::kReady};
    task.type = absl::StrCat(v1::Task::Kind_Name(static_cast<v1::Task::Kind>(kind)), " READY");
    task.call_key = absl::StrCat(number);
    tasks.push_back(absl::StrCat(task.type, "|", task.type));
    writes.insert_tasks.emplace_back(id, std::move(task));
  }
  Write(writes);
  EXPECT_THAT(Rows("executions_view", {{"flow"}, {"state"}}), UnorderedElementsAreArray(states));
  EXPECT_THAT(Rows("tasks_view WHERE task > 0", {{"type"}, {"kind || ' ' || state"}}),
              UnorderedElementsAreArray(tasks));
  EXPECT_THAT(Rows("tasks_view WHERE task = 0", {{"kind"}})[0], "ROOT");
}

TEST_P(ViewsTest, NamesThatAreNoTextShowTheirBytes) {
  const std::vector<std::pair<std::string, std::string>> names = {{"ann", "ann"},
                                                                  {"Größe €", "Größe €"},
                                                                  {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
                                                                  {"a\\b\t", "a\\b\t"},
                                                                  {"\xef\xbf\xbd", "\xef\xbf\xbd"},
                                                                  {"a\xff\\b", R"(a\377\\b)"},
                                                                  {std::string("a\0b\\", 4), R"(a\000b\\)"},
                                                                  {"\x80", R"(\200)"},
                                                                  {"\xc3", R"(\303)"},
                                                                  {"\xc3\xbc\xbc", R"(\303\274\274)"},
                                                                  {"\xc0\x80", R"(\300\200)"},
                                                                  {"\xe2\x82"
                                                                   "a",
                                                                   R"(\342\202a)"},
                                                                  {"\xed\xa0\x80", R"(\355\240\200)"},
                                                                  {"\xef\xbf\xbf", R"(\357\277\277)"},
                                                                  {"\xf4\x90\x80\x80", R"(\364\220\200\200)"},
                                                                  {"\xf8\x88\x80\x80\x80", R"(\370\210\200\200\200)"}};
  Writes writes;
  std::vector<std::string> shown;
  for (const auto& [name, text] : names) {
    ExecutionRow row = NewExecution(name);
    row.flow = row.root.type = name;
    shown.push_back(absl::StrCat(row.id.ToString(), "|", text, "|", text));
    writes.insert_executions.push_back(std::move(row));
  }
  Write(writes);
  EXPECT_THAT(Rows("executions_view", {{"id"}, {"owner"}, {"flow"}}), UnorderedElementsAreArray(shown));
}

TEST_P(ViewsTest, QueuesTellHowManyWaitAndForHowLong) {
  const absl::Time before = clock_.Now();
  Writes writes;
  for (const auto& [queue, owner, age] : {std::tuple("poem", "ann", 100), std::tuple("poem", "ann", 10),
                                          std::tuple("poem", "bob", 5), std::tuple("verse@2", "ann", 1)}) {
    writes.insert_ready.push_back({queue, OwnerHash(owner), 5, {NewId(owner), 0}, before - absl::Seconds(age)});
  }
  Write(writes);
  EXPECT_THAT(Rows("queues_view", {{"queue"}, {"waiting"}, {"owners"}}), ElementsAre("poem|3|2", "verse@2|1|1"));
  EXPECT_THAT(Rows("queues_view WHERE queue = 'poem'", {{"oldest", Holds::kTime}}),
              ElementsAre(absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", before - absl::Seconds(100), absl::UTCTimeZone())));
  int64_t millis = 0;
  ASSERT_TRUE(
      absl::SimpleAtoi(Rows("queues_view WHERE queue = 'poem'", {{"oldest_seconds", Holds::kSeconds}})[0], &millis));
  EXPECT_THAT(millis, AllOf(Ge(99'999), Le(absl::ToInt64Milliseconds(clock_.Now() - before) + 100'001)));
}

TEST_P(ViewsTest, AgesCountOnUntilTheEnd) {
  const absl::Time before = clock_.Now();
  ExecutionRow row = NewExecution();
  row.create_time = row.root.create_time = before - absl::Seconds(60);
  row.start_time = row.root.start_time = before - absl::Seconds(30);
  Writes writes;
  writes.insert_executions = {row};
  Write(writes);
  for (const std::string view : {"executions_view", "tasks_view"}) {
    for (const auto& [column, age] : {std::pair("age_seconds", 60'000), std::pair("run_seconds", 30'000)}) {
      int64_t millis = 0;
      ASSERT_TRUE(absl::SimpleAtoi(Rows(view, {{column, Holds::kSeconds}})[0], &millis));
      EXPECT_THAT(millis, AllOf(Ge(age - 1), Le(absl::ToInt64Milliseconds(clock_.Now() - before) + age + 1)));
    }
  }
}

TEST_P(ViewsTest, TimersTellWhatTheyAreForAndHowLateTheyAre) {
  const absl::Time now = clock_.Now();
  const Id id = NewId();
  Writes writes;
  writes.insert_timers = {{kThen, {id, 0}, TimerKind::kDeadline},
                          {kThen, {id, 1}, TimerKind::kSleep},
                          {kThen, {id, 2}, TimerKind::kRetry},
                          {kThen, {id, 3}, TimerKind::kRelease},
                          {now + absl::Hours(1), {id, 4}, TimerKind::kSleep},
                          {absl::InfiniteFuture(), {id, 5}, TimerKind::kSleep}};
  Write(writes);
  EXPECT_THAT(Rows("timers_view WHERE task < 4", {{"execution_id"}, {"task"}, {"kind"}, {"due", Holds::kTime}}),
              ElementsAre(absl::StrCat(id.ToString(), "|0|DEADLINE|2023-11-14T22:13:20.000123Z"),
                          absl::StrCat(id.ToString(), "|1|SLEEP|2023-11-14T22:13:20.000123Z"),
                          absl::StrCat(id.ToString(), "|2|RETRY|2023-11-14T22:13:20.000123Z"),
                          absl::StrCat(id.ToString(), "|3|RELEASE|2023-11-14T22:13:20.000123Z")));
  EXPECT_THAT(Rows("timers_view WHERE overdue_seconds > 0", {{"task"}}), ElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(Rows("timers_view WHERE overdue_seconds < 0", {{"task"}}), ElementsAre("4", "5"));
  EXPECT_THAT(Rows("timers_view WHERE task = 5", {{"due"}}), ElementsAre("infinity"));
}

TEST_P(ViewsTest, ReplicasTellWhoLivesAndWhatTheyHave) {
  const ExecutionRow mine = NewExecution();
  Writes writes;
  writes.insert_executions = {mine};
  writes.insert_assigned = {{kReplica, kSession, {mine.id, 0}}, {kReplica, kSession + 1, {NewId(), 7}}};
  Write(writes);
  EXPECT_THAT(Rows("replicas_view", {{"replica"}, {"state"}, {"batch"}, {"assigned"}}),
              ElementsAre("f00000000000000a|ALIVE|1|2"));
  EXPECT_THAT(Rows("replicas_view WHERE last_batch_seconds BETWEEN -1 AND 3600", {{"replica"}}),
              ElementsAre("f00000000000000a"));
  EXPECT_THAT(
      Rows("assigned_view", {{"session"}, {"replica"}, {"task"}, {"owner"}, {"flow"}, {"execution_state"}}),
      ElementsAre("000000000000000b|f00000000000000a|0|ann|poem|QUEUED", "000000000000000c|f00000000000000a|7|-|-|-"));
  EXPECT_THAT(Rows("assigned_view WHERE task = 0", {{"execution_id"}}), ElementsAre(mine.id.ToString()));

  ASSERT_OK_AND_ASSIGN(const auto leaving, database_->store().Begin(kReplica, ++batch_));
  ASSERT_OK(leaving->DeclareDead(kReplica, batch_));
  ASSERT_OK(leaving->Commit());
  EXPECT_THAT(Rows("replicas_view WHERE assigned = 2", {{"state"}}), ElementsAre("DEAD"));
}

TEST_P(ViewsTest, ConcurrencyKeysTellWhoHoldsThemAndWhoIsNext) {
  const ExecutionRow holder = NewExecution();
  const Id first = NewId();
  const Id second = NewId();
  const Id alone = NewId("bob");
  Writes writes;
  writes.insert_executions = {holder};
  writes.put_concurrency_keys = {{{"ann", "k"}, 0, holder.id, ConcurrencyPolicy::kQueue},
                                 {{"ann", "k"}, 7, second, ConcurrencyPolicy::kQueue},
                                 {{"ann", "k"}, 5, first, ConcurrencyPolicy::kQueue},
                                 {{"bob", "k\xff"}, 0, alone, ConcurrencyPolicy::kReject}};
  Write(writes);
  EXPECT_THAT(Rows("keys_view", {{"owner"}, {"key"}, {"holder"}, {"holder_state"}, {"waiting"}, {"next"}}),
              ElementsAre(absl::StrCat("ann|k|", holder.id.ToString(), "|QUEUED|2|", first.ToString()),
                          absl::StrCat("bob|k\\377|", alone.ToString(), "|-|0|-")));
}

TEST_P(ViewsTest, TotalsCountWhatIsNotFinal) {
  EXPECT_THAT(Rows("totals_view WHERE executions > 0", {{"state"}}), IsEmpty());
  ExecutionRow done = NewExecution();
  done.state = ExecutionState::kCompleted;
  ExecutionRow running = NewExecution();
  running.state = ExecutionState::kRunning;
  Writes writes;
  writes.insert_executions = {NewExecution(), NewExecution("bob"), running, done};
  Write(writes);
  EXPECT_THAT(Rows("totals_view", {{"state"}, {"executions"}}), ElementsAre("QUEUED|2", "RUNNING|1"));
}

}  // namespace
}  // namespace flowmesh::store
