#ifndef FLOWMESH_WORKERS_SDK_OUTBOX_H_
#define FLOWMESH_WORKERS_SDK_OUTBOX_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>

#include "absl/status/statusor.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/base/mutex.h"
#include "workers/sdk/event_sink.h"

namespace flowmesh::sdk {

// How much one attempt may keep until it is acknowledged.
struct OutboxLimits {
  size_t max_bytes = 8 << 20;          // of events; beyond it functions wait and flows shed
  size_t max_entries = 64;             // event batches; likewise
  size_t max_call_bytes = 64 << 20;    // of calls and steps; beyond it a flow fails
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

  // Appends a call or step after everything that was appended before; drops it once the attempt is over. Gives its
  // number. RESOURCE_EXHAUSTED: more than max_call_bytes are not acknowledged.
  absl::StatusOr<int64_t> AppendEntry(v1::WorkerEntry entry) ABSL_LOCKS_EXCLUDED(mutex_);

  // Appends the entry that ends the attempt (finished or failed), whatever the limits say, and drops everything that is
  // appended later. False: an end was appended before, or the outbox is closed; nothing happens.
  bool AppendLast(v1::WorkerEntry entry) ABSL_LOCKS_EXCLUDED(mutex_);

  // Asks to release the flow from memory (worker.proto, rule 8). Nothing, and false, unless everything appended is
  // acknowledged and `last_record` is the newest record that came. The request is over when it is acknowledged (Ack
  // says kParked), or void from the moment when a newer record comes, something else is appended or the attempt shall
  // stop.
  bool Park(int last_record) ABSL_LOCKS_EXCLUDED(mutex_);

  // A record has come.
  void NoteRecord(int number) ABSL_LOCKS_EXCLUDED(mutex_);
  // The newest one.
  int last_record() const ABSL_LOCKS_EXCLUDED(mutex_);

  // The attempt shall stop: threads that wait for room go on without, now and later, and it is not parked any more.
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

  // What an acknowledgement means for the attempt.
  enum class Acked {
    kGoesOn,
    kEnded,   // the last entry is acknowledged
    kParked,  // the flow is to be released
  };
  // Forgets the entries up to `number`.
  Acked Ack(int64_t number) ABSL_LOCKS_EXCLUDED(mutex_);

  // What is kept now.
  struct Kept {
    size_t entries = 0;
    size_t bytes = 0;
  };
  Kept kept() const ABSL_LOCKS_EXCLUDED(mutex_);

  // A new stream begins and the attempt is still the worker's: forgets the entries up to `acked`; the rest counts as
  // unsent. A request to park among the forgotten was void. kEnded: the last entry is among them.
  Acked Resume(int64_t acked) ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether there is something to send after Resume; `on_unsent` is not called for it.
  bool HasUnsent() ABSL_LOCKS_EXCLUDED(mutex_);

  // Everything up to here is acknowledged.
  int64_t acked() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Everything appended is acknowledged.
  bool idle() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    v1::WorkerEntry entry;
    size_t bytes = 0;
  };

  bool HasRoomLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int64_t Push(v1::WorkerEntry entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(int64_t number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether the caller must call on_unsent_ after letting go of the lock.
  bool Announce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  size_t& BytesOf(const v1::WorkerEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return entry.has_events() ? event_bytes_ : other_bytes_;
  }

  const v1::AttemptId attempt_;
  const OutboxLimits limits_;
  const std::function<void()> on_unsent_;

  mutable base::Mutex mutex_;
  base::CondVar room_;
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // numbers without gaps
  size_t event_bytes_ ABSL_GUARDED_BY(mutex_) = 0;     // of the event batches in entries_
  size_t event_entries_ ABSL_GUARDED_BY(mutex_) = 0;   // how many these are
  size_t other_bytes_ ABSL_GUARDED_BY(mutex_) = 0;     // of everything else in entries_
  int64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;    // of the newest entry ever
  int64_t next_to_send_ ABSL_GUARDED_BY(mutex_) = 1;
  int64_t ever_sent_ ABSL_GUARDED_BY(mutex_) = 0;  // entries up to here never change
  int64_t parked_ ABSL_GUARDED_BY(mutex_) = 0;     // the entry that asks to park; 0 = none, or void
  int last_record_ ABSL_GUARDED_BY(mutex_) = 0;
  bool announced_ ABSL_GUARDED_BY(mutex_) = false;  // the session knows that there is something to send
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool waiting_given_up_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_OUTBOX_H_
