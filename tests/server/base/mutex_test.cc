#include "server/base/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace flowmesh::base {
namespace {

struct Counter {
  Mutex mutex;
  CondVar changed;
  int value ABSL_GUARDED_BY(mutex) = 0;
};

TEST(MutexTest, ExcludesThreads) {
  Counter counter;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&counter] {
      for (int i = 0; i < 10'000; ++i) {
        MutexLock lock(counter.mutex);
        ++counter.value;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  MutexLock lock(counter.mutex);
  EXPECT_EQ(counter.value, 40'000);
}

TEST(MutexTest, UnlockLetsAnotherThreadIn) {
  Counter counter;
  MutexLock lock(counter.mutex);
  lock.Unlock();
  std::thread([&counter] {
    MutexLock inner(counter.mutex);
    counter.value = 1;
  }).join();
  lock.Lock();
  EXPECT_EQ(counter.value, 1);
}

TEST(CondVarTest, WaitReturnsAfterANotification) {
  Counter counter;
  std::thread setter([&counter] {
    MutexLock lock(counter.mutex);
    counter.value = 1;
    counter.changed.NotifyAll();
  });
  {
    MutexLock lock(counter.mutex);
    while (counter.value == 0) counter.changed.Wait(lock);
    EXPECT_EQ(counter.value, 1);
  }
  setter.join();
}

TEST(CondVarTest, WaitUntilAPassedDeadlineReturnsFalse) {
  Counter counter;
  MutexLock lock(counter.mutex);
  EXPECT_FALSE(counter.changed.WaitUntil(lock, std::chrono::steady_clock::now()));
  EXPECT_FALSE(counter.changed.WaitFor(lock, absl::ZeroDuration()));
}

TEST(CondVarTest, WaitForAnInfiniteTimeIsEndedByANotification) {
  Counter counter;
  std::thread setter([&counter] {
    MutexLock lock(counter.mutex);
    counter.value = 1;
    counter.changed.NotifyOne();
  });
  {
    MutexLock lock(counter.mutex);
    while (counter.value == 0) EXPECT_TRUE(counter.changed.WaitFor(lock, absl::InfiniteDuration()));
  }
  setter.join();
}

}  // namespace
}  // namespace flowmesh::base
