// Artifacts of functions and steps written with the SDK, on a real server that comes and goes.
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "flowmesh/v1/artifact.grpc.pb.h"
#include "server/base/digest.h"
#include "server/base/mutex.h"
#include "tests/server/rpc/services/replica_fixture.h"
#include "tests/support/status_matchers.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::rpc {
namespace {

using Text = google::protobuf::StringValue;
using sdk::Artifact;
using sdk::TaskContext;

Text TextOf(std::string value) {
  Text text;
  text.set_value(std::move(value));
  return text;
}

// Something that happens once, and is waited for.
class Event {
 public:
  void Happen() {
    base::MutexLock lock(mutex_);
    happened_ = true;
    changed_.NotifyAll();
  }
  void Await() {
    base::MutexLock lock(mutex_);
    while (!happened_) changed_.Wait(lock);
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  bool happened_ ABSL_GUARDED_BY(mutex_) = false;
};

class SdkArtifactsTest : public ReplicaTest {
 protected:
  using Work = std::function<absl::StatusOr<Text>(TaskContext&, const Text&)>;

  void SetUp() override { StartDeveloper(); }
  void TearDown() override { worker_.reset(); }

  void Serve(Work work) {
    worker_ = std::make_unique<sdk::Worker>(
        sdk::WorkerOptions{.server = replica_->address(), .token = token_, .name = "one", .slots = 2});
    worker_->Serve("work", std::move(work));
    ASSERT_OK(worker_->Start());
  }

  void RestartServer() {
    const std::string address = replica_->address();
    replica_.reset();
    auto started = cli::Replica::Start(
        {.grpc_address = address, .store = {.data_directory = directory_.path()}, .developer = true});
    ASSERT_OK(started);
    replica_ = *std::move(started);
    orchestrator_ = v1::Orchestrator::NewStub(Connect());
    log_stream_ = v1::LogStream::NewStub(Connect());
  }

  v1::Execution Begin(const std::string& flow, const std::string& input) {
    v1::CreateExecutionRequest request;
    request.set_flow(flow);
    request.mutable_input()->PackFrom(TextOf(input));
    request.set_start(true);
    // The flow is known once its worker has attached.
    while (true) {
      Call call;
      v1::Execution execution;
      const grpc::Status status = orchestrator_->CreateExecution(&call, request, &execution);
      if (status.ok()) return execution;
      if (ReasonOf(status) != "FLOW_UNKNOWN") {
        ADD_FAILURE() << status.error_message();
        return execution;
      }
    }
  }

  std::string OutputOf(const v1::Execution& begun) {
    const v1::Execution execution = WaitForEnd(begun.id());
    EXPECT_EQ(execution.state(), v1::Execution::COMPLETED) << execution.failure().ShortDebugString();
    Text text;
    EXPECT_TRUE(execution.output().UnpackTo(&text));
    return text.value();
  }

  std::string token_;
  std::unique_ptr<sdk::Worker> worker_;
};

TEST_F(SdkArtifactsTest, WhatAFunctionWritesIsReadByItAndStandsInTheStream) {
  Serve([](TaskContext& context, const Text& verse) -> absl::StatusOr<Text> {
    const absl::StatusOr<Artifact> artifact = context.WriteArtifact("verse.txt", "text/plain", verse.value());
    if (!artifact.ok()) return artifact.status();
    const absl::StatusOr<Artifact> again = context.WriteArtifact("verse.txt", "text/plain", verse.value());
    if (!again.ok() || again->id() != artifact->id()) return absl::InternalError("written twice");
    const absl::StatusOr<std::string> by_uri = context.ReadArtifact(artifact->uri());
    if (!by_uri.ok()) return by_uri.status();
    auto reader = context.OpenArtifact(artifact->id(), -5);
    if (!reader.ok()) return reader.status();
    const absl::StatusOr<std::string> tail = (*reader)->Read();
    if (!tail.ok()) return tail.status();
    return TextOf(absl::StrCat(*by_uri, "|", *tail));
  });
  const v1::Execution execution = Begin("work", "a rose is a rose");
  EXPECT_EQ(OutputOf(execution), "a rose is a rose| rose");
  Call call;
  v1::ListEventsRequest request;
  request.set_execution_id(execution.id());
  request.add_kinds("artifact");
  v1::ListEventsResponse events;
  ASSERT_THAT(log_stream_->ListEvents(&call, request, &events), Succeeds());
  ASSERT_EQ(events.events_size(), 2) << "one artifact and the end";
  EXPECT_EQ(events.events(0).artifact().name(), "verse.txt");
}

TEST_F(SdkArtifactsTest, AWriteGoesOnOverARestartOfTheServer) {
  Event half;
  Event restarted;
  std::atomic<int> times = 0;
  const std::string part(1 << 20, 'x');
  Serve([&](TaskContext& context, const Text&) -> absl::StatusOr<Text> {
    const absl::StatusOr<Artifact> artifact =
        context.WriteArtifact("large", "", [&](sdk::ArtifactSink& sink) -> absl::Status {
          const bool first = ++times == 1;
          for (int i = 0; i < 8; ++i) {
            if (absl::Status written = sink.Write(part); !written.ok()) return written;
            if (!first || i != 3) continue;
            half.Happen();
            restarted.Await();
          }
          return absl::OkStatus();
        });
    if (!artifact.ok()) return artifact.status();
    const absl::StatusOr<std::string> bytes = context.ReadArtifact(artifact->id());
    if (!bytes.ok()) return bytes.status();
    return TextOf(base::Hex(base::Sha256(*bytes)));
  });
  const v1::Execution execution = Begin("work", "");
  half.Await();
  RestartServer();
  restarted.Happen();
  std::string expected;
  for (int i = 0; i < 8; ++i) expected += part;
  EXPECT_EQ(OutputOf(execution), base::Hex(base::Sha256(expected)));
  EXPECT_EQ(times, 2);
}

TEST_F(SdkArtifactsTest, AnErrorOfTheContentsOwnEndsTheWrite) {
  Serve([](TaskContext& context, const Text&) -> absl::StatusOr<Text> {
    const auto content = [](sdk::ArtifactSink& sink) -> absl::Status {
      if (absl::Status written = sink.Write("half"); !written.ok()) return written;
      return absl::DataLossError("the source dried up");
    };
    const absl::StatusOr<Artifact> artifact = context.WriteArtifact("a", "", content);
    const absl::StatusOr<Artifact> misnamed = context.WriteArtifact("a/b", "", "x");
    const absl::StatusOr<std::string> unknown = context.ReadArtifact("0192f0c4-8d1e-7001-9abc-0123456789ab");
    return TextOf(absl::StrCat(std::string(artifact.status().message()), "|",
                               absl::StatusCodeToString(misnamed.status().code()), "|",
                               absl::StatusCodeToString(unknown.status().code())));
  });
  EXPECT_EQ(OutputOf(Begin("work", "")), "the source dried up|INVALID_ARGUMENT|NOT_FOUND");
}

TEST_F(SdkArtifactsTest, AWorkerReadsForTheOwnerOfItsExecutionAndForNobodyElse) {
  replica_.reset();
  StartServer();
  const auto artifacts = v1::Artifacts::NewStub(Connect());
  const auto upload = [&](const std::string& owner) {
    Call call(Token(owner));
    Artifact artifact;
    auto writer = artifacts->Write(&call, &artifact);
    v1::WriteArtifactRequest message;
    message.mutable_header()->set_name("input");
    writer->Write(message);
    message.set_data("of " + owner);
    writer->Write(message);
    message.mutable_end();
    writer->Write(message);
    writer->WritesDone();
    EXPECT_THAT(writer->Finish(), Succeeds());
    return artifact.id();
  };
  const std::string hers = upload("ann");
  const std::string his = upload("bob");
  token_ = Token("machine", {"worker"});
  Serve([](TaskContext& context, const Text& ids) -> absl::StatusOr<Text> {
    const absl::StatusOr<std::string> own = context.ReadArtifact(ids.value().substr(0, 36));
    if (!own.ok()) return own.status();
    return TextOf(absl::StrCat(*own, "|",
                               absl::StatusCodeToString(context.ReadArtifact(ids.value().substr(36)).status().code())));
  });
  v1::RunExecutionRequest request;
  request.mutable_execution()->set_flow("work");
  request.mutable_execution()->mutable_input()->PackFrom(TextOf(hers + his));
  while (true) {
    Call call(Token("ann"));
    v1::Execution execution;
    const grpc::Status status = orchestrator_->RunExecution(&call, request, &execution);
    if (ReasonOf(status) == "FLOW_UNKNOWN") continue;
    ASSERT_THAT(status, Succeeds());
    Text text;
    ASSERT_TRUE(execution.output().UnpackTo(&text)) << execution.failure().ShortDebugString();
    EXPECT_EQ(text.value(), "of ann|NOT_FOUND");
    break;
  }
}

}  // namespace
}  // namespace flowmesh::rpc
