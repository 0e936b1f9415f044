// Files that hold a key, a token or a password.
#ifndef FLOWMESH_SERVER_BASE_SECRET_FILE_H_
#define FLOWMESH_SERVER_BASE_SECRET_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace flowmesh::base {

// A file's content, of at most 1 MiB. NOT_FOUND, PERMISSION_DENIED or INVALID_ARGUMENT name the file and say why it is
// not readable; no message ever quotes the content. Blocks on the file.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// A sentence for people when others than the owner of a regular file may read or change it; empty when all is well or
// there is no such file.
std::string ExposureOf(const std::string& path);

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_SECRET_FILE_H_
