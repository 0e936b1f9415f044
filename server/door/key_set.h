#ifndef FLOWMESH_SERVER_DOOR_KEY_SET_H_
#define FLOWMESH_SERVER_DOOR_KEY_SET_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace flowmesh::door {

// How a token is signed (RFC 7518, section 3.1). Nothing else is accepted.
enum class Algorithm { kHs256, kRs256, kEs256 };

// The name in a token's header.
const char* AlgorithmName(Algorithm algorithm);

// What one key id stands for.
struct Key {
  std::string kid;  // may be empty
  Algorithm algorithm = Algorithm::kHs256;
  std::string material;  // HS256: the secret's bytes, at least 32; else a public key as PEM

  friend bool operator==(const Key&, const Key&) = default;
};

// The keys that tokens may be signed with. Immutable, so thread-safe.
class KeySet {
 public:
  // `text` is one of
  //   - a secret of at least 32 bytes, taken as it stands but for white space around it: one HS256 key without kid;
  //   - a JWK Set (RFC 7517): {"keys": [{"kty": "oct", "kid": "a", "alg": "HS256", "k": "<base64url>"}, ...]}; see
  //     jwk.h for what a key may be. Keys that are for something else than verifying our tokens are passed over.
  // INVALID_ARGUMENT says what is wrong, and never quotes key material.
  static absl::StatusOr<KeySet> Parse(const std::string& text);

  // Reads a file like that; an error names the file. Blocks on the file.
  static absl::StatusOr<KeySet> FromFile(const std::string& path);

  // The key for a token's `kid`; a token without one (empty) gets the only key there is. nullptr if there is none.
  const Key* Find(const std::string& kid) const;

  // The first HS256 key, for signing; nullptr if there is none.
  const Key* SigningKey() const;

  friend bool operator==(const KeySet&, const KeySet&) = default;

 private:
  explicit KeySet(std::vector<Key> keys) : keys_(std::move(keys)) {}

  std::vector<Key> keys_;  // not empty; kids are unique
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_KEY_SET_H_
