#ifndef FLOWMESH_WORKERS_MODELS_PROVIDER_CANCELLATION_H_
#define FLOWMESH_WORKERS_MODELS_PROVIDER_CANCELLATION_H_

#include "absl/time/time.h"

namespace flowmesh::models {

// Whether the caller of a model has lost interest. Goes one way. Implementations are thread-safe; they adapt whatever
// tells the caller to stop, so that providers know nothing of workers.
class Cancellation {
 public:
  virtual ~Cancellation() = default;

  // Does not block.
  virtual bool cancelled() const = 0;

  // Blocks until cancelled() or until `pause` has passed; returns cancelled().
  virtual bool WaitFor(absl::Duration pause) const = 0;
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_PROVIDER_CANCELLATION_H_
