// What goes: deleted executions with everything that belongs to them, and keys beyond their life.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr size_t kAllBytes = size_t{1} << 30;

class Deletion : public StoreSuite {
 protected:
  ExecutionRow Final(absl::Time end_time) {
    ExecutionRow row = NewExecution();
    row.state = ExecutionState::kFailed;
    row.root.state = TaskState::kFailed;
    row.end_time = end_time;
    return row;
  }
  ExecutionRow Final() { return Final(clock().Now()); }

  void Insert(const std::vector<ExecutionRow>& rows) {
    Writes writes;
    writes.insert_executions = rows;
    ASSERT_OK(Write(writes));
  }

  void Delete(const ExecutionRow& row) {
    ASSERT_OK(Batch([&](Transaction& transaction) {
      auto locked = transaction.LockExecutions(std::vector<Id>{row.id});
      if (!locked.ok()) return locked.status();
      Writes writes;
      writes.delete_executions = {{.id = row.id, .retry_of = row.retry_of, .token_digest = row.root.token_digest}};
      return transaction.Apply(writes);
    }));
  }

  Purged Purge(int max_rows, size_t max_bytes = kAllBytes) {
    Purged purged;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      auto done = transaction.Purge(max_rows, max_bytes);
      if (!done.ok()) return done.status();
      purged = *done;
      return absl::OkStatus();
    }));
    return purged;
  }

  std::vector<std::optional<Id>> LiveRetries(const std::vector<Id>& ids) {
    std::vector<std::optional<Id>> found;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      auto live = transaction.FindLiveRetries(ids);
      if (!live.ok()) return live.status();
      found = *std::move(live);
      return absl::OkStatus();
    }));
    return found;
  }

  std::vector<std::optional<TaskKey>> Tokens(const std::vector<std::string>& digests) {
    std::vector<std::optional<TaskKey>> found;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      auto keys = transaction.FindTaskTokens(digests);
      if (!keys.ok()) return keys.status();
      found = *std::move(keys);
      return absl::OkStatus();
    }));
    return found;
  }

  size_t SignalsOf(const Id& id) {
    size_t count = 0;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      auto signals = transaction.ReadSignals(id);
      if (!signals.ok()) return signals.status();
      count = signals->size();
      return absl::OkStatus();
    }));
    return count;
  }
};

RUN_ON_EVERY_STORE(Deletion);

TEST_P(Deletion, ADeletedExecutionIsGoneAtOnceAndItsRowsGoSliceBySlice) {
  ExecutionRow gone = Final();
  gone.root.token_digest = "root token";
  const ExecutionRow kept = Final();
  Insert({gone, kept});
  Writes writes;
  for (const Id& id : {gone.id, kept.id}) {
    const std::string mine = id == gone.id ? "gone " : "kept ";
    for (int32_t number = 1; number <= 20; ++number) {
      TaskRow task = FullTask(number);
      task.call_key = mine + std::to_string(number);
      task.token_digest = mine + std::to_string(number);
      writes.insert_tasks.emplace_back(id, task);
      writes.insert_task_tokens.push_back({task.token_digest, {id, number}});
      writes.insert_payloads.push_back({{id, number}, PayloadDirection::kInput, "in"});
      writes.insert_payloads.push_back({{id, number}, PayloadDirection::kOutput, "out"});
      writes.insert_chunks.push_back({id, number, 1, "event"});
      writes.insert_signals.push_back({.execution_id = id, .number = number, .name = "word"});
    }
  }
  writes.insert_task_tokens.push_back({"root token", {gone.id, 0}});
  ASSERT_OK(Write(writes));
  EXPECT_THAT(store().HasUnpurged(), IsOkAndHolds(false));

  Delete(gone);
  EXPECT_THAT(store().ReadExecution(gone.id), IsOkAndHolds(std::nullopt));
  ASSERT_OK_AND_ASSIGN(const ExecutionPage page, store().ListExecutions({.owner = "ann"}));
  ASSERT_THAT(page.rows, SizeIs(1));
  EXPECT_EQ(page.rows[0].id, kept.id);
  EXPECT_EQ(Tokens({"root token"})[0], std::nullopt);
  EXPECT_THAT(store().HasUnpurged(), IsOkAndHolds(true));

  // 20 each of chunks, signals, tasks, tokens, 40 payloads, and the note of it.
  int rows = 0;
  Purged purged{.left = true};
  for (int slices = 0; purged.left; ++slices) {
    ASSERT_LT(slices, 30);
    purged = Purge(10);
    EXPECT_LE(purged.rows, 11);
    rows += purged.rows;
  }
  EXPECT_EQ(rows, 121);
  EXPECT_THAT(store().HasUnpurged(), IsOkAndHolds(false));
  EXPECT_THAT(store().ListTasks(gone.id, 0, 100), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(store().ReadEvents(gone.id, 0, kAllBytes), IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(SignalsOf(gone.id), 0);
  for (int32_t number = 1; number <= 20; ++number) {
    EXPECT_THAT(store().ReadPayload({gone.id, number}, PayloadDirection::kInput),
                StatusIs(absl::StatusCode::kNotFound));
    EXPECT_THAT(store().ReadPayload({gone.id, number}, PayloadDirection::kOutput),
                StatusIs(absl::StatusCode::kNotFound));
    EXPECT_EQ(Tokens({"gone " + std::to_string(number)})[0], std::nullopt);
    EXPECT_THAT(store().ReadPayload({kept.id, number}, PayloadDirection::kInput), IsOkAndHolds("in"));
  }
  EXPECT_THAT(store().ReadExecution(kept.id), IsOkAndHolds(Optional(kept)));
  EXPECT_THAT(store().ListTasks(kept.id, 0, 100), IsOkAndHolds(SizeIs(20)));
  EXPECT_THAT(store().ReadEvents(kept.id, 0, kAllBytes), IsOkAndHolds(SizeIs(20)));
  EXPECT_EQ(SignalsOf(kept.id), 20);
  EXPECT_THAT(Tokens({"kept 7"})[0], Optional(TaskKey{kept.id, 7}));
  EXPECT_EQ(Purge(10).rows, 0);
}

TEST_P(Deletion, ASliceEndsWithItsBytesToo) {
  const ExecutionRow gone = Final();
  Insert({gone});
  Writes writes;
  for (int64_t seq = 1; seq <= 8; ++seq) writes.insert_chunks.push_back({gone.id, seq, 1, std::string(1000, 'x')});
  ASSERT_OK(Write(writes));
  Delete(gone);
  const Purged first = Purge(100, 2500);
  EXPECT_EQ(first.rows, 3);
  EXPECT_TRUE(first.left);
  EXPECT_THAT(store().ReadEvents(gone.id, 0, kAllBytes), IsOkAndHolds(SizeIs(5)));
  EXPECT_FALSE(Purge(100).left);
}

TEST_P(Deletion, WhatItMadeGoesWithItsNamesUnlessARetryHasTakenItOver) {
  const ExecutionRow gone = Final();
  ExecutionRow retry = Final();
  retry.retry_of = gone.id;
  Insert({gone, retry});
  Writes writes;
  const auto make = [&](const std::string& owner, const Id& execution, const std::string& name) {
    ResourceRow row;
    row.id = NewId(owner);
    row.kind = "quiz.question";
    row.owner = owner;
    row.execution_id = execution;
    row.create_time = clock().Now();
    row.payload = std::string(100, 'q');
    writes.insert_resources.push_back(row);
    for (const std::string& alias_owner : {owner, std::string()}) {
      writes.insert_aliases.push_back({alias_owner, "quiz.task", name, row.id});
    }
    return row.id;
  };
  std::vector<Id> lost;
  std::vector<Id> kept;
  for (int i = 0; i < 8; ++i) {
    const std::string number = std::to_string(i);
    lost.push_back(make(i % 2 == 0 ? "ann" : "bob", gone.id, "lost " + number));
    kept.push_back(make("ann", i % 2 == 0 ? Id() : NewId(), "kept " + number));
  }
  const Id moved = make("ann", gone.id, "moved");
  const std::vector<AliasRow> names = writes.insert_aliases;
  // Leads to the execution itself: no name of a resource.
  const AliasRow of_execution = {"ann", "quiz.task", "execution", gone.id};
  writes.insert_aliases.push_back(of_execution);
  ASSERT_OK(Write(writes));
  kept.push_back(moved);

  Delete(gone);
  EXPECT_THAT(store().ReadResource(lost[0]), IsOkAndHolds(Optional(::testing::_)));
  Writes move;
  move.update_resources = {{.id = moved, .only_of = gone.id, .execution_id = retry.id, .update_time = clock().Now()}};
  ASSERT_OK(Write(move));

  // 8 resources with two names each, and the note of the execution.
  int rows = 0;
  Purged purged{.left = true};
  for (int slices = 0; purged.left; ++slices) {
    ASSERT_LT(slices, 30);
    purged = Purge(3);
    EXPECT_LE(purged.rows, 4);
    rows += purged.rows;
  }
  EXPECT_EQ(rows, 25 + 1) << "with the note of the retry";
  for (const Id& id : lost) EXPECT_THAT(store().ReadResource(id), IsOkAndHolds(std::nullopt));
  for (const Id& id : kept) EXPECT_THAT(store().ReadResource(id), IsOkAndHolds(Optional(::testing::_)));
  for (const AliasRow& name : names) {
    const bool stays = std::find(kept.begin(), kept.end(), name.object_id) != kept.end();
    const auto object = store().ReadAlias(name);
    ASSERT_OK(object);
    EXPECT_EQ(*object, stays ? std::optional<Id>(name.object_id) : std::nullopt) << name.alias;
  }
  EXPECT_THAT(store().ReadAlias(of_execution), IsOkAndHolds(Optional(gone.id)));

  Delete(retry);
  EXPECT_FALSE(Purge(100).left);
  EXPECT_THAT(store().ReadResource(moved), IsOkAndHolds(std::nullopt));
}

TEST_P(Deletion, ASliceOfResourcesEndsWithItsBytes) {
  const ExecutionRow gone = Final();
  Insert({gone});
  Writes writes;
  for (int i = 0; i < 8; ++i) {
    ResourceRow row = {.id = NewId(), .kind = "quiz.question", .owner = "ann", .execution_id = gone.id};
    row.payload = std::string(1000, 'q');
    writes.insert_resources.push_back(row);
  }
  ASSERT_OK(Write(writes));
  Delete(gone);
  const Purged first = Purge(100, 2500);
  EXPECT_EQ(first.rows, 3);
  EXPECT_TRUE(first.left);
  EXPECT_THAT(store().ListResources({.kind = "quiz.question", .execution_id = gone.id})->rows, SizeIs(5));
  EXPECT_FALSE(Purge(100).left);
  EXPECT_THAT(store().ListResources({.kind = "quiz.question", .execution_id = gone.id})->rows, IsEmpty());
}

TEST_P(Deletion, TheNumberOfUnfinishedExecutionsStays) {
  const ExecutionRow unfinished = NewExecution();
  const ExecutionRow gone = Final();
  Insert({unfinished, gone});
  ASSERT_OK_AND_ASSIGN(const auto before, store().CountUnfinished());
  Delete(gone);
  Purge(100);
  EXPECT_THAT(store().CountUnfinished(), IsOkAndHolds(before));
}

TEST_P(Deletion, ARetryKeepsItsOriginalUntilItIsFinalOrGone) {
  const ExecutionRow old = Final();
  const ExecutionRow other = Final();
  ExecutionRow ended = Final();
  ended.retry_of = old.id;
  ExecutionRow live = NewExecution();
  live.retry_of = old.id;
  Insert({old, other, ended, live});
  EXPECT_THAT(LiveRetries({other.id, old.id}), ElementsAre(std::nullopt, Optional(live.id)));
  Delete(ended);
  EXPECT_THAT(LiveRetries({old.id}), ElementsAre(Optional(live.id)));
  Writes writes;
  live.state = ExecutionState::kCompleted;
  writes.update_executions = {live};
  ASSERT_OK(Write(writes));
  EXPECT_THAT(LiveRetries({old.id}), ElementsAre(std::nullopt));
  Delete(old);
  Delete(live);
  Purge(100);
  EXPECT_THAT(store().HasUnpurged(), IsOkAndHolds(false));
}

TEST_P(Deletion, EndedExecutionsAreFoundPageByPageInOrder) {
  const absl::Time begin = clock().Now();
  std::vector<ExecutionRow> rows;
  for (int i = 0; i < 6; ++i) {
    clock().Advance(absl::Seconds(10));
    rows.push_back(i == 2 ? NewExecution() : Final());
  }
  rows[1].end_time = begin + absl::Seconds(55);  // began early, ended late
  Insert(rows);
  const absl::Time ended_by = begin + absl::Seconds(50);
  clock().Advance(absl::Hours(1));
  std::vector<Id> found;
  Id after;
  int pages = 0;
  while (true) {
    ASSERT_OK_AND_ASSIGN(const EndedPage page, store().ListEnded(after, ended_by, 2));
    EXPECT_LE(page.ids.size(), 2);
    found.insert(found.end(), page.ids.begin(), page.ids.end());
    ASSERT_LT(++pages, 10);
    if (!page.next) break;
    after = *page.next;
  }
  EXPECT_THAT(found, ElementsAre(rows[0].id, rows[3].id, rows[4].id));
}

TEST_P(Deletion, ExpiredKeysGoUnlessTheyWereClaimedAnew) {
  std::vector<IdempotencyRow> keys;
  for (int i = 0; i < 5; ++i) {
    keys.push_back({"ann", "CreateExecution", "key " + std::to_string(i), NewId(), "digest",
                    clock().Now() + absl::Minutes(i + 1)});
  }
  const auto claim = [&](const std::vector<IdempotencyRow>& rows) {
    std::vector<ClaimedKey> claimed;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      auto answers = transaction.ClaimIdempotencyKeys(rows);
      if (!answers.ok()) return answers.status();
      claimed = *std::move(answers);
      return absl::OkStatus();
    }));
    return claimed;
  };
  claim(keys);
  clock().Advance(absl::Minutes(3));
  ASSERT_OK_AND_ASSIGN(const ExpiredKeysPage first, store().ListExpiredKeys({}, clock().Now(), 2));
  ASSERT_THAT(first.rows, SizeIs(2));
  ASSERT_TRUE(first.next.has_value());
  ASSERT_OK_AND_ASSIGN(const ExpiredKeysPage second, store().ListExpiredKeys(*first.next, clock().Now(), 10));
  ASSERT_THAT(second.rows, SizeIs(1));
  EXPECT_EQ(second.rows[0].key, "key 2");
  EXPECT_FALSE(second.next.has_value());

  IdempotencyRow anew = keys[0];
  anew.object_id = NewId();
  anew.expire_time = clock().Now() + absl::Hours(1);
  EXPECT_TRUE(claim({anew})[0].fresh);
  Writes writes;
  writes.delete_expired_keys = first.rows;
  ASSERT_OK(Write(writes));
  EXPECT_THAT(store().ListExpiredKeys({}, clock().Now(), 10)->rows, SizeIs(1));
  const ClaimedKey still = claim({anew})[0];
  EXPECT_FALSE(still.fresh);
  EXPECT_EQ(still.row.object_id, anew.object_id);
}

}  // namespace
}  // namespace flowmesh::store
