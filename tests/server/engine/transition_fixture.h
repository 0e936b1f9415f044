// What the tests of the rules share: a world, and executions on their way.
#ifndef FLOWMESH_TESTS_SERVER_ENGINE_TRANSITION_FIXTURE_H_
#define FLOWMESH_TESTS_SERVER_ENGINE_TRANSITION_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/engine/transition.h"
#include "tests/support/row_builders.h"

namespace flowmesh::engine {

class TransitionTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kReplica = 77;
  static constexpr uint64_t kSession = 8;

  TransitionTest() {
    world_ = {.now = absl::FromUnixSeconds(1'700'000'000), .types = &types_, .replica_id = kReplica, .jitter = 0.5};
  }

  // What the execution becomes once its batch is committed.
  static store::ExecutionRow Committed(Draft& draft) {
    store::Writes writes;
    draft.Collect(&writes);
    return draft.row();
  }

  store::ExecutionRow Waiting() {
    Draft draft = Draft::New(flowmesh::testing::NewExecutionRow());
    Submit(draft, /*start=*/false, world_);
    return Committed(draft);
  }

  store::ExecutionRow Queued() {
    Draft draft = Draft::New(flowmesh::testing::NewExecutionRow());
    Submit(draft, /*start=*/true, world_);
    return Committed(draft);
  }

  // Attempt 1 is with kSession.
  store::ExecutionRow Running() { return AssignedFrom(Queued()); }

  store::ExecutionRow AssignedFrom(store::ExecutionRow row, uint64_t session = kSession) {
    Draft draft = Draft::Locked(std::move(row));
    Assign(draft, 0, session, world_);
    return Committed(draft);
  }

  store::ExecutionRow Cancelling() {
    Draft draft = Draft::Locked(Running());
    EXPECT_TRUE(Cancel(draft, "", world_).ok());
    return Committed(draft);
  }

  static AttemptKey AttemptOf(const store::ExecutionRow& row) { return {{row.id, 0}, row.root.attempt}; }

  // The next entry of the current attempt.
  static Entry NextEntry(const store::ExecutionRow& row, EntryBody body) {
    return {
        .attempt = AttemptOf(row), .session = row.root.session, .number = row.root.acked + 1, .body = std::move(body)};
  }

  template <typename M>
  static std::vector<std::pair<uint64_t, M>> Messages(Draft& draft) {
    std::vector<std::pair<uint64_t, M>> found;
    for (auto& [session, message] : draft.TakeMessages()) {
      if (const M* one = std::get_if<M>(&message)) found.emplace_back(session, *one);
    }
    return found;
  }

  // The events that the draft adds.
  static std::vector<flowmesh::testing::OwnedEvent> EventsOf(Draft& draft) {
    store::Writes writes;
    draft.Collect(&writes);
    return flowmesh::testing::Unpacked(writes.insert_chunks);
  }

  static std::vector<store::ExecutionState> StatesOf(Draft& draft) {
    return flowmesh::testing::StatesIn(EventsOf(draft));
  }

  TaskTypes types_;
  Circumstances world_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_TESTS_SERVER_ENGINE_TRANSITION_FIXTURE_H_
