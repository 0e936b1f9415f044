#include "workers/sdk/idle_timer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/base/mutex.h"

namespace flowmesh::sdk {
namespace {

// Collects names until a number of them is there.
class Collected {
 public:
  void Add(const std::string& name) ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    names_ += name;
    changed_.NotifyAll();
  }
  std::string WaitFor(size_t count) ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    while (names_.size() < count) changed_.Wait(lock);
    return names_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  std::string names_ ABSL_GUARDED_BY(mutex_);
};

TEST(IdleTimerTest, WhatIsDueFirstRunsFirst) {
  Collected collected;
  IdleTimer timer;
  timer.Start();
  timer.After(absl::Milliseconds(40), [&] { collected.Add("c"); });
  timer.After(absl::Milliseconds(20), [&] { collected.Add("b"); });
  timer.After(-absl::Seconds(1), [&] { collected.Add("a"); });
  EXPECT_EQ(collected.WaitFor(3), "abc");
}

TEST(IdleTimerTest, StopForgetsWhatWaitsAndItMayStartAgain) {
  const auto held = std::make_shared<int>();
  Collected collected;
  IdleTimer timer;
  timer.After(absl::ZeroDuration(), [held] {});
  EXPECT_EQ(held.use_count(), 1) << "a timer that does not run takes nothing";
  timer.Start();
  timer.Start();
  timer.After(absl::Hours(1), [held] {});
  EXPECT_EQ(held.use_count(), 2);
  timer.Stop();
  timer.Stop();
  EXPECT_EQ(held.use_count(), 1);
  timer.Start();
  timer.After(absl::ZeroDuration(), [&] { collected.Add("a"); });
  EXPECT_EQ(collected.WaitFor(1), "a");
}

}  // namespace
}  // namespace flowmesh::sdk
