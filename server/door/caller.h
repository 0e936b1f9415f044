#ifndef FLOWMESH_SERVER_DOOR_CALLER_H_
#define FLOWMESH_SERVER_DOOR_CALLER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace flowmesh::door {

// Who calls, as far as the mesh cares.
struct Caller {
  std::string owner;                                // to whom everything the caller makes belongs; never empty
  bool admin = false;                               // reads across owners
  bool worker = false;                              // attaches workers, writes artifacts
  absl::Time expire_time = absl::InfiniteFuture();  // streams end then

  friend bool operator==(const Caller&, const Caller&) = default;
};

// OK or PERMISSION_DENIED with reason ROLE_REQUIRED, naming the role.
absl::Status RequireAdmin(const Caller& caller);
absl::Status RequireWorker(const Caller& caller);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CALLER_H_
