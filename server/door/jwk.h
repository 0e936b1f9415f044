#ifndef FLOWMESH_SERVER_DOOR_JWK_H_
#define FLOWMESH_SERVER_DOOR_JWK_H_

#include <google/protobuf/struct.pb.h>

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/door/key_set.h"

namespace flowmesh::door {

inline constexpr std::size_t kMinSecretBytes = 32;  // RFC 7518, section 3.2
inline constexpr int kMinRsaBits = 2048;            // RFC 7518, section 3.3

// Whether `text` is PEM, which is no secret for HS256, whatever its length.
bool LooksLikePem(absl::string_view text);

// Reads one JSON Web Key (RFC 7517; members of RFC 7518, section 6):
//   - kty oct, HS256: the secret in `k`, at least kMinSecretBytes;
//   - kty RSA, RS256: modulus and exponent in `n` and `e`, at least kMinRsaBits;
//   - kty EC, ES256: crv P-256 with the point in `x` and `y`.
// RSA and EC keys may instead carry their public key as PEM in `pem`. Of a private key only the public part is used.
// `alg` may be left out.
//
// Nothing for a key that is whole but not for us: `use` other than sig, or a kty, alg or crv of another registered
// algorithm, as identity providers publish them in the same set. INVALID_ARGUMENT for everything else; the message
// begins with `where` and quotes no key material.
absl::StatusOr<std::optional<Key>> ParseJwk(const google::protobuf::Struct& object, const std::string& where);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_JWK_H_
