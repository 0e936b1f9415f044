#include "server/rpc/log_stream/tail_queue.h"

#include <grpc/support/time.h>
#include <grpcpp/alarm.h>

#include <utility>
#include <vector>

#include "server/rpc/log_stream/log_tail.h"

namespace flowmesh::rpc {
namespace {

constexpr int kRetryMillis = 20;  // before a full executor is asked again

gpr_timespec In(int millis) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(millis, GPR_TIMESPAN));
}

}  // namespace

TailQueue::TailQueue(base::Executor* readers) : readers_(readers) {}
TailQueue::~TailQueue() = default;

bool TailQueue::WantsRunner() const {
  return !stopped_ && runners_ < kRunners && static_cast<size_t>(runners_) < waiting_.size() && retry_ == nullptr;
}

void TailQueue::Push(std::shared_ptr<LogTail> tail) {
  {
    base::MutexLock lock(mutex_);
    if (stopped_) return;
    waiting_.push_back(std::move(tail));
    if (!WantsRunner()) return;
    ++runners_;
  }
  Post();
}

void TailQueue::Post() {
  if (readers_->Post([self = shared_from_this()] { self->Run(); })) return;
  base::MutexLock lock(mutex_);
  --runners_;
  if (stopped_ || retry_ != nullptr) return;
  retry_ = std::make_unique<grpc::Alarm>();
  retry_->Set(In(kRetryMillis), [weak = weak_from_this()](bool fired) {
    const auto self = weak.lock();
    if (!fired || self == nullptr) return;
    {
      base::MutexLock alarm_lock(self->mutex_);
      self->retry_.reset();
      if (!self->WantsRunner()) return;
      ++self->runners_;
    }
    self->Post();
  });
}

void TailQueue::Run() {
  std::vector<std::shared_ptr<LogTail>> turn;
  {
    base::MutexLock lock(mutex_);
    for (int i = 0; i < kTailsPerTurn && !waiting_.empty(); ++i) {
      turn.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  }
  for (std::shared_ptr<LogTail>& tail : turn) {
    tail->Serve();
    tail.reset();
  }
  {
    base::MutexLock lock(mutex_);
    if (waiting_.empty() || stopped_) {
      --runners_;
      return;
    }
  }
  Post();
}

void TailQueue::Stop() {
  std::deque<std::shared_ptr<LogTail>> forgotten;
  std::unique_ptr<grpc::Alarm> retry;
  base::MutexLock lock(mutex_);
  stopped_ = true;
  forgotten.swap(waiting_);
  retry.swap(retry_);
}

}  // namespace flowmesh::rpc
