// What the tests of the suite share: an open store on an empty database, and rows to write.
#ifndef FLOWMESH_TESTS_CONFORMANCE_STORE_SUITE_H_
#define FLOWMESH_TESTS_CONFORMANCE_STORE_SUITE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/store/store.h"
#include "tests/conformance/factories.h"
#include "tests/support/faulty_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::store {

class StoreSuite : public ::testing::TestWithParam<StoreFactory> {
 protected:
  void SetUp() override;

  // Closes the store and opens another one on the same database, which joins as a new replica and declares those before
  // it dead. Answers the dead ones that left work.
  std::vector<uint64_t> Reopen();

  flowmesh::testing::FaultyStore& store() { return *store_; }
  flowmesh::testing::ManualClock& clock() { return clock_; }
  uint64_t replica() const { return replica_; }

  absl::StatusOr<std::unique_ptr<Transaction>> Begin() { return store_->Begin(replica_, ++batch_); }

  // A further replica, at work beside the one before. Only where replicas share the store.
  uint64_t JoinAnother();
  // Which replica the batches are of from now on.
  void WorkAs(uint64_t replica) { replica_ = replica; }

  // Runs `body` in transactions until one is committed; only ABORTED and RESOURCE_EXHAUSTED from the faults of the
  // factory are tried again.
  absl::Status Batch(const std::function<absl::Status(Transaction&)>& body);
  absl::Status Write(const Writes& writes);
  // By a batch of its own; EXPECTs no failure.
  bool DeclareDead(const ReplicaRow& replica);
  std::vector<Id> ClaimMail(int limit);
  // Those that are alive, or dead and left work.
  std::vector<ReplicaRow> Replicas();

  Id NewId(const std::string& owner = "ann") { return ids_.Make(owner); }
  // Has the columns that every execution has; created now.
  ExecutionRow NewExecution(const std::string& owner = "ann");
  // Has no column at its default, but those that task 0 cannot have.
  ExecutionRow FullExecution();
  TaskRow FullTask(int32_t task);
  // Other values in every column that can change.
  void ChangeExecution(ExecutionRow& row);
  void ChangeTask(TaskRow& task);
  ReadyRow Ready(const std::string& owner, int32_t priority = 5, const std::string& queue = "poem");

 private:
  flowmesh::testing::ManualClock clock_;
  flowmesh::testing::SeededRandom random_;
  base::IdMaker ids_{&clock_, [this] { return random_.Next(); }};
  std::unique_ptr<Database> database_;
  std::unique_ptr<flowmesh::testing::FaultyStore> store_;
  uint64_t replica_ = 0;
  uint64_t batch_ = 0;
};

inline std::string NameOfStore(const ::testing::TestParamInfo<StoreFactory>& tested) { return tested.param.name; }

// TEST_P in this class, derived from StoreSuite, runs on every database.
#define RUN_ON_EVERY_STORE(suite) \
  INSTANTIATE_TEST_SUITE_P(Stores, suite, ::testing::ValuesIn(StoreFactories()), NameOfStore)

// The same for those that several replicas share.
#define RUN_ON_EVERY_SHARED_STORE(suite) \
  INSTANTIATE_TEST_SUITE_P(Stores, suite, ::testing::ValuesIn(SharedStoreFactories()), NameOfStore)

// The same for a class without members of its own.
#define STORE_SUITE(suite)            \
  class suite : public StoreSuite {}; \
  RUN_ON_EVERY_STORE(suite)

#define SHARED_STORE_SUITE(suite)     \
  class suite : public StoreSuite {}; \
  RUN_ON_EVERY_SHARED_STORE(suite)

}  // namespace flowmesh::store

#endif  // FLOWMESH_TESTS_CONFORMANCE_STORE_SUITE_H_
