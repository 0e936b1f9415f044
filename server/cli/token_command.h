#ifndef FLOWMESH_SERVER_CLI_TOKEN_COMMAND_H_
#define FLOWMESH_SERVER_CLI_TOKEN_COMMAND_H_

#include <set>
#include <string>

#include "absl/time/time.h"
#include "server/cli/exit_code.h"
#include "server/cli/terminal.h"

namespace flowmesh::cli {

struct TokenOptions {
  std::string subject;          // to whom everything made with the token will belong
  std::set<std::string> roles;  // of admin, worker
  absl::Duration ttl = absl::Hours(1);
  std::string keys_file;  // a key set (server/door/key_set.h)
  std::string keys;       // the same as text; used when there is no file
  std::string kid;        // of the key to sign with; empty = the first symmetric one
};

// Prints a signed token and a line end on `out`. Asks no server.
ExitCode SignToken(const TokenOptions& options, const Terminal& terminal);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_TOKEN_COMMAND_H_
