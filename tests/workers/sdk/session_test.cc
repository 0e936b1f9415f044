#include "workers/sdk/session.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/made_certificates.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"
#include "tests/workers/sdk/served_functions.h"

namespace flowmesh::sdk {
namespace {

// Outputs a, b, c, each when the test allows, then finishes.
struct Spelling {
  Gate gates[3];

  absl::StatusOr<Poem> operator()(TaskContext& context, const WritePoem&) {
    for (int i = 0; i < 3; ++i) {
      gates[i].Pass();
      context.Output(std::string(1, static_cast<char>('a' + i)));
    }
    return PoemNamed("abc");
  }
};

v1::OrchestratorEntry WelcomeBack(const v1::AttemptId& attempt, int64_t acked, bool fenced = false,
                                  bool cancel = false) {
  v1::OrchestratorEntry entry;
  v1::Welcome::Held& held = *entry.mutable_welcome()->add_held();
  *held.mutable_attempt() = attempt;
  held.set_acked(acked);
  held.set_fenced(fenced);
  held.set_cancel(cancel);
  return entry;
}

class ReconnectTest : public ::testing::Test {
 protected:
  ReconnectTest() : worker_(OptionsFor(server_)) {
    worker_.Serve("spell",
                  [this](TaskContext& context, const WritePoem& request) { return spelling_(context, request); });
    worker_.Serve("wait", [](TaskContext& context, const WritePoem&) -> absl::StatusOr<Poem> {
      context.Info("begun");
      context.WaitCancelled(absl::InfiniteDuration());
      return absl::CancelledError("stopped");
    });
    EXPECT_OK(worker_.Start());
    stream_ = server_.AcceptWorker(&first_hello_);
  }
  ~ReconnectTest() override {
    for (Gate& gate : spelling_.gates) gate.Open();
  }

  // Breaks the stream and reads the next hello.
  v1::Hello Reconnect() {
    stream_->Cut();
    stream_ = server_.Accept();
    return stream_->Next().hello();
  }

  Spelling spelling_;
  FakeOrchestrator server_;
  Worker worker_;
  v1::Hello first_hello_;
  std::shared_ptr<FakeAttach> stream_;
};

TEST_F(ReconnectTest, ExactlyWhatIsNotAcknowledgedIsSentAgain) {
  const v1::AttemptId id = AttemptOf(1);
  stream_->Assign(id, "spell", About("abc"));
  spelling_.gates[0].Open();
  EXPECT_EQ(stream_->Next().number(), 1);
  spelling_.gates[1].Open();
  const v1::WorkerEntry second = stream_->Next();
  EXPECT_EQ(second.number(), 2);

  const v1::Hello hello = Reconnect();
  EXPECT_EQ(hello.worker_id(), first_hello_.worker_id());
  ASSERT_EQ(hello.held_size(), 1);
  EXPECT_EQ(hello.held(0).attempt().execution_id(), id.execution_id());
  EXPECT_EQ(hello.held(0).attempt().attempt(), 1);
  stream_->Send(WelcomeBack(id, /*acked=*/1));
  const v1::WorkerEntry again = stream_->Next();
  EXPECT_EQ(again.SerializeAsString(), second.SerializeAsString());
  spelling_.gates[2].Open();
  const v1::WorkerEntry third = stream_->Next();
  EXPECT_EQ(third.number(), 3);
  EXPECT_EQ(third.events().events(0).output().offset(), 2);
  EXPECT_EQ(TitleOf(stream_->Next(v1::WorkerEntry::kFinished)), "abc");
}

TEST_F(ReconnectTest, WhatIsToldWhileAwayIsSentAfterTheWelcome) {
  const v1::AttemptId id = AttemptOf(1);
  stream_->Assign(id, "spell", About("abc"));
  spelling_.gates[0].Open();
  EXPECT_EQ(stream_->Next().number(), 1);
  EXPECT_EQ(Reconnect().held_size(), 1);
  spelling_.gates[1].Open();
  spelling_.gates[2].Open();
  stream_->Send(WelcomeBack(id, /*acked=*/1));
  std::string text;
  v1::WorkerEntry entry = stream_->Next();
  for (; entry.has_events(); entry = stream_->Next()) {
    for (const v1::Event& event : entry.events().events()) text += event.output().text();
  }
  EXPECT_EQ(text, "bc");
  EXPECT_TRUE(entry.has_finished());
}

TEST_F(ReconnectTest, AFinishedAttemptIsHeldUntilItsEndIsAcknowledged) {
  const v1::AttemptId id = AttemptOf(1);
  stream_->AckEnds(false);
  for (Gate& gate : spelling_.gates) gate.Open();
  stream_->Assign(id, "spell", About("abc"));
  const v1::WorkerEntry finished = stream_->Next(v1::WorkerEntry::kFinished);
  ASSERT_EQ(Reconnect().held_size(), 1);
  stream_->AckEnds(false);
  stream_->Send(WelcomeBack(id, finished.number() - 1));
  EXPECT_EQ(stream_->Next().SerializeAsString(), finished.SerializeAsString());
  stream_->Ack(id, finished.number());
  // Entries are handled in order: once this one is answered, the acknowledgement has been.
  stream_->Assign(AttemptOf(2), "wait", About("a witness"));
  stream_->Next(v1::WorkerEntry::kEvents);
  const v1::Hello hello = Reconnect();
  ASSERT_EQ(hello.held_size(), 1);
  EXPECT_EQ(hello.held(0).attempt().execution_id(), AttemptOf(2).execution_id());
  stream_->Send(WelcomeBack(AttemptOf(2), 0, /*fenced=*/true));
}

TEST_F(ReconnectTest, AnAttemptThatWasGivenToAnotherIsLetGo) {
  stream_->Assign(AttemptOf(1), "wait", About("rain"));
  stream_->Next(v1::WorkerEntry::kEvents);
  EXPECT_EQ(Reconnect().held_size(), 1);
  stream_->Send(WelcomeBack(AttemptOf(1), 1, /*fenced=*/true));
  // Its function has returned and freed its slot; two more find room at once, and nothing was said about the first.
  for (int execution : {2, 3}) {
    stream_->Assign(AttemptOf(execution), "wait", About("rain"));
    EXPECT_EQ(stream_->Next().attempt().execution_id(), AttemptOf(execution).execution_id());
  }
  EXPECT_EQ(Reconnect().held_size(), 2);
  v1::OrchestratorEntry welcome = WelcomeBack(AttemptOf(2), 1, /*fenced=*/true);
  *welcome.mutable_welcome()->add_held() = WelcomeBack(AttemptOf(3), 1, /*fenced=*/true).welcome().held(0);
  stream_->Send(welcome);
}

TEST_F(ReconnectTest, ACancelThatCameWhileAwayIsHeardInTheWelcome) {
  stream_->Assign(AttemptOf(1), "wait", About("rain"));
  stream_->Next(v1::WorkerEntry::kEvents);
  EXPECT_EQ(Reconnect().held_size(), 1);
  stream_->Send(WelcomeBack(AttemptOf(1), 1, /*fenced=*/false, /*cancel=*/true));
  EXPECT_TRUE(stream_->Next().failed().cancelled());
}

TEST_F(ReconnectTest, UnavailableMeansDiallingAgain) {
  server_.Refuse(grpc::Status(grpc::StatusCode::UNAVAILABLE, "stopping"));
  stream_->Cut();
  server_.Refuse(grpc::Status::OK);
  v1::Hello hello;
  stream_ = server_.AcceptWorker(&hello);
  EXPECT_EQ(hello.worker_id(), first_hello_.worker_id());
}

class TokenFileTest : public ::testing::Test {
 protected:
  static grpc::Status Expired() { return grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "the token has expired"); }

  WorkerOptions Options(absl::Duration patience) {
    WorkerOptions options = OptionsFor(server_);
    options.token.clear();
    options.token_file = directory_.file("token");
    options.token_patience = patience;
    return options;
  }
  void Write(const std::string& token) { testing::ReplaceFile(directory_.file("token"), token); }

  testing::TemporaryDirectory directory_;
  FakeOrchestrator server_;
};

TEST_F(TokenFileTest, EveryDialBringsWhatIsInTheFileThen) {
  Write("first\n");
  Worker worker(Options(absl::Hours(1)));
  worker.Serve("spell", [](TaskContext&, const WritePoem&) { return absl::StatusOr<Poem>(PoemNamed("x")); });
  ASSERT_OK(worker.Start());
  std::shared_ptr<FakeAttach> stream = server_.AcceptWorker();
  EXPECT_EQ(stream->authorization(), "Bearer first");
  Write("  second ");
  stream->Cut();
  stream = server_.AcceptWorker();
  EXPECT_EQ(stream->authorization(), "Bearer second");
  // A file that is gone for a while is waited for.
  std::filesystem::remove(directory_.file("token"));
  stream->Cut();
  Write("third");
  EXPECT_EQ(server_.AcceptWorker()->authorization(), "Bearer third");
}

TEST_F(TokenFileTest, AnExpiredTokenIsReplacedAndWhatIsHeldGoesOn) {
  Write("first");
  Worker worker(Options(absl::Hours(1)));
  Gate gate;
  worker.Serve("spell", [&gate](TaskContext&, const WritePoem&) {
    gate.Pass();
    return absl::StatusOr<Poem>(PoemNamed("kept"));
  });
  ASSERT_OK(worker.Start());
  std::shared_ptr<FakeAttach> stream = server_.AcceptWorker();
  stream->Assign(AttemptOf(1), "spell", About("rain"));
  server_.Refuse(Expired());
  stream->Cut();
  server_.AwaitRefusals(3);
  Write("second");
  server_.Refuse(grpc::Status::OK);
  stream = server_.Accept();
  // A dial that had read the old token may come first.
  while (stream->authorization() == "Bearer first") {
    stream->Cut();
    stream = server_.Accept();
  }
  EXPECT_EQ(stream->authorization(), "Bearer second");
  ASSERT_EQ(stream->Next().hello().held_size(), 1);
  stream->Send(WelcomeBack(AttemptOf(1), 0));
  gate.Open();
  EXPECT_EQ(TitleOf(stream->Next(v1::WorkerEntry::kFinished)), "kept");
}

TEST_F(TokenFileTest, ATokenThatIsNotReplacedEndsTheWorkerInTheEnd) {
  Write("first");
  Worker worker(Options(absl::Milliseconds(100)));
  worker.Serve("spell", [](TaskContext&, const WritePoem&) { return absl::StatusOr<Poem>(PoemNamed("x")); });
  ASSERT_OK(worker.Start());
  const std::shared_ptr<FakeAttach> stream = server_.AcceptWorker();
  server_.Refuse(Expired());
  stream->Cut();
  EXPECT_EQ(worker.Wait().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(TokenFileTest, ATokenThatWasNeverGoodEndsTheWorkerAtOnce) {
  Write("wrong");
  server_.Refuse(Expired());
  Worker worker(Options(absl::Hours(1)));
  worker.Serve("spell", [](TaskContext&, const WritePoem&) { return absl::StatusOr<Poem>(PoemNamed("x")); });
  ASSERT_OK(worker.Start());
  EXPECT_EQ(worker.Wait().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(ReconnectTest, ADrainingWorkerTellsEveryStreamAndOffersNoPlace) {
  stream_->Assign(AttemptOf(1), "wait", About("rain"));
  stream_->Next(v1::WorkerEntry::kEvents);
  worker_.Drain();
  EXPECT_TRUE(stream_->Next().has_drain());
  const v1::Hello hello = Reconnect();
  EXPECT_EQ(hello.capacity().slots(), 0);
  EXPECT_EQ(hello.capacity().flows(), 0);
  stream_->Send(WelcomeBack(AttemptOf(1), 1, /*fenced=*/true));
  EXPECT_TRUE(stream_->Next().has_drain());
}

TEST_F(ReconnectTest, AnAssignmentThatComesTwiceRunsOnce) {
  stream_->Assign(AttemptOf(1), "wait", About("rain"));
  stream_->Next(v1::WorkerEntry::kEvents);
  stream_->Assign(AttemptOf(1), "wait", About("rain"));
  stream_->Cancel(AttemptOf(1));
  EXPECT_TRUE(stream_->Next().failed().cancelled());
  stream_->Assign(AttemptOf(2), "wait", About("rain"));
  EXPECT_EQ(stream_->Next().attempt().execution_id(), AttemptOf(2).execution_id());
  stream_->Fence(AttemptOf(2));
  stream_->Fence(AttemptOf(1));
}

}  // namespace
}  // namespace flowmesh::sdk
