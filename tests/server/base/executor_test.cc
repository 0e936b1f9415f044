#include "server/base/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <numeric>
#include <set>
#include <thread>
#include <vector>

namespace flowmesh::base {
namespace {

// Holds a thread until opened.
class Gate {
 public:
  void Open() { open_.set_value(); }
  void Pass() { passed_.wait(); }

 private:
  std::promise<void> open_;
  std::shared_future<void> passed_ = open_.get_future().share();
};

TEST(ThreadPoolTest, RunsWhatItAcceptsOnItsOwnThreads) {
  ThreadPool pool({.threads = 2});
  pool.Start();
  std::promise<std::thread::id> ran_on;
  ASSERT_TRUE(pool.Post([&] { ran_on.set_value(std::this_thread::get_id()); }));
  EXPECT_NE(ran_on.get_future().get(), std::this_thread::get_id());
  pool.Stop();
}

TEST(ThreadPoolTest, AllThreadsWorkAtOnce) {
  constexpr int kThreads = 3;
  ThreadPool pool({.threads = kThreads});
  pool.Start();
  std::atomic<int> inside = 0;
  std::promise<void> everybody;
  Gate gate;
  for (int i = 0; i < kThreads; ++i) {
    ASSERT_TRUE(pool.Post([&] {
      if (++inside == kThreads) everybody.set_value();
      gate.Pass();
    }));
  }
  everybody.get_future().wait();
  gate.Open();
  pool.Stop();
}

TEST(ThreadPoolTest, AFullQueueRefusesAndRecovers) {
  ThreadPool pool({.threads = 1, .max_queued = 2});
  pool.Start();
  Gate gate;
  std::promise<void> busy;
  std::atomic<int> ran = 0;
  ASSERT_TRUE(pool.Post([&] {
    busy.set_value();
    gate.Pass();
  }));
  busy.get_future().wait();
  EXPECT_TRUE(pool.Post([&] { ++ran; }));
  std::promise<void> drained;
  EXPECT_TRUE(pool.Post([&] {
    ++ran;
    drained.set_value();
  }));
  EXPECT_EQ(pool.queued(), 2U);
  EXPECT_FALSE(pool.Post([&] { ran += 100; }));
  gate.Open();
  drained.get_future().wait();
  EXPECT_TRUE(pool.Post([&] { ++ran; }));
  pool.Stop();
  EXPECT_EQ(ran, 3);
}

TEST(ThreadPoolTest, StopRunsEverythingThatWasAccepted) {
  ThreadPool pool({.threads = 2});
  pool.Start();
  std::atomic<int> ran = 0;
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(pool.Post([&] { ++ran; }));
  pool.Stop();
  EXPECT_EQ(ran, 1000);
  EXPECT_EQ(pool.queued(), 0U);
}

TEST(ThreadPoolTest, RefusesBeforeStartAndAfterStop) {
  ThreadPool pool({});
  EXPECT_FALSE(pool.Post([] { FAIL(); }));
  pool.Start();
  pool.Stop();
  EXPECT_FALSE(pool.Post([] { FAIL(); }));
}

TEST(ThreadPoolTest, StartAndStopMayBeRepeated) {
  ThreadPool pool({});
  pool.Stop();
  for (int round = 0; round < 3; ++round) {
    pool.Start();
    pool.Start();
    std::promise<void> ran;
    ASSERT_TRUE(pool.Post([&] { ran.set_value(); }));
    ran.get_future().wait();
    pool.Stop();
    pool.Stop();
  }
}

TEST(ThreadPoolTest, WorkMayPostMoreAlsoFromADestructor) {
  ThreadPool pool({.threads = 1});
  pool.Start();
  std::promise<void> posted_by_work;
  std::promise<void> posted_by_destructor;
  ASSERT_TRUE(pool.Post([&] { pool.Post([&] { posted_by_work.set_value(); }); }));
  auto at_end = std::shared_ptr<int>(new int(0), [&](int* value) {
    delete value;
    pool.Post([&] { posted_by_destructor.set_value(); });
  });
  ASSERT_TRUE(pool.Post([held = std::move(at_end)] {}));
  posted_by_work.get_future().wait();
  posted_by_destructor.get_future().wait();
  pool.Stop();
}

TEST(SerialExecutorTest, KeepsTheOrderAndOneThread) {
  SerialExecutor executor;
  executor.Start();
  std::vector<int> order;
  std::set<std::thread::id> threads;
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(executor.Post([&, i] {
      order.push_back(i);
      threads.insert(std::this_thread::get_id());
    }));
  }
  executor.Stop();
  std::vector<int> expected(20'000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(order, expected);
  EXPECT_EQ(threads.size(), 1U);
}

}  // namespace
}  // namespace flowmesh::base
