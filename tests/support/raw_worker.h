#ifndef FLOWMESH_TESTS_SUPPORT_RAW_WORKER_H_
#define FLOWMESH_TESTS_SUPPORT_RAW_WORKER_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "flowmesh/v1/worker.grpc.pb.h"
#include "google/protobuf/message.h"
#include "server/base/mutex.h"

namespace flowmesh::testing {

// The worker's end of one Attach call, said frame by frame. It knows no rules: it may break all of them. Waits give up,
// failing the test, after kPatience. Thread-safe but for Send, Close and Finish, which one thread calls.
class RawWorker {
 public:
  // Opens the stream; says nothing yet. `token` empty: sends none.
  explicit RawWorker(const std::shared_ptr<grpc::Channel>& channel, const std::string& token = "");
  // Breaks the stream unless it is over.
  ~RawWorker();

  // False: the stream is over.
  bool Send(const v1::WorkerFrame& frame);
  bool Send(const v1::WorkerEntry& entry);
  // Closes the worker's side.
  void Close();
  // Breaks the stream.
  void Cut();

  // Blocks for the next entry; an empty one when the stream is over.
  v1::OrchestratorEntry Next() ABSL_LOCKS_EXCLUDED(mutex_);
  // Reads on to the next entry of this kind, dropping others.
  v1::OrchestratorEntry Next(v1::OrchestratorEntry::EntryCase kind);
  // Each reads on to its kind.
  v1::Assignment NextAssignment() { return Next(v1::OrchestratorEntry::kAssignment).assignment(); }
  v1::Ack NextAck() { return Next(v1::OrchestratorEntry::kAck).ack(); }
  v1::Fenced NextFenced() { return Next(v1::OrchestratorEntry::kFenced).fenced(); }
  v1::Welcome NextWelcome() { return Next(v1::OrchestratorEntry::kWelcome).welcome(); }

  // Blocks until the stream is over, and drops what was not read.
  grpc::Status Finish() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void ReadAll() ABSL_LOCKS_EXCLUDED(mutex_);

  grpc::ClientContext context_;
  const std::unique_ptr<v1::Worker::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::WorkerFrame, v1::OrchestratorFrame>> wire_;

  base::Mutex mutex_;
  base::CondVar changed_;
  std::deque<v1::OrchestratorEntry> entries_ ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  std::thread reader_;
};

// Entries, ready to send.
v1::WorkerEntry HelloEntry(const v1::Hello& hello);
v1::WorkerEntry CapacityEntry(int slots, int flows = 0);
v1::WorkerEntry DrainEntry();
v1::WorkerEntry LogEntry(const v1::AttemptId& attempt, int64_t number, const std::string& line);
v1::WorkerEntry OutputEntry(const v1::AttemptId& attempt, int64_t number, int64_t offset, const std::string& text);
v1::WorkerEntry ProgressEntry(const v1::AttemptId& attempt, int64_t number, int percent, const std::string& message);
v1::WorkerEntry FinishedEntry(const v1::AttemptId& attempt, int64_t number, const google::protobuf::Message& output);
v1::WorkerEntry FailedEntry(const v1::AttemptId& attempt, int64_t number, const std::string& reason, bool retryable);
v1::WorkerFrame FrameOf(const std::vector<v1::WorkerEntry>& entries);

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_RAW_WORKER_H_
