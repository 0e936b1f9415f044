#include "server/apps/quizzes/forward_wait.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

namespace flowmesh::apps {
namespace {

constexpr int kFirstTasks = 10;              // the step is the first thing that the flow waits for
constexpr char kForwardStep[] = "forward/";  // then the execution's id

bool IsForwarded(const store::TaskRow& task) {
  return task.kind == store::TaskKind::kStep && task.state == store::TaskState::kCompleted &&
         absl::StartsWith(task.call_key, kForwardStep);
}

}  // namespace

void ForwardWait::Begin(engine::Engine* engine, const store::Id& execution, absl::Duration patience, Done done) {
  std::shared_ptr<ForwardWait> wait(new ForwardWait(engine, execution, std::move(done)));
  auto subscription = engine->hub().Subscribe(execution, [weak = std::weak_ptr(wait)](int64_t) {
    if (const auto self = weak.lock()) self->Woken();
  });
  {
    base::MutexLock lock(wait->mutex_);
    wait->self_ = wait;
    wait->subscription_ = std::move(subscription);
  }
  // gRPC keeps the function for as long as the alarm, which is a part of the wait.
  wait->alarm_.Set(absl::ToChronoTime(absl::Now() + patience), [weak = std::weak_ptr(wait)](bool) {
    if (const auto self = weak.lock()) self->End(std::nullopt);
  });
  wait->Woken();
}

void ForwardWait::Woken() {
  {
    base::MutexLock lock(mutex_);
    if (done_ == nullptr) return;
    woken_ = true;
    if (std::exchange(looking_, true)) return;
  }
  if (!engine_->readers().Post([self = shared_from_this()] { self->Look(); })) {
    base::MutexLock lock(mutex_);
    looking_ = false;
  }
}

void ForwardWait::Look() {
  while (true) {
    {
      base::MutexLock lock(mutex_);
      if (!std::exchange(woken_, false) || done_ == nullptr) {
        looking_ = false;
        return;
      }
    }
    auto row = engine_->store().ReadExecution(execution_);
    if (!row.ok() || !row->has_value()) continue;
    if (store::IsFinal((*row)->state)) {
      const bool completed = (*row)->root.state == store::TaskState::kCompleted;
      return End(completed ? std::nullopt : std::optional((*row)->root.failure));
    }
    auto tasks = engine_->store().ListTasks(execution_, 0, kFirstTasks);
    if (!tasks.ok()) continue;
    for (const store::TaskRow& task : *tasks) {
      if (IsForwarded(task)) return End(std::nullopt);
    }
  }
}

void ForwardWait::End(std::optional<store::Failure> failure) {
  Done done;
  std::shared_ptr<engine::EventHub::Subscription> subscription;
  std::shared_ptr<ForwardWait> self;
  {
    base::MutexLock lock(mutex_);
    self = std::move(self_);
    done = std::exchange(done_, nullptr);
    subscription = std::move(subscription_);
  }
  if (done == nullptr) return;
  alarm_.Cancel();
  done(std::move(failure));
}

}  // namespace flowmesh::apps
