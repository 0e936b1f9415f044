// A database of its own and what the tests of the PostgreSQL store write to it.
#ifndef FLOWMESH_TESTS_SERVER_STORE_POSTGRES_POSTGRES_FIXTURE_H_
#define FLOWMESH_TESTS_SERVER_STORE_POSTGRES_POSTGRES_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/store/postgres/postgres_store.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::store {

class PostgresFixture : public ::testing::Test {
 protected:
  static constexpr uint64_t kReplica = 7;

  std::unique_ptr<PostgresStore> OpenStore(PostgresOptions options, uint64_t replica = kReplica) {
    if (options.url.empty()) options.url = database_.url();
    auto opened = PostgresStore::Open(options);
    EXPECT_OK(opened);
    if (!opened.ok()) std::abort();
    EXPECT_OK((*opened)->Join(replica));
    return *std::move(opened);
  }

  ExecutionRow NewExecution() {
    ExecutionRow row;
    row.owner = "ann";
    row.id = ids_.Make(row.owner);
    row.first_of_chain = row.id;
    row.flow = "poem";
    row.state = ExecutionState::kQueued;
    row.create_time = clock_.Now();
    row.root.type = row.flow;
    row.root.create_time = row.create_time;
    return row;
  }

  // Begins a batch that inserts `row`; what is left is its Commit.
  static std::unique_ptr<Transaction> Inserting(PostgresStore& store, uint64_t batch, const ExecutionRow& row) {
    auto transaction = store.Begin(kReplica, batch);
    EXPECT_OK(transaction);
    if (!transaction.ok()) std::abort();
    Writes writes;
    writes.insert_executions = {row};
    EXPECT_OK((*transaction)->Apply(writes));
    return *std::move(transaction);
  }

  static absl::Status Insert(PostgresStore& store, uint64_t batch, const ExecutionRow& row) {
    return Inserting(store, batch, row)->Commit();
  }

  // Until a query about the server answers something else than 0.
  template <typename Source>
  static void WaitUntil(const Source& source, const std::string& query) {
    while (source.Execute(query) == "0") poll(nullptr, 0, 5);
  }

  flowmesh::testing::PostgresDatabase database_{flowmesh::testing::PostgresCluster::Shared()};
  base::SystemClock clock_;
  flowmesh::testing::SeededRandom random_;
  base::IdMaker ids_{&clock_, [this] { return random_.Next(); }};
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_TESTS_SERVER_STORE_POSTGRES_POSTGRES_FIXTURE_H_
