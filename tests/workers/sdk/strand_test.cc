#include "workers/sdk/strand.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "server/base/executor.h"

namespace flowmesh::sdk {
namespace {

TEST(StrandTest, WorkOfManyThreadsRunsOneByOneInOrder) {
  base::ThreadPool pool({.threads = 4, .max_queued = 8});
  pool.Start();
  std::vector<int> seen;  // no lock: the strand is the lock
  const auto strand = std::make_shared<Strand>(&pool);
  for (int i = 0; i < 2000; ++i) strand->Post([&seen, i] { seen.push_back(i); });
  pool.Stop();
  ASSERT_EQ(seen.size(), 2000u);
  for (int i = 0; i < 2000; ++i) EXPECT_EQ(seen[i], i);
}

TEST(StrandTest, WorkRunsEvenWhenTheExecutorRefuses) {
  base::ThreadPool stopped({.threads = 1});
  int runs = 0;
  const auto strand = std::make_shared<Strand>(&stopped);
  strand->Post([&] { ++runs; });
  strand->Post([&] { ++runs; });
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace flowmesh::sdk
