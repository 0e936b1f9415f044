#ifndef FLOWMESH_WORKERS_SDK_TEST_CONTEXT_H_
#define FLOWMESH_WORKERS_SDK_TEST_CONTEXT_H_

// Contexts for tests of functions and flows without any server:
//
//   flowmesh::sdk::TestTaskContext context;
//   const absl::StatusOr<Poem> poem = WritePoem(context, input);
//   EXPECT_EQ(context.told().output(), "...");

#include <coroutine>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "workers/sdk/attempt_info.h"
#include "workers/sdk/cancellation.h"
#include "workers/sdk/event_sink.h"
#include "workers/sdk/flow.h"
#include "workers/sdk/flow_context.h"
#include "workers/sdk/task_context.h"
#include "workers/sdk/user_code.h"

namespace flowmesh::sdk {

// Keeps what an attempt told. Thread-safe.
class ToldEvents : public EventSink {
 public:
  bool HasRoom() override { return true; }
  bool WaitForRoom() override { return true; }
  void Append(v1::Event event) override ABSL_LOCKS_EXCLUDED(mutex_);

  // In the order they were told.
  std::vector<v1::Event> events() const ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<v1::LogLine> logs() const;
  std::vector<v1::Progress> progress() const;
  std::vector<v1::Usage> usages() const;

  // The stream as a reader sees it: all chunks folded.
  std::string output(const std::string& stream = "") const;

  // Blocks until `count` events were told.
  void WaitForEvents(size_t count) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable base::Mutex mutex_;
  mutable base::CondVar changed_;
  std::vector<v1::Event> events_ ABSL_GUARDED_BY(mutex_);
};

namespace test_context_internal {

// Comes before the context among the bases, so that it outlives it.
struct Surroundings {
  base::SystemClock clock;
  ToldEvents told;
  Cancellation cancellation;
};

}  // namespace test_context_internal

class TestTaskContext : private test_context_internal::Surroundings, public TaskContext {
 public:
  explicit TestTaskContext(AttemptInfo info = {})
      : TaskContext(std::move(info), &(Surroundings::told), &(Surroundings::cancellation), &(Surroundings::clock)) {}

  ToldEvents& told() { return Surroundings::told; }
  // Any thread may.
  void Cancel(std::string reason = "CANCELLED") { Surroundings::cancellation.Cancel(std::move(reason)); }
};

class TestFlowContext : private test_context_internal::Surroundings, private FlowResumer, public FlowContext {
 public:
  explicit TestFlowContext(AttemptInfo info = {})
      : FlowContext(std::move(info), &(Surroundings::told), &(Surroundings::cancellation), this) {}

  ToldEvents& told() { return Surroundings::told; }
  // Any thread may.
  void Cancel(std::string reason = "CANCELLED") { Surroundings::cancellation.Cancel(std::move(reason)); }

  // Runs the flow on this thread until it has ended: its result, or how it failed. Blocks while it waits.
  template <typename T>
  absl::StatusOr<T> Run(Flow<T> flow) {
    flow.handle().resume();
    while (!flow.done()) NextWaiter().resume();
    std::optional<T> result;
    const absl::Status status = CallUserCode([&] {
      result.emplace(flow.Take());
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return *std::move(result);
  }

 private:
  void ResumeWhenCancelled(std::coroutine_handle<> waiter) override { waiters_.push_back(waiter); }

  std::coroutine_handle<> NextWaiter() {
    Surroundings::cancellation.WaitFor(absl::InfiniteDuration());
    const std::coroutine_handle<> waiter = waiters_.front();
    waiters_.pop_front();
    return waiter;
  }

  std::deque<std::coroutine_handle<>> waiters_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_TEST_CONTEXT_H_
