// A LogStream server on a port of its own, over the SQLite store, and executions that a test writes itself.
#ifndef FLOWMESH_TESTS_SERVER_RPC_LOG_STREAM_LOG_STREAM_FIXTURE_H_
#define FLOWMESH_TESTS_SERVER_RPC_LOG_STREAM_LOG_STREAM_FIXTURE_H_

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "flowmesh/v1/log_stream.grpc.pb.h"
#include "server/base/clock.h"
#include "server/base/executor.h"
#include "server/door/authenticator.h"
#include "server/door/key_set.h"
#include "server/door/status.h"
#include "server/door/ticket.h"
#include "server/door/token_verifier.h"
#include "server/engine/event_chunk.h"
#include "server/engine/event_hub.h"
#include "server/rpc/log_stream/log_stream_service.h"
#include "server/rpc/log_stream/stream_tickets.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::rpc {

// The token is the owner's name; `root` is an admin.
class NameAuthenticator : public door::Authenticator {
 public:
  using door::Authenticator::Authenticate;
  absl::StatusOr<door::Caller> Authenticate(const door::Metadata& metadata) override {
    const auto found = metadata.find("authorization");
    if (found == metadata.end()) return absl::UnauthenticatedError("no token");
    const std::string owner(found->second.data(), found->second.size());
    return door::Caller{.owner = owner, .admin = owner == "root", .expire_time = expire_time};
  }

  absl::Time expire_time = absl::InfiniteFuture();
};

// Lets `refusals` functions fail before it takes one.
class RefusingExecutor : public base::Executor {
 public:
  explicit RefusingExecutor(base::Executor* behind) : behind_(behind) {}
  bool Post(std::function<void()> work) override {
    if (refusals.fetch_sub(1) > 0) return false;
    return behind_->Post(std::move(work));
  }

  std::atomic<int> refusals = 0;

 private:
  base::Executor* const behind_;
};

class LogStreamFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::SqliteStore::Open({.directory = directory_.path(), .clock = &store_clock_});
    ASSERT_OK(opened);
    store_ = *std::move(opened);
    ASSERT_OK(store_->Join(kReplica));
    pool_.Start();
    Serve({}, &store_clock_);
  }

  void TearDown() override {
    StopServer();
    pool_.Stop();
  }

  // Replaces the server.
  void Serve(const LogStreamLimits& limits, base::Clock* clock) {
    StopServer();
    service_ = std::make_unique<LogStreamService>(LogStreamTools{.hub = &hub_,
                                                                 .store = store_.get(),
                                                                 .readers = &readers_,
                                                                 .authenticator = &authenticator_,
                                                                 .tickets = &tickets_,
                                                                 .clock = clock},
                                                  limits);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    stub_ = v1::LogStream::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  }

  void StopServer() {
    if (server_ == nullptr) return;
    service_->Shutdown();
    server_->Shutdown();
    server_->Wait();
    server_.reset();
  }

  // ---- executions -------------------------------------------------------------------------------------------------

  struct Execution {
    store::ExecutionRow row;
    engine::EventChunkWriter chunk;
  };

  Execution Create(const std::string& owner = "ada") {
    Execution execution;
    execution.row.id = ids_.Make(owner);
    execution.row.first_of_chain = execution.row.id;
    execution.row.owner = owner;
    execution.row.flow = "poem";
    execution.row.state = store::ExecutionState::kRunning;
    execution.row.create_time = store_clock_.Now();
    execution.row.root.type = "poem";
    store::Writes writes;
    writes.insert_executions.push_back(execution.row);
    Commit(writes, nullptr);
    return execution;
  }

  static void AddLog(Execution& execution, const std::string& text) {
    v1::LogLine line;
    line.set_message(text);
    execution.chunk.Add(engine::EventKind::kLog, 0, 1, absl::FromUnixSeconds(1'700'000'000), line.SerializeAsString());
  }

  static void AddProgress(Execution& execution, int percent) {
    v1::Progress progress;
    progress.set_percent(percent);
    execution.chunk.Add(engine::EventKind::kProgress, 0, 1, absl::FromUnixSeconds(1'700'000'000),
                        progress.SerializeAsString());
  }

  static void AddState(Execution& execution, store::ExecutionState state) {
    execution.row.state = state;
    execution.chunk.Add(engine::EventKind::kState, 0, 0, absl::FromUnixSeconds(1'700'000'000),
                        engine::PackStateChange({.state = state}));
  }

  // Commits what was added as one chunk and tells the tails.
  void Flush(Execution& execution) {
    store::EventChunkRow chunk{
        .execution_id = execution.row.id, .first_seq = execution.row.event_head + 1, .count = execution.chunk.count()};
    chunk.bytes = execution.chunk.Take();
    execution.row.event_head += chunk.count;
    store::Writes writes;
    writes.update_executions.push_back(execution.row);
    writes.insert_chunks.push_back(chunk);
    Commit(writes, &execution.row.id);
    hub_.Publish(std::move(chunk));
  }

  void Log(Execution& execution, int lines) {
    for (int i = 0; i < lines; ++i) AddLog(execution, "line");
    Flush(execution);
  }

  void Finish(Execution& execution) {
    AddState(execution, store::ExecutionState::kCompleted);
    Flush(execution);
  }

  void Commit(const store::Writes& writes, const store::Id* lock) {
    auto transaction = store_->Begin(kReplica, ++batch_);
    ASSERT_OK(transaction);
    if (lock != nullptr) {
      ASSERT_OK((*transaction)->LockExecutions(absl::MakeConstSpan(lock, 1)));
    }
    ASSERT_OK((*transaction)->Apply(writes));
    ASSERT_OK((*transaction)->Commit());
  }

  // ---- clients ----------------------------------------------------------------------------------------------------

  static v1::TailRequest Request(const Execution& execution, int64_t after = 0) {
    v1::TailRequest request;
    request.set_execution_id(execution.row.id.ToString());
    request.set_after(after);
    return request;
  }

  struct Client {
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientReader<v1::Event>> reader;

    // The next event's seq; 0 at the stream's end.
    int64_t Next() {
      v1::Event event;
      return reader->Read(&event) ? event.seq() : 0;
    }
    std::vector<int64_t> Rest() {
      std::vector<int64_t> seqs;
      while (const int64_t seq = Next()) seqs.push_back(seq);
      return seqs;
    }
    absl::Status Status() { return door::FromGrpcStatus(reader->Finish()); }
  };

  static std::unique_ptr<grpc::ClientContext> Context(const std::string& owner) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->AddMetadata("authorization", owner);
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return context;
  }

  Client Tail(const v1::TailRequest& request, const std::string& owner = "ada") {
    Client client{.context = Context(owner)};
    client.reader = stub_->Tail(client.context.get(), request);
    return client;
  }

  // How the call ends when no event is expected.
  absl::Status TailStatus(const v1::TailRequest& request, const std::string& owner = "ada") {
    Client client = Tail(request, owner);
    EXPECT_THAT(client.Rest(), ::testing::IsEmpty());
    return client.Status();
  }

  static std::vector<int64_t> Seqs(int64_t first, int64_t last) {
    std::vector<int64_t> seqs;
    for (int64_t seq = first; seq <= last; ++seq) seqs.push_back(seq);
    return seqs;
  }

  // Waits for what other threads are about to make true.
  static bool Eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  static constexpr uint64_t kReplica = 7;

  testing::TemporaryDirectory directory_{testing::TemporaryDirectory::On::kMemory};
  testing::ManualClock store_clock_;
  base::SystemClock system_clock_;
  base::IdMaker ids_{&store_clock_, [] { return uint64_t{42}; }};
  engine::EventHub hub_;
  NameAuthenticator authenticator_;
  door::TokenVerifier verifier_{*door::KeySet::Parse("a secret that signs the tickets of these tests"), &store_clock_};
  door::TicketOffice ticket_office_{&verifier_, &store_clock_};
  StreamTickets tickets_ = *StreamTickets::Create(&ticket_office_);
  base::ThreadPool pool_{{.threads = 2, .name = "readers"}};
  RefusingExecutor readers_{&pool_};
  uint64_t batch_ = 0;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<LogStreamService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::LogStream::Stub> stub_;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_TESTS_SERVER_RPC_LOG_STREAM_LOG_STREAM_FIXTURE_H_
