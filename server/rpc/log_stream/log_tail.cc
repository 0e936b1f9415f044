#include "server/rpc/log_stream/log_tail.h"

#include <grpc/support/time.h>

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "server/base/error.h"
#include "server/door/convert/event_bytes.h"
#include "server/rpc/log_stream/readable_execution.h"

namespace flowmesh::rpc {
namespace {

absl::Status TokenExpired() {
  return base::Error(
      absl::StatusCode::kUnauthenticated, "TOKEN_EXPIRED",
      "the token that opened this stream has expired: resume with a new one after the last seq received");
}

}  // namespace

LogTail* LogTail::Start(grpc::CallbackServerContext* context, const TailTools& tools, TailOptions options) {
  std::shared_ptr<LogTail> tail(new LogTail(context, tools, std::move(options)));
  tail->self_ = tail;
  LogTail* const reactor = tail.get();
  const absl::Status entered = tools.registry->Enter(tail);
  base::MutexLock lock(tail->mutex_);
  if (!entered.ok()) {
    tail->FinishWith(entered);
  } else if (tail->state_ == State::kQueued) {  // else the registry was closed meanwhile and has ended it
    tools.queue->Push(tail);
  }
  return reactor;
}

LogTail::LogTail(grpc::CallbackServerContext* context, const TailTools& tools, TailOptions options)
    : context_(context),
      tools_(tools),
      options_(std::move(options)),
      id_text_(options_.id.ToString()),
      cursor_(options_.after),
      record_(tools_.observer, "Tail", context) {
  record_.About(options_.id);
}

void LogTail::RaiseHead(int64_t head) {
  int64_t known = head_.load();
  while (known < head && !head_.compare_exchange_weak(known, head)) {
  }
}

// Runs on the thread that commits for everybody, once per tail: no more than two atomics while the tail is busy anyway.
void LogTail::Wake(int64_t head) {
  RaiseHead(head);
  if (!idle_.exchange(false)) return;
  base::MutexLock lock(mutex_);
  if (state_ == State::kIdle) Enqueue();
}

void LogTail::Enqueue() {
  state_ = State::kQueued;
  tools_.queue->Push(shared_from_this());
}

void LogTail::Serve() {
  base::MutexLock lock(mutex_);
  if (state_ != State::kQueued) return;
  state_ = State::kServing;
  if (!admitted_) {
    lock.Unlock();
    const absl::Status admitted = Admit();
    lock.Lock();
    if (!ending_ && !admitted.ok()) ending_ = admitted;
    if (ending_) return FinishWith(*ending_);
    admitted_ = true;
    state_ = State::kOpening;
    StartSendInitialMetadata();
    return;
  }
  if (!ending_ && !next_) Prepare();
  if (!ending_ && !next_ && !AtEnd() && head_.load() > cursor_) ReadStore(lock);
  Advance();
}

absl::Status LogTail::Admit() {
  // Before the read: an event is either in the row's head or wakes this tail.
  std::shared_ptr<engine::EventHub::Subscription> subscription =
      tools_.hub->Subscribe(options_.id, [weak = weak_from_this()](int64_t head) {
        if (const auto self = weak.lock()) self->Wake(head);
      });
  const absl::StatusOr<store::ExecutionRow> row = ReadReadableExecution(*tools_.store, options_.caller, options_.id);
  if (!row.ok()) return row.status();
  if (absl::Status in_range = CheckAfter(options_.after, *row); !in_range.ok()) return in_range;
  RaiseHead(row->event_head);
  base::MutexLock lock(mutex_);
  subscription_ = std::move(subscription);
  if (!options_.follow || store::IsFinal(row->state)) end_ = row->event_head;
  if (options_.caller.expire_time != absl::InfiniteFuture()) {
    ArmAlarm(options_.caller.expire_time - tools_.clock->Now());
  }
  return absl::OkStatus();
}

void LogTail::ReadStore(base::MutexLock& lock) {
  const int64_t after = cursor_;
  lock.Unlock();
  const bool plenty = tools_.registry->read_ahead().load() < kReadAheadBytes;
  absl::StatusOr<std::vector<store::EventChunkRow>> rows =
      tools_.store->ReadEvents(options_.id, after, plenty ? kReadBytes : 1);
  absl::Status missing;
  if (rows.ok() && (rows->empty() || rows->front().first_seq > after + 1)) {
    missing = EventMissing(*tools_.store, options_.id, after + 1);
  }
  lock.Lock();
  if (ending_) return;
  tools_.registry->stats().store_reads.fetch_add(1, std::memory_order_relaxed);
  SetCatchingUp(true);
  if (!rows.ok()) {
    ending_ = rows.status();
    return;
  }
  if (!missing.ok()) {
    ending_ = missing;
    return;
  }
  for (store::EventChunkRow& row : *rows) {
    read_ahead_ += static_cast<int64_t>(row.bytes.size());
    chunks_.push_back(std::make_shared<const store::EventChunkRow>(std::move(row)));
  }
  tools_.registry->read_ahead() += read_ahead_;
}

void LogTail::DropChunks() {
  reader_.reset();
  chunks_.clear();
  tools_.registry->read_ahead() -= std::exchange(read_ahead_, 0);
}

bool LogTail::NextAtHand(engine::EventView* event) {
  for (;;) {
    if (reader_) {
      while (reader_->Next(event)) {
        if (event->seq > cursor_) return true;
      }
      const store::EventChunkRow& chunk = *chunks_.front();
      if (cursor_ != chunk.first_seq + chunk.count - 1) break;
      reader_.reset();
      chunks_.pop_front();
      if (chunks_.empty()) DropChunks();
    }
    if (chunks_.empty()) {
      engine::SharedChunk cached = tools_.hub->Find(options_.id, cursor_ + 1);
      if (cached == nullptr) return false;
      tools_.registry->stats().cache_hits.fetch_add(1, std::memory_order_relaxed);
      chunks_.push_back(std::move(cached));
    }
    if (Expired()) {
      ending_ = TokenExpired();
      return false;
    }
    const store::EventChunkRow& chunk = *chunks_.front();
    if (chunk.first_seq > cursor_ + 1 || chunk.first_seq + chunk.count <= cursor_ + 1) break;
    reader_.emplace(chunk.first_seq, chunk.bytes);
  }
  DropChunks();
  ending_ = EventUnreadable(options_.id, cursor_ + 1);
  return false;
}

void LogTail::Prepare() {
  engine::EventView event;
  while (!AtEnd() && NextAtHand(&event)) {
    cursor_ = event.seq;
    if (door::IsTerminal(event)) end_ = event.seq;
    if (!options_.kinds.Passes(event)) continue;
    std::string bytes;
    if (!door::AppendEventBytes(id_text_, event, &bytes)) {
      ending_ = EventUnreadable(options_.id, event.seq);
      return;
    }
    const grpc::Slice slice(bytes);
    next_.emplace(&slice, 1);
    return;
  }
}

void LogTail::Advance() {
  if (!ending_ && !next_) Prepare();
  if (next_ && !ending_) {
    written_.Swap(&*next_);
    next_.reset();
    Prepare();
    unflushed_ += written_.Length();
    TailStats& stats = tools_.registry->stats();
    stats.events.fetch_add(1, std::memory_order_relaxed);
    stats.bytes.fetch_add(static_cast<int64_t>(written_.Length()), std::memory_order_relaxed);
    grpc::WriteOptions options;
    if (next_ && unflushed_ < kFlushBytes) {
      options.set_buffer_hint();  // gRPC keeps it back, so only while the next one certainly follows
    } else {
      unflushed_ = 0;
    }
    state_ = State::kWriting;
    StartWrite(&written_, options);
  } else if (ending_) {
    FinishWith(*ending_);
  } else if (AtEnd()) {
    FinishWith(absl::OkStatus());
  } else if (head_.load() > cursor_) {
    Enqueue();
  } else {
    Rest();
  }
}

void LogTail::SetCatchingUp(bool catching_up) {
  if (std::exchange(catching_up_, catching_up) != catching_up) {
    tools_.registry->stats().catching_up += catching_up ? 1 : -1;
  }
}

void LogTail::Rest() {
  state_ = State::kIdle;
  SetCatchingUp(false);
  idle_.store(true);
  // A wake-up between the look at the head and this line has found a busy tail and left it alone.
  if (head_.load() > cursor_ && idle_.exchange(false)) Enqueue();
}

void LogTail::End(const absl::Status& status) {
  base::MutexLock lock(mutex_);
  EndLocked(status);
}

void LogTail::EndLocked(const absl::Status& status) {
  if (!ending_) ending_ = status;
  if (state_ == State::kIdle || state_ == State::kQueued) FinishWith(*ending_);
}

void LogTail::FinishWith(const absl::Status& status) {
  if (state_ == State::kFinished) return;
  state_ = State::kFinished;
  idle_.store(false);
  subscription_.reset();
  next_.reset();
  DropChunks();
  SetCatchingUp(false);
  Finish(record_.End(status));
}

void LogTail::OnSendInitialMetadataDone(bool ok) {
  base::MutexLock lock(mutex_);
  if (!ok && !ending_) ending_ = absl::CancelledError("the stream broke");
  Advance();
}

void LogTail::OnWriteDone(bool ok) {
  base::MutexLock lock(mutex_);
  if (!ok && !ending_) ending_ = absl::CancelledError("the stream broke");
  Advance();
}

void LogTail::OnCancel() { End(absl::CancelledError("the caller cancelled")); }

void LogTail::OnDone() {
  tools_.registry->Leave(this);
  std::shared_ptr<LogTail> self;
  base::MutexLock lock(mutex_);  // whoever called Finish has let go of it by now
  alarm_.reset();
  lock.Unlock();
  self = std::move(self_);
}

void LogTail::ArmAlarm(absl::Duration delay) {
  const int64_t millis = absl::ToInt64Milliseconds(std::clamp(delay, absl::ZeroDuration(), absl::Hours(24)));
  alarm_ = std::make_unique<grpc::Alarm>();
  alarm_->Set(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(millis + 1, GPR_TIMESPAN)),
              [weak = weak_from_this()](bool fired) {
                if (!fired) return;
                if (const auto self = weak.lock()) self->OnAlarm();
              });
}

void LogTail::OnAlarm() {
  base::MutexLock lock(mutex_);
  if (state_ == State::kFinished) return;
  if (!Expired()) {
    ArmAlarm(options_.caller.expire_time - tools_.clock->Now());
  } else if (!ending_) {
    EndLocked(TokenExpired());
    if (state_ != State::kFinished) ArmAlarm(kLastWrite);
  } else {
    context_->TryCancel();  // the reader takes nothing, so the status cannot be sent either
  }
}

}  // namespace flowmesh::rpc
