#include "server/store/postgres/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/server/store/postgres/postgres_fixture.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::PostgresCluster;
using flowmesh::testing::PostgresDatabase;
using flowmesh::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr char kOtherSessions[] =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid()";

class PostgresStoreTest : public PostgresFixture {};

TEST_F(PostgresStoreTest, TimeIsTheServersAndDoesNotGoBackOverRestarts) {
  const auto servers = [&] {
    return absl::FromUnixMicros(
        std::stoll(database_.Execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8")));
  };
  absl::Time first;
  {
    const auto store = OpenStore({}, 1);
    const absl::Time before = servers();
    ASSERT_OK_AND_ASSIGN(const auto transaction, store->Begin(1, 1));
    first = transaction->now();
    EXPECT_GE(first, before);
    EXPECT_LE(first, servers());
    ASSERT_OK(transaction->Commit());
  }
  // As if the server's clock had been an hour ahead.
  database_.Execute("UPDATE replicas SET time = time + 3600000000");
  const auto store = OpenStore({}, 2);
  ASSERT_OK_AND_ASSIGN(const auto transaction, store->Begin(2, 1));
  EXPECT_GE(transaction->now(), first + absl::Hours(1));
}

TEST_F(PostgresStoreTest, ABackendThatIsTerminatedTakesItsBatchWithItAndTheNextOneGoesOn) {
  const auto store = OpenStore({});
  const ExecutionRow row = NewExecution();
  {
    const auto transaction = Inserting(*store, 1, row);
    database_.Execute(kOtherSessions);
    EXPECT_THAT(transaction->Apply({.insert_chunks = {{row.id, 1, 1, "e"}}}), StatusIs(absl::StatusCode::kAborted));
    EXPECT_THAT(transaction->Commit(), StatusIs(absl::StatusCode::kAborted));
  }
  EXPECT_THAT(store->ReadExecution(row.id), IsOkAndHolds(std::nullopt));
  EXPECT_OK(Insert(*store, 2, row));
  EXPECT_THAT(store->ReadExecution(row.id), IsOkAndHolds(Optional(row)));
}

TEST_F(PostgresStoreTest, BetweenBatchesACutConnectionIsNotNoticed) {
  const auto store = OpenStore({});
  const ExecutionRow row = NewExecution();
  EXPECT_OK(Insert(*store, 1, row));
  EXPECT_THAT(store->ReadExecution(row.id), IsOkAndHolds(Optional(row)));
  database_.Execute(kOtherSessions);
  EXPECT_THAT(store->ReadExecution(row.id), IsOkAndHolds(Optional(row)));
  EXPECT_OK(Insert(*store, 2, NewExecution()));
}

TEST(PostgresRestartTest, WhatWasCommittedIsThereAfterARestartAndAfterACrash) {
  PostgresCluster cluster(PostgresCluster::Durability::kFull);
  PostgresDatabase database(cluster);
  ASSERT_OK_AND_ASSIGN(const auto store, PostgresStore::Open({.url = database.url()}));
  ASSERT_OK(store->Join(7));
  const Id id = {1, 2};
  for (int64_t i = 1; i <= 2; ++i) {
    if (i == 1) cluster.Restart();
    if (i == 2) cluster.CrashAndRestart();
    ASSERT_OK_AND_ASSIGN(const auto transaction, store->Begin(7, static_cast<uint64_t>(i)));
    ASSERT_OK(transaction->Apply({.insert_chunks = {{id, i, 1, "event"}}}));
    ASSERT_OK(transaction->Commit());
  }
  cluster.CrashAndRestart();
  EXPECT_THAT(store->ReadEvents(id, 0, 1000), IsOkAndHolds(SizeIs(2)));
}

TEST_F(PostgresStoreTest, TheCommitLoopIsToldToTryAgainWhileThereIsNoServer) {
  PostgresOptions options;
  options.reconnect_cap = absl::Milliseconds(10);
  const auto store = OpenStore(options);
  PostgresCluster::Shared().Execute("postgres", "ALTER DATABASE " + database_.name() + " ALLOW_CONNECTIONS false");
  PostgresCluster::Shared().Execute(
      "postgres",
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '" + database_.name() + "'");
  for (uint64_t batch : {1, 2, 3}) {
    EXPECT_THAT(store->Begin(kReplica, batch), StatusIs(absl::StatusCode::kAborted));
    EXPECT_THAT(store->ReadyQueues(), StatusIs(absl::StatusCode::kAborted));
  }
  PostgresCluster::Shared().Execute("postgres", "ALTER DATABASE " + database_.name() + " ALLOW_CONNECTIONS true");
  EXPECT_OK(Insert(*store, 4, NewExecution()));
  EXPECT_OK(store->ReadyQueues());
}

TEST_F(PostgresStoreTest, TablesOfOthersAndNewerOnesAreLeftAlone) {
  database_.Execute("CREATE TABLE theirs (a int)");
  PostgresOptions options;
  options.url = database_.url();
  EXPECT_THAT(PostgresStore::Open(options),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("choose an empty")));
  EXPECT_EQ(database_.Execute("SELECT count(*) FROM pg_class WHERE relname = 'executions'"), "0");
  database_.Execute("DROP TABLE theirs");
  EXPECT_OK(PostgresStore::Open(options));
  database_.Execute("UPDATE flowmesh_version SET number = 1000");
  EXPECT_THAT(PostgresStore::Open(options),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("newer flowmesh")));
}

TEST_F(PostgresStoreTest, AWrongAddressSaysWhatIsWrong) {
  PostgresOptions options;
  options.url = PostgresCluster::Shared().Url("nobodys_database");
  EXPECT_THAT(PostgresStore::Open(options), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("nobodys")));
  options.url = PostgresCluster::Url("postgres", "/nowhere");
  EXPECT_THAT(PostgresStore::Open(options), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("/nowhere")));
}

TEST_F(PostgresStoreTest, NamesMayHoldAnyBytes) {
  const auto store = OpenStore({});
  ExecutionRow row = NewExecution();
  row.owner = std::string("nul\0 and \xff\xfe", 11);
  row.flow = std::string("\0", 1);
  EXPECT_OK(Insert(*store, 1, row));
  EXPECT_THAT(store->ReadExecution(row.id), IsOkAndHolds(Optional(row)));
}

TEST_F(PostgresStoreTest, UpdatesStayOnTheirPage) {
  auto store = OpenStore({});
  uint64_t batch = 0;
  const auto write = [&](const Writes& writes) {
    ASSERT_OK_AND_ASSIGN(const auto transaction, store->Begin(kReplica, ++batch));
    ASSERT_OK(transaction->Apply(writes));
    ASSERT_OK(transaction->Commit());
  };
  Writes insert;
  for (int i = 0; i < 500; ++i) insert.insert_executions.push_back(NewExecution());
  write(insert);
  for (size_t first = 0; first < 10; ++first) {
    Writes update;
    for (size_t i = first; i < insert.insert_executions.size(); i += 10) {
      update.update_executions.push_back(insert.insert_executions[i]);
      update.update_executions.back().state = ExecutionState::kRunning;
    }
    write(update);
  }
  store.reset();  // the server adds up the counts of a session that ends
  WaitUntil(database_, "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'executions'");
  EXPECT_EQ(database_.Execute("SELECT n_tup_hot_upd >= 450 AND n_tup_upd = 500 FROM pg_stat_user_tables "
                              "WHERE relname = 'executions'"),
            "t");
}

}  // namespace
}  // namespace flowmesh::store
