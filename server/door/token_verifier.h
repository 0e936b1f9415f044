#ifndef FLOWMESH_SERVER_DOOR_TOKEN_VERIFIER_H_
#define FLOWMESH_SERVER_DOOR_TOKEN_VERIFIER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/door/caller.h"
#include "server/door/key_set.h"
#include "server/door/lru_map.h"

namespace flowmesh::door {

// Longest token that is looked at, in bytes.
inline constexpr std::size_t kMaxTokenBytes = 8192;

// Longest subject, in bytes.
inline constexpr std::size_t kMaxSubjectBytes = 256;

// Tells who stands behind a signed token (JWT, RFC 7519).
//
// The header's alg must be that of the key its kid names: the token does not choose how it is verified. Claims: `sub`,
// 1 to 256 bytes, is the owner; `exp` is required; `nbf` and `iat` must not lie ahead by more than the leeway; `roles`,
// a string or a list of strings, may name `admin` and `worker`, and others are ignored. Every call brings a token, so
// the verdict on a good one is remembered until it expires. Thread-safe; does not block beyond a short lock.
class TokenVerifier {
 public:
  struct Options {
    absl::Duration leeway = absl::Seconds(60);  // clocks of signers may be ahead by this
    std::size_t remembered = 10'000;            // good tokens
  };

  // `clock` must outlive the verifier.
  TokenVerifier(KeySet keys, base::Clock* clock, const Options& options);
  TokenVerifier(KeySet keys, base::Clock* clock) : TokenVerifier(std::move(keys), clock, Options()) {}

  // UNAUTHENTICATED with reason TOKEN_EXPIRED or TOKEN_INVALID.
  absl::StatusOr<Caller> Verify(const std::string& token) ABSL_LOCKS_EXCLUDED(mutex_);

  // From the return on these keys count and no others: tokens of a key that is gone are refused, also those that were
  // remembered. Whether they are others than before.
  bool SetKeys(KeySet keys) ABSL_LOCKS_EXCLUDED(mutex_);
  // The keys that count now.
  std::shared_ptr<const KeySet> keys() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::StatusOr<Caller> VerifyAnew(const KeySet& keys, const std::string& token, absl::Time now) const;

  base::Clock* const clock_;
  const Options options_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const KeySet> keys_ ABSL_GUARDED_BY(mutex_);
  LruMap<Caller> verified_ ABSL_GUARDED_BY(mutex_);  // by keys_; by SHA-256 of the token
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_TOKEN_VERIFIER_H_
