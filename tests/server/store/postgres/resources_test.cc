// Resources and aliases on PostgreSQL: plans, and what two replicas at work at the same time do to each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "server/store/postgres/statements.h"
#include "tests/server/store/postgres/postgres_fixture.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using postgres::Sql;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;

class PostgresResourcesTest : public PostgresFixture {
 protected:
  static constexpr uint64_t kOther = 8;

  PostgresResourcesTest() {
    PostgresOptions options;
    options.lock_timeout = absl::Milliseconds(100);
    mine_ = OpenStore(options, kReplica);
    theirs_ = OpenStore(options, kOther);
  }

  std::unique_ptr<Transaction> Mine() { return Begun(*mine_, kReplica); }
  std::unique_ptr<Transaction> Theirs() { return Begun(*theirs_, kOther); }

  ResourceRow New() {
    ResourceRow row;
    row.id = ids_.Make("ann");
    row.kind = "quiz.question";
    row.owner = "ann";
    row.create_time = absl::FromUnixSeconds(1);
    row.update_time = row.create_time;
    row.payload = "payload";
    return row;
  }

  void Write(const Writes& writes) {
    const auto transaction = Mine();
    ASSERT_OK(transaction->Apply(writes));
    ASSERT_OK(transaction->Commit());
  }

  // Brings the planner's knowledge of the tables into this state.
  void Know(const std::string& state) {
    if (state == "filled") {
      Writes writes;
      for (int i = 0; i < 200; ++i) {
        ResourceRow row = New();
        if (i % 2 == 0) row.parent = row.id;
        if (i % 3 == 0) row.execution_id = row.id;
        writes.insert_resources.push_back(row);
        writes.insert_aliases.push_back({"ann", "user.name", std::to_string(i), row.id});
      }
      Write(writes);
    }
    if (state != "never looked at") database_.Execute("VACUUM ANALYZE");
  }

  // As a session of the program makes it, for whatever parameters come.
  std::string PlanOf(Sql sql) {
    const std::string& text = postgres::StatementOf(sql).text;
    int parameters = 0;
    while (text.find("$" + std::to_string(parameters + 1)) != std::string::npos) ++parameters;
    std::string nulls;
    for (int i = 0; i < parameters; ++i) nulls += i == 0 ? "NULL" : ", NULL";
    return database_.Execute(
        "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_bitmapscan = off; "
        "SET plan_cache_mode = force_generic_plan; PREPARE it AS " +
        text + "; EXPLAIN (FORMAT JSON) EXECUTE it(" + nulls + ")");
  }

  std::unique_ptr<PostgresStore> mine_;
  std::unique_ptr<PostgresStore> theirs_;

 private:
  std::unique_ptr<Transaction> Begun(PostgresStore& store, uint64_t replica) {
    auto transaction = store.Begin(replica, ++batch_);
    EXPECT_OK(transaction);
    if (!transaction.ok()) std::abort();
    return *std::move(transaction);
  }

  uint64_t batch_ = 0;
};

// Whatever the planner knows of the tables: a plan that is made early is kept while they grow.
TEST_F(PostgresResourcesTest, AListSeeksItsPlaceInItsIndexAndSortsNothing) {
  const std::vector<std::tuple<Sql, std::string, std::string>> lists = {
      {Sql::kListResourcesOfOwner, "resources_of_owner", "ROW(create_time, resource_id) <"},
      {Sql::kListResourcesOfOwnerUp, "resources_of_owner", "ROW(create_time, resource_id) >"},
      {Sql::kListResourcesOfAll, "resources_of_kind", "ROW(create_time, resource_id) <"},
      {Sql::kListResourcesOfAllUp, "resources_of_kind", "ROW(create_time, resource_id) >"},
      {Sql::kListResourcesOfParent, "resources_of_parent", "(resource_id <"},
      {Sql::kListResourcesOfParentUp, "resources_of_parent", "(resource_id >"},
      {Sql::kListResourcesOfExecution, "resources_of_execution", "ROW(create_time, resource_id) <"},
      {Sql::kListResourcesOfExecutionUp, "resources_of_execution", "ROW(create_time, resource_id) >"}};
  for (const char* state : {"never looked at", "empty", "filled"}) {
    Know(state);
    for (const auto& [sql, index, bound] : lists) {
      const std::string plan = PlanOf(sql);
      EXPECT_THAT(plan, AllOf(HasSubstr("\"Index Name\": \"" + index + "\""), Not(HasSubstr("Sort")),
                              Not(HasSubstr("Seq Scan"))))
          << state;
      const size_t condition = plan.find("\"Index Cond\"");
      ASSERT_NE(condition, std::string::npos) << plan;
      EXPECT_THAT(plan.substr(condition, plan.find('\n', condition) - condition), HasSubstr(bound)) << state;
    }
  }
}

TEST_F(PostgresResourcesTest, EveryOtherStatementSeeksItsRows) {
  const std::vector<std::pair<Sql, std::string>> statements = {
      {Sql::kUpdateResources, "resources_pkey"}, {Sql::kReadResources, "resources_pkey"},
      {Sql::kReadAliases, "aliases_pkey"},       {Sql::kUpdateAliases, "aliases_pkey"},
      {Sql::kDeleteAliases, "aliases_pkey"},     {Sql::kPurgeAliases, "resources_of_execution"},
      {Sql::kPurgeAliases, "aliases_of_object"}, {Sql::kMeasureResources, "resources_of_execution"},
      {Sql::kPurgeResources, "resources_pkey"}};
  for (const char* state : {"never looked at", "filled"}) {
    Know(state);
    for (const auto& [sql, index] : statements) {
      EXPECT_THAT(PlanOf(sql), AllOf(HasSubstr("\"Index Name\": \"" + index + "\""), Not(HasSubstr("Join Filter")),
                                     Not(HasSubstr("Seq Scan"))))
          << state << ": " << postgres::StatementOf(sql).text;
    }
  }
}

TEST_F(PostgresResourcesTest, ANameThatIsBeingClaimedIsWaitedFor) {
  const AliasRow name = {"", "quiz.task", "task-1-2", ids_.Make("ann")};
  AliasRow same = name;
  same.object_id = ids_.Make("bob");
  const AliasRow beside = {"bob", "quiz.task", "task-1-2", same.object_id};
  auto mine = Mine();
  EXPECT_TRUE(mine->ClaimAliases({name})->at(0).fresh);
  EXPECT_THAT(Theirs()->ClaimAliases({beside, same}), StatusIs(absl::StatusCode::kAborted)) << "the lock timeout";
  ASSERT_OK(mine->Commit());
  const auto theirs = Theirs();
  ASSERT_OK_AND_ASSIGN(const auto claimed, theirs->ClaimAliases({beside, same}));
  EXPECT_TRUE(claimed[0].fresh) << "what was rolled back left nothing";
  EXPECT_FALSE(claimed[1].fresh);
  EXPECT_EQ(claimed[1].object_id, name.object_id);
}

TEST_F(PostgresResourcesTest, OneAtATimeCounts) {
  const ResourceRow counter = New();
  auto mine = Mine();
  EXPECT_THAT(mine->CountUp(counter), IsOkAndHolds(1));
  EXPECT_THAT(Theirs()->CountUp(counter), StatusIs(absl::StatusCode::kAborted)) << "the lock timeout";
  ASSERT_OK(mine->Commit());
  auto theirs = Theirs();
  EXPECT_THAT(theirs->CountUp(counter), IsOkAndHolds(2));
  theirs.reset();
  EXPECT_THAT(Theirs()->CountUp(counter), IsOkAndHolds(2)) << "rolled back";
}

// A batch of another replica that inserted the same row a moment before is no mistake of this one.
TEST_F(PostgresResourcesTest, WhoeverMeetsAnothersRowIsToldToTryAgain) {
  const ResourceRow row = New();
  const AliasRow name = {"ann", "user.name", "ann", row.id};
  ArtifactRow upload;
  upload.id = ids_.Make("ann");
  upload.owner = "ann";
  upload.name = "a.txt";
  upload.media_type = "text/plain";
  upload.digest = std::string(32, 'd');
  Write({.insert_artifacts = {upload}, .insert_resources = {row}, .insert_aliases = {name}});
  EXPECT_THAT(Theirs()->Apply({.insert_resources = {row}}), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Theirs()->Apply({.insert_aliases = {name}}), StatusIs(absl::StatusCode::kAborted));
  upload.id = ids_.Make("ann");
  EXPECT_THAT(Theirs()->Apply({.insert_artifacts = {upload}}), StatusIs(absl::StatusCode::kAborted));
  // An execution is made once, whatever others do: its id is new.
  const ExecutionRow execution = NewExecution();
  Write({.insert_executions = {execution}});
  EXPECT_THAT(Theirs()->Apply({.insert_executions = {execution}}), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(PostgresResourcesTest, AnUpdateThatHasWaitedLooksAtTheNewestRow) {
  ResourceRow row = New();
  row.execution_id = ids_.Make("ann");
  Write({.insert_resources = {row}});
  const Id retry = ids_.Make("ann");
  PostgresOptions options;
  options.lock_timeout = absl::Minutes(1);
  const auto patient = OpenStore(options, 9);
  auto mine = Mine();
  ASSERT_OK(mine->Apply({.update_resources = {{.id = row.id, .execution_id = retry, .update_time = row.update_time}}}));
  absl::Status written;
  std::thread writer([&] {
    auto late = patient->Begin(9, 1);
    written = late.status();
    if (!written.ok()) return;
    written = (*late)->Apply(
        {.update_resources = {
             {.id = row.id, .only_of = row.execution_id, .payload = "too late", .update_time = row.update_time}}});
    if (written.ok()) written = (*late)->Commit();
  });
  WaitUntil(database_, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  ASSERT_OK(mine->Commit());
  writer.join();
  ASSERT_OK(written);
  row.execution_id = retry;
  row.version = 2;
  EXPECT_THAT(theirs_->ReadResource(row.id), IsOkAndHolds(Optional(row)));
}

TEST_F(PostgresResourcesTest, ChangesStayOnTheirPage) {
  Writes insert;
  for (int i = 0; i < 500; ++i) insert.insert_resources.push_back(New());
  Write(insert);
  for (size_t first = 0; first < 10; ++first) {
    Writes update;
    for (size_t i = first; i < 500; i += 10) {
      update.update_resources.push_back(
          {.id = insert.insert_resources[i].id, .payload = "changed", .update_time = absl::FromUnixSeconds(2)});
    }
    Write(update);
  }
  mine_.reset();  // the server adds up the counts of a session that ends
  WaitUntil(database_, "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'resources'");
  EXPECT_EQ(database_.Execute("SELECT n_tup_hot_upd >= 450 AND n_tup_upd = 500 FROM pg_stat_user_tables "
                              "WHERE relname = 'resources'"),
            "t");
}

}  // namespace
}  // namespace flowmesh::store
