#ifndef FLOWMESH_SERVER_DOOR_TOKEN_SIGNER_H_
#define FLOWMESH_SERVER_DOOR_TOKEN_SIGNER_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/door/key_set.h"

namespace flowmesh::door {

// Signs tokens that a TokenVerifier with the same keys accepts. Thread-safe.
class TokenSigner {
 public:
  // Signs with the HS256 key that `kid` names, or the first one if it is empty. FAILED_PRECONDITION with reason
  // NO_SIGNING_KEY if there is none. `clock` must outlive the signer.
  static absl::StatusOr<TokenSigner> Create(const KeySet& keys, base::Clock* clock, const std::string& kid = "");

  // A token for `subject` (1 to 256 bytes of UTF-8) with `roles` (of admin, worker), good from now for `ttl` (1 s to 10
  // years). INVALID_ARGUMENT otherwise.
  absl::StatusOr<std::string> Sign(const std::string& subject, const std::set<std::string>& roles,
                                   absl::Duration ttl) const;

 private:
  TokenSigner(Key key, base::Clock* clock) : key_(std::move(key)), clock_(clock) {}

  Key key_;
  base::Clock* clock_;
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_TOKEN_SIGNER_H_
