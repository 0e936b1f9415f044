// Finds what has outlived its time, page by page: executions beyond the retention, idempotency keys beyond their life.
#ifndef FLOWMESH_SERVER_ENGINE_SWEEPER_H_
#define FLOWMESH_SERVER_ENGINE_SWEEPER_H_

#include <algorithm>
#include <vector>

#include "absl/time/time.h"
#include "server/base/random.h"
#include "server/engine/command.h"
#include "server/store/store.h"

namespace flowmesh::engine {

// Walks the rows in their order with a cursor of its own, so that a row costs nothing but being looked at: the whole of
// what is older than the retention, and all keys. Between two walks it rests, with jitter. Blocks on the store. Not
// thread-safe.
class Sweeper {
 public:
  static constexpr absl::Duration kKeyRest = absl::Minutes(10);
  static constexpr absl::Duration kLongestRest = absl::Minutes(1);  // between two walks over executions
  static constexpr absl::Duration kShortestRest = absl::Milliseconds(100);

  // `retention`: how long an execution stays after its end. Store and random must outlive the sweeper.
  Sweeper(absl::Duration retention, store::Store* store, base::RandomSource* random)
      : retention_(retention), store_(store), random_(random) {}

  // Begins anew.
  void Begin(absl::Time now);

  // When there is something to look at.
  absl::Time due() const { return std::min(executions_due_, keys_due_); }

  // Looks at the next page of what is due: the commands that follow from it. Call again only when these were committed.
  std::vector<Command> Sweep(absl::Time now);

 private:
  void SweepExecutions(absl::Time now, std::vector<Command>* commands);
  void SweepKeys(absl::Time now, std::vector<Command>* commands);
  absl::Time After(absl::Time now, absl::Duration rest) const;
  absl::Duration ExecutionRest() const;

  const absl::Duration retention_;
  store::Store* const store_;
  base::RandomSource* const random_;
  absl::Time executions_due_ = absl::InfiniteFuture();
  absl::Time keys_due_ = absl::InfiniteFuture();
  store::Id last_execution_;
  store::IdempotencyRow last_key_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_SWEEPER_H_
