#ifndef FLOWMESH_SERVER_TLS_LIVE_IDENTITY_H_
#define FLOWMESH_SERVER_TLS_LIVE_IDENTITY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/tls/key_pair.h"

namespace flowmesh::tls {

struct IdentityFiles {
  KeyPairFiles key_pair;
  std::string client_authorities;  // PEM certificates that sign those of clients; empty = clients show none
};

// What a TLS door presents, and whom it believes.
struct Identity {
  KeyPair key_pair;
  std::string client_authorities;  // PEM; empty = clients show none

  friend bool operator==(const Identity&, const Identity&) = default;
};

// The identity of a door, which may be renewed while the door is open: those who make connections ask for the current
// one each time. Thread-safe.
class LiveIdentity {
 public:
  // Reads the files; errors as of ReadKeyPair. `clock` must outlive the identity.
  static absl::StatusOr<std::shared_ptr<LiveIdentity>> Open(IdentityFiles files, base::Clock* clock);

  // Never null; a pointer that differs from an earlier one means another identity. Does not block beyond a short lock.
  std::shared_ptr<const Identity> current() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Reads the files again; whether they hold something new. On an error the identity stays as it was. Blocks.
  absl::StatusOr<bool> Reread() ABSL_LOCKS_EXCLUDED(mutex_);

  // All files that it comes from.
  std::vector<std::string> paths() const;

 private:
  LiveIdentity(IdentityFiles files, base::Clock* clock, Identity identity);

  const IdentityFiles files_;
  base::Clock* const clock_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const Identity> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace flowmesh::tls

#endif  // FLOWMESH_SERVER_TLS_LIVE_IDENTITY_H_
