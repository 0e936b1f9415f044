#ifndef FLOWMESH_TESTS_SUPPORT_FAKE_SESSION_CHANNEL_H_
#define FLOWMESH_TESTS_SUPPORT_FAKE_SESSION_CHANNEL_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/base/mutex.h"
#include "server/engine/session_message.h"

namespace flowmesh::testing {

// A worker's stream that keeps what it is told. Thread-safe.
class FakeSessionChannel : public engine::SessionChannel {
 public:
  void Send(std::vector<engine::SessionMessage> messages) override ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    for (engine::SessionMessage& message : messages) messages_.push_back(std::move(message));
  }

  void Close(const std::string& why) override ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    closed_ = why;
  }

  // Everything said so far, in order; a second call answers only what came since.
  std::vector<engine::SessionMessage> Take() ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    return std::exchange(messages_, {});
  }

  // The messages of one kind among those not yet taken; they stay.
  template <typename M>
  std::vector<M> Said() const ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    std::vector<M> said;
    for (const engine::SessionMessage& message : messages_) {
      if (const M* one = std::get_if<M>(&message)) said.push_back(*one);
    }
    return said;
  }

  // Why it was closed; empty = it is open.
  std::string closed() const ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    return closed_;
  }

 private:
  mutable base::Mutex mutex_;
  std::vector<engine::SessionMessage> messages_ ABSL_GUARDED_BY(mutex_);
  std::string closed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_FAKE_SESSION_CHANNEL_H_
