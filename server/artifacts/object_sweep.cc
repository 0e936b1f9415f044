#include "server/artifacts/object_sweep.h"

#include "spdlog/spdlog.h"

namespace flowmesh::artifacts {

absl::StatusOr<std::string> SweepPage(ObjectStore& objects, const RowExists& exists, absl::Time before,
                                      const std::string& cursor) {
  absl::StatusOr<ObjectPage> page = objects.List(cursor);
  if (!page.ok()) return page.status();
  int swept = 0;
  for (const ListedObject& object : page->objects) {
    if (object.modified >= before) continue;
    const absl::StatusOr<bool> wanted = exists(object.id);
    if (!wanted.ok()) return wanted.status();
    if (*wanted) continue;
    if (absl::Status deleted = objects.Delete(object.id); !deleted.ok()) return deleted;
    ++swept;
  }
  if (swept > 0) spdlog::info("removed {} objects that belong to no artifact", swept);
  return std::move(page->next);
}

void ObjectSweeper::Start() {
  if (thread_.joinable()) return;
  {
    base::MutexLock lock(mutex_);
    stopping_ = false;
  }
  thread_ = std::thread([this] { Run(); });
}

void ObjectSweeper::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void ObjectSweeper::Run() {
  std::string cursor;
  base::MutexLock lock(mutex_);
  while (!stopping_) {
    lock.Unlock();
    absl::StatusOr<std::string> next = SweepPage(*objects_, exists_, clock_->Now() - options_.age, cursor);
    if (!next.ok()) spdlog::warn("sweeping the object store: {}", std::string(next.status().message()));
    cursor = next.ok() ? *std::move(next) : std::string();
    lock.Lock();
    if (!stopping_) stop_.WaitFor(lock, options_.pause);
  }
}

}  // namespace flowmesh::artifacts
