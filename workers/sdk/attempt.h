#ifndef FLOWMESH_WORKERS_SDK_ATTEMPT_H_
#define FLOWMESH_WORKERS_SDK_ATTEMPT_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/base/mutex.h"
#include "workers/sdk/attempt_info.h"
#include "workers/sdk/cancellation.h"
#include "workers/sdk/outbox.h"
#include "workers/sdk/record_inbox.h"
#include "workers/sdk/remembered_steps.h"
#include "workers/sdk/worker_observer.h"

namespace flowmesh::sdk {

// One assignment that the worker holds: from the assignment until its last entry is acknowledged or it is fenced. The
// session moves its entries, the runner gives it its end. Thread-safe; blocks only where Outbox does.
class Attempt {
 public:
  // `now`: when the assignment came. `on_unsent`: see Outbox.
  Attempt(v1::Assignment assignment, absl::Time now, OutboxLimits limits, std::function<void()> on_unsent);

  const v1::Assignment& assignment() const { return assignment_; }
  const v1::AttemptId& id() const { return assignment_.attempt(); }
  const AttemptInfo& info() const { return info_; }
  Outbox& outbox() { return outbox_; }
  Cancellation& cancellation() { return cancellation_; }

  // `observer` hears of the start, and of the end that comes first. Call before the work begins, or not at all.
  void BeginFor(WorkerObserver* observer);

  // Records have come. FAILED_PRECONDITION: one before them is missing.
  absl::Status AddRecords(const v1::Records& records);
  // All records that the assignment announced have come. FAILED_PRECONDITION: they have not.
  absl::Status CheckAllRecords() const;
  bool has_all_records() const { return inbox_.received() >= assignment_.records(); }
  std::vector<RecordInbox::Record> TakeRecords() { return inbox_.Take(); }

  // Steps of the retried execution have come.
  void AddRemembered(const v1::Remembered& remembered);
  RememberedSteps& remembered() { return remembered_; }

  // `listener` runs after records, remembered steps or acknowledgements have come, on the thread that brings them; it
  // must not block. Null removes it.
  void Listen(std::function<void()> listener) ABSL_LOCKS_EXCLUDED(mutex_);
  // Something was acknowledged.
  void NoteAck() { Tell(); }

  // Asks the work to stop: `reason` is CANCELLED or TIMEOUT.
  void Cancel(std::string reason);

  // The work has returned. OK: finished (an output above 1 MiB is a failure LIMIT). Otherwise failed: cancelled if it
  // was told to stop and says CANCELLED, with reason TIMEOUT if that is why it was told. Only the first end counts;
  // none once fenced.
  void End(absl::StatusOr<v1::Finished> result);

  // The worker cannot go on with it: hands it back undone and lets the work stop. Nothing after an end.
  void GiveBack();

  // The attempt is not this worker's any more: nothing is sent, the work may stop.
  void Fence() { Leave(TaskOutcome::kFenced); }

  // All that was said is acknowledged: lets go of a flow that still waits, because it is parked or was given back.
  void Unload() { Leave(TaskOutcome::kParked); }

 private:
  void Tell() ABSL_LOCKS_EXCLUDED(mutex_);
  v1::Failure Judge(const absl::Status& status, bool* cancelled) const;
  void TellEnd(TaskOutcome outcome);
  void Leave(TaskOutcome outcome);

  const v1::Assignment assignment_;
  const AttemptInfo info_;
  Outbox outbox_;
  RecordInbox inbox_;
  RememberedSteps remembered_;
  Cancellation cancellation_;
  std::chrono::steady_clock::time_point begin_;
  std::atomic<WorkerObserver*> observer_ = nullptr;  // until it has heard of the end

  base::Mutex mutex_;
  std::function<void()> listener_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_ATTEMPT_H_
