// One worker's stream: entries in, messages out.
#ifndef FLOWMESH_SERVER_RPC_WORKER_SESSION_H_
#define FLOWMESH_SERVER_RPC_WORKER_SESSION_H_

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "flowmesh/v1/worker.grpc.pb.h"
#include "server/base/mutex.h"
#include "server/door/caller.h"
#include "server/door/calls/call_observer.h"
#include "server/door/contract_catalog.h"
#include "server/engine/engine.h"
#include "server/rpc/record_feeds.h"

namespace flowmesh::rpc {

// Lives until gRPC is done with it and the engine has let go of it. Reads pause while the worker is ahead of the commit
// loop or does not take what is said to it: a flooding worker waits, nothing grows.
class WorkerSession : public grpc::ServerBidiReactor<v1::WorkerFrame, v1::OrchestratorFrame>,
                      public engine::SessionChannel,
                      public std::enable_shared_from_this<WorkerSession> {
 public:
  static constexpr size_t kMaxUncommittedBytes = size_t{4} << 20;   // of frames that the commit loop has not committed
  static constexpr size_t kMaxUnsentEntries = 20'000;               // of entries that the worker has not taken
  static constexpr size_t kMaxUnsentRecordBytes = size_t{4} << 20;  // of records that were read for the worker
  static constexpr size_t kMaxFrameBytes = size_t{2} << 20;  // of a frame to the worker; one entry may exceed it alone

  // `caller` may stay until its expire_time: then the stream ends with UNAUTHENTICATED, whether the worker says
  // anything or not. What it holds stays its own for the grace of a lost stream.
  static std::shared_ptr<WorkerSession> Begin(engine::Engine* engine, door::ContractCatalog* catalog,
                                              door::Caller caller, uint64_t id,
                                              std::unique_ptr<door::CallRecord> record);

  // SessionChannel.
  void Send(std::vector<engine::SessionMessage> messages) override;
  void Close(const std::string& why) override;

  // The server stops: the worker is told, then the stream ends with UNAVAILABLE.
  void Drain();

 private:
  enum class State { kAwaitsHello, kAttached, kEnding, kFinished };

  WorkerSession(engine::Engine* engine, door::ContractCatalog* catalog, door::Caller caller, uint64_t id,
                std::unique_ptr<door::CallRecord> record)
      : engine_(engine), catalog_(catalog), caller_(std::move(caller)), id_(id), record_(std::move(record)) {}

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // Both answer with why the frame breaks the protocol.
  absl::Status TakeHello(const v1::WorkerFrame& frame);
  absl::Status TakeFrame(v1::WorkerFrame& frame);
  // Off the reaction, since building descriptors takes its time.
  void Attach(const v1::Hello& hello);
  void Committed(size_t bytes);
  void AwaitExpiry();
  void OnExpiry();
  // Starts what a message asks for beyond being sent; false: the entry comes later.
  bool Route(const engine::SessionMessage& message, v1::OrchestratorEntry* entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReadRecords(const RecordFeeds::Page& page);

  // The only place that starts a read or a write, or finishes.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FillFrame() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Detach(bool gone) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  engine::Engine* const engine_;
  door::ContractCatalog* const catalog_;
  const door::Caller caller_;
  const uint64_t id_;
  const std::unique_ptr<door::CallRecord> record_;  // ended where the stream is finished
  std::shared_ptr<WorkerSession> self_;

  grpc::Alarm expiry_;

  base::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kAwaitsHello;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool hello_pending_ ABSL_GUARDED_BY(mutex_) = false;
  bool told_engine_ ABSL_GUARDED_BY(mutex_) =
      false;  // the engine knows the session and has not been told that it ended
  bool worker_drains_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::Status end_ ABSL_GUARDED_BY(mutex_);
  size_t uncommitted_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<v1::OrchestratorEntry> unsent_ ABSL_GUARDED_BY(mutex_);
  RecordFeeds feeds_ ABSL_GUARDED_BY(mutex_);
  size_t unsent_record_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of fed records in unsent_
  v1::WorkerFrame incoming_;                                // belongs to the read in flight
  v1::OrchestratorFrame outgoing_;                          // belongs to the write in flight
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_WORKER_SESSION_H_
