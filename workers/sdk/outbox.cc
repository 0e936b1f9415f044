#include "workers/sdk/outbox.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::sdk {
namespace {

constexpr size_t kEntryOverhead = 64;  // bytes: the attempt's name and the number
constexpr size_t kEventOverhead = 8;   // bytes: tag and length

}  // namespace

Outbox::Outbox(v1::AttemptId attempt, OutboxLimits limits, std::function<void()> on_unsent)
    : attempt_(std::move(attempt)), limits_(limits), on_unsent_(std::move(on_unsent)) {}

bool Outbox::HasRoom() {
  base::MutexLock lock(mutex_);
  return HasRoomLocked();
}

bool Outbox::WaitForRoom() {
  base::MutexLock lock(mutex_);
  while (!HasRoomLocked() && !waiting_given_up_) room_.Wait(lock);
  return HasRoomLocked();
}

void Outbox::GiveUpWaiting() {
  base::MutexLock lock(mutex_);
  waiting_given_up_ = true;
  parked_ = 0;
  room_.NotifyAll();
}

bool Outbox::HasRoomLocked() const {
  return ended_ || closed_ || (event_bytes_ < limits_.max_bytes && event_entries_ < limits_.max_entries);
}

void Outbox::Append(v1::Event event) {
  const size_t bytes = event.ByteSizeLong() + kEventOverhead;
  bool announce = false;
  {
    base::MutexLock lock(mutex_);
    if (ended_ || closed_) return;
    const bool fits = !entries_.empty() && entries_.back().entry.number() > ever_sent_ &&
                      entries_.back().entry.has_events() &&
                      entries_.back().entry.events().events_size() < limits_.max_batch_events &&
                      entries_.back().bytes + bytes <= limits_.max_batch_bytes;
    if (!fits) {
      v1::WorkerEntry entry;
      entry.mutable_events();
      Push(std::move(entry));
    }
    *entries_.back().entry.mutable_events()->add_events() = std::move(event);
    entries_.back().bytes += bytes;
    event_bytes_ += bytes;
    announce = Announce();
  }
  if (announce) on_unsent_();
}

absl::StatusOr<int64_t> Outbox::AppendEntry(v1::WorkerEntry entry) {
  int64_t number = 0;
  bool announce = false;
  {
    base::MutexLock lock(mutex_);
    if (ended_ || closed_) return last_number_;
    if (other_bytes_ > limits_.max_call_bytes) {
      return absl::ResourceExhaustedError(absl::StrCat("calls of ", other_bytes_, " bytes are not committed, at most ",
                                                       limits_.max_call_bytes, " may be"));
    }
    number = Push(std::move(entry));
    announce = Announce();
  }
  if (announce) on_unsent_();
  return number;
}

bool Outbox::Park(int last_record) {
  bool announce = false;
  {
    base::MutexLock lock(mutex_);
    if (ended_ || closed_ || waiting_given_up_ || !entries_.empty() || last_record != last_record_) return false;
    v1::WorkerEntry entry;
    entry.mutable_parked()->set_last_record(last_record);
    parked_ = Push(std::move(entry));
    announce = Announce();
  }
  if (announce) on_unsent_();
  return true;
}

void Outbox::NoteRecord(int number) {
  base::MutexLock lock(mutex_);
  if (number <= last_record_) return;
  last_record_ = number;
  parked_ = 0;
}

int Outbox::last_record() const {
  base::MutexLock lock(mutex_);
  return last_record_;
}

bool Outbox::AppendLast(v1::WorkerEntry entry) {
  bool announce = false;
  {
    base::MutexLock lock(mutex_);
    if (ended_ || closed_) return false;
    ended_ = true;
    Push(std::move(entry));
    announce = Announce();
    room_.NotifyAll();
  }
  if (announce) on_unsent_();
  return true;
}

void Outbox::Close() {
  base::MutexLock lock(mutex_);
  closed_ = true;
  entries_.clear();
  event_bytes_ = 0;
  event_entries_ = 0;
  other_bytes_ = 0;
  parked_ = 0;
  room_.NotifyAll();
}

Outbox::Taken Outbox::TakeUnsent(size_t max_bytes, v1::WorkerFrame* frame) {
  base::MutexLock lock(mutex_);
  Taken taken;
  for (const Entry& entry : entries_) {
    if (entry.entry.number() < next_to_send_) continue;
    if (frame->entries_size() > 0 && taken.bytes + entry.bytes > max_bytes) {
      taken.more = true;
      return taken;
    }
    *frame->add_entries() = entry.entry;
    taken.bytes += entry.bytes;
    next_to_send_ = entry.entry.number() + 1;
    ever_sent_ = std::max(ever_sent_, entry.entry.number());
  }
  announced_ = false;
  return taken;
}

Outbox::Acked Outbox::Ack(int64_t number) {
  base::MutexLock lock(mutex_);
  Forget(number);
  if (ended_ && entries_.empty()) return Acked::kEnded;
  return parked_ > 0 && entries_.empty() ? Acked::kParked : Acked::kGoesOn;
}

Outbox::Kept Outbox::kept() const {
  base::MutexLock lock(mutex_);
  return {.entries = entries_.size(), .bytes = event_bytes_ + other_bytes_};
}

Outbox::Acked Outbox::Resume(int64_t acked) {
  base::MutexLock lock(mutex_);
  Forget(acked);
  if (ended_ && entries_.empty()) return Acked::kEnded;
  if (entries_.empty()) parked_ = 0;
  next_to_send_ = entries_.empty() ? last_number_ + 1 : entries_.front().entry.number();
  announced_ = !entries_.empty();
  return Acked::kGoesOn;
}

bool Outbox::HasUnsent() {
  base::MutexLock lock(mutex_);
  return next_to_send_ <= last_number_;
}

int64_t Outbox::acked() const {
  base::MutexLock lock(mutex_);
  return entries_.empty() ? last_number_ : entries_.front().entry.number() - 1;
}

bool Outbox::idle() const {
  base::MutexLock lock(mutex_);
  return entries_.empty();
}

int64_t Outbox::Push(v1::WorkerEntry entry) {
  *entry.mutable_attempt() = attempt_;
  entry.set_number(++last_number_);
  parked_ = 0;
  Entry kept{std::move(entry), 0};
  kept.bytes = kept.entry.ByteSizeLong() + kEntryOverhead;
  BytesOf(kept.entry) += kept.bytes;
  if (kept.entry.has_events()) ++event_entries_;
  entries_.push_back(std::move(kept));
  return last_number_;
}

void Outbox::Forget(int64_t number) {
  while (!entries_.empty() && entries_.front().entry.number() <= std::min(number, ever_sent_)) {
    const Entry& entry = entries_.front();
    BytesOf(entry.entry) -= entry.bytes;
    if (entry.entry.has_events()) --event_entries_;
    entries_.pop_front();
  }
  room_.NotifyAll();
}

bool Outbox::Announce() { return !std::exchange(announced_, true); }

}  // namespace flowmesh::sdk
