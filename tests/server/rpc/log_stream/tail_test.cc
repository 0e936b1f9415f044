#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "server/base/error.h"
#include "tests/server/rpc/log_stream/log_stream_fixture.h"

namespace flowmesh::rpc {
namespace {

using ::flowmesh::testing::IsOk;
using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TailTest : public LogStreamFixture {};

TEST_F(TailTest, HistoryThenLiveThenTheEnd) {
  Execution execution = Create();
  Log(execution, 3);
  Client client = Tail(Request(execution));
  EXPECT_EQ(client.Next(), 1);
  EXPECT_EQ(client.Next(), 2);
  EXPECT_EQ(client.Next(), 3);
  Log(execution, 2);
  EXPECT_EQ(client.Next(), 4);
  EXPECT_EQ(client.Next(), 5);
  Finish(execution);
  EXPECT_THAT(client.Rest(), ElementsAre(6));
  EXPECT_THAT(client.Status(), IsOk());
}

TEST_F(TailTest, EventsAreWholeMessages) {
  Execution execution = Create();
  AddLog(execution, "first");
  AddProgress(execution, 40);
  AddState(execution, store::ExecutionState::kCompleted);
  Flush(execution);
  Client client = Tail(Request(execution));
  v1::Event event;
  ASSERT_TRUE(client.reader->Read(&event));
  EXPECT_EQ(event.execution_id(), execution.row.id.ToString());
  EXPECT_EQ(event.log().message(), "first");
  EXPECT_EQ(event.attempt(), 1);
  EXPECT_EQ(event.time().seconds(), 1'700'000'000);
  ASSERT_TRUE(client.reader->Read(&event));
  EXPECT_EQ(event.progress().percent(), 40);
  ASSERT_TRUE(client.reader->Read(&event));
  EXPECT_EQ(event.state().state(), v1::Execution::COMPLETED);
  EXPECT_FALSE(client.reader->Read(&event));
  EXPECT_THAT(client.Status(), IsOk());
}

TEST_F(TailTest, NoGapAndNoDuplicateWhileEventsAreBeingPublished) {
  constexpr int kChunks = 300;
  constexpr int kReaders = 4;
  Execution execution = Create();
  Log(execution, 5);
  std::vector<std::thread> readers;
  std::vector<std::vector<int64_t>> seen(kReaders);
  std::vector<absl::Status> ends(kReaders);
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] {
      Client client = Tail(Request(execution));
      seen[i] = client.Rest();
      ends[i] = client.Status();
    });
  }
  const v1::TailRequest late = Request(execution, 5);
  for (int chunk = 0; chunk < kChunks; ++chunk) {
    Log(execution, 1 + chunk % 7);
    if (chunk % 100 == 50) {  // and readers who come in the middle of it
      readers.emplace_back([this, late] {
        Client client = Tail(late);
        const std::vector<int64_t> rest = client.Rest();
        EXPECT_EQ(rest, Seqs(6, rest.empty() ? 0 : rest.back()));
        EXPECT_THAT(client.Status(), IsOk());
      });
    }
  }
  Finish(execution);
  for (std::thread& reader : readers) reader.join();
  for (int i = 0; i < kReaders; ++i) {
    EXPECT_EQ(seen[i], Seqs(1, execution.row.event_head));
    EXPECT_THAT(ends[i], IsOk());
  }
}

TEST_F(TailTest, ResumeSendsWhatFollows) {
  Execution execution = Create();
  Log(execution, 4);
  Log(execution, 4);
  Finish(execution);
  for (const int64_t after : {1, 3, 4, 6, 8}) {
    Client client = Tail(Request(execution, after));
    EXPECT_EQ(client.Rest(), Seqs(after + 1, 9));
    EXPECT_THAT(client.Status(), IsOk());
  }
}

TEST_F(TailTest, NothingIsLeftAfterTheTerminalEvent) {
  Execution execution = Create();
  Finish(execution);
  EXPECT_THAT(TailStatus(Request(execution, 1)), IsOk());
}

TEST_F(TailTest, AfterBeyondTheHeadIsOutOfRangeAndNamesTheRange) {
  Execution execution = Create();
  Log(execution, 3);
  const absl::Status status = TailStatus(Request(execution, 4));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kOutOfRange));
  const auto metadata = base::GetMetadata(status);
  EXPECT_EQ(metadata.at("first_seq"), "1");
  EXPECT_EQ(metadata.at("last_seq"), "3");
}

TEST_F(TailTest, BadFieldsAreViolations) {
  v1::TailRequest request;
  request.set_execution_id("seven");
  request.set_after(-1);
  request.add_kinds("logs");
  const absl::Status status = TailStatus(request);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> fields;
  for (const auto& violation : base::GetViolations(status)) fields.push_back(violation.field);
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("execution_id", "after", "kinds[0]"));
}

TEST_F(TailTest, SomebodyElsesExecutionIsAnUnknownOne) {
  Execution execution = Create("bob");
  Log(execution, 1);
  v1::TailRequest unknown = Request(execution);
  unknown.set_execution_id("0192f0c4-8d1e-7001-9abc-0123456789ab");
  const absl::Status foreign = TailStatus(Request(execution));
  EXPECT_THAT(foreign, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(base::GetReason(foreign), base::GetReason(TailStatus(unknown)));
  EXPECT_TRUE(Eventually([this] { return service_->open_tails() == 0 && hub_.subscriptions() == 0; }));
}

TEST_F(TailTest, AdminsReadAcrossOwners) {
  Execution execution = Create("bob");
  Finish(execution);
  EXPECT_THAT(Tail(Request(execution), "root").Rest(), ElementsAre(1));
}

TEST_F(TailTest, NoTokenIsUnauthenticated) {
  Execution execution = Create();
  Client client{.context = std::make_unique<grpc::ClientContext>()};
  client.reader = stub_->Tail(client.context.get(), Request(execution));
  EXPECT_EQ(client.Next(), 0);
  EXPECT_THAT(client.Status(), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(TailTest, KindsAreFilteredButTheEndAlwaysComes) {
  Execution execution = Create();
  for (int i = 0; i < 20; ++i) {
    AddLog(execution, "line");
    AddProgress(execution, i);
    Flush(execution);
  }
  AddState(execution, store::ExecutionState::kCancelling);
  Finish(execution);
  v1::TailRequest request = Request(execution, 30);
  request.add_kinds("progress,usage");
  Client client = Tail(request);
  EXPECT_THAT(client.Rest(), ElementsAre(32, 34, 36, 38, 40, 42));
  EXPECT_THAT(client.Status(), IsOk());
}

TEST_F(TailTest, FilteredLiveTailWaitsForTheEnd) {
  Execution execution = Create();
  v1::TailRequest request = Request(execution);
  request.add_kinds("usage");
  Client client = Tail(request);
  client.reader->WaitForInitialMetadata();
  Log(execution, 10);
  Log(execution, 10);
  Finish(execution);
  EXPECT_THAT(client.Rest(), ElementsAre(21));
}

TEST_F(TailTest, WithoutFollowItEndsAtTheHead) {
  Execution execution = Create();
  Log(execution, 3);
  for (const int64_t after : {0, 2, 3}) {
    v1::TailRequest request = Request(execution, after);
    request.set_follow(false);
    Client client = Tail(request);
    EXPECT_EQ(client.Rest(), Seqs(after + 1, 3));
    EXPECT_THAT(client.Status(), IsOk());
  }
}

TEST_F(TailTest, InitialMetadataComesBeforeAnyEvent) {
  Execution execution = Create();
  Client client = Tail(Request(execution));
  client.reader->WaitForInitialMetadata();
  EXPECT_EQ(service_->open_tails(), 1u);
  client.context->TryCancel();
  EXPECT_EQ(client.Next(), 0);
}

TEST_F(TailTest, CancelReleasesTheTail) {
  Execution execution = Create();
  Log(execution, 1);
  Client idle = Tail(Request(execution));
  Client cancelled = Tail(Request(execution));
  EXPECT_EQ(idle.Next(), 1);
  EXPECT_EQ(cancelled.Next(), 1);
  cancelled.context->TryCancel();
  EXPECT_EQ(cancelled.Next(), 0);
  EXPECT_THAT(cancelled.Status(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_TRUE(Eventually([this] { return service_->open_tails() == 1 && hub_.subscriptions() == 1; }));
  Log(execution, 1);
  EXPECT_EQ(idle.Next(), 2);
}

TEST_F(TailTest, ManyTailsOfOneExecutionAllGetEverything) {
  constexpr int kTails = 200;
  Execution execution = Create();
  std::vector<Client> clients;
  for (int i = 0; i < kTails; ++i) clients.push_back(Tail(Request(execution)));
  for (Client& client : clients) client.reader->WaitForInitialMetadata();
  EXPECT_EQ(hub_.subscriptions(), kTails);
  Log(execution, 3);
  Finish(execution);
  for (Client& client : clients) EXPECT_THAT(client.Rest(), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(Eventually([this] { return service_->open_tails() == 0; }));
}

}  // namespace
}  // namespace flowmesh::rpc
