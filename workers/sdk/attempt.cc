#include "workers/sdk/attempt.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/payload.h"

namespace flowmesh::sdk {
namespace {

absl::Status OutputTooLarge(size_t bytes) {
  return Fail("LIMIT",
              absl::StrCat("the output has ", bytes, " bytes; at most ", kMaxPayload,
                           " are taken: store it as an artifact and return its id"),
              /*retryable=*/false);
}

}  // namespace

Attempt::Attempt(v1::Assignment assignment, absl::Time now, OutboxLimits limits, std::function<void()> on_unsent)
    : assignment_(std::move(assignment)),
      info_(AttemptInfo::From(assignment_, now)),
      outbox_(assignment_.attempt(), limits, std::move(on_unsent)),
      remembered_(assignment_.remembers()) {}

void Attempt::BeginFor(WorkerObserver* observer) {
  if (observer == nullptr) return;
  begin_ = std::chrono::steady_clock::now();
  observer->OnTaskStart(info_);
  observer_ = observer;
}

void Attempt::TellEnd(TaskOutcome outcome) {
  WorkerObserver* const observer = observer_.exchange(nullptr);
  if (observer == nullptr) return;
  observer->OnTaskEnd(info_, outcome, absl::FromChrono(std::chrono::steady_clock::now() - begin_));
}

absl::Status Attempt::AddRecords(const v1::Records& records) {
  const absl::StatusOr<int> newest = inbox_.Add(records);
  if (!newest.ok()) return newest.status();
  outbox_.NoteRecord(*newest);
  Tell();
  return absl::OkStatus();
}

absl::Status Attempt::CheckAllRecords() const {
  if (has_all_records()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("told to go on with ", inbox_.received(), " of ", assignment_.records(), " records"));
}

void Attempt::AddRemembered(const v1::Remembered& remembered) {
  remembered_.Add(remembered);
  Tell();
}

void Attempt::Listen(std::function<void()> listener) {
  base::MutexLock lock(mutex_);
  listener_ = std::move(listener);
}

void Attempt::Tell() {
  std::function<void()> listener;
  {
    base::MutexLock lock(mutex_);
    listener = listener_;
  }
  if (listener) listener();
}

void Attempt::Cancel(std::string reason) {
  outbox_.GiveUpWaiting();
  cancellation_.Cancel(std::move(reason));
}

void Attempt::End(absl::StatusOr<v1::Finished> result) {
  if (result.ok() && result->output().value().size() > kMaxPayload) {
    result = OutputTooLarge(result->output().value().size());
  }
  v1::WorkerEntry entry;
  bool cancelled = false;
  const bool finished = result.ok();
  if (finished) {
    *entry.mutable_finished() = *std::move(result);
  } else {
    *entry.mutable_failed()->mutable_failure() = Judge(result.status(), &cancelled);
    entry.mutable_failed()->set_cancelled(cancelled);
  }
  // Before anybody else can see the end.
  TellEnd(finished ? TaskOutcome::kFinished : cancelled ? TaskOutcome::kCancelled : TaskOutcome::kFailed);
  outbox_.AppendLast(std::move(entry));
}

v1::Failure Attempt::Judge(const absl::Status& status, bool* cancelled) const {
  v1::Failure failure = FailureFrom(status);
  if (!cancellation_.cancelled() || failure.reason() != "CANCELLED") return failure;
  if (cancellation_.reason() == "TIMEOUT") {
    failure.set_reason("TIMEOUT");
    failure.set_message("the attempt took longer than its type allows");
    failure.set_retryable(true);
    return failure;
  }
  *cancelled = true;
  failure.set_retryable(false);
  return failure;
}

void Attempt::GiveBack() {
  v1::WorkerEntry entry;
  entry.mutable_failed()->set_returned(true);
  v1::Failure& failure = *entry.mutable_failed()->mutable_failure();
  failure.set_reason("RETURNED");
  failure.set_message("the worker stops and gives the attempt back");
  failure.set_retryable(true);
  TellEnd(TaskOutcome::kReturned);
  if (outbox_.AppendLast(std::move(entry))) cancellation_.Cancel("RETURNED");
}

void Attempt::Leave(TaskOutcome outcome) {
  outbox_.Close();
  TellEnd(outcome);
  cancellation_.Fence();
}

}  // namespace flowmesh::sdk
