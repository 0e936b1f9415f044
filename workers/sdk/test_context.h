#ifndef FLOWMESH_WORKERS_SDK_TEST_CONTEXT_H_
#define FLOWMESH_WORKERS_SDK_TEST_CONTEXT_H_

// A context for tests of functions without any server (test_flow_context.h has that of flows):
//
//   flowmesh::sdk::TestTaskContext context;
//   const absl::StatusOr<Poem> poem = WritePoem(context, input);
//   EXPECT_EQ(context.told().output(), "...");

#include <string>
#include <utility>

#include "server/base/clock.h"
#include "workers/sdk/attempt_info.h"
#include "workers/sdk/cancellation.h"
#include "workers/sdk/memory_artifacts.h"
#include "workers/sdk/task_context.h"
#include "workers/sdk/told_events.h"

namespace flowmesh::sdk {

namespace test_context_internal {

// Comes before the context among the bases, so that it outlives it.
struct Surroundings {
  base::SystemClock clock;
  ToldEvents told;
  Cancellation cancellation;
  MemoryArtifacts artifacts;
};

}  // namespace test_context_internal

class TestTaskContext : private test_context_internal::Surroundings, public TaskContext {
 public:
  explicit TestTaskContext(AttemptInfo info = {})
      : TaskContext(std::move(info), &(Surroundings::told), &(Surroundings::cancellation), &(Surroundings::clock),
                    &(Surroundings::artifacts)) {}

  ToldEvents& told() { return Surroundings::told; }
  MemoryArtifacts& artifacts() { return Surroundings::artifacts; }
  // Any thread may.
  void Cancel(std::string reason = "CANCELLED") { Surroundings::cancellation.Cancel(std::move(reason)); }
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_TEST_CONTEXT_H_
