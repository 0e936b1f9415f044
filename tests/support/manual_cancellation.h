#ifndef FLOWMESH_TESTS_SUPPORT_MANUAL_CANCELLATION_H_
#define FLOWMESH_TESTS_SUPPORT_MANUAL_CANCELLATION_H_

#include <future>

#include "workers/models/provider/cancellation.h"

namespace flowmesh::testing {

// Cancelled when a test says so. Thread-safe.
class ManualCancellation : public models::Cancellation {
 public:
  // Once.
  void Cancel() { promise_.set_value(); }

  bool cancelled() const override { return WaitFor(absl::ZeroDuration()); }
  bool WaitFor(absl::Duration pause) const override {
    return cancelled_.wait_for(absl::ToChronoNanoseconds(pause)) == std::future_status::ready;
  }

 private:
  std::promise<void> promise_;
  const std::shared_future<void> cancelled_ = promise_.get_future().share();
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_MANUAL_CANCELLATION_H_
