#ifndef FLOWMESH_SERVER_CLI_SECRET_ARGUMENTS_H_
#define FLOWMESH_SERVER_CLI_SECRET_ARGUMENTS_H_

#include "absl/status/status.h"

namespace flowmesh::cli {

// Every user of the machine can read a process's arguments, so none of them may be a secret: a flag such as --token or
// --api-key, a token where a file's name belongs, a password in a URL. INVALID_ARGUMENT says what to do instead,
// without the secret, which is overwritten in `argv` (in every case of such a flag, so copy the arguments before).
absl::Status RefuseSecretArguments(int argc, char** argv);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_SECRET_ARGUMENTS_H_
