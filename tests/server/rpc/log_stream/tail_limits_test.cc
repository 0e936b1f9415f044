#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/base/error.h"
#include "tests/server/rpc/log_stream/log_stream_fixture.h"

namespace flowmesh::rpc {
namespace {

using ::flowmesh::testing::IsOk;
using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;

class TailLimitsTest : public LogStreamFixture {};

TEST_F(TailLimitsTest, SlowReaderHoldsACursorNotTheEvents) {
  constexpr int kChunks = 48;
  constexpr int kLines = 8;
  const std::string line(32 << 10, 'x');
  Execution execution = Create();
  Client slow = Tail(Request(execution));
  slow.reader->WaitForInitialMetadata();
  for (int chunk = 0; chunk < kChunks; ++chunk) {  // 12 MiB that nobody reads
    for (int i = 0; i < kLines; ++i) AddLog(execution, line);
    Flush(execution);
    ASSERT_LE(service_->read_ahead_bytes(), 2 * int64_t{LogTail::kReadBytes});
  }
  Finish(execution);
  for (int64_t seq = 1; seq <= kChunks * kLines; ++seq) {
    ASSERT_EQ(slow.Next(), seq);
    ASSERT_LE(service_->read_ahead_bytes(), 3 * int64_t{LogTail::kReadBytes});
  }
  EXPECT_THAT(slow.Rest(), ElementsAre(kChunks * kLines + 1));
  EXPECT_THAT(slow.Status(), IsOk());
  EXPECT_TRUE(Eventually([this] { return service_->open_tails() == 0; }));
  EXPECT_EQ(service_->read_ahead_bytes(), 0);
}

TEST_F(TailLimitsTest, OneTailTooManyIsRefusedUntilAnotherEnds) {
  Serve({.max_tails = 1}, &store_clock_);
  Execution execution = Create();
  Client first = Tail(Request(execution));
  first.reader->WaitForInitialMetadata();
  const absl::Status refused = TailStatus(Request(execution));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(base::GetRetryDelay(refused).has_value());
  Finish(execution);
  EXPECT_THAT(first.Rest(), ElementsAre(1));
  EXPECT_THAT(first.Status(), IsOk());
  ASSERT_TRUE(Eventually([this] { return service_->open_tails() == 0; }));
  EXPECT_THAT(Tail(Request(execution)).Rest(), ElementsAre(1));
}

TEST_F(TailLimitsTest, ShutdownEndsAllTailsAndLetsNobodyIn) {
  Execution execution = Create();
  Log(execution, 1);
  std::vector<Client> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(Tail(Request(execution)));
  for (Client& client : clients) EXPECT_EQ(client.Next(), 1);
  service_->Shutdown();
  service_->Shutdown();
  for (Client& client : clients) {
    EXPECT_EQ(client.Next(), 0);
    EXPECT_THAT(client.Status(), StatusIs(absl::StatusCode::kUnavailable));
  }
  EXPECT_THAT(TailStatus(Request(execution)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(Eventually([this] { return service_->open_tails() == 0 && hub_.subscriptions() == 0; }));
}

TEST_F(TailLimitsTest, ExpiredTokenEndsTheStreamAtTheNextEvent) {
  authenticator_.expire_time = store_clock_.Now() + absl::Hours(1);
  Execution execution = Create();
  Log(execution, 1);
  Client client = Tail(Request(execution));
  EXPECT_EQ(client.Next(), 1);
  store_clock_.Advance(absl::Hours(2));
  Log(execution, 1);
  EXPECT_EQ(client.Next(), 0);
  const absl::Status status = client.Status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_EQ(base::GetReason(status), "TOKEN_EXPIRED");
}

TEST_F(TailLimitsTest, ExpiredTokenEndsAnIdleStream) {
  Serve({}, &system_clock_);
  authenticator_.expire_time = system_clock_.Now() + absl::Milliseconds(300);
  Execution execution = Create();
  EXPECT_EQ(base::GetReason(TailStatus(Request(execution))), "TOKEN_EXPIRED");
  EXPECT_GE(system_clock_.Now(), authenticator_.expire_time);
}

TEST_F(TailLimitsTest, FullReadersDelayATailButDoNotLoseIt) {
  readers_.refusals = 3;
  Execution execution = Create();
  Log(execution, 2);
  Client client = Tail(Request(execution));
  EXPECT_EQ(client.Next(), 1);
  EXPECT_EQ(client.Next(), 2);
  EXPECT_LT(readers_.refusals.load(), 0);
}

TEST_F(TailLimitsTest, MissingEventIsDataLoss) {
  Execution execution = Create();
  execution.row.event_head = 2;  // as if a chunk had been lost
  store::Writes writes;
  writes.update_executions.push_back(execution.row);
  Commit(writes, &execution.row.id);
  EXPECT_THAT(TailStatus(Request(execution)), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace flowmesh::rpc
