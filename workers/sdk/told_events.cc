#include "workers/sdk/told_events.h"

namespace flowmesh::sdk {

void ToldEvents::Append(v1::Event event) {
  base::MutexLock lock(mutex_);
  events_.push_back(std::move(event));
  changed_.NotifyAll();
}

std::vector<v1::Event> ToldEvents::events() const {
  base::MutexLock lock(mutex_);
  return events_;
}

std::vector<v1::LogLine> ToldEvents::logs() const {
  std::vector<v1::LogLine> logs;
  for (const v1::Event& event : events()) {
    if (event.has_log()) logs.push_back(event.log());
  }
  return logs;
}

std::vector<v1::Progress> ToldEvents::progress() const {
  std::vector<v1::Progress> progress;
  for (const v1::Event& event : events()) {
    if (event.has_progress()) progress.push_back(event.progress());
  }
  return progress;
}

std::vector<v1::Usage> ToldEvents::usages() const {
  std::vector<v1::Usage> usages;
  for (const v1::Event& event : events()) {
    if (event.has_usage()) usages.push_back(event.usage());
  }
  return usages;
}

std::string ToldEvents::output(const std::string& stream) const {
  std::string folded;
  for (const v1::Event& event : events()) {
    if (!event.has_output() || event.output().stream() != stream) continue;
    const v1::OutputChunk& chunk = event.output();
    folded.resize(static_cast<size_t>(chunk.offset()));
    folded += chunk.has_data() ? chunk.data() : chunk.text();
  }
  return folded;
}

void ToldEvents::WaitForEvents(size_t count) const {
  base::MutexLock lock(mutex_);
  while (events_.size() < count) changed_.Wait(lock);
}

}  // namespace flowmesh::sdk
