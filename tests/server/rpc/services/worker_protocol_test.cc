// What a worker may not say, and who may not be one.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/server/rpc/services/replica_fixture.h"

namespace flowmesh::rpc {
namespace {

using testing::CapacityEntry;
using testing::DrainEntry;
using testing::FinishedEntry;
using testing::FrameOf;
using ::testing::HasSubstr;
using testing::HelloEntry;
using testing::LogEntry;
using testing::RawWorker;

constexpr char kSomeId[] = "0192f0c4-8d1e-7001-9abc-0123456789ab";

class WorkerProtocolTest : public ReplicaTest {
 protected:
  void SetUp() override { StartDeveloper(); }

  // How the stream ends that begins with `entry`.
  grpc::Status EndOfHello(const v1::Hello& hello) {
    RawWorker worker(Connect());
    worker.Send(HelloEntry(hello));
    return worker.Finish();
  }

  // An execution in the hands of worker_.
  v1::AttemptId Assigned() {
    worker_ = Attach(HelloOf("worker-one"));
    CreateEcho();
    return worker_->NextAssignment().attempt();
  }

  // How the stream ends that says `entry` of an attempt it holds.
  grpc::Status EndOf(const v1::WorkerEntry& entry) {
    worker_->Send(entry);
    return worker_->Finish();
  }

  std::unique_ptr<RawWorker> worker_;
};

TEST_F(WorkerProtocolTest, TheFirstFrameMustBeAHello) {
  RawWorker worker(Connect());
  worker.Send(CapacityEntry(1));
  const grpc::Status end = worker.Finish();
  EXPECT_THAT(end, Refuses(grpc::StatusCode::INVALID_ARGUMENT, "WORKER_PROTOCOL"));
  EXPECT_THAT(end.error_message(), HasSubstr("hello"));
}

TEST_F(WorkerProtocolTest, AHelloStandsAloneInItsFrame) {
  RawWorker worker(Connect());
  worker.Send(FrameOf({HelloEntry(HelloOf("worker-one")), CapacityEntry(1)}));
  EXPECT_THAT(worker.Finish(), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "WORKER_PROTOCOL"));
}

TEST_F(WorkerProtocolTest, AnEmptyFirstFrameIsNoHello) {
  RawWorker worker(Connect());
  worker.Send(v1::WorkerFrame());
  EXPECT_THAT(worker.Finish(), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "WORKER_PROTOCOL"));
}

TEST_F(WorkerProtocolTest, ASecondHelloIsRefused) {
  worker_ = Attach(HelloOf("worker-one"));
  EXPECT_THAT(EndOf(HelloEntry(HelloOf("worker-one"))), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "WORKER_PROTOCOL"));
}

TEST_F(WorkerProtocolTest, AShortWorkerIdIsRefused) {
  const grpc::Status end = EndOfHello(HelloOf("1234567"));
  EXPECT_THAT(end, Refuses(grpc::StatusCode::INVALID_ARGUMENT, "WORKER_PROTOCOL"));
  EXPECT_THAT(end.error_message(), HasSubstr("worker_id"));
}

TEST_F(WorkerProtocolTest, AHelloWithoutTypesIsRefused) {
  v1::Hello hello = HelloOf("worker-one");
  hello.clear_types();
  const grpc::Status end = EndOfHello(hello);
  EXPECT_EQ(end.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(end.error_message(), HasSubstr("types"));
}

TEST_F(WorkerProtocolTest, AMessageThatNobodyDeclaredIsRefused) {
  v1::Hello hello = HelloOf("worker-one");
  hello.mutable_types(0)->set_input_type("nobody.Knows");
  const grpc::Status end = EndOfHello(hello);
  EXPECT_EQ(end.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(end.error_message(), HasSubstr("hello.types[0].input_type"));
}

TEST_F(WorkerProtocolTest, DescriptorsThatAreNoneAreRefused) {
  v1::Hello hello = HelloOf("worker-one");
  hello.set_descriptors("\xff\xff no descriptors");
  EXPECT_EQ(EndOfHello(hello).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(WorkerProtocolTest, ANegativeCapacityIsRefusedInTheHello) {
  EXPECT_EQ(EndOfHello(HelloOf("worker-one", -1)).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(WorkerProtocolTest, ANegativeCapacityIsRefusedLater) {
  worker_ = Attach(HelloOf("worker-one"));
  EXPECT_THAT(EndOf(CapacityEntry(-1)), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "WORKER_PROTOCOL"));
}

TEST_F(WorkerProtocolTest, ACapacityBeyondTheLimitOfAHelloIsRefusedLaterToo) {
  EXPECT_EQ(EndOfHello(HelloOf("worker-one", 100'001)).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  worker_ = Attach(HelloOf("worker-one"));
  EXPECT_THAT(EndOf(CapacityEntry(1, 100'001)), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "WORKER_PROTOCOL"));
}

TEST_F(WorkerProtocolTest, AnotherContractInTheSameVersionIsRefused) {
  Attach(HelloOf("worker-one"));
  v1::Hello other = HelloOf("worker-two");
  other.mutable_types(0)->set_output_type("flowmesh.v1.Failure");
  EXPECT_THAT(EndOfHello(other), Refuses(grpc::StatusCode::FAILED_PRECONDITION, "CONTRACT_INCOMPATIBLE"));
}

TEST_F(WorkerProtocolTest, AHigherCodeVersionMayBringAnotherContract) {
  Attach(HelloOf("worker-one"));
  v1::Hello other = HelloOf("worker-two");
  other.mutable_types(0)->set_output_type("flowmesh.v1.Failure");
  other.mutable_types(0)->set_code_version(2);
  const auto worker = Attach(other);
  CreateEcho();
  EXPECT_EQ(worker->NextAssignment().type(), kFlow);
}

TEST_F(WorkerProtocolTest, AnEntryMustNameItsAttempt) {
  v1::WorkerEntry entry = LogEntry(Assigned(), 1, "who speaks?");
  entry.clear_attempt();
  EXPECT_THAT(EndOf(entry), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "PROTOCOL_VIOLATION"));
}

TEST_F(WorkerProtocolTest, EntriesAreNumberedFromOne) {
  const grpc::Status end = EndOf(LogEntry(Assigned(), 0, "zero"));
  EXPECT_THAT(end, Refuses(grpc::StatusCode::INVALID_ARGUMENT, "PROTOCOL_VIOLATION"));
  EXPECT_THAT(end.error_message(), HasSubstr("numbered from 1"));
}

TEST_F(WorkerProtocolTest, AnExecutionIdMustBeOne) {
  v1::AttemptId attempt = Assigned();
  attempt.set_execution_id("not-an-id");
  EXPECT_THAT(EndOf(LogEntry(attempt, 1, "?")), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "PROTOCOL_VIOLATION"));
}

TEST_F(WorkerProtocolTest, AnEmptyEntryIsRefused) {
  v1::WorkerEntry entry;
  *entry.mutable_attempt() = Assigned();
  entry.set_number(1);
  EXPECT_THAT(EndOf(entry), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "PROTOCOL_VIOLATION"));
}

TEST_F(WorkerProtocolTest, ABatchHoldsAtMostAThousandEvents) {
  v1::WorkerEntry entry = LogEntry(Assigned(), 1, "line");
  while (entry.events().events_size() < 1000) *entry.mutable_events()->add_events() = entry.events().events(0);
  ASSERT_TRUE(worker_->Send(entry));
  EXPECT_EQ(worker_->NextAck().number(), 1);
  entry.set_number(2);
  *entry.mutable_events()->add_events() = entry.events().events(0);
  const grpc::Status end = EndOf(entry);
  EXPECT_THAT(end, Refuses(grpc::StatusCode::INVALID_ARGUMENT, "PROTOCOL_VIOLATION"));
  EXPECT_THAT(end.error_message(), HasSubstr("1001"));
}

TEST_F(WorkerProtocolTest, AnEventMayNotBeAState) {
  v1::WorkerEntry entry = LogEntry(Assigned(), 1, "");
  entry.mutable_events()->mutable_events(0)->mutable_state()->set_state(v1::Execution::COMPLETED);
  EXPECT_THAT(EndOf(entry), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "PROTOCOL_VIOLATION"));
}

TEST_F(WorkerProtocolTest, ABadEntryKeepsTheGoodOnesOfItsFrameOut) {
  const v1::AttemptId attempt = Assigned();
  worker_->Send(FrameOf({FinishedEntry(attempt, 1, Line("done")), LogEntry(attempt, 0, "zero")}));
  EXPECT_EQ(worker_->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Get(attempt.execution_id()).state(), v1::Execution::RUNNING);
}

TEST_F(WorkerProtocolTest, ACallOfNothingIsRefused) {
  v1::WorkerEntry entry;
  *entry.mutable_attempt() = Assigned();
  entry.set_number(1);
  entry.mutable_call()->set_key("later");
  EXPECT_THAT(EndOf(entry), Refuses(grpc::StatusCode::INVALID_ARGUMENT, "PROTOCOL_VIOLATION"));
}

TEST_F(WorkerProtocolTest, AnUnknownExecutionIsFencedAndTheStreamGoesOn) {
  v1::AttemptId attempt = Assigned();
  v1::AttemptId unknown = attempt;
  unknown.set_execution_id(kSomeId);
  worker_->Send(LogEntry(unknown, 1, "of a ghost"));
  EXPECT_EQ(worker_->NextFenced().attempt().execution_id(), kSomeId);
  worker_->Send(LogEntry(attempt, 1, "of this world"));
  EXPECT_EQ(worker_->NextAck().number(), 1);
}

TEST_F(WorkerProtocolTest, AGapInTheNumbersFencesTheAttemptAndHandsTheTaskOutAgain) {
  const v1::AttemptId attempt = Assigned();
  worker_->Send(LogEntry(attempt, 1, "one"));
  EXPECT_EQ(worker_->NextAck().number(), 1);
  worker_->Send(LogEntry(attempt, 3, "three"));
  const v1::Fenced fenced = worker_->NextFenced();
  EXPECT_EQ(fenced.attempt().execution_id(), attempt.execution_id());
  EXPECT_EQ(fenced.reason(), "ENTRY_GAP");
  const v1::Assignment again = worker_->NextAssignment();
  EXPECT_EQ(again.attempt().attempt(), 2);
  EXPECT_EQ(again.failures(), 0) << "a lost attempt is no failure";
}

TEST_F(WorkerProtocolTest, AWorkerThatLosesATaskTenTimesWithoutAWordLosesItForGood) {
  v1::AttemptId attempt = Assigned();
  for (int lost = 1; lost < 10; ++lost) {
    worker_->Send(LogEntry(attempt, 7, "gap"));
    attempt = worker_->NextAssignment().attempt();
  }
  worker_->Send(LogEntry(attempt, 7, "gap"));
  const v1::Execution execution = WaitForEnd(attempt.execution_id());
  EXPECT_EQ(execution.state(), v1::Execution::FAILED);
  EXPECT_EQ(execution.failure().reason(), "WORKER_LOST");
}

TEST_F(WorkerProtocolTest, AFrameOf17MiBEndsTheStream) {
  const v1::AttemptId attempt = Assigned();
  v1::WorkerEntry entry = FinishedEntry(attempt, 1, Line("x"));
  entry.mutable_finished()->mutable_output()->mutable_value()->assign(size_t{17} << 20, 'x');
  const grpc::Status end = EndOf(entry);
  EXPECT_EQ(end.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Get(attempt.execution_id()).state(), v1::Execution::RUNNING);
}

class WorkerTokenTest : public ReplicaTest {
 protected:
  void SetUp() override { StartServer(); }

  grpc::Status EndWith(const std::string& token) {
    RawWorker worker(Connect(), token);
    worker.Send(HelloEntry(HelloOf("worker-one")));
    return worker.Finish();
  }
};

TEST_F(WorkerTokenTest, AWorkerWithoutATokenIsRefused) {
  EXPECT_EQ(EndWith("").error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(WorkerTokenTest, AWorkerNeedsTheRoleWorker) {
  EXPECT_EQ(EndWith(Token("ann")).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(EndWith(Token("ann", {"admin"})).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(WorkerTokenTest, AnExpiredTokenIsRefused) {
  const std::string stale = Token("farm", {"worker"}, absl::Hours(1), absl::Now() - absl::Hours(2));
  EXPECT_EQ(EndWith(stale).error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(WorkerTokenTest, AnUnsignedTokenIsRefused) {
  std::string token = Token("ann", {"worker"});
  token.resize(token.rfind('.') + 1);
  EXPECT_EQ(EndWith(token).error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(WorkerTokenTest, AWorkerWithItsRoleAttaches) {
  const auto worker = Attach(HelloOf("worker-one"), Token("ann", {"worker"}));
  worker->Close();
  EXPECT_THAT(worker->Finish(), Succeeds());
}

}  // namespace
}  // namespace flowmesh::rpc
