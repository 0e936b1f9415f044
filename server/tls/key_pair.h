// What one side of a TLS connection shows and proves.
#ifndef FLOWMESH_SERVER_TLS_KEY_PAIR_H_
#define FLOWMESH_SERVER_TLS_KEY_PAIR_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace flowmesh::tls {

// Where a certificate chain and its key are, both PEM.
struct KeyPairFiles {
  std::string certificates;  // the leaf first, then those that sign it up to, but not necessarily with, the root
  std::string private_key;   // of the leaf; not encrypted
};

// Their content, checked: it parses, the key is the leaf's, TLS can use both.
struct KeyPair {
  std::string certificates;
  std::string private_key;
  absl::Time not_after;  // the leaf is good until then

  friend bool operator==(const KeyPair&, const KeyPair&) = default;
};

// Errors name the file and say what to do, and never quote its content: NOT_FOUND or PERMISSION_DENIED for a file that
// cannot be read, INVALID_ARGUMENT for one that is no such PEM, a key of another certificate, and a certificate that is
// not good at `now`. Blocks on the files.
absl::StatusOr<KeyPair> ReadKeyPair(const KeyPairFiles& files, absl::Time now);

// The PEM certificates in `path`, at least one, each of which parses: whom to trust. Errors as above. Blocks on the
// file.
absl::StatusOr<std::string> ReadAuthorities(const std::string& path);

}  // namespace flowmesh::tls

#endif  // FLOWMESH_SERVER_TLS_KEY_PAIR_H_
