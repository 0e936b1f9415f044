// What rows cost in the SQLite store: CPU time, on a memory file system, so that the disk does not count.
//
//   store_bench --benchmark_filter=OneStep
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/store/ready_order.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

constexpr uint64_t kReplica = 7;

void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

// An open store in a directory of its own, and the executions that pass through it.
class Workload {
 public:
  explicit Workload(int owners) : owners_(owners) {
    SqliteOptions options;
    options.directory = directory_.path();
    options.clock = &clock_;
    auto opened = SqliteStore::Open(options);
    Require(opened.status());
    store_ = *std::move(opened);
    Require(store_->Join(kReplica).status());
  }

  std::unique_ptr<Transaction> Begin() {
    auto transaction = store_->Begin(kReplica, ++batch_);
    Require(transaction.status());
    return *std::move(transaction);
  }

  ExecutionRow NewExecution() {
    ExecutionRow row;
    row.owner = "owner-" + std::to_string(next_++ % owners_);
    row.id = ids_.Make(row.owner);
    row.first_of_chain = row.id;
    row.flow = "poem";
    row.state = ExecutionState::kRunning;
    row.create_time = clock_.Now();
    row.start_time = row.create_time;
    row.event_head = 1;
    row.root.type = row.flow;
    row.root.state = TaskState::kAssigned;
    row.root.attempt = 1;
    row.root.replica_id = kReplica;
    row.root.session = 99;
    row.root.create_time = row.create_time;
    row.root.input = {"flowmesh.poem.v1.PoemRequest", std::string(100, 'i')};
    return row;
  }

  static void Finish(ExecutionRow& row) {
    row.state = ExecutionState::kCompleted;
    row.end_time = row.create_time;
    row.event_head += 1;
    row.root.state = TaskState::kCompleted;
    row.root.replica_id = 0;
    row.root.session = 0;
    row.root.output = {"flowmesh.poem.v1.Poem", std::string(200, 'o')};
    row.root.end_time = row.create_time;
  }

  SqliteStore& store() { return *store_; }
  base::Clock& clock() { return clock_; }

 private:
  const int owners_;
  flowmesh::testing::TemporaryDirectory directory_{flowmesh::testing::TemporaryDirectory::On::kMemory};
  base::SystemClock clock_;
  flowmesh::testing::SeededRandom random_;
  base::IdMaker ids_{&clock_, [this] { return random_.Next(); }};
  std::unique_ptr<SqliteStore> store_;
  uint64_t batch_ = 0;
  uint64_t next_ = 0;
};

EventChunkRow Chunk(const ExecutionRow& row) { return {row.id, row.event_head, 1, std::string(60, 'e')}; }

AssignedRow Assigned(const ExecutionRow& row) { return {kReplica, 99, {row.id, 0}}; }

// One-step executions: created and assigned in one commit, finished in another. Arguments: batch size, owners.
void OneStep(benchmark::State& state) {
  Workload work(static_cast<int>(state.range(1)));
  const auto size = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    Writes create;
    for (size_t i = 0; i < size; ++i) {
      create.insert_executions.push_back(work.NewExecution());
      create.insert_chunks.push_back(Chunk(create.insert_executions.back()));
      create.insert_assigned.push_back(Assigned(create.insert_executions.back()));
    }
    auto first = work.Begin();
    Require(first->Apply(create));
    Require(first->Commit());
    first.reset();

    Writes finish;
    std::vector<Id> ids;
    for (const ExecutionRow& row : create.insert_executions) ids.push_back(row.id);
    auto second = work.Begin();
    auto locked = second->LockExecutions(ids);
    Require(locked.status());
    for (LockedExecution& execution : *locked) {
      Workload::Finish(execution.row);
      finish.insert_chunks.push_back(Chunk(execution.row));
      finish.delete_assigned.push_back(Assigned(execution.row));
      finish.update_executions.push_back(std::move(execution.row));
    }
    Require(second->Apply(finish));
    Require(second->Commit());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * size));
}
BENCHMARK(OneStep)->Args({1, 1})->Args({20, 1})->Args({200, 1})->Args({200, 1000})->Args({1000, 1})->Args({1000, 1000});

// Log lines: one chunk of 20 lines and one update of its execution each.
void AppendEvents(benchmark::State& state) {
  Workload work(1);
  const auto size = static_cast<size_t>(state.range(0));
  Writes writes;
  for (size_t i = 0; i < size; ++i) writes.insert_executions.push_back(work.NewExecution());
  auto insert = work.Begin();
  Require(insert->Apply(writes));
  Require(insert->Commit());
  insert.reset();

  Writes append;
  append.update_executions = writes.insert_executions;
  for (auto _ : state) {
    append.insert_chunks.clear();
    for (ExecutionRow& row : append.update_executions) {
      append.insert_chunks.push_back({row.id, row.event_head + 1, 20, std::string(1500, 'l')});
      row.event_head += 20;
    }
    auto transaction = work.Begin();
    Require(transaction->Apply(append));
    Require(transaction->Commit());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * size * 20));
}
BENCHMARK(AppendEvents)->Arg(1)->Arg(50)->Arg(200);

// Claims in batches of 200 and puts as many back. Arguments: waiting rows, owners.
void ClaimReady(benchmark::State& state) {
  Workload work(static_cast<int>(state.range(1)));
  for (int64_t left = state.range(0); left > 0; left -= 10'000) {
    Writes writes;
    for (int64_t i = 0; i < std::min<int64_t>(left, 10'000); ++i) {
      const ExecutionRow row = work.NewExecution();
      writes.insert_ready.push_back({"poem", OwnerHash(row.owner), 5, {row.id, 0}, row.create_time});
    }
    auto transaction = work.Begin();
    Require(transaction->Apply(writes));
    Require(transaction->Commit());
  }
  uint64_t cursor = 0;
  for (auto _ : state) {
    auto transaction = work.Begin();
    auto claimed = transaction->ClaimReady("poem", cursor, 200);
    Require(claimed.status());
    cursor = claimed->cursor;
    Writes writes;
    writes.insert_ready = std::move(claimed->rows);
    Require(transaction->Apply(writes));
    Require(transaction->Commit());
  }
  state.SetItemsProcessed(state.iterations() * 200);
}
BENCHMARK(ClaimReady)->Args({1'000, 10})->Args({1'000'000, 10})->Args({1'000, 500})->Args({1'000'000, 500});

void ReadExecution(benchmark::State& state) {
  Workload work(1);
  Writes writes;
  for (int i = 0; i < 1000; ++i) writes.insert_executions.push_back(work.NewExecution());
  auto transaction = work.Begin();
  Require(transaction->Apply(writes));
  Require(transaction->Commit());
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(work.store().ReadExecution(writes.insert_executions[next++ % 1000].id));
  }
}
BENCHMARK(ReadExecution);

}  // namespace
}  // namespace flowmesh::store
