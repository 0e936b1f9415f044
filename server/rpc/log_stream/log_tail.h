// One call of LogStream.Tail: a cursor in an execution's events and a stream to write them to.
#ifndef FLOWMESH_SERVER_RPC_LOG_STREAM_LOG_TAIL_H_
#define FLOWMESH_SERVER_RPC_LOG_STREAM_LOG_TAIL_H_

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/door/caller.h"
#include "server/door/calls/call_observer.h"
#include "server/door/convert/kind_filter.h"
#include "server/engine/event_chunk.h"
#include "server/engine/event_hub.h"
#include "server/rpc/log_stream/tail_queue.h"
#include "server/rpc/log_stream/tail_registry.h"
#include "server/store/store.h"

namespace flowmesh::rpc {

// What all tails of a replica share. Hub, store and clock must outlive every tail.
struct TailTools {
  engine::EventHub* hub = nullptr;
  store::Store* store = nullptr;
  base::Clock* clock = nullptr;
  std::shared_ptr<TailQueue> queue;
  std::shared_ptr<TailRegistry> registry;
  door::CallObserver* observer = nullptr;  // null: calls are not counted
};

struct TailOptions {
  store::Id id;
  int64_t after = 0;
  bool follow = true;
  door::KindFilter kinds;
  door::Caller caller;
};

// Writes serialised events, so that payloads go from chunk to wire without being parsed. Holds what it has read at one
// go and two messages, whatever the reader's pace. Thread-safe; owns itself from Start until the call is done.
class LogTail : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public std::enable_shared_from_this<LogTail> {
 public:
  static constexpr size_t kReadBytes = size_t{256} << 10;          // read from the store at one go
  static constexpr int64_t kReadAheadBytes = int64_t{64} << 20;    // of all tails; beyond it one chunk at a time
  static constexpr size_t kFlushBytes = size_t{16} << 10;          // messages are gathered up to this size
  static constexpr absl::Duration kLastWrite = absl::Seconds(10);  // for a pending write when the token has expired

  // Enters the registry and waits for a reader thread, or finishes with the registry's refusal.
  static LogTail* Start(grpc::CallbackServerContext* context, const TailTools& tools, TailOptions options);

  // On a reader thread: does what was waited for. Blocks on the store.
  void Serve() ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends the call after the write that is pending, if one is; the first status counts.
  void End(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  void OnSendInitialMetadataDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCancel() override;
  void OnDone() override;

 private:
  enum class State {
    kQueued,    // in the queue for a reader thread
    kServing,   // a reader thread works for it
    kOpening,   // the initial metadata is on its way
    kWriting,   // a message is on its way
    kIdle,      // waits for a wake-up
    kFinished,  // the status was handed to gRPC
  };

  LogTail(grpc::CallbackServerContext* context, const TailTools& tools, TailOptions options);

  void Wake(int64_t head) ABSL_LOCKS_EXCLUDED(mutex_);
  void RaiseHead(int64_t head);
  absl::Status Admit() ABSL_LOCKS_EXCLUDED(mutex_);
  // Lets go of the lock while it reads, which the analysis of an argument cannot follow.
  void ReadStore(base::MutexLock& lock) ABSL_NO_THREAD_SAFETY_ANALYSIS;

  // Starts the next write, waits, or finishes. Nothing may be under way.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Rest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Enqueue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndLocked(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FinishWith(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Makes `next_` of the next wanted event, if that is at hand without the store.
  void Prepare() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool NextAtHand(engine::EventView* event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropChunks() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetCatchingUp(bool catching_up) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool AtEnd() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return end_ && cursor_ >= *end_; }

  void ArmAlarm(absl::Duration delay) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnAlarm() ABSL_LOCKS_EXCLUDED(mutex_);
  bool Expired() const { return tools_.clock->Now() >= options_.caller.expire_time; }

  grpc::CallbackServerContext* const context_;
  const TailTools tools_;
  const TailOptions options_;
  const std::string id_text_;
  std::shared_ptr<LogTail> self_;  // until OnDone

  std::atomic<int64_t> head_ = 0;   // the newest event known
  std::atomic<bool> idle_ = false;  // a wake-up has to queue it

  base::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kQueued;
  bool admitted_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> ending_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<engine::EventHub::Subscription> subscription_ ABSL_GUARDED_BY(mutex_);
  int64_t cursor_ ABSL_GUARDED_BY(mutex_);              // last event written, skipped or prepared
  std::optional<int64_t> end_ ABSL_GUARDED_BY(mutex_);  // the last event to write, once it is known
  std::deque<engine::SharedChunk> chunks_ ABSL_GUARDED_BY(mutex_);
  std::optional<engine::EventChunkReader> reader_ ABSL_GUARDED_BY(mutex_);  // of the first chunk
  int64_t read_ahead_ ABSL_GUARDED_BY(mutex_) = 0;                          // of `chunks_`, the bytes from the store
  std::optional<grpc::ByteBuffer> next_ ABSL_GUARDED_BY(mutex_);
  grpc::ByteBuffer written_ ABSL_GUARDED_BY(mutex_);
  size_t unflushed_ ABSL_GUARDED_BY(mutex_) = 0;
  bool catching_up_ ABSL_GUARDED_BY(mutex_) = false;
  door::CallRecord record_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_LOG_STREAM_LOG_TAIL_H_
