#ifndef FLOWMESH_WORKERS_SDK_OUTBOX_H_
#define FLOWMESH_WORKERS_SDK_OUTBOX_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>

#include "flowmesh/v1/worker.pb.h"
#include "server/base/mutex.h"
#include "workers/sdk/event_sink.h"

namespace flowmesh::sdk {

// How much one attempt may keep until it is acknowledged.
struct OutboxLimits {
  size_t max_bytes = 8 << 20;          // beyond it functions wait and flows shed
  size_t max_entries = 64;             // likewise
  size_t max_batch_bytes = 256 << 10;  // of one event batch
  int max_batch_events = 1000;         // in one event batch
};

// The numbered entries of one attempt, kept until they are acknowledged. Events that come while nothing is sent gather
// in one batch, so that a busy stream carries few, large entries without any timer. An entry that was sent once never
// changes. Thread-safe; calls `on_unsent` outside its lock.
class Outbox : public EventSink {
 public:
  // `on_unsent` runs when there is something to send and TakeUnsent has told the session before that there was nothing
  // more.
  Outbox(v1::AttemptId attempt, OutboxLimits limits, std::function<void()> on_unsent);

  bool HasRoom() override ABSL_LOCKS_EXCLUDED(mutex_);
  bool WaitForRoom() override ABSL_LOCKS_EXCLUDED(mutex_);
  void Append(v1::Event event) override ABSL_LOCKS_EXCLUDED(mutex_);

  // Appends the entry that ends the attempt (finished, failed or parked), whatever the limits say, and drops everything
  // that is appended later. False: an end was appended before, or the outbox is closed; nothing happens.
  bool AppendLast(v1::WorkerEntry entry) ABSL_LOCKS_EXCLUDED(mutex_);

  // The attempt shall stop: threads that wait for room go on without, now and later.
  void GiveUpWaiting() ABSL_LOCKS_EXCLUDED(mutex_);

  // The attempt is fenced: forgets everything, lets waiting threads go, drops whatever is appended later.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

  // What one TakeUnsent did.
  struct Taken {
    size_t bytes = 0;
    bool more = false;  // the next entry did not fit
  };
  // Copies entries that were not sent to the end of `frame`, about `max_bytes` at most, but at least one into an empty
  // frame.
  Taken TakeUnsent(size_t max_bytes, v1::WorkerFrame* frame) ABSL_LOCKS_EXCLUDED(mutex_);

  // Forgets the entries up to `number`. True: the last entry is among them, the attempt is over.
  bool Ack(int64_t number) ABSL_LOCKS_EXCLUDED(mutex_);

  // What is kept now.
  struct Kept {
    size_t entries = 0;
    size_t bytes = 0;
  };
  Kept kept() const ABSL_LOCKS_EXCLUDED(mutex_);

  // A new stream begins: forgets the entries up to `acked`; the rest counts as unsent. True: there is something to send
  // (then `on_unsent` is not called for it).
  bool Resend(int64_t acked) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    v1::WorkerEntry entry;
    size_t bytes = 0;
  };

  bool HasRoomLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Push(v1::WorkerEntry entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(int64_t number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether the caller must call on_unsent_ after letting go of the lock.
  bool Announce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool is_over() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ended_ && entries_.empty(); }

  const v1::AttemptId attempt_;
  const OutboxLimits limits_;
  const std::function<void()> on_unsent_;

  mutable base::Mutex mutex_;
  base::CondVar room_;
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // numbers without gaps
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;           // of entries_
  int64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;    // of the newest entry ever
  int64_t next_to_send_ ABSL_GUARDED_BY(mutex_) = 1;
  int64_t ever_sent_ ABSL_GUARDED_BY(mutex_) = 0;   // entries up to here never change
  bool announced_ ABSL_GUARDED_BY(mutex_) = false;  // the session knows that there is something to send
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool waiting_given_up_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_OUTBOX_H_
