#ifndef FLOWMESH_TESTS_SUPPORT_FAKE_ORCHESTRATOR_H_
#define FLOWMESH_TESTS_SUPPORT_FAKE_ORCHESTRATOR_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flowmesh/v1/worker.grpc.pb.h"
#include "google/protobuf/message.h"
#include "server/base/mutex.h"

namespace flowmesh::testing {

// The orchestrator's end of one Attach call, played by a test. Waits give up, failing the test, after kPatience.
// Thread-safe.
class FakeAttach {
 public:
  using Wire = grpc::ServerReaderWriter<v1::OrchestratorFrame, v1::WorkerFrame>;
  FakeAttach(grpc::ServerContext* context, Wire* wire);

  // Blocks for the worker's next entry; an empty one when the worker has closed its side.
  v1::WorkerEntry Next() ABSL_LOCKS_EXCLUDED(mutex_);
  // Reads on to the next entry of this kind.
  v1::WorkerEntry Next(v1::WorkerEntry::EntryCase kind);
  // Entries that have come and were not read.
  int unread() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Blocks until the worker has closed its side or is gone.
  void WaitForClose() ABSL_LOCKS_EXCLUDED(mutex_);

  void Send(const v1::OrchestratorEntry& entry) ABSL_LOCKS_EXCLUDED(mutex_);
  // Answers a hello that named no attempts.
  void Welcome();
  // `records`: how many are announced; send them, then Go.
  void Assign(const v1::AttemptId& attempt, const std::string& type, const google::protobuf::Message& input,
              int records = 0);
  void Send(const v1::AttemptId& attempt, const std::vector<v1::Records::Record>& records);
  void Go(const v1::AttemptId& attempt);
  // Answers a hello that named this attempt.
  void WelcomeBack(const v1::AttemptId& attempt, int64_t acked);
  void Ack(const v1::AttemptId& attempt, int64_t number);
  void Cancel(const v1::AttemptId& attempt, const std::string& reason = "CANCELLED");
  void Fence(const v1::AttemptId& attempt);
  // Whether finished and failed entries are acknowledged as they come; true at first.
  void AckEnds(bool ack_ends) ABSL_LOCKS_EXCLUDED(mutex_);
  // Breaks the stream.
  void Cut() ABSL_LOCKS_EXCLUDED(mutex_);

  // The metadata `authorization` that the worker sent; empty = none.
  const std::string& authorization() const { return authorization_; }

 private:
  friend class FakeOrchestrator;
  // The service's thread: reads until the worker is done.
  void ReadAll() ABSL_LOCKS_EXCLUDED(mutex_);
  void Take(v1::WorkerEntry entry) ABSL_LOCKS_EXCLUDED(mutex_);

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  grpc::ServerContext* context_ ABSL_GUARDED_BY(mutex_);  // null once the call is over
  Wire* wire_ ABSL_GUARDED_BY(mutex_);
  std::string authorization_;
  std::deque<v1::WorkerEntry> entries_ ABSL_GUARDED_BY(mutex_);
  bool ack_ends_ ABSL_GUARDED_BY(mutex_) = true;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

// A gRPC server on a port of its own whose Worker service does what the test says.
class FakeOrchestrator : private v1::Worker::Service {
 public:
  FakeOrchestrator();
  ~FakeOrchestrator() override;

  // host:port
  const std::string& address() const { return address_; }

  // Blocks for the next Attach call.
  std::shared_ptr<FakeAttach> Accept() ABSL_LOCKS_EXCLUDED(mutex_);
  // Accepts, expects a hello and answers it. `hello` receives it if given.
  std::shared_ptr<FakeAttach> AcceptWorker(v1::Hello* hello = nullptr);
  // Every call from now on ends with `status` at once; OK = accept again.
  void Refuse(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  // Blocks until so many calls have been refused since the last Refuse.
  void AwaitRefusals(int count) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  grpc::Status Attach(grpc::ServerContext* context, FakeAttach::Wire* wire) override ABSL_LOCKS_EXCLUDED(mutex_);

  base::Mutex mutex_;
  base::CondVar changed_;
  std::deque<std::shared_ptr<FakeAttach>> waiting_ ABSL_GUARDED_BY(mutex_);
  grpc::Status refusal_ ABSL_GUARDED_BY(mutex_);
  int refusals_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

// The outcome of a call, step or other thing that a flow waits for.
v1::Records::Record RecordOf(int number, const std::string& key, v1::Task::Kind kind, const std::string& type,
                             const google::protobuf::Message& output);
// A step's record as the attempt that made the step gets it: without an outcome.
v1::Records::Record StepRecord(int number, const std::string& key);

// Attempt `attempt` of task `task` of the execution with this number.
v1::AttemptId AttemptOf(int execution, int attempt = 1, int task = 0);

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_FAKE_ORCHESTRATOR_H_
