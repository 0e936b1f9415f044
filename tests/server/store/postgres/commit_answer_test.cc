// What becomes of a batch whose COMMIT got no clear answer: all of it or nothing, and the store says which.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "tests/server/store/postgres/postgres_fixture.h"
#include "tests/support/postgres_proxy.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::PostgresCluster;
using flowmesh::testing::PostgresDatabase;
using flowmesh::testing::PostgresProxy;
using flowmesh::testing::StatusIs;
using ::testing::Optional;

using Fate = PostgresProxy::Fate;

constexpr char kLockWaiters[] = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";

class CommitAnswerTest : public PostgresFixture {
 protected:
  PostgresOptions ThroughProxy() {
    PostgresOptions options;
    options.url = PostgresCluster::Url(database_.name(), proxy_.directory());
    options.idle_in_transaction_timeout = absl::Minutes(5);
    options.notify = false;  // the proxy cuts whichever connection speaks next
    return options;
  }

  PostgresProxy proxy_{PostgresCluster::Shared().directory()};
};

TEST_F(CommitAnswerTest, ACommitThatNeverReachedTheServerHasDoneNothing) {
  const auto store = OpenStore(ThroughProxy());
  const ExecutionRow row = NewExecution();
  {
    const auto transaction = Inserting(*store, 1, row);
    proxy_.OnNextBytes(Fate::kDrop);
    EXPECT_THAT(transaction->Commit(), StatusIs(absl::StatusCode::kAborted));
  }
  EXPECT_THAT(store->ReadExecution(row.id), IsOkAndHolds(std::nullopt));
  EXPECT_OK(Insert(*store, 2, row)) << "the same again";
  EXPECT_THAT(store->ReadExecution(row.id), IsOkAndHolds(Optional(row)));
}

TEST_F(CommitAnswerTest, ACommitWhoseAnswerIsCutOffIsFoundDone) {
  const auto store = OpenStore(ThroughProxy());
  const ExecutionRow row = NewExecution();
  {
    const auto transaction = Inserting(*store, 1, row);
    proxy_.OnNextBytes(Fate::kSwallow);
    EXPECT_OK(transaction->Commit());
  }
  EXPECT_THAT(store->ReadExecution(row.id), IsOkAndHolds(Optional(row)));
  EXPECT_OK(Insert(*store, 2, NewExecution()));
}

TEST_F(CommitAnswerTest, TheQuestionWaitsForTheOldBackendWhichMayStillCommit) {
  const auto store = OpenStore(ThroughProxy());
  for (const bool commits : {true, false}) {
    const ExecutionRow row = NewExecution();
    const auto transaction = Inserting(*store, commits ? 1 : 2, row);
    proxy_.OnNextBytes(Fate::kHold);
    absl::Status answer;
    std::thread committer([&] { answer = transaction->Commit(); });
    proxy_.WaitForCut();
    WaitUntil(database_, kLockWaiters);
    proxy_.Release(commits);
    committer.join();
    EXPECT_THAT(answer, StatusIs(commits ? absl::StatusCode::kOk : absl::StatusCode::kAborted));
    ASSERT_OK_AND_ASSIGN(const auto found, store->ReadExecution(row.id));
    EXPECT_EQ(found.has_value(), commits);
  }
}

TEST_F(CommitAnswerTest, WithoutADatabaseToAskNothingIsAcknowledgedAnyMore) {
  PostgresOptions options = ThroughProxy();
  options.commit_answer_limit = absl::Milliseconds(200);
  const auto store = OpenStore(options);
  const ExecutionRow row = NewExecution();
  {
    const auto transaction = Inserting(*store, 1, row);
    proxy_.OnNextBytes(Fate::kSwallow, /*then_refuse=*/true);
    EXPECT_THAT(transaction->Commit(), StatusIs(absl::StatusCode::kDataLoss));
  }
  EXPECT_THAT(store->Begin(kReplica, 2), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(store->Join(8), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(StandbyTest, ACommitThatDidNotWaitForItsStandbyIsNotAcknowledgedBeforeALaterOneDid) {
  PostgresCluster cluster;
  PostgresDatabase database(cluster);
  base::SystemClock clock;
  PostgresOptions options;
  options.url = database.url();
  ASSERT_OK_AND_ASSIGN(const auto store, PostgresStore::Open(options));
  ASSERT_OK(store->Join(7));
  database.Execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  database.Execute("SELECT pg_reload_conf()");

  const std::string waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
  std::unique_ptr<Transaction> transaction;
  absl::Status answer;
  std::thread committer;
  // The server takes its new settings in a moment of its own: until then commits do not wait.
  std::atomic<bool> answered = true;
  for (uint64_t batch = 1; answered; ++batch) {
    if (committer.joinable()) committer.join();
    transaction.reset();
    ASSERT_OK_AND_ASSIGN(transaction, store->Begin(7, batch));
    ASSERT_OK(transaction->Apply({.insert_chunks = {{Id{1, 2}, static_cast<int64_t>(batch), 1, "event"}}}));
    answered = false;
    committer = std::thread([&] {
      answer = transaction->Commit();
      answered = true;
    });
    while (!answered && database.Execute("SELECT count(*) " + waiting) == "0") poll(nullptr, 0, 5);
  }
  const std::string first = database.Execute("SELECT pid " + waiting);
  // The server commits now, with a warning alone; the store goes on to a commit of its own on another connection.
  database.Execute("SELECT pg_cancel_backend(" + first + ")");
  while (database.Execute("SELECT count(*) " + waiting + " AND pid <> " + first) == "0") poll(nullptr, 0, 5);
  database.Execute("ALTER SYSTEM RESET synchronous_standby_names");
  database.Execute("SELECT pg_reload_conf()");
  committer.join();
  EXPECT_OK(answer);
}

}  // namespace
}  // namespace flowmesh::store
