// What rows cost in a store.
//
//   store_bench --benchmark_filter=OneStep
//   store_bench --store=postgres://USER@HOST/DATABASE
//
// SQLite lies on a memory file system, so that the disk does not count. In a PostgreSQL database every benchmark makes
// the schema `bench` anew, with everything in it; there the disk counts, and the time that passes, not the CPU's.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/store/postgres/connection.h"
#include "server/store/postgres/postgres_store.h"
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

std::string postgres_url;  // empty: SQLite

void RunSql(const std::string& sql) {
  const auto connection = postgres::Connection::Open({.url = postgres_url});
  Require(connection.status());
  Require((*connection)->Execute(sql).status());
}

std::unique_ptr<Store> OpenPostgres() {
  RunSql("SET client_min_messages = error; DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench");
  PostgresOptions options;
  options.url =
      postgres_url + (postgres_url.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3Dbench";
  options.notify = false;
  auto opened = PostgresStore::Open(options);
  Require(opened.status());
  return *std::move(opened);
}

std::unique_ptr<Store> OpenSqlite(const std::string& directory, base::Clock* clock) {
  auto opened = SqliteStore::Open({.directory = directory, .clock = clock});
  Require(opened.status());
  return *std::move(opened);
}

// An open store of its own, and the executions that pass through it.
class Workload {
 public:
  explicit Workload(int owners) : owners_(owners) {
    store_ = postgres_url.empty() ? OpenSqlite(directory_.path(), &clock_) : OpenPostgres();
    Require(store_->Join(kReplica).status());
  }

  std::unique_ptr<Transaction> Begin() {
    auto transaction = store_->Begin(kReplica, ++batch_);
    Require(transaction.status());
    return *std::move(transaction);
  }

  void Commit(const Writes& writes) {
    auto transaction = Begin();
    Require(transaction->Apply(writes));
    Require(transaction->Commit());
  }

  ReadyRow NewReady(const std::string& owner) {
    return {"poem", OwnerHash(owner), 5, {ids_.Make(owner), 0}, clock_.Now()};
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

  Store& store() { return *store_; }
  base::Clock& clock() { return clock_; }

 private:
  const int owners_;
  flowmesh::testing::TemporaryDirectory directory_{flowmesh::testing::TemporaryDirectory::On::kMemory};
  base::SystemClock clock_;
  flowmesh::testing::SeededRandom random_;
  base::IdMaker ids_{&clock_, [this] { return random_.Next(); }};
  std::unique_ptr<Store> store_;
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
BENCHMARK(OneStep)
    ->Args({1, 1})
    ->Args({20, 1})
    ->Args({200, 1})
    ->Args({200, 1000})
    ->Args({1000, 1})
    ->Args({1000, 1000})
    ->UseRealTime();

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
BENCHMARK(AppendEvents)->Arg(1)->Arg(50)->Arg(200)->UseRealTime();

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
BENCHMARK(ClaimReady)
    ->Args({1'000, 10})
    ->Args({1'000'000, 10})
    ->Args({1'000, 500})
    ->Args({1'000'000, 500})
    ->UseRealTime();

// Claims and nothing else are timed. Each batch claims 200 rows and puts as many new ones at the end of the queue, most
// of them of the one owner who floods it; the other has four. Argument: rows of the flood.
void ClaimBesideAFlood(benchmark::State& state) {
  Workload work(1);
  for (int64_t left = state.range(0); left > 0; left -= 10'000) {
    Writes flood;
    for (int64_t i = 0; i < std::min<int64_t>(left, 10'000); ++i) flood.insert_ready.push_back(work.NewReady("flood"));
    work.Commit(flood);
  }
  if (!postgres_url.empty()) RunSql("VACUUM ANALYZE bench.ready");
  const uint64_t other = OwnerHash("other");
  int64_t of_other = 0;
  uint64_t cursor = 0;
  for (auto _ : state) {
    Writes writes;
    for (int i = 0; i < 200; ++i) writes.insert_ready.push_back(work.NewReady(i < 4 ? "other" : "flood"));
    work.Commit(writes);
    auto transaction = work.Begin();
    const auto begin = std::chrono::steady_clock::now();
    const auto claimed = transaction->ClaimReady("poem", cursor, 200);
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    Require(claimed.status());
    cursor = claimed->cursor;
    of_other += std::count_if(claimed->rows.begin(), claimed->rows.end(),
                              [&](const ReadyRow& row) { return row.owner_hash == other; });
    Require(transaction->Commit());
  }
  state.counters["of_other"] = static_cast<double>(of_other) / static_cast<double>(state.iterations());
  state.SetItemsProcessed(state.iterations() * 200);
}
BENCHMARK(ClaimBesideAFlood)->Arg(1'000)->Arg(1'000'000)->UseManualTime();

// What rows that were claimed leave behind in PostgreSQL until they are vacuumed: 200,000 claims of one owner, 200 at a
// time, without a vacuum; counters: the mean claim of the first and of the last twenty batches in microseconds.
void ClaimWithoutVacuum(benchmark::State& state) {
  constexpr int kBatches = 1000;
  for (auto _ : state) {
    Workload work(1);
    if (!postgres_url.empty()) RunSql("ALTER TABLE bench.ready SET (autovacuum_enabled = false)");
    for (int i = 0; i < 25; ++i) {
      Writes flood;
      for (int k = 0; k < 10'000; ++k) flood.insert_ready.push_back(work.NewReady("flood"));
      work.Commit(flood);
    }
    std::chrono::duration<double, std::micro> first{};
    std::chrono::duration<double, std::micro> last{};
    for (int i = 0; i < kBatches; ++i) {
      auto transaction = work.Begin();
      const auto begin = std::chrono::steady_clock::now();
      Require(transaction->ClaimReady("poem", 0, 200).status());
      const auto took = std::chrono::steady_clock::now() - begin;
      if (i < 20) first += took;
      if (i >= kBatches - 20) last += took;
      Require(transaction->Commit());
    }
    state.counters["first_us"] = first.count() / 20;
    state.counters["last_us"] = last.count() / 20;
  }
}
BENCHMARK(ClaimWithoutVacuum)->Iterations(1)->Unit(benchmark::kMillisecond);

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
BENCHMARK(ReadExecution)->UseRealTime();

}  // namespace
}  // namespace flowmesh::store

int main(int argc, char** argv) {
  constexpr std::string_view kStore = "--store=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.substr(0, kStore.size()) != kStore) continue;
    flowmesh::store::postgres_url = argument.substr(kStore.size());
    std::move(argv + i + 1, argv + argc, argv + i);
    --argc;
    break;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
